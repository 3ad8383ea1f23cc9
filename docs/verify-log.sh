#!/bin/sh
# Checks a muster registry with stock tools alone: sqlite3, sha256sum and, for
# signatures, ssh-keygen. docs/verify.md says what this proves and what not.
#
#	verify-log.sh [OPTIONS] REGISTRY
#
#	-c FILE   a checkpoint: does the log of today begin with that of then?
#	-g FILE   its SSH signature (with -a, -w and -n)
#	-a FILE   allowed signers, as ssh-keygen reads them: then every signed
#	          sign-off is verified, too
#	-w WHO    whose signature the checkpoint must bear
#	-n NAME   namespace of the checkpoint's signature
#
# Says the log's size and root (RFC 6962). Exit 0: it holds; 3: it does not,
# with the first entry that is wrong; 1: something could not be read; 2: usage.
set -u

usage() {
	sed -n '5,14s/^# \{0,1\}//p' "$0" >&2
	exit 2
}
checkpoint= signature= allowed= who= namespace=
while getopts c:g:a:w:n: option; do
	case $option in
	c) checkpoint=$OPTARG ;;
	g) signature=$OPTARG ;;
	a) allowed=$OPTARG ;;
	w) who=$OPTARG ;;
	n) namespace=$OPTARG ;;
	*) usage ;;
	esac
done
shift $((OPTIND - 1))
[ $# = 1 ] || usage
registry=$1
[ -z "$signature" ] || { [ -n "$checkpoint" ] && [ -n "$allowed" ] &&
	[ -n "$who" ] && [ -n "$namespace" ]; } || usage

bad() { echo "verify-log: $*" >&2; exit 3; }
broken() { echo "verify-log: $*" >&2; exit 1; }
for file in "$registry" $checkpoint $signature $allowed; do
	[ -r "$file" ] || broken "'$file' cannot be read"
done
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

# A statement on the registry; what is no database is an error.
db() {
	sqlite3 -readonly -batch -noheader "$registry" "$1" 2>"$work/why" ||
		broken "$(cat "$work/why")"
}

# Indexes run 0, 1, 2 ... and each entry says its own; its columns are copies.
gap=$(db "SELECT coalesce(min(want), -1) FROM
	(SELECT idx, row_number() OVER (ORDER BY idx) - 1 AS want FROM log)
	WHERE idx <> want") || exit $?
[ "$gap" = -1 ] || bad "entry $gap: it is missing"
size=$(db "SELECT count(*) FROM log") || exit $?

# A hash for each file in folder $1, in the order of the names.
hash_files() {
	(cd "$1" && find . -type f | sort | tr '\n' '\0' |
		xargs -0 -r sha256sum | cut -c1-64)
}

# Leaves: SHA-256 of a byte 0 and the entry's own bytes.
mkdir "$work/leaf"
db "SELECT writefile('$work/leaf/' || printf('%012d', idx),
	x'00' || CAST(entry AS BLOB)) FROM log" >/dev/null || exit $?
hash_files "$work/leaf" >"$work/leaves"
rm -r "$work/leaf"
db "SELECT lower(hex(hash)) FROM log ORDER BY idx" >"$work/stored" || exit $?
if ! cmp -s "$work/leaves" "$work/stored"; then
	first=$(paste -d' ' "$work/leaves" "$work/stored" |
		awk '$1 != $2 { print NR - 1; exit }')
	bad "entry $first: its bytes do not have the hash stored with it"
fi
first=$(db "SELECT coalesce(min(idx), -1) FROM log
	WHERE NOT json_valid(entry)
	OR json_extract(entry, '\$.index') IS NOT idx
	OR json_extract(entry, '\$.kind') IS NOT kind
	OR json_extract(entry, '\$.object') IS NOT object
	OR CAST(strftime('%s', json_extract(entry, '\$.time')) AS INTEGER)
		IS NOT time") || exit $?
[ "$first" = -1 ] || bad "entry $first: its columns are not what it says"

# Blobs bear the hash of their bytes as their name; entries name them.
mkdir "$work/blob"
db "SELECT writefile('$work/blob/' || printf('%012d', id), data) FROM blob" \
	>/dev/null || exit $?
hash_files "$work/blob" >"$work/blobs"
db "SELECT lower(hex(hash)) FROM blob ORDER BY id" >"$work/names" || exit $?
cmp -s "$work/blobs" "$work/names" || bad "blob row $(db "SELECT id FROM blob
	ORDER BY id LIMIT 1 OFFSET $(paste -d' ' "$work/blobs" "$work/names" |
	awk '$1 != $2 { print NR - 1; exit }')"): its bytes do not have its name"

# The root over the first $1 leaves: pairs are joined level by level as
# SHA-256 of a byte 1, left, right; a node without a partner moves up.
root_of() {
	if [ "$1" = 0 ]; then
		printf '' | sha256sum | cut -c1-64
		return
	fi
	head -n "$1" "$work/stored" >"$work/level"
	while [ "$(wc -l <"$work/level")" -gt 1 ]; do
		rm -f "$work/hashes.db"
		mkdir "$work/node"
		{
			echo "CREATE TABLE h(n INTEGER PRIMARY KEY, x BLOB);"
			echo "BEGIN;"
			awk '{ printf "INSERT INTO h VALUES(%d, x'\''%s'\'');\n",
			       NR - 1, $1 }' "$work/level"
			echo "COMMIT;"
			echo "SELECT writefile('$work/node/' ||
				printf('%012d', a.n), x'01' || a.x || b.x)
				FROM h a JOIN h b ON b.n = a.n + 1
				WHERE a.n % 2 = 0;"
		} | sqlite3 -batch "$work/hashes.db" >/dev/null
		odd=
		[ $(($(wc -l <"$work/level") % 2)) = 0 ] ||
			odd=$(tail -n 1 "$work/level")
		hash_files "$work/node" >"$work/next"
		[ -z "$odd" ] || echo "$odd" >>"$work/next"
		mv "$work/next" "$work/level"
		rm -r "$work/node"
	done
	cat "$work/level"
}

echo "$size entries, root $(root_of "$size")"

# -- Sign-offs: the statement that was signed is a blob that the entry names.
verify_signoffs() {
	db "SELECT idx FROM log WHERE kind = 'signoff.add'
		AND json_extract(entry, '\$.body.signature') IS NOT NULL
		ORDER BY idx" >"$work/signed" || exit $?
	while read -r idx; do
		field() { db "SELECT json_extract(entry, '\$.$1') FROM log
			WHERE idx = $idx"; }
		field body.signature >"$work/sig"
		blob=$(field body.statement | sed 's/^blob://')
		case $blob in
		*[!0-9a-f]*|'') bad "entry $idx: it names no statement" ;;
		esac
		rm -f "$work/statement"
		db "SELECT writefile('$work/statement', data) FROM blob
			WHERE hash = x'$blob'" >/dev/null
		[ -s "$work/statement" ] ||
			bad "entry $idx: its statement is not there"
		for fact in meaning role stage; do
			grep -qxF "$fact \"$(field body.$fact)\"" \
				"$work/statement" ||
				bad "entry $idx: another $fact was signed"
		done
		of=$(db "SELECT substr(object, 9) FROM log WHERE idx = $idx")
		grep -qxF "version \"$of\"" "$work/statement" ||
			bad "entry $idx: another version was signed"
		at=$(field time | tr -cd '0-9Z')
		ns=$(namespace_of "$work/sig")
		case $ns in
		muster-signoff|muster-signoff@*) ;;
		*) bad "entry $idx: its signature is one for '$ns'" ;;
		esac
		ssh-keygen -Y verify -f "$allowed" -n "$ns" \
			-I "$(field body.principal)" -s "$work/sig" \
			-O verify-time="$at" <"$work/statement" \
			>"$work/said" 2>&1 ||
			bad "entry $idx: the signature does not hold:" \
				"$(tail -n 1 "$work/said")"
		echo "entry $idx, $of: $(cat "$work/said")"
	done <"$work/signed"
}

# Fields of an SSHSIG blob are a length of four bytes and bytes: after six
# letters and the version come the key and the namespace.
namespace_of() {
	sed '/^-----/d' "$1" | base64 -d | od -An -v -tu1 | tr -s ' \n' '\n' |
		sed '/^$/d' | awk '
		{ b[NR] = $1 }
		function len(at) {
			return ((b[at] * 256 + b[at + 1]) * 256 + b[at + 2]) \
				* 256 + b[at + 3]
		}
		END {
			at = 11 + 4 + len(11)
			for (i = 1; i <= len(at); i++)
				printf "%c", b[at + 3 + i]
		}'
}

[ -z "$allowed" ] || verify_signoffs || exit $?

# -- A checkpoint: origin, size, root in base64, each on a line of its own.
[ -n "$checkpoint" ] || exit 0
then_size=$(sed -n 2p "$checkpoint")
case $then_size in
''|*[!0-9]*|0?*) bad "the checkpoint's second line is no size" ;;
esac
then_root=$(sed -n 3p "$checkpoint" | base64 -d 2>/dev/null |
	od -An -v -tx1 | tr -d ' \n')
[ "${#then_root}" = 64 ] || bad "the checkpoint's third line is no root"
[ "$then_size" -le "$size" ] || bad "the checkpoint knows $then_size entries," \
	"the log has $size: its end was cut, or an older copy was put back"
[ "$(root_of "$then_size")" = "$then_root" ] ||
	bad "the first $then_size entries are not those of the checkpoint"
echo "the log begins with the $then_size entries of the checkpoint"
[ -n "$signature" ] || exit 0
ssh-keygen -Y verify -f "$allowed" -I "$who" -n "$namespace" \
	-s "$signature" <"$checkpoint" ||
	bad "the checkpoint's signature does not hold"
