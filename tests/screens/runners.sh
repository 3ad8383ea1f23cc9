#!/bin/sh
# Makes the registry of the scripts that say "#registry runners": a set of six
# patterns and three versions, one whose runner answers, one whose runner
# fails with a word, one without a runner. Usage: runners.sh MUSTER REGISTRY;
# MUSTER_NOW is pinned.
set -eu
muster=$1
here=$(cd "$(dirname "$2")" && pwd)
export MUSTER_REGISTRY="$2" LC_ALL=C.UTF-8 TZ=UTC
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

cat >"$here/answers.sh" <<'SH'
#!/bin/sh
echo key,label
while IFS=, read -r key rest; do
	[ "$key" = key ] || echo "$key,${rest%%,*}"
done
SH
printf '#!/bin/sh\necho "no such feature: shoe size" >&2\nexit 4\n' \
	>"$here/fails.sh"
chmod +x "$here/answers.sh" "$here/fails.sh"
printf 'key,says,truth\na,yes,yes\nb,no,no\nc,yes,no\nd,no,no\ne,yes,yes\n%s\n' \
	f,no,yes >"$tmp/set.csv"
printf 'key,says,truth\ng,yes,yes\nh,no,no\n' >"$here/more.csv"
{
	"$muster" init
	"$muster" model add echo --task binary
	"$muster" version add echo --runner "$here/answers.sh"
	"$muster" version add echo --runner "$here/fails.sh"
	"$muster" version add echo
	"$muster" testset create small "$tmp/set.csv" --task binary \
		--target truth --positive yes --key key --input says
} >"$tmp/log" 2>&1 || { cat "$tmp/log"; exit 1; }
