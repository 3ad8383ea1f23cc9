#!/bin/sh
# The ONNX example, where onnxruntime and onnx are there; MUSTER_PYTHON names
# another python3.
. "$(dirname "$0")/lib.sh"
python=${MUSTER_PYTHON:-$(command -v python3)}
"$python" -c 'import onnx, onnxruntime, numpy' 2>/dev/null ||
	{ echo "no onnxruntime here"; exit 77; }
"$python" - <<'PY' || die "no model"
import onnx
from onnx import TensorProto as T, helper as h
w = h.make_tensor("w", T.FLOAT, [2, 2], [0.0, 0.00003, 0.0, -0.8])
b = h.make_tensor("b", T.FLOAT, [2], [0.0, -0.5])
g = h.make_graph([h.make_node("MatMul", ["x", "w"], ["z"]),
                  h.make_node("Add", ["z", "b"], ["s"]),
                  h.make_node("Softmax", ["s"], ["p"], axis=1)], "loans",
                 [h.make_tensor_value_info("x", T.FLOAT, [None, 2])],
                 [h.make_tensor_value_info("p", T.FLOAT, [None, 2])], [w, b])
m = h.make_model(g, opset_imports=[h.make_opsetid("", 13)])
m.ir_version = 8
onnx.save(m, "loans.onnx")
PY
cat >loans.csv <<CSV
id,income,late,repaid
a,52000,0,yes
b,12000,3,no
c,31000,1,yes
d,8000,0,no
CSV
expect 0 init
expect 0 model add loans --task binary
expect 0 testset create loans loans.csv --task binary --target repaid \
	--positive yes --key id
expect 0 version add loans --artifact loans.onnx --runner \
	"$python $root/examples/runners/onnx_runner.py --labels no,yes --binary yes"
expect 0 predictions run loans@1 loans
said "answered"
expect 0 eval loans loans@1 --json
python3 - out <<'PY' || die "other scores"
import json, math, sys
e = json.load(open(sys.argv[1]))["evaluations"][0]
p = [1 / (1 + math.exp(-(x * .00003 - .8 * l - .5)))
     for x, l in ((52000, 0), (12000, 3), (31000, 1), (8000, 0))]
y = [1, 0, 1, 0]
brier = sum((a - b) ** 2 for a, b in zip(p, y)) / 4
assert abs(e["metrics"]["brier"]["value"] - brier) < 1e-6
PY
# asked again, there is nothing to ask
expect 0 predictions run loans@1 loans
said "nothing to ask"
