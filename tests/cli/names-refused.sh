#!/bin/sh
# Only [A-Za-z0-9][A-Za-z0-9._-]{0,63} is a name (FAULTS F47).
. "$(dirname "$0")/lib.sh"
small_set
long=$(printf 'a%.0s' $(seq 65))
for name in '' ' ' 'a b' '../x' '/etc/x' '.hidden' '_x' 'a/b' 'a@b' 'café' \
	'раypal' 'a	b' 'a:b' 'a*' "$long" "a'b" 'a"b' 'a\b' '😀'; do
	expect 2 model add -- "$name"
	complained "name"
	expect 2 slice add -- loans "$name" 'age>1'
	expect 2 testset create -n --task binary --target repaid \
		--positive yes -- "$name" loans.csv
done
expect 2 model add -- -rf
expect 0 model add "$(printf 'a%.0s' $(seq 64))"
expect 0 model add SCORER
[ -s err ] || die "a name that differs in case only was taken in silence"
