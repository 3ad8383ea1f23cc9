#!/bin/sh
# A field that a spreadsheet would run gets an apostrophe; numbers do not.
. "$(dirname "$0")/lib.sh"
expect 0 init
printf 'id,t,y\n' >evil.csv
i=0
for first in '=1+1' '+cmd' '-2+3' '@SUM(A1)' '-5' '+1.5' 'plain'; do
	i=$((i + 1))
	printf 'k%d,"%s",%s\n' "$i" "$first" "$([ $((i % 2)) = 0 ] && echo a || echo b)" \
		>>evil.csv
done
expect 0 testset create evil evil.csv --task binary --target y --positive a \
	--key id
expect 0 testset patterns evil --csv
python3 - out <<'PY' || die "$(cat out)"
import csv, sys
rows = list(csv.DictReader(open(sys.argv[1], newline="")))
got = [r["t"] for r in rows]
want = ["'=1+1", "'+cmd", "'-2+3", "'@SUM(A1)", "-5", "+1.5", "plain"]
sys.exit(0 if got == want else "got %r" % got)
PY
