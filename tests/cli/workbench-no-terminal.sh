#!/bin/sh
# Bare muster without a terminal: the reason, the command to use, status 2.
. "$(dirname "$0")/lib.sh"
expect 2
complained "stdout is not a terminal; use 'muster model list --json'"
[ ! -s out ] || die "something was drawn into a pipe"
expect 2 --no-input
complained "muster model list --json"
