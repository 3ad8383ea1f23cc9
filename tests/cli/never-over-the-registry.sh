#!/bin/sh
# No output takes the place of the registry, or the name of its journal.
. "$(dirname "$0")/lib.sh"
small_set
expect 0 eval loans --all
expect 0 problem add 'old people' --model scorer --testset loans \
	--rule 'age>=41'
expect 0 checkpoint -o head
printf 'age,text\n50,a\n' >sample.csv
ln -s registry.db link.db
ln registry.db hard.db
ln -s . same
cp registry.db before.db

# kept WORD...: muster refuses to write there, and the registry is what it was
kept() {
	expect 1 "$@"
	complained "registry"
	cmp -s before.db registry.db || die "'$*' changed the registry"
	[ "$(stat -c %i registry.db)" = "$inode" ] || die "'$*' took its place"
	ls >names
	cmp -s names names-before || die "'$*' left $(diff names-before names)"
	[ ! -s registry.db-journal ] || die "'$*' wrote the journal"
}
touch names names-before
ls >names-before
inode=$(stat -c %i registry.db)
for to in registry.db ./registry.db "$work/registry.db" same/registry.db \
	link.db hard.db registry.db-journal same/registry.db-journal \
	registry.db-wal registry.db-shm; do
	kept report scorer@1 -o "$to"
	kept report --kind overview -o "$to"
	kept card export scorer@1 --format md -f -o "$to"
	kept problem sheet P-1 sample.csv -f -o "$to"
	kept checkpoint -o "$to"
	kept checkpoint prove 1 -o "$to"
	kept backup "$to" --replace
done
kept checkpoint prove 1 --entry registry.db-journal
kept bundle scorer@1 loans -o registry.db-journal
kept bundle scorer@1 loans -o registry.db-wal
kept bundle scorer@1 loans -o same/registry.db-journal
# names beside it are free, and so are copies
expect 0 report scorer@1 -o registry.db-report.html
expect 0 backup copy.db
expect 0 backup copy.db --replace
expect 0 fsck
