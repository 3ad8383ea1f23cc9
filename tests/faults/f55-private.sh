#!/bin/sh
# F55: no home, host name, or path of this machine in what is given away.
. "$(dirname "$0")/../cli/lib.sh"
small_set
printf weights >model.bin
expect 0 version add scorer --artifact "$work/model.bin"
expect 0 eval loans --all
expect 0 report-failure scorer@1 --input age=29 --input text=x --expected yes \
	--said no
n=0
private() {
	! grep -qF -e "$work" -e "$HOME" -e "$root" -e "$(basename "$work")" \
		"$1" || die "$2 holds a path of this machine"
	[ "$(hostname | wc -c)" -lt 5 ] || ! grep -qwF "$(hostname)" "$1" ||
		die "$2 holds the host's name"
	n=$((n + 1))
}
for kind in "scorer@1" "scorer@4" "--kind overview" "--kind problems" \
	"--kind log" "--kind card scorer@1" \
	"--kind comparison loans scorer@1 scorer@2"; do
	for format in html md json; do
		# shellcheck disable=SC2086
		expect 0 report $kind --format $format
		private out "report $kind as $format"
	done
done
expect 0 report scorer@4 --format cyclonedx
private out cyclonedx
expect 0 bundle scorer@1 loans -o bundle
for f in bundle/*; do
	[ ! -f "$f" ] || private "$f" "the bundle's $f"
done
expect 0 card export scorer@1
private out "the exported card"
expect 0 checkpoint
private out "the checkpoint"
[ $n -ge 25 ] || die "only $n"
