#!/bin/sh
# F81: what the build promises stands in the program: PIE, RELRO with all
# bound at start, checked copies, stack protection, no executable stack.
. "$(dirname "$0")/../cli/lib.sh"
[ "$(basename "${B:-build}")" != sanitize ] || { echo "sanitizers replace the hardening"; exit 77; }
command -v readelf >/dev/null || { echo "no readelf"; exit 77; }
readelf -hW "$MUSTER" >head
readelf -lW "$MUSTER" >segments
readelf -dW "$MUSTER" >dynamic
readelf -sW "$MUSTER" >symbols
grep -q 'Type:.*DYN' head || die "not position independent"
grep -q 'GNU_RELRO' segments || die "no RELRO"
grep -qE 'BIND_NOW|Flags:.*NOW' dynamic || die "not bound at start"
grep 'GNU_STACK' segments | grep -q ' RW ' || die "an executable stack"
grep -q '__stack_chk_fail' symbols || die "no stack protection"
grep -qE '__(memcpy|snprintf|vsnprintf|fprintf)_chk' symbols ||
	die "no checked copies"
grep -q -- '-Wformat=2' "$root/docs/warnings.txt" || die "no -Wformat=2"
