#!/bin/sh
# What a risk officer reads first: the decision, three risks that are three
# different things, who signed and who is still asked.
. "$(dirname "$0")/lib.sh"
"$MUSTER" demo "$work/demo" >/dev/null 2>&1 || die "no demo"
export MUSTER_REGISTRY=$work/demo/registry.db
expect 0 report matcher@4 --format md
sed '/^## Risks/,$d' out >first
for text in 'not met' 'May version 4 of matcher enter production?' \
	'against production: better' 'three main risks' \
	'gate of production is not met' 'Worse for lang = es' \
	'Open problem P-1, drugs answer a wish for a doctor: impact 8.09' \
	'harm: prescription drugs reach people' \
	'root, admin: authored'; do
	grep -qF "$text" first || grep -qF "$(echo "$text" | sed 's/root/'"$(
		id -un)"'/')" first || die "no '$text' in $(cat first)"
done
# P-3 is what the gate and the slice say already
grep -q 'Open problem P-3' first && die "the same risk twice: $(cat first)"
# it is no less a risk further down, and none is lost
sed -n '/^## Risks/,/^## Questions/p' out >all
grep -q 'Open problem P-3' all || die "P-3 is lost: $(cat all)"
[ "$(grep -c '^- ' all)" = 15 ] || die "not 15: $(cat all)"

printf 'fresh\nsigned by 2 of owner, risk\n' >g.gate
expect 0 gate set production g.gate
expect 0 report matcher@4 --format md
sed '/^## Risks/,$d' out | grep -q 'Still asked for: signed by 2 of owner, risk' ||
	die "not asked for: $(cat out | head -60)"
