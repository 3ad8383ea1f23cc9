"""Figures of tests/model/test_drift_cases.c: NannyML's own drift cases and the
SEA stream, by numpy and scipy (versions below). Usage: drift_cases.py SHARED"""
import sys
import warnings
import numpy as np
import pandas as pd
import scipy
from scipy import stats

warnings.filterwarnings("ignore")
data = sys.argv[1] + "/data/"
print("numpy", np.__version__, "scipy", scipy.__version__)


def by_doane(r, c):
    edges = np.histogram_bin_edges(r, bins="doane")
    p = np.histogram(r, edges)[0] / len(r)
    q = np.histogram(c, edges)[0] / len(c)
    if q.sum() < 1:
        p, q = np.append(p, 0), np.append(q, 1 - q.sum())
    return p, q


def by_value(r, c):
    every = sorted(set(r) | set(c))
    return [x.value_counts(normalize=True).reindex(every, fill_value=0).values
            for x in (r, c)]


def half(p, m):
    return sum(x * np.log2(x / y) for x, y in zip(p, m) if x > 0) / 2


for name in ("js_continuous", "quasi_continuous", "categorical_new_value",
             "linf_new_category", "linf_total_change", "wasserstein_shift1",
             "hellinger_shift2", "hellinger_no_overlap"):
    d = pd.read_csv(data + "nannyml/drift_cases/" + name + ".csv.gz")
    r = d[d.period == "reference"].value
    c = d[d.period != "reference"].value
    number = r.dtype.kind == "f"
    p, q = by_doane(r, c) if number and r.nunique() > 20 else by_value(r, c)
    m = (p + q) / 2
    w = stats.wasserstein_distance(r, c) if number else None
    ks = stats.ks_2samp(r, c, method="asymp").statistic if number else None
    print(name, len(r), len(c), repr(float(np.sqrt(half(p, m) + half(q, m)))),
          repr(float(np.sqrt(((np.sqrt(p) - np.sqrt(q)) ** 2).sum() / 2))),
          repr(float(abs(p - q).max())), number and repr(float(w)),
          number and repr(float(ks)))

d = pd.read_csv(data + "drift_streams/sea_stream.csv.gz")
for column in d.columns:
    r, c = d[column][:10000], d[column][-10000:]
    print(column, repr(float(stats.ks_2samp(r, c).statistic)),
          repr(float(stats.wasserstein_distance(r, c))))
