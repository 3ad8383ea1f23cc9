#!/usr/bin/env python3
"""The figures of tests/model/test_calibration.c, taken from libraries:
numpy 2.4.6, fairlearn 0.15.0 (MetricFrame), smclarify 0.5 (CDD), aif360 0.6.1
(sklearn API).

The rows are made by the same small generator as in the test: 900 rows of
three groups and four strata; a score in whole hundredths, or of 1 to 8."""
import numpy as np
import pandas as pd
from aif360.sklearn.metrics import df_bias_amplification
from fairlearn.metrics import MetricFrame
from smclarify.bias.metrics.common import CDD


def rows(n):
    x = 12345

    def draw(m):
        nonlocal x
        x = (x * 1103515245 + 12345) % 2147483648
        return (x >> 8) % m
    for _ in range(n):
        group, stratum, score = draw(3), draw(4), draw(101)
        target = draw(100) < score * (6 + group) // 8 + 5
        yield group, stratum, score, target


d = pd.DataFrame(rows(900), columns=["g", "stratum", "s", "y"])
d["p"] = d.s / 100
d["y"] = d.y.astype(int)
d["said"] = (d.p >= 0.5).astype(int)
d["grade"] = 1 + d.s // 13


def ece(y, p):
    """Ten bins of equal width, closed below, the last one above too."""
    tenth = np.digitize(p, np.arange(1, 10) / 10)
    gap = np.bincount(tenth, y - p, minlength=10)
    return np.abs(gap).sum() / len(y)


def by_group(fn):
    return MetricFrame(metrics=fn, y_true=d.y, y_pred=d.p,
                       sensitive_features=d.g)


less = by_group(lambda y, p: np.mean(y) - np.mean(p))
over = by_group(lambda y, p: np.mean(y) / np.mean(p))
error = by_group(ece)
print("calibration_difference", repr(less.difference()))
print("calibration_ratio", repr(over.ratio()))
print("calibration_error_difference", repr(error.difference()))
print("calibration_error_group_max", repr(error.group_max()))

expected = d.groupby("grade").y.transform("mean")
o, e = d.groupby("g").y.mean(), expected.groupby(d.g).mean()
print("same_score_difference", repr((o - e).max() - (o - e).min()))
print("same_score_ratio", repr((o / e).min() / (o / e).max()))
a, b = d[d.g == 1], d[d.g == 0]
rate = b.groupby("grade").y.mean()
met = a[a.grade.isin(rate.index)]
print("same_score_gap", repr((met.y - met.grade.map(rate)).mean()))

two = d[d.g != 2].reset_index(drop=True)
for name, column in ("clarify_cddl", "y"), ("clarify_cddpl", "said"):
    print(name, repr(CDD(two.g, two.g == 1, two[column] == 1, two.stratum)))
print("differential_fairness_bias_amplification",
      repr(df_bias_amplification(
          d.set_index("g").y, d.set_index("g").said)))
