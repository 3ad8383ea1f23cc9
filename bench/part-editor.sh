#!/bin/sh
# From a key to its repaint in a field of 200 KB, seen from the other end of
# the pty, beside nano on the same text. DESIGN and issue 4: under
# 16 ms.
set -eu
cd "$(dirname "$0")/.."
: "${B:=build}" "${SHARED:=../shared}" "${BENCH_DATA:=/tmp/benchdata}"
harness=$SHARED/bench/ptybench.py
if [ ! -r "$harness" ]; then
	echo "editor: no $harness, skipped"
	exit 77
fi
dir=$BENCH_DATA/editor
rm -rf "$dir"
mkdir -p "$dir/state"
export LC_ALL=C.UTF-8 XDG_STATE_HOME="$dir/state" XDG_CONFIG_HOME="$dir"
awk 'BEGIN { for (i = 1; n < 204800; i++) {
	s = "Sentence " i " of a long answer, which wraps softly. "
	n += length(s); printf "%s%s", s, i % 9 ? "" : "\n" } }' \
	>"$dir/text.md"
m="$B/muster -q -R $dir/r.db"
$m init
$m model add m --task binary
$m version add m --note x
{ printf '# 1 Model details\n\n## 1.1 Made by\n\n'; cat "$dir/text.md"; } \
	>"$dir/card.md"
$m card import m@1 "$dir/card.md"
echo "== a field of $(wc -c <"$dir/text.md") bytes: at its end, top, middle"
python3 "$harness" -r 3 -s 120x40 -g commands -k e -k e -k 'e=EDITING' \
	-k 'x*20' -k 'C-o' -k 'x*20' -k 'PageDown*10' -k 'x*20' \
	-- "$B/muster" -R "$dir/r.db"
if command -v nano >/dev/null; then
	cp "$dir/text.md" "$dir/peer.md"
	echo "== nano"
	python3 "$harness" -r 3 -s 120x40 -k 'x*20' -- nano "$dir/peer.md"
fi
