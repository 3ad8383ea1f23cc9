#!/usr/bin/env python3
"""Writes paired_rows.csv and paired.csv beside this file: differences and
their tests from scipy and statsmodels; Newcombe's intervals from his formula
with scipy's Wilson; DeLong from its definition (all pairs), with numpy."""
import csv
import os

import numpy as np
import scipy
import scipy.stats as st
import statsmodels
from statsmodels.stats.contingency_tables import mcnemar, cochrans_q
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

here = os.path.dirname(os.path.abspath(__file__))
rng = np.random.default_rng(5)
out = [("# scipy", scipy.__version__, ""), ("# numpy", np.__version__, ""),
       ("# statsmodels", statsmodels.__version__, "")]
rows = []


def put(case, name, value):
    out.append((case, name, repr(float(value))))


def wilcoxon(case, d):
    d = np.asarray(d, float)
    nz = d[d != 0]
    exact = len(nz) < 50 and len(nz) == len(d) and \
        len(np.unique(abs(nz))) == len(nz)
    r = st.wilcoxon(nz, alternative="two-sided", correction=not exact,
                    zero_method="wilcox",
                    method="exact" if exact else "approx")
    ranks = st.rankdata(abs(nz))
    put(case, "v", ranks[nz > 0].sum())
    put(case, "p", r.pvalue)
    put(case, "exact", exact)
    rows.extend((case, repr(float(x)), 0, 0) for x in d)


wilcoxon("small", rng.normal(0.3, 1, 20))
wilcoxon("forty_nine", rng.normal(0.2, 1, 49))
wilcoxon("fifty", rng.normal(0.2, 1, 50))
wilcoxon("ties", np.round(rng.normal(0.5, 2, 60)))
wilcoxon("zeros", np.where(rng.random(30) < 0.2, 0, rng.normal(0.4, 1, 30)))
wilcoxon("large", rng.normal(0.03, 1, 3000))


def newcombe(case, a, b, c, d):
    n = a + b + c + d
    l1, u1 = proportion_confint(a + b, n, method="wilson")
    l2, u2 = proportion_confint(a + c, n, method="wilson")
    p1, p2 = (a + b) / n, (a + c) / n
    x = a * d - b * c
    x = max(x - n / 2, 0) if x > 0 else x
    m = (a + b) * (c + d) * (a + c) * (b + d)
    phi = x / np.sqrt(m) if m else 0
    dl1, du1, dl2, du2 = p1 - l1, u1 - p1, p2 - l2, u2 - p2
    put(case, "low", p1 - p2 - np.sqrt(dl1**2 - 2*phi*dl1*du2 + du2**2))
    put(case, "high", p1 - p2 + np.sqrt(du1**2 - 2*phi*du1*dl2 + dl2**2))
    for name, v in zip("abcd", (a, b, c, d)):
        put(case, name, v)
    t = [[a, b], [c, d]]
    put(case, "exact", mcnemar(t, exact=True).pvalue)
    put(case, "chi2", mcnemar(t, exact=False, correction=False).statistic)
    put(case, "chi2_p", mcnemar(t, exact=False, correction=False).pvalue)
    put(case, "corrected", mcnemar(t, exact=False, correction=True).statistic)


newcombe("newcombe_1", 20, 12, 2, 16)
newcombe("newcombe_2", 36, 12, 2, 0)
newcombe("newcombe_3", 18, 14, 0, 18)
newcombe("newcombe_4", 9000, 300, 250, 450)


def delong(y, a, b):
    def placements(s):
        p, q = s[y == 1], s[y == 0]
        k = (p[:, None] > q).astype(float) + 0.5 * (p[:, None] == q)
        return k.mean(axis=1), k.mean(axis=0)
    va, vb = placements(a), placements(b)
    area = va[0].mean(), vb[0].mean()
    var = [np.cov(np.vstack([va[i], vb[i]])) / len(va[i]) for i in (0, 1)]
    s = var[0] + var[1]
    return area, s


n = 240
y = rng.integers(0, 2, n)
a = np.round(np.clip(rng.normal(0.4 + 0.2 * y, 0.2), 0, 1), 2)
b = np.clip(rng.normal(0.4 + 0.25 * y, 0.2), 0, 1)
area, s = delong(y, a, b)
z = st.norm.ppf(0.975)
se = np.sqrt(s[0, 0] + s[1, 1] - 2 * s[0, 1])
put("delong", "first", area[0])
put("delong", "second", area[1])
put("delong", "low", area[1] - area[0] - z * se)
put("delong", "high", area[1] - area[0] + z * se)
put("delong", "p", 2 * st.norm.sf(abs(area[1] - area[0]) / se))
put("delong", "first_low", area[0] - z * np.sqrt(s[0, 0]))
put("delong", "first_high", area[0] + z * np.sqrt(s[0, 0]))
rows.extend(("delong", repr(float(a[i])), repr(float(b[i])), y[i])
            for i in range(n))

p = [0.01, 0.04, 0.03, 0.005, 0.5, 0.9]
for i, (x, h) in enumerate(zip(p, multipletests(p, method="holm")[1])):
    put("holm", "p%d" % i, x)
    put("holm", "h%d" % i, h)

for k, m in ((0, 10), (10, 10), (3, 10), (700, 1000), (1, 1)):
    case = "proportion_%d_%d" % (k, m)
    lo, hi = proportion_confint(k, m, method="wilson")
    put(case, "wilson_low", lo)
    put(case, "wilson_high", hi)
    lo, hi = proportion_confint(k, m, method="beta")
    put(case, "exact_low", 0 if np.isnan(lo) else lo)
    put(case, "exact_high", 1 if np.isnan(hi) else hi)

for name, header, lines in (
        ("paired.csv", ["case", "name", "value"], out),
        ("paired_rows.csv", ["case", "x", "y", "label"], rows)):
    with open(os.path.join(here, name), "w", newline="") as f:
        w = csv.writer(f, lineterminator="\n")
        w.writerow(header)
        w.writerows(lines)
