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

# What a terminal sends: bytes, key, action; from a pipe, too.
printf '\033[A\033OBx\303\251\003\033[99~q' | TERM=xterm "$MUSTER" keys --show \
	>out || die "keys --show: exit $?"
said "1b 5b 41            Up        up"
said "1b 4f 42            Down      -"	# remapped above
said "78                  x         export"
said "c3 a9 "
said "03                  ^C        cancel"
said "1b 5b 39 39 7e      unknown   not understood"
said "71                  q         quit"
printf '\033' | TERM=xterm "$MUSTER" keys --show >out || die "keys --show: Esc"
said "1b                  Esc       field-keep, back"
