#!/bin/sh
# Branches that the tests took, from the .gcda files below a build folder, for
# each folder of the program; files of registry/ below 90 % are named.
# usage: cover.sh BUILD
set -eu
cd "$(dirname "$0")/.."
build=$(realpath "$1")
command -v gcov >/dev/null || { echo "no gcov here" >&2; exit 77; }
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
for folder in base model registry cards tui cli; do
	mkdir -p "$tmp/$folder"
	(cd "$tmp/$folder" && gcov -b -s "$OLDPWD" -o "$build/$folder" \
		"$build/$folder"/*.gcda) 2>/dev/null
done | awk -v q="'" '
	/^File / { split($0, part, q); file = part[2] }
	/^Branches executed:/ { next }
	/^Taken at least once:/ {
		split($0, part, /[:% ]+/)
		share = part[5]; n = $NF
		folder = file; sub(/\/.*/, "", folder)
		if (file ~ /\.c$/ && file !~ /^\// && file !~ /^tests/) {
			all[folder] += n; took[folder] += n * share / 100
			if (folder == "registry" && share < 90)
				low[file] = share
		}
	}
	END {
		for (f in all) {
			printf "%-9s %6d branches, %5.1f %% taken\n", f,
				all[f], 100 * took[f] / all[f]
			n_all += all[f]; n_took += took[f]
		}
		if (!n_all) { print "no branches found"; exit 1 }
		printf "all       %6d branches, %5.1f %% taken\n", n_all,
			100 * n_took / n_all
		for (f in low)
			printf "  %s: %.1f %%\n", f, low[f]
	}'
