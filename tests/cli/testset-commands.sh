#!/bin/sh
. "$(dirname "$0")/lib.sh"
small_set
expect 0 testset list --json
json "[t['name'] for t in j['testsets']] == ['loans']"
expect 0 testset show loans --json
keys j name task revision digest n retired labels revisions
keys "j['revisions'][0]" revision digest n added relabelled retired time actor reason
json "j['n'] == 10 and j['retired'] == 0 and j['labels'] == ['no', 'yes']"
expect 0 testset show loans@1
expect 4 testset show loans@2
expect 4 testset show nothing
expect 2 testset show loans@x
complained "NAME@REVISION"
expect 0 testset show loans --csv
expect 0 testset patterns loans --csv
[ "$(wc -l <out)" = 11 ] || die "not 10 patterns: $(cat out)"
expect 0 testset patterns loans --json
json "len(j['patterns']) == 10 and j['patterns'][2]['text'] == 'a, quoted \"text\"'"
expect 0 testset patterns loans --where 'region:NW age>=44' --csv
[ "$(wc -l <out)" = 4 ] || die "not 3 patterns: $(cat out)"
expect 0 testset patterns loans --where 'text~/^(first|second)/' --limit 1 --csv
[ "$(wc -l <out)" = 2 ] || die "not 1 pattern: $(cat out)"
expect 1 testset patterns loans --where 'text~/(/'
expect 1 testset patterns loans --where 'nocolumn:1'
complained "nocolumn"
expect 5 testset create loans loans.csv --task binary --target repaid \
	--positive yes
expect 2 testset create more loans.csv --target repaid
complained "--task"
expect 2 testset create more loans.csv --task binary
complained "--target"
expect 1 testset create more missing.csv --task binary --target repaid \
	--positive yes
complained "missing.csv"
expect 1 testset create more loans.csv --task binary --target nocolumn \
	--positive yes
complained "nocolumn"
printf 'id,y\n1,a\n1,b\n' >twice.csv
expect 1 testset create more twice.csv --task binary --target y --positive a \
	--key id
printf 'id,y\n1,a\n2\n' >ragged.csv
expect 1 testset create more ragged.csv --task binary --target y --positive a
complained "ragged.csv"
expect 0 testset create dry loans.csv --task binary --target repaid \
	--positive yes --key id -n
said "would create"
expect 4 testset show dry
"$MUSTER" testset create piped - --task binary --target repaid --positive yes \
	--key id <loans.csv >out || die "standard input was not read"
expect 0 testset show piped --json
json "j['n'] == 10"
# nothing half done is left behind
expect 4 testset show more
expect 0 fsck --json
keys j ok entries root first_bad
json "j['ok'] is True and j['first_bad'] is None"
