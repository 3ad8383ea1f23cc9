#!/usr/bin/env python3
"""An ONNX model as a runner, for those who have onnxruntime and numpy.

    muster version add loans --artifact loans.onnx \\
        --runner "/path/to/venv/bin/python $PWD/onnx_runner.py"

Reads CSV inputs on stdin (a header; the key column is called "key") and
answers CSV predictions on stdout. The model is the file $MUSTER_MODEL.

Inputs of the model: one tensor takes all columns but the key, in their order,
as numbers; several tensors take the columns that bear their names, numbers or
texts by their type. Outputs: a tensor or map of class scores becomes one
column score:LABEL for each class (or "score" with --binary LABEL, that of the
label), a one-dimensional tensor the label. --labels a,b,c names the classes
of a plain tensor of scores. --regression: the first output is the number.
"""
import argparse
import csv
import os
import sys


def fail(why):
    sys.exit("onnx_runner.py: " + why)


def arguments():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("--labels", default="", help="names of the classes, a,b,c")
    p.add_argument("--binary", metavar="LABEL",
                   help="answer one score: that of LABEL")
    p.add_argument("--regression", action="store_true")
    p.add_argument("--batch", type=int, default=1024)
    return p.parse_args()


def read_inputs():
    rows = csv.reader(sys.stdin, strict=True)
    header = next(rows, None)
    if header is None or "key" not in header:
        fail("the inputs have no column 'key'")
    table = list(rows)
    for number, row in enumerate(table, 2):
        if len(row) != len(header):
            fail("row %d has %d fields, not %d" %
                 (number, len(row), len(header)))
    return header, table


def column(np, header, rows, name, kind):
    if name not in header:
        fail("the inputs have no column '%s'" % name)
    at = header.index(name)
    cells = [row[at] for row in rows]
    if kind == "tensor(string)":
        return np.array(cells, dtype=object)
    types = {"tensor(float)": np.float32, "tensor(double)": np.float64,
             "tensor(int64)": np.int64, "tensor(int32)": np.int32,
             "tensor(bool)": np.bool_}
    if kind not in types:
        fail("input '%s' has the type %s, which CSV cannot fill" %
             (name, kind))
    try:
        numbers = np.array([float(c) for c in cells])
    except ValueError as why:
        fail("column '%s': %s" % (name, why))
    return numbers.astype(types[kind])


def feed(np, inputs, header, rows):
    if len(inputs) == 1:
        kind = inputs[0].type
        names = [h for h in header if h != "key"]
        parts = [column(np, header, rows, n, kind) for n in names]
        return {inputs[0].name: np.stack(parts, axis=1)}
    return {i.name: column(np, header, rows, i.name, i.type).reshape(-1, 1)
            for i in inputs}


def scores_of(output, names):
    """Class scores as a list of {label: score}, or None if it is none."""
    if isinstance(output, list):
        return [{str(k): float(v) for k, v in row.items()} for row in output]
    if output.ndim != 2 or output.shape[1] < 2:
        return None
    names = names or [str(i) for i in range(output.shape[1])]
    if len(names) != output.shape[1]:
        fail("the model gives %d scores, --labels names %d" %
             (output.shape[1], len(names)))
    return [dict(zip(names, map(float, row))) for row in output]


def answers(outputs, args, n):
    """A list of {column: text}, one for each row."""
    labels = [s for s in args.labels.split(",") if s]
    rows = [{} for _ in range(n)]
    for output in outputs:
        scores = None if args.regression else scores_of(output, labels)
        if scores is None:
            cells = output.reshape(-1).tolist()
            if len(cells) != n:
                fail("an output has %d values for %d rows" % (len(cells), n))
            for row, cell in zip(rows, cells):
                row.setdefault("label", repr(cell) if isinstance(cell, float)
                               else str(cell))
        else:
            for row, score in zip(rows, scores):
                if args.binary is None:
                    row.update(("score:" + k, repr(v))
                               for k, v in score.items())
                elif args.binary in score:
                    row["score"] = repr(score[args.binary])
                else:
                    fail("the model has no class '%s'" % args.binary)
        if args.regression:
            break
    return rows


def main():
    args = arguments()
    try:
        import numpy as np
        import onnxruntime as ort
    except ImportError as why:
        fail("%s; install onnxruntime and numpy for %s" %
             (why, sys.executable))
    model = os.environ.get("MUSTER_MODEL")
    if not model:
        fail("the version has no artifact")
    session = ort.InferenceSession(model, providers=["CPUExecutionProvider"])
    header, table = read_inputs()
    key = header.index("key")
    out = csv.writer(sys.stdout, lineterminator="\n")
    columns = None
    for first in range(0, len(table), args.batch):
        part = table[first:first + args.batch]
        outputs = session.run(None, feed(np, session.get_inputs(), header,
                                         part))
        rows = answers(outputs, args, len(part))
        if columns is None:
            columns = sorted(rows[0])
            out.writerow(["key"] + columns)
        for row, given in zip(part, rows):
            out.writerow([row[key]] + [given[c] for c in columns])


if __name__ == "__main__":
    main()
