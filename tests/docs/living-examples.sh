#!/bin/sh
# The life of a test set as docs/living.md shows it.
exec "$(dirname "$0")/readme-examples.sh" "${MUSTER:?}" \
	"$(dirname "$0")/../../docs/living.md"
