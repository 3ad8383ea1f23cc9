/* Drafts of texts that are no documents: lines typed at prompts, a gate being
 * written, the answers of an assessment. One file for each registry and name, 0600 in a folder of
 * ours, written whole. (Documents have tui/draft.h, which joins two people's
 * work; here the later one finds what the former left.) */
#ifndef MUSTER_TUI_TEXT_DRAFT_H
#define MUSTER_TUI_TEXT_DRAFT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/vec.h"

/* Returns when the bytes are on the disk. */
enum rc text_draft_save(const char *registry, const char *name,
			const char *text, struct err *err) MUST_USE;
/* False: there is none, or none that can be trusted. */
bool text_draft_load(const char *registry, const char *name,
		     struct buf *out);
void text_draft_drop(const char *registry, const char *name);

/* Those of this registry, the newest first; appends. A draft's name stands in
 * a file beside it. */
struct text_draft_info { char *name; int64_t time; };
VEC_DECLARE(struct text_draft_info, text_draft_infos);
void text_draft_list(const char *registry, struct text_draft_infos *out);
void text_draft_infos_release(struct text_draft_infos *v);

#endif
