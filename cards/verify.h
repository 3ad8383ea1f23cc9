/* Is a report what it says it is? Three questions, each with its own answer:
 * is the file whole (its seal); is the log that it names the one of a
 * checkpoint that somebody kept; does the registry, as of that entry, give
 * the same bytes again. */
#ifndef MUSTER_CARDS_VERIFY_H
#define MUSTER_CARDS_VERIFY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/hash.h"
#include "registry/registry.h"

struct verified {
	bool ok;
	bool has_seal;		/* then entries, root, program are known */
	uint64_t entries;
	char root[HASH_HEX_SIZE];
	char *program;
	char *first_bad;	/* NULL if ok: where, and what */
};
void verified_release(struct verified *v);

/* The seal alone; no registry, no network. */
void verify_whole(const char *text, size_t n, struct verified *out);
/* checkpoint: the text of a C2SP checkpoint. Of the same size its root must
 * be the report's; of another, the registry must show that one log began
 * with the other's entries (path NULL: cannot be told, not ok). */
enum rc verify_checkpoint(const char *text, size_t n, const char *checkpoint,
			  size_t n_checkpoint, const char *path,
			  struct verified *out, struct err *err) MUST_USE;
/* Writes the report anew from the registry at path as of the seal's last
 * entry and compares. RC_OK even if it differs: the verdict says where. */
enum rc verify_registry(const char *text, size_t n, const char *path,
			struct verified *out, struct err *err) MUST_USE;

#endif
