#!/bin/sh
# Makes the registry of the scripts that say "#registry total": that of
# problems.sh with days on which factors change. Usage: total.sh MUSTER
# REGISTRY.
set -eu
muster=$1
sh "$(dirname "$0")/problems.sh" "$1" "$2"
export MUSTER_REGISTRY="$2" LC_ALL=C.UTF-8 TZ=UTC
{
	MUSTER_NOW=2026-03-02T09:00:00Z "$muster" problem set P-1 harm=5 \
		--reason 'two were evicted'
	MUSTER_NOW=2026-03-05T09:00:00Z "$muster" problem set P-1 users=9 \
		--reason 'the survey was repeated'
	MUSTER_NOW=2026-03-09T09:00:00Z "$muster" version stage credit@7 \
		candidate --reason 'it is next'
	MUSTER_NOW=2026-03-10T09:00:00Z "$muster" problem set P-1 users=3 \
		--reason 'most were called back'
} >"$2.log" 2>&1 || cat "$2.log"
