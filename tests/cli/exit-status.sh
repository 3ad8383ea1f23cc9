#!/bin/sh
# Each status of CLI.md once, with its one line on stderr; the manual lists
# the same ones.
. "$(dirname "$0")/lib.sh"
expect 4 model list
complained "registry"
expect 0 init
expect 2 model
complained "needs"
expect 1 -R "$root/README.md" model list
complained "README.md"
expect 5 init
complained "exists"
cp registry.db damaged.db
sqlite3 damaged.db 'DELETE FROM log' || die "could not damage the copy"
expect 3 -R damaged.db fsck
complained "damaged"
for status in 0 1 2 3 4 5 130 143; do
	grep -q "^\.B $status\$" "$root/docs/muster.1" ||
		die "the manual has no status $status"
done
