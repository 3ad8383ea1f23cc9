#!/bin/sh
# The workbench shows, pages through, filters and sorts a test set that is too
# long to be read whole; as long as it only pages, in little memory.
. "$(dirname "$0")/lib.sh"

# 2.1 million cells, 30 MB of them text.
awk 'BEGIN {
	print "key,y,text,a,b,c"
	for (i = 1; i <= 420000; i++)
		printf "k%06d,%d,%d some words that fill a line of text " \
		       "and some more %d,%d,%.3f,%s\n", i, i % 2, i, i * 7919,
		       i % 50, i * 37 % 9973 / 8, i % 11 ? "x" : ""
}' >"$work/set.csv"
muster init
muster testset create long "$work/set.csv" --task binary --target y \
	--positive 1 --key key

drive() {
	cat >"$work/steps"
	env MUSTER_STEPS="$work/steps" TERM=xterm-256color LINES=40 \
		COLUMNS=120 "$MUSTER"
}

paging() (
	# kilobytes of address space; sanitizers take terabytes
	grep -q __asan_init "$MUSTER" || ulimit -v 65536
	drive <<-'EOF'
	keys 2 Enter
	expect PATTERNS (420,000)
	expect k000001
	expect some more 7919
	keys End
	expect k420000
	keys PgUp Enter
	expect some more
	EOF
)
paging >"$work/out" 2>&1 || { cat "$work/out"; exit 1; }

drive >"$work/out" 2>&1 <<-'EOF' || { cat "$work/out"; exit 1; }
keys 2 Enter /
type a=7 c=""
keys Enter
wait
expect k000407
refuse k000007
keys Esc Right Right Right Right o
wait
expect sort b
keys o Home
wait
expect 1246.500
EOF
