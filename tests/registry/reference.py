"""Figures that tests/registry/test_evaluate.c and test_compare.c expect.

    python reference.py cifar10 SHARED/data/cifar10_models/cifar10_test.csv.gz
    python reference.py m3 SHARED/data/m3/m3_forecasts_long.csv.gz \
        SHARED/data/m3/m3_series.csv

The tables in the tree were made with numpy 2.4.6, pandas 3.1.1, scipy 1.17.1.
cifar10: accuracy of each model, then the two discordant counts and the
exact two-sided binomial p of each pair. m3: errors averaged per series first.
"""
import sys

import numpy as np
import pandas as pd
import scipy
from scipy.stats import binomtest


def cifar10(path):
    d = pd.read_csv(path)
    models = list(d.columns[4:])
    right = {m: (d[m] == d.label).to_numpy() for m in models}
    print("figure,base,candidate,only_base,only_candidate,value")
    for m in models:
        print("accuracy", m, m, int(right[m].sum()), len(d), repr(float(right[m].mean())), sep=",")
    for i, a in enumerate(models):
        for b in models[i + 1:]:
            only_a = int((right[a] & ~right[b]).sum())
            only_b = int((~right[a] & right[b]).sum())
            p = binomtest(only_a, only_a + only_b).pvalue if only_a + only_b else 1.0
            print("mcnemar", a, b, only_a, only_b, repr(float(p)), sep=",")


def m3(path, series):
    d = pd.read_csv(path).merge(pd.read_csv(series)[["series", "mase_scale"]], on="series")
    print("method,n,mae,smape,mape,mase")
    for m in d.columns[5:-1]:
        x = d[d[m].notna()]
        e = (x.actual - x[m]).abs()
        per = pd.DataFrame({
            "series": x.series,
            "mae": e,
            "smape": 2 * e / (x.actual.abs() + x[m].abs()),
            "mape": e / x.actual.abs(),
            "mase": e / x.mase_scale,
        }).groupby("series").mean()
        print(m, len(x), *(repr(float(per[k].mean())) for k in ("mae", "smape", "mape", "mase")), sep=",")


{"cifar10": cifar10, "m3": m3}[sys.argv[1]](*sys.argv[2:])
