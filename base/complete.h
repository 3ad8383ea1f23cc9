/* What a path or a word could go on with, for a prompt's Tab. */
#ifndef MUSTER_BASE_COMPLETE_H
#define MUSTER_BASE_COMPLETE_H

#include <stddef.h>

#include "base/buf.h"
#include "base/vec.h"

/* Appends to longer the path as far as it is certain ("~/" becomes $HOME),
 * with '/' behind a folder, and to names, in byte order, what it could be:
 * the last parts, folders with '/'. Hidden files only for a name that begins
 * with a dot. Returns how many; 0: none, or the folder cannot be read, and
 * what longer gets is the path as it came. */
size_t path_complete(const char *path, struct buf *longer, struct strs *names);

/* The same of a word among some that are given, once each however often they
 * are; names gets copies. */
size_t word_complete(const char *word, const struct strs *all,
		     struct buf *longer, struct strs *names);

#endif
