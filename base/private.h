/* Folders and files of ours that nobody else reads: drafts, texts handed to an
 * editor or a pager. They stand in the state folder (fsx_state_dir). */
#ifndef MUSTER_BASE_PRIVATE_H
#define MUSTER_BASE_PRIVATE_H

#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"

/* The path of the state folder's folder of that name, made if need be, for the
 * caller to free: no link, ours, 0700. RC_REFUSED if it is somebody else's;
 * RC_FAILED where there is no home. */
enum rc private_folder(const char *name, char **out, struct err *err) MUST_USE;
/* Appends the file to out. It may have been in other hands: RC_REFUSED unless
 * what is opened is a plain file of ours with this one name, and no link;
 * editors that save by renaming leave such a file, too. RC_NOT_FOUND if there
 * is none, RC_BAD_INPUT if it has more than max bytes. */
enum rc private_read(const char *path, size_t max, struct buf *out,
		     struct err *err) MUST_USE;

#endif
