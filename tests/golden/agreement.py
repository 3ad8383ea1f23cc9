#!/usr/bin/env python3
"""Writes agreement.csv: kappas by scikit-learn (Cohen) and statsmodels
(Fleiss; the same definition as R irr's kappam.fleiss). Needs both."""
import random
import numpy as np
from sklearn.metrics import cohen_kappa_score
from statsmodels.stats.inter_rater import fleiss_kappa

random.seed(3)
print("kind,n,k,people,cells,kappa")
for n, k, noise in [(50, 2, .1), (40, 3, .3), (200, 2, .5), (12, 4, .2),
                    (1000, 3, .05)]:
    truth = [random.randrange(k) for _ in range(n)]
    a, b = ([t if random.random() > noise else random.randrange(k)
             for t in truth] for _ in range(2))
    table = np.zeros((k, k), int)
    for x, y in zip(a, b):
        table[x, y] += 1
    print("cohen,%d,%d,2,%s,%.17g" % (
        n, k, " ".join(map(str, table.ravel())),
        cohen_kappa_score(a, b, labels=list(range(k)))))
for n, k, people, noise in [(30, 2, 3, .2), (25, 3, 5, .4), (60, 4, 2, .3),
                            (10, 2, 14, .5)]:
    counts = np.zeros((n, k), int)
    for i in range(n):
        t = random.randrange(k)
        for _ in range(people):
            counts[i, t if random.random() > noise
                   else random.randrange(k)] += 1
    print("fleiss,%d,%d,%d,%s,%.17g" % (
        n, k, people, " ".join(map(str, counts.ravel())),
        fleiss_kappa(counts)))
# Fleiss 1971, table 1: 10 subjects, 14 people, 5 categories, kappa .210
fleiss71 = np.array([
    [0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0],
    [2, 2, 8, 1, 1], [7, 7, 0, 0, 0], [3, 2, 6, 3, 0], [2, 5, 3, 2, 2],
    [6, 5, 2, 1, 0], [0, 2, 2, 3, 7]])
print("fleiss,10,5,14,%s,%.17g" % (" ".join(map(str, fleiss71.ravel())),
                                   fleiss_kappa(fleiss71)))
