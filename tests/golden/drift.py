"""Figures of tests/model/test_drift.c, by numpy and scipy (versions below)."""
import numpy as np
import scipy
from scipy import stats
from scipy.spatial.distance import jensenshannon

v = np.arange(1, 9)
r = np.array([10, 20, 30, 40, 40, 30, 20, 10])
c = np.array([5, 10, 15, 30, 50, 45, 30, 15])
p, q = r / r.sum(), c / c.sum()
print("numpy", np.__version__, "scipy", scipy.__version__)
print("psi", float(((q - p) * np.log(q / p)).sum()))
print("kl", float((p * np.log(p / q)).sum()))
print("js", float(jensenshannon(p, q)))
print("hellinger", float(np.sqrt(1 - np.sqrt(p * q).sum())))
print("tvd", float(abs(p - q).sum() / 2), "linf", float(abs(p - q).max()))
a, b = np.repeat(v, r), np.repeat(v, c)
print("ks", stats.ks_2samp(a, b, method="asymp").statistic)
w = stats.wasserstein_distance(a, b)
print("wasserstein", w, "normed", w / a.std())
chi = stats.chi2_contingency(np.array([r, c]), correction=False)
print("chi2", chi.statistic, "p", chi.pvalue)
