#!/bin/sh
# Every part of the bench in turn (bench/part-*.sh; ONLY=name picks one). A
# part prints its own table of ratios, each measured in one run beside its
# peer; 77 means that it has nothing to measure with.
set -u
cd "$(dirname "$0")/.."
failed=0
for part in bench/part-*.sh; do
	name=${part#bench/part-}
	name=${name%.sh}
	case ${ONLY:-$name} in "$name") ;; *) continue ;; esac
	echo "== $name"
	"$part" || [ $? = 77 ] || { echo "$part failed"; failed=1; }
done
exit $failed
