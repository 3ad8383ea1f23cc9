#!/bin/sh
# A report of a version with 30 competitors, 100,000 patterns and 50 problems,
# beside the bar: 2 s for each form, and that
# verify-report with the registry takes no more than twice that.
set -eu
cd "$(dirname "$0")/.."
: "${B:=build}" "${N:=100000}" "${VERSIONS:=30}" "${PROBLEMS:=50}" "${BAR:=2}"
muster=$(cd "$B" && pwd)/muster
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export MUSTER_REGISTRY=$work/r.db
awk -v n="$N" -v versions="$VERSIONS" 'BEGIN {
	srand(7)
	printf "id,region,age,y" > (dir = "'"$work"'/set.csv")
	printf "\n" > dir
	said = "'"$work"'/said.csv"
	printf "id" > said
	for (v = 1; v <= versions; v++) printf ",s%d", v > said
	printf "\n" > said
	for (i = 0; i < n; i++) {
		y = rand() < .4
		printf "k%d,r%d,a%d,%s\n", i, i % 7, i % 11, y ? "yes" : "no" > dir
		printf "k%d", i > said
		for (v = 1; v <= versions; v++)
			printf ",%.3f", (y * .3 + rand() * .7) > said
		printf "\n" > said
	}
}'
"$muster" -q init
"$muster" -q model add m --task binary --owner team
"$muster" -q testset create live "$work/set.csv" --task binary --target y \
	--positive yes --key id --slice region --slice age --slice region+age
for v in $(seq "$VERSIONS"); do
	"$muster" -q version add m
	"$muster" -q predictions import "m@$v" live "$work/said.csv" \
		--score "s$v" --threshold .5
done
"$muster" -q eval live --all
for p in $(seq "$PROBLEMS"); do
	"$muster" -q problem add "problem $p" --model m --testset live \
		--users "$p" --users-source survey --harm 3 --owner ana
	"$muster" -q problem pattern "P-$p" --where "region:r$((p % 7)) age:a$((p % 11))" \
		--pattern false-positive
done
"$muster" -q version stage m@1 production --reason first
now() { date +%s.%N; }
bad=0
took() {	# NAME BAR COMMAND...
	name=$1 bar=$2
	shift 2
	from=$(now)
	"$@" >"$work/out"
	to=$(now)
	echo "$(echo "$name" | tr " " -) $from $to $bar" | awk '{ t = $3 - $2
		printf "%-34s %7.3f s (bar %s s)\n", $1, t, $4
		exit t > $4 }' || bad=1
}
took "report html" "$BAR" "$muster" report "m@$VERSIONS"
cp "$work/out" "$work/report.html"
took "report md" "$BAR" "$muster" report "m@$VERSIONS" --format md
took "report json" "$BAR" "$muster" report "m@$VERSIONS" --format json
took "report cyclonedx" "$BAR" "$muster" report "m@$VERSIONS" \
	--format cyclonedx
took "verify-report" 0.5 "$muster" verify-report "$work/report.html"
took "verify-report with the registry" 4 env -u MUSTER_REGISTRY "$muster" \
	verify-report "$work/report.html" -R "$work/r.db"
exit $bad
