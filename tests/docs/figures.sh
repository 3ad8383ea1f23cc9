#!/bin/sh
# Every metric and every method of an interval stands in docs/figures.md, with
# the limits that the code has.
set -eu
cd "$(dirname "$0")/../.."
doc=docs/figures.md
bad=0
want() {	# TEXT WHERE
	grep -qF -- "$1" "$doc" || { echo "$doc lacks $1 ($2)"; bad=1; }
}
n=0
for key in $(sed -n 's/^[ \t]*X(METRIC_[A-Z0-9_]*, "\([a-z0-9_]*\)".*/\1/p' \
	model/metric.h) $(sed -n \
	's/^[ \t]*X(METHOD_[A-Z_]*, "\([a-z-][a-z-]*\)").*/\1/p' \
	model/figure.h); do
	want "\`$key\`" 'a name of the code'
	n=$((n + 1))
done
[ "$n" -ge 40 ] || { echo "only $n names were found"; bad=1; }
for limit in WHOLE SCORES SLICE; do
	value=$(sed -n "s/^#define EVAL_BOOTSTRAP_$limit //p" model/evaluation.h)
	want "$(echo "$value" | sed 's/...$/,&/')" "EVAL_BOOTSTRAP_$limit"
done
exit "$bad"
