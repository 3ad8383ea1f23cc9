/* Drafts: what was typed into a document and is not in the registry yet. A
 * file of its own for each, in $XDG_STATE_HOME/muster/drafts, so that a full,
 * locked or lost registry costs no typing.
 *
 * The folder is 0700 and ours, a file 0600, ours, plain and with one link;
 * anything else in its place is left alone and named. A file appears whole:
 * temporary name, fsync, rename (base/fsx.h). While a program works on a draft
 * it holds a lock beside it, which ends with the program however that ends;
 * so two terminals on one card have two drafts, and what nobody holds is a
 * draft that was left behind.
 *
 * Calling sequence: draft_claim, draft_save as often as needed, then
 * draft_remove (it is in the registry, or thrown away) or nothing (it stays);
 * draft_slot_release at last. Saving and removing go to a thread
 * (tui/writing.h): draft_ended between keys says how it went, draft_wait sees
 * to it that it is done. */
#ifndef MUSTER_TUI_DRAFT_H
#define MUSTER_TUI_DRAFT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/vec.h"
#include "cards/doc.h"
#include "tui/writing.h"

/* Documents are kept as their stored JSON (cards/doc.h). */
struct draft {
	enum doc_type type;
	char *of;		/* "credit-scorer@7" */
	char *registry;		/* absolute path */
	int64_t base;		/* document_rec.base that it is to be saved on */
	int64_t revision;	/* that it started from; 0: none */
	int64_t time;		/* of the saving */
	char *doc;		/* as it stands */
	char *start;		/* as it stood at base */
	/* While somebody else's saving waits to be joined: the document that
	 * both started from, and the items that both have changed. */
	char *ancestor;		/* or NULL */
	struct strs conflicts;
	/* The field that is being typed in. */
	char *item;		/* its id, or NULL */
	enum answer_state state;
	char *typed;
	size_t at;		/* byte of the cursor */
};
void draft_release(struct draft *d);
/* A draft file's text, and back. RC_BAD_INPUT names the field at fault; what
 * the documents hold is not looked at. */
void draft_write(struct buf *out, const struct draft *d);
enum rc draft_read(const char *text, size_t n, struct draft *out,
		   struct err *err) MUST_USE;

/* When what is being typed is due on the disk: after 2 s without a key, and
 * 3.5 s after the first key that is not there yet, so that 4 s are lost at
 * most. Times are clock_ns(); since 0: all is on the disk. */
struct draft_clock { uint64_t since, typed; };
void draft_clock_touch(struct draft_clock *c, uint64_t now);
uint64_t draft_clock_due(const struct draft_clock *c);	/* 0: never */
bool draft_clock_idle(const struct draft_clock *c, uint64_t now);
/* It could not be saved: it is tried again some seconds later. */
void draft_clock_failed(struct draft_clock *c, uint64_t now);

/* A place for one draft. */
struct draft_slot {
	char *path;		/* NULL: there is none */
	int lock;		/* descriptor, -1: none */
	bool written;		/* a file is there, or will be */
	struct writing writing;
};
#define DRAFT_SLOT_NONE { NULL, -1, false, { NULL, NULL } }

/* The first place for this document that no other program holds. *has: a
 * draft was left there, it is in *found. RC_FAILED, RC_REFUSED or RC_IO say
 * why drafts cannot be kept; work goes on without. Damaged and strange files
 * are passed over; *passed (or NULL) names the first, for the caller to free. */
enum rc draft_claim(const char *registry, enum doc_type type, const char *of,
		    struct draft_slot *slot, struct draft *found, bool *has,
		    char **passed, struct err *err) MUST_USE;
/* Neither waits for the disk. */
void draft_save(struct draft_slot *slot, const struct draft *d);
void draft_remove(struct draft_slot *slot);
/* As writing_ended and writing_wait. */
bool draft_ended(struct draft_slot *slot, enum rc *rc, struct err *err);
enum rc draft_wait(struct draft_slot *slot, struct err *err);
/* Waits for what is being written. */
void draft_slot_release(struct draft_slot *slot);

/* Drafts of this registry that nobody works on, the newest first. */
struct draft_info { enum doc_type type; char *of; int64_t time; };
VEC_DECLARE(struct draft_info, draft_infos);
void draft_list(const char *registry, struct draft_infos *out);
void draft_infos_release(struct draft_infos *v);

#endif
