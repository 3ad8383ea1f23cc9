#!/bin/sh
# A document is approved by somebody else, and over gaps only by saying how
# many; the log keeps which.
. "$(dirname "$0")/lib.sh"
two_people
printf '## 1.1 Made by\n\nThe team\n' >card.md
chmod 644 card.md
as games 0 init
as games 0 model add m --task binary
as games 0 version add m
as games 0 card import m@1 "$work/card.md"
as games 0 card status m@1 in-review
as games 1 card status m@1 approved --reason mine --gaps 1
complained 'nobody approves what they wrote'
as news 3 card status m@1 approved --reason read
complained 'without an answer: '
complained ' more; --gaps '
n=$(sed 's/.*--gaps \([0-9]*\) .*/\1/' err)
[ "$n" -gt 12 ] || die "only $n gaps"
as news 3 card status m@1 approved --reason read --gaps $((n - 1))
as news 2 card status m@1 approved --reason read --gaps some
as news 0 card history m@1 --json
json "j['revisions'][0]['status'] == 'in-review'"
as news 0 card status m@1 approved --reason read --gaps "$n"
as news 0 card history m@1 --json
json "j['revisions'][0]['status'] == 'approved'"
as news 0 log --kind document.status
said "in-review to approved (read (over $n gaps: "
as news 0 fsck
