#!/bin/sh
. "$(dirname "$0")/lib.sh"
expect 0 info --json
json "'does not exist' in j['state'] and j['registry'].endswith('registry.db')"
expect 0 init
expect 0 info --json
json "j['entries'] == 1"
expect 0 info
said "registry"
expect 2 info -n
