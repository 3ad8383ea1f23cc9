#!/bin/sh
# keys: as the config file has them; --check names clashes and faults.
. "$(dirname "$0")/lib.sh"
export XDG_CONFIG_HOME=$work/config
expect 0 keys
said "Move down"
expect 0 keys --check
said "no clash"
mkdir -p config/muster
cat >config/muster/config <<END
# mine
theme = light
key.down = F5
key.nosuch = x
key.up = q
nonsense
END
expect 3 keys --check
said "config:4: no command 'nosuch'"
said "config:5: 'up' and 'quit' would share a key"
said "config:6: 'nonsense' is not NAME = VALUE"
said "down: F5 is its only key"
complained "4 of the keys' settings are at fault"
expect 0 keys
grep -q '^down  *F5 ' out || die "not as configured: $(grep ^down out)"
