#!/bin/sh
# Functions that belong to one file (STYLE rule 21). A line is excused by a
# comment on it that starts with "ok:" and gives the reason.
set -eu
cd "$(dirname "$0")/.."
bad=0
# rule PATTERN WHERE-ALLOWED(regex) WHY  — over product code
rule() {
	hits=$(grep -rnE "$1" base model registry cards tui cli \
	       --include='*.c' --include='*.h' |
	       grep -vE "^($2):" | grep -vE '/\* *ok:' |
	       grep -vE '^[^:]+:[0-9]+:[[:space:]]*(\*|/\*|//)' || true)
	if [ -n "$hits" ]; then
		printf '%s\n  -> %s\n' "$hits" "$3"
		bad=1
	fi
}
rule '\bsqlite3_' 'registry/db(_stmt)?\.c' 'SQLite is called in registry/db.c and db_stmt.c only'
rule '\b(time|gettimeofday|clock_gettime|clock)\(' 'base/clock\.c' 'the clock is asked in base/clock.c only'
rule '\b(fork|vfork|posix_spawnp?|execvp?e?|execve)\(' 'base/(spawn|child)\.c' 'processes are started in base/spawn.c, and models by the keeper of base/child.c, only'
rule '%[-+ #0-9.*]*l?[feEgG]' 'base/decimal\.c' 'numbers are printed in base/decimal.c only'
rule '\b(strtod|strtof|strtold)\(' 'base/decimal\.c' 'numbers are read in base/decimal.c only'
rule '\bsetlocale\(' 'cli/main\.c' 'the locale is set in cli/main.c only'
rule '\bgetenv\("(USER|LOGNAME|SUDO_USER)"' 'none' 'the environment is no identity'
hits=$(grep -nE '\b(open|fopen|openat|creat)\(' registry/*.c | grep -vE '/\* *ok:' || true)
if [ -n "$hits" ]; then
	printf '%s\n  -> registry/ opens no file: closing it would drop the locks\n' "$hits"
	bad=1
fi
# guards equal paths
for h in base/*.h model/*.h registry/*.h cards/*.h tui/*.h cli/*.h; do
	[ -f "$h" ] || continue
	guard=MUSTER_$(echo "${h%.h}" | tr 'a-z/' 'A-Z_')_H
	grep -q "^#ifndef $guard\$" "$h" || { echo "$h: guard should be $guard"; bad=1; }
done
[ $bad = 0 ] && echo "source rules: ok"
exit $bad
