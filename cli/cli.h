/* What every command's function gets: its arguments, the registry, the way
 * out. A function collects arguments, calls one use case, shows the result. */
#ifndef MUSTER_CLI_CLI_H
#define MUSTER_CLI_CLI_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/command.h"
#include "cli/opts.h"
#include "cli/out.h"
#include "cli/progress.h"
#include "cli/table.h"
#include "registry/model.h"
#include "registry/registry.h"

struct cli {
	const struct command *command;
	struct opts opts;
	struct out out;
	enum format format;
	bool quiet, dry_run, readonly, no_input, color;
	const char *as_of;		/* or NULL */
	char *path;			/* of the registry */
	struct registry *reg;		/* after cli_open */
	uint64_t size_before;		/* of the log when it was opened */
	struct progress progress;
	/* What cli_did adds to its JSON object; or NULL. */
	void (*did_more)(struct json_out *o, const void *arg);
	const void *did_arg;
};

/* Opens the registry as the command's row and the options ask. Dispatch does
 * it for every command that is not COMMAND_LOCAL. */
enum rc cli_open(struct cli *c, struct err *err) MUST_USE;
/* Runs one call from its words on, as main does: options, registry, command,
 * output. The exit status; what went wrong stands on stderr. */
int cli_run(int argc, char **argv);

/* Opens the workbench on a registry (NULL: the default one). RC_USAGE without
 * a terminal. */
enum rc cli_workbench(struct cli *c, const char *path, struct err *err)
	MUST_USE;
/* The i-th argument, or NULL. */
const char *cli_arg(const struct cli *c, size_t i);
/* RC_USAGE unless the text is the number of a revision. */
enum rc cli_revision(const char *text, int64_t *out, struct err *err) MUST_USE;
/* Progress for long use cases: a bar on a terminal after half a second. */
struct reg_progress *cli_progress(struct cli *c);
/* Says in one line what was done, or would be: "added model m (log 3)", where
 * 3 is the entry that records it, if there is one.
 * done and would are the verb in both forms. Nothing when quiet. */
void cli_did(struct cli *c, const char *done, const char *would,
	     const char *fmt, ...) PRINTF_LIKE(4, 5);
/* One line of remark on stderr, made safe; nothing when quiet. */
void cli_note(struct cli *c, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* Remarks that a name taken now differs from one there is in letter case
 * only. */
void cli_warn_case(struct cli *c, const char *name, const char *other);
/* A table in the form that was asked for. */
struct table *cli_table(struct cli *c, const struct table_spec *spec);

/* RC_IO if a file to read cannot be ("-" always can): a missing file is no
 * object that does not exist. */
enum rc cli_readable(const char *path, struct err *err) MUST_USE;
/* RC_USAGE unless '--reason' was given and says something. */
enum rc cli_reason(const struct cli *c, struct err *err) MUST_USE;
/* "NAME" or "NAME@REVISION": *name is the caller's to free, *revision 0 for
 * the newest. */
enum rc cli_testset_ref(const char *text, char **name, int64_t *revision,
			struct err *err) MUST_USE;
/* "K=V" at the first '='; RC_USAGE without one. */
enum rc cli_pairs(const struct opts *o, const char *option, struct pairs *out,
		  struct err *err) MUST_USE;

#endif
