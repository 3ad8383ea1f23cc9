#!/usr/bin/env python3
"""Writes binary_rows.csv, multiclass_rows.csv, regression_rows.csv (cases) and
metrics.csv (their figures) beside this file, from scikit-learn and numpy.
The versions stand in the first lines of metrics.csv.  Undefined figures are
left out here and tested by name in tests/model/test_evaluation.c."""
import csv
import os
import warnings

import numpy as np
import sklearn
import sklearn.metrics as sk

warnings.filterwarnings("ignore")
here = os.path.dirname(os.path.abspath(__file__))
rng = np.random.default_rng(20)
out = []


def put(case, metric, value):
    if value is not None and np.isfinite(value):
        out.append((case, metric, repr(float(value))))


def ece(y, p, w):
    edges = np.arange(1, 10) / 10
    b = np.searchsorted(edges, p, side="right")
    return sum(abs(np.sum(w[b == k] * (y[b == k] - p[b == k])))
               for k in range(10)) / np.sum(w)


def binary(case, y, s, w, threshold):
    l = (s >= threshold).astype(int)
    kw = {"sample_weight": w}
    both = 0 < y.sum() < len(y)
    put(case, "accuracy", sk.accuracy_score(y, l, **kw))
    if y.any():
        put(case, "recall", sk.recall_score(y, l, **kw))
        put(case, "fnr", 1 - sk.recall_score(y, l, **kw))
        put(case, "f1", sk.f1_score(y, l, **kw))
        put(case, "average_precision", sk.average_precision_score(y, s, **kw))
    if l.any():
        put(case, "precision", sk.precision_score(y, l, **kw))
    if not y.all():
        put(case, "specificity", sk.recall_score(y, l, pos_label=0, **kw))
        put(case, "fpr", 1 - sk.recall_score(y, l, pos_label=0, **kw))
    put(case, "selection_rate", np.average(l, weights=w))
    if both:
        put(case, "balanced_accuracy", sk.balanced_accuracy_score(y, l, **kw))
        put(case, "roc_auc", sk.roc_auc_score(y, s, **kw))
        if 0 < l.sum() < len(l):
            put(case, "mcc", sk.matthews_corrcoef(y, l, **kw))
    if s.min() >= 0 and s.max() <= 1:
        put(case, "log_loss", sk.log_loss(y, s, labels=[0, 1], **kw))
        put(case, "brier", np.average((s - y) ** 2, weights=w))
        put(case, "ece", ece(y, s, w))


def binary_cases():
    n = 400
    y = rng.integers(0, 2, n)
    smooth = np.clip(rng.normal(0.35 + 0.25 * y, 0.2), 0, 1)
    yield "grid2", y, np.round(smooth, 2), np.ones(n), 0.5
    yield "grid6", y, np.round(smooth, 6), np.ones(n), 0.4
    yield "double", y, smooth, np.ones(n), 0.5
    yield "weighted", y, np.round(smooth, 3), rng.integers(1, 5, n) / 2, 0.5
    yield "weighted_double", y, smooth, rng.random(n) + 0.1, 0.5
    yield "constant", y, np.full(n, 0.5), np.ones(n), 0.5
    yield "integers", y, np.round(smooth * 10), np.ones(n), 5
    yield "huge", y, (smooth - 0.5) * 1e300, np.ones(n), 0
    yield "tiny", y, smooth * 1e-300, np.ones(n), 5e-301
    yield "edges", y, np.round(smooth * 10) / 10, np.ones(n), 0.5
    yield "certain", y, (smooth > 0.5).astype(float), np.ones(n), 0.5
    yield "near_ties", y, 0.5 + np.round(smooth * 8) * 2 ** -53, np.ones(n), 0.5
    yield "only_positives", np.ones(30, int), smooth[:30], np.ones(30), 0.5
    yield "only_negatives", np.zeros(30, int), smooth[:30], np.ones(30), 0.5
    yield "one_row", np.array([1]), np.array([0.75]), np.ones(1), 0.5
    yield "minus_zero", np.array([0, 1, 1, 0]), np.array([0.0, -0.0, 0.5, 0.5]), np.ones(4), 0.5


def multiclass(case, y, scores, w):
    k = scores.shape[1]
    l = scores.argmax(axis=1)
    kw = {"sample_weight": w}
    put(case, "accuracy", sk.accuracy_score(y, l, **kw))
    for average in ("macro", "weighted", "micro"):
        p, r, f, _ = sk.precision_recall_fscore_support(
            y, l, average=average, zero_division=0, **kw)
        put(case, average + "_precision", p)
        put(case, average + "_recall", r)
        put(case, average + "_f1", f)
    put(case, "log_loss", sk.log_loss(y, scores, labels=range(k), **kw))
    put(case, "top_3_accuracy",
        sk.top_k_accuracy_score(y, scores, k=3, labels=range(k), **kw))


def multiclass_cases():
    n, k = 300, 6
    y = rng.integers(0, k - 1, n)           # the last class never occurs
    s = rng.dirichlet(np.ones(k), n)
    s[np.arange(n), y] += 0.3
    s /= s.sum(axis=1, keepdims=True)
    yield "six", y, s, np.ones(n)
    yield "six_weighted", y, s, rng.random(n) + 0.2
    t = np.round(s, 1)
    t /= t.sum(axis=1, keepdims=True)
    yield "six_ties", y, t, np.ones(n)
    yield "one", y[:1], s[:1], np.ones(1)


def smape(y, f, w):
    return np.average(2 * abs(y - f) / (abs(y) + abs(f)), weights=w)


def quantile(x, w, p):
    """R's type 7; with unequal weights as Akinshin 2023 (arXiv:2304.07265)
    defines it: the sum of W_i x_(i), W_i what F gives to the i-th share."""
    if (w == w[0]).all():
        return np.percentile(x, 100 * p)
    order = np.argsort(x, kind="stable")
    x, w = x[order], w[order]
    size = np.sum(w) ** 2 / np.sum(w ** 2)
    h = p * (size - 1) + 1
    t = np.concatenate([[0], np.cumsum(w)]) / np.sum(w)
    F = np.clip(t * size - h + 1, 0, 1)
    return np.sum(np.diff(F) * x)


def regression(case, y, f, w, g, scale):
    kw = {"sample_weight": w}
    e = f - y
    if g is None:
        put(case, "mae", sk.mean_absolute_error(y, f, **kw))
        put(case, "rmse", sk.mean_squared_error(y, f, **kw) ** 0.5)
        put(case, "mape", sk.mean_absolute_percentage_error(y, f, **kw))
        put(case, "smape", smape(y, f, w))
        put(case, "mase", np.average(abs(e) / scale, weights=w))
        put(case, "median_absolute_error", quantile(abs(e), w, .5))
        for q in (5, 25, 75, 95):
            put(case, "error_q%02d" % q, quantile(e, w, q / 100))
    else:
        by = [np.flatnonzero(g == k) for k in np.unique(g)]
        put(case, "mae", np.mean([abs(e[i]).mean() for i in by]))
        put(case, "rmse", np.mean([(e[i] ** 2).mean() for i in by]) ** 0.5)
        put(case, "mape", np.mean([(abs(e[i] / y[i])).mean() for i in by]))
        put(case, "mase", np.mean([(abs(e[i]) / scale[i]).mean() for i in by]))
        put(case, "median_absolute_error",
            np.median([abs(e[i]).mean() for i in by]))
        put(case, "error_q05", np.percentile([e[i].mean() for i in by], 5))
    if len(y) > 1:
        put(case, "r2", sk.r2_score(y, f, **kw))


def regression_cases():
    n = 250
    y = rng.normal(50, 20, n)
    f = y + rng.normal(1, 5, n)
    scale = rng.random(n) + 0.5
    yield "plain", y, f, np.ones(n), None, scale
    yield "weights", y, f, rng.random(n) + 0.1, None, scale
    yield "whole_weights", y, f, rng.integers(1, 5, n), None, scale
    yield "groups", y, f, np.ones(n), rng.integers(0, 9, n), scale
    yield "far", y + 1e9, f + 1e9, np.ones(n), None, scale
    yield "single", y[:1], f[:1], np.ones(1), None, scale[:1]


def rows(name, header, lines):
    with open(os.path.join(here, name), "w", newline="") as file:
        w = csv.writer(file, lineterminator="\n")
        w.writerow(header)
        w.writerows(lines)


lines = []
for case, y, s, w, threshold in binary_cases():
    binary(case, y, s, w, threshold)
    lines += [(case, a, repr(float(b)), repr(float(c)), repr(float(threshold)))
              for a, b, c in zip(y, s, w)]
rows("binary_rows.csv", ["case", "target", "score", "weight", "threshold"],
     lines)
lines = []
for case, y, s, w in multiclass_cases():
    multiclass(case, y, s, w)
    lines += [(case, a, repr(float(c))) + tuple(repr(float(x)) for x in b)
              for a, b, c in zip(y, s, w)]
rows("multiclass_rows.csv", ["case", "target", "weight", "s0", "s1", "s2",
                             "s3", "s4", "s5"], lines)
lines = []
for case, y, f, w, g, scale in regression_cases():
    regression(case, y, f, w, g, scale)
    lines += [(case, repr(float(y[i])), repr(float(f[i])), repr(float(w[i])),
               "" if g is None else g[i], repr(float(scale[i])))
              for i in range(len(y))]
rows("regression_rows.csv", ["case", "target", "value", "weight", "group",
                             "scale"], lines)
rows("metrics.csv", ["case", "metric", "value"],
     [("# scikit-learn", sklearn.__version__, ""),
      ("# numpy", np.__version__, "")] + out)
