/* version list: versions with what the list of the workbench says of their
 * cards and of open problems. */
#ifndef MUSTER_CLI_VERSION_LIST_H
#define MUSTER_CLI_VERSION_LIST_H

#include "cli/cli.h"

/* The run of its row. */
enum rc version_list(struct cli *c, struct err *err);

#endif
