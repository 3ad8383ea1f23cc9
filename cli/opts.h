/* The arguments of one call, taken apart by the tables of cli/command.h.
 *
 * Options stand anywhere, before or after the command's words; "--" ends
 * them; "-" is an argument. "--where=EXPR" and "--where EXPR", "-R FILE" and
 * "-RFILE". Whatever the tables do not allow is RC_USAGE, with what was
 * probably meant. */
#ifndef MUSTER_CLI_OPTS_H
#define MUSTER_CLI_OPTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/vec.h"
#include "cli/command.h"

struct given {
	const struct option *option;
	const char *value;	/* NULL: a switch */
};
VEC_DECLARE(struct given, givens);
VEC_DECLARE(char *, words);

struct opts {
	const struct command *command;	/* NULL: bare muster, or a group */
	const char *group;		/* "model" of "model --help", or NULL */
	struct words args;		/* borrowed from argv */
	struct givens given;
};

enum rc opts_parse(struct opts *o, int argc, char **argv, struct err *err)
	MUST_USE;
void opts_release(struct opts *o);

bool opt_has(const struct opts *o, const char *name);
/* The value, or NULL if it was not given. */
const char *opt_str(const struct opts *o, const char *name);
/* All values of an option that may repeat. */
void opt_list(const struct opts *o, const char *name, struct strs *out);
/* As opt_list, each value split at commas. */
void opt_commas(const struct opts *o, const char *name, struct strs *out);
/* *has says whether it was given; RC_USAGE unless a number. */
enum rc opt_num(const struct opts *o, const char *name, bool *has, double *out,
		struct err *err) MUST_USE;
/* fallback if it was not given. */
enum rc opt_u64(const struct opts *o, const char *name, uint64_t fallback,
		uint64_t *out, struct err *err) MUST_USE;

#endif
