#!/bin/sh
# F27: the same data and the same bytes whatever the locale says.
. "$(dirname "$0")/../cli/lib.sh"
expect 0 init
expect 0 model add credit --task binary --owner 'Łukasz 日本 é'
expect 0 version add credit --note 'naïve – first'
cat >set.csv <<END
id,y,x
1,yes,0.5
2,no,1234.25
3,yes,0.1
4,no,0.9
END
expect 0 testset create live set.csv --task binary --target y --positive yes --key id
cat >said.csv <<END
id,score
1,0.9
2,0.25
3,0.75
4,0.5
END
expect 0 predictions import credit@1 live said.csv --score score --threshold .5
expect 0 eval live --all
: >"$work/none.steps"
n=0
for locale in C POSIX C.UTF-8 tr_TR.UTF-8 de_DE.UTF-8 ja_JP.eucJP xx_YY.nothing ''; do
	for format in --json --csv --md; do
		for words in 'model list' 'eval live credit@1' 'rank live' log; do
			case $words$format in eval*--csv|eval*--md) continue ;; esac
			# shellcheck disable=SC2086
			LC_ALL=$locale LANG=$locale "$MUSTER" $words $format \
				>now 2>err || die "$words $format in '$locale': $(cat err)"
			file=$(echo "$words$format" | tr ' ' _)
			[ -f "$file" ] || cp now "$file"
			cmp -s now "$file" ||
				die "'$words $format' differs in '$locale'"
			n=$((n + 1))
		done
	done
	LC_ALL=$locale TERM=xterm LINES=24 COLUMNS=80 MUSTER_STEPS=$work/none.steps \
		"$MUSTER" || die "the workbench does not start in '$locale'"
done
[ $n -gt 60 ] || die "only $n compared"
