#!/bin/sh
# Help on stdout with status 0, examples first; typos are answered.
. "$(dirname "$0")/lib.sh"
expect 0 --help
said "muster demo"
said "testset create"
expect 0 model add --help
[ "$(sed -n 3p out)" = Examples ] || die "examples do not come first"
expect 0 --help model add
said "muster model add"
expect 0 model --help
said "model list"
expect 0 --version
said "muster "
expect 2 modle list
complained "did you mean 'model list'?"
expect 2 model lsit
complained "did you mean 'model list'?"
expect 2 model
complained "needs one of: add, list, show, set"
expect 2 frobnicate
complained "'muster --help' lists all"
expect 2 model list --jsno
complained "did you mean '--json'?"
expect 2 model add
complained "needs NAME"
expect 2 model list extra
complained "does not take 'extra'"
expect 2 model list --json --csv
complained "one of"
expect 2 model list -R
complained "needs FILE"
expect 2 model list --json=yes
complained "takes no value"
expect 2 model add x --task trinary
complained "binary|multiclass|regression"
expect 2 model add x --owner a --owner b
complained "given twice"
