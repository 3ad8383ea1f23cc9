#!/bin/sh
. "$(dirname "$0")/lib.sh"
expect 4 model list
complained "muster"
expect 0 init -n
said "would create registry"
[ ! -e registry.db ] || die "a dry run created the file"
expect 0 init
said "created registry"
said "(log 0)"
expect 5 init
complained "registry.db"
expect 5 init -n
expect 0 -R other.db init --json
keys j did log dry_run
expect 0 init -Rthird.db -q
[ ! -s out ] || die "quiet says: $(cat out)"
expect 2 init --as-of 2026-01-01
complained "--as-of"
expect 2 init --readonly
expect 4 -R /nonexistent/folder/registry.db init
