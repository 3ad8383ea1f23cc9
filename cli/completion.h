/* bash completion from the command table. */
#ifndef MUSTER_CLI_COMPLETION_H
#define MUSTER_CLI_COMPLETION_H

#include "base/buf.h"

void completion_write(struct buf *out);

#endif
