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
# what is not said, the file suggests; without consent nothing is made
expect 2 testset create more loans.csv
complained "suggests --task binary --target repaid --positive yes --key id"
expect 2 testset create more loans.csv --target age
complained "suggests --task regression"
expect 2 testset create more loans.csv --target text
complained "suggests --task multiclass"
printf 'id,t\n1,ab\n2,cd\n3,ef\n' >words.csv
expect 2 testset create more words.csv
complained "suggest none"
expect 1 testset create more loans.csv --task binary --target nowhere
complained "nowhere"
expect 4 testset show more
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
# at a terminal it is asked for
cat >ask.py <<'PY'
import os, pty, sys
pid, fd = pty.fork()
if pid == 0:
    os.execv(sys.argv[2], sys.argv[2:])
seen = b""
while True:
    try:
        got = os.read(fd, 4096)
    except OSError:
        break
    if not got:
        break
    seen += got
    if b"[yes/no] " in seen:
        os.write(fd, sys.argv[1].encode() + b"\n")
        seen = b""
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
PY
python3 ask.py no "$MUSTER" testset create asked loans.csv
[ $? = 2 ] || die "a no was not taken"
expect 4 testset show asked
python3 ask.py yes "$MUSTER" testset create asked loans.csv ||
	die "a yes was not taken"
expect 0 testset show asked --json
json "j['task'] == 'binary' and j['n'] == 10"
# nothing half done is left behind
expect 4 testset show more
expect 0 fsck --json
keys j ok entries root first_bad
json "j['ok'] is True and j['first_bad'] is None"
