#!/bin/sh
# Installs the Debian packages that building and testing need and that are
# missing; says what for. Without network or rights it names them and stops.
set -eu

# package: what for
list='gcc: compiler
make: build
libc6-dev: C library
libncurses-dev: the terminal
libsqlite3-dev: the registry file
libcsv-dev: CSV
libpcre2-dev: rules and search
libjansson-dev: JSON
nettle-dev: SHA-256
r-mathlib: statistical distributions
libcmark-dev: Markdown
libyaml-dev: YAML
libcmocka-dev: unit tests
libvterm-dev: tests on a simulated terminal
sqlite3: tests that look at the file from outside
python3: tests that compare JSON and figures
strace: tests that inject faults
procps: tests that look for processes left behind
tmux: one smoke test in a real terminal
openssh-client: signatures
man-db: reading the manual
ncurses-term: terminal descriptions for tests'

missing=
why=
while IFS=': ' read -r package reason; do
	if ! dpkg-query -W -f '${Status}' "$package" 2>/dev/null |
	     grep -q 'install ok installed'; then
		missing="$missing $package"
		why="$why
  $package ($reason)"
	fi
done <<LIST
$list
LIST
[ -n "$missing" ] || exit 0

echo "muster needs these Debian packages:$why" >&2
if ! command -v apt-get >/dev/null; then
	echo "apt-get is not here: install them with your package manager, then run make again" >&2
	exit 1
fi
sudo=
if [ "$(id -u)" != 0 ]; then
	if ! command -v sudo >/dev/null; then
		echo "ask an administrator to run: apt-get install$missing" >&2
		exit 1
	fi
	sudo=sudo
fi
install() {
	# shellcheck disable=SC2086
	DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -q \
		--no-install-recommends $missing >&2
}
install || { $sudo apt-get update -q >&2 && install; } || {
	echo "could not install (no network or no rights?); as an administrator run: apt-get install$missing" >&2
	exit 1
}
