#!/bin/sh
# The workbench as numbered questions and plain lines, without a terminal.
. "$(dirname "$0")/lib.sh"
expect 0 init
expect 0 model add credit --task binary --owner ana
expect 0 version add credit --note first
expect 0 version add credit --note second
linear() { "$MUSTER" --linear "$@" >out 2>err || die "ended with $?: $(cat err)"; }
has() { grep -qF -- "$1" out || die "no '$1' in: $(cat out)"; }
# rows carry numbers; a number opens, b or Esc's name goes back
printf '2\nback\nq\n' | TERM=dumb linear
has "   1  credit, v 1"
has "   2  credit, v 2"
has "second"
# a filter, a mark, a menu by number
printf '/v=2\n+1\nsort\n2\nq\nq\nq\n' | TERM=dumb linear
has "Models > v=2"
has "*   1  credit, v 2"
has "number (Enter: none): 2"
has "Sorted by v"
# what can be done, by name, and what cannot be is said
printf '?\nnosuch\n99\nq\n' | linear
has "export"
has "No command 'nosuch'"
has "There is no row 99."
# no escape sequences, no boxes; the end of the input is a way out
printf 'log\n' | linear
if grep -q "$(printf '\033')" out; then die "an escape sequence"; fi
if grep -qE '\+--|--\+' out; then die "a box"; fi
has "model/credit"
# a dumb terminal is told of it
TERM=dumb script -qec "$MUSTER" /dev/null >out 2>&1 </dev/null || true
has "muster --linear"
