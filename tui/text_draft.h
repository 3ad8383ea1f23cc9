/* Drafts of texts that are no documents: a gate being written, the answers of
 * an assessment. One file for each registry and name, 0600 in a folder of
 * ours, written whole. (Documents have tui/draft.h, which joins two people's
 * work; here the later one finds what the former left.) */
#ifndef MUSTER_TUI_TEXT_DRAFT_H
#define MUSTER_TUI_TEXT_DRAFT_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"

/* Returns when the bytes are on the disk. */
enum rc text_draft_save(const char *registry, const char *name,
			const char *text, struct err *err) MUST_USE;
/* False: there is none, or none that can be trusted. */
bool text_draft_load(const char *registry, const char *name,
		     struct buf *out);
void text_draft_drop(const char *registry, const char *name);

#endif
