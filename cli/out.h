/* Standard output of a command: collected in memory, written in large
 * pieces, and every failed write remembered (FAULTS F32): a full disk or a
 * closed pipe is an error exit, never a silent loss. */
#ifndef MUSTER_CLI_OUT_H
#define MUSTER_CLI_OUT_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"

struct out {
	struct buf buf;		/* what is to be written; append here */
	int why;		/* errno of the first write that failed, or 0 */
};

#define OUT_INIT { BUF_INIT, 0 }

/* Writes when there is enough to be worth it. False: nobody reads any more,
 * so a long listing may stop. */
bool out_breathe(struct out *o);
/* Writes all. RC_IO says what went wrong, with the first failure's reason. */
enum rc out_flush(struct out *o, struct err *err) MUST_USE;
void out_release(struct out *o);

#endif
