/* The commands of muster: one const row each, from which dispatch, --help,
 * suggestions, the manual page and shell completion are made.
 *
 * A noun's file (cmd_model.c) holds its rows and their functions, and offers
 * the rows as an array ended by an empty one; command.c lists the arrays in
 * the order of the manual. */
#ifndef MUSTER_CLI_COMMAND_H
#define MUSTER_CLI_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct cli;

struct option {
	const char *name;	/* without dashes: "where" */
	char letter;		/* 'n' for -n, or 0 */
	const char *arg;	/* "EXPR"; NULL: a switch */
	const char *help;	/* lower case, no full stop */
	bool many;		/* may be given several times */
	const char *values;	/* "binary|multiclass": the only ones, or NULL */
};

#define COMMAND_CHANGES 1u	/* appends to the log: refuses --as-of */
#define COMMAND_HIDDEN 2u	/* not in help, manual and completion */
#define COMMAND_NO_DRY_RUN 4u	/* refuses -n */
#define COMMAND_LOCAL 8u	/* opens the registry itself, if at all */
#define COMMAND_STORES 16u	/* reads, and stores what it computed unless
				 * --readonly, --as-of or -n is given */

struct command {
	const char *words;		/* "testset create" */
	const char *args;		/* "NAME FILE.csv"; "" for none */
	int min_args, max_args;		/* max -1: any number */
	const char *summary;		/* one line, lower case, no full stop */
	const char *more;		/* a paragraph for --help, or NULL */
	const struct option *options;	/* ended by an empty row, or NULL */
	const char *const *examples;	/* without "muster", ended by NULL */
	unsigned flags;
	enum rc (*run)(struct cli *c, struct err *err);
};

#define COMMAND_TABLES(X) \
	X(init_commands) \
	X(demo_commands) \
	X(info_commands) \
	X(keys_commands) \
	X(model_commands) \
	X(version_commands) \
	X(testset_commands) \
	X(revise_commands) \
	X(slice_commands) \
	X(dataset_commands) \
	X(predictions_commands) \
	X(run_commands) \
	X(eval_commands) \
	X(rank_commands) \
	X(matrix_commands) \
	X(compare_commands) \
	X(moved_commands) \
	X(history_commands) \
	X(spread_commands) \
	X(curve_commands) \
	X(fairness_commands) \
	X(threshold_commands) \
	X(gate_commands) \
	X(assess_commands) \
	X(role_commands) \
	X(sign_commands) \
	X(report_commands) \
	X(verify_report_commands) \
	X(bundle_commands) \
	X(problem_commands) \
	X(problem_pattern_commands) \
	X(problem_users_commands) \
	X(problem_labels_commands) \
	X(problem_suggest_commands) \
	X(report_failure_commands) \
	X(triage_commands) \
	X(log_commands) \
	X(checkpoint_commands) \
	X(prove_commands) \
	X(undo_commands) \
	X(fsck_commands) \
	X(rebuild_commands) \
	X(gc_commands) \
	X(backup_commands) \
	X(card_commands) \
	X(datasheet_commands) \
	X(checklist_commands) \
	X(template_commands) \
	X(docs_commands)

#define X(table) extern const struct command table[];
COMMAND_TABLES(X)
#undef X

/* Options that every command takes, before or after its words. */
extern const struct option global_options[];

/* The i-th command over all tables, or NULL behind the last. */
const struct command *command_at(size_t i);
/* The command whose words are the leading words[0..n_words-1]; *used receives
 * how many words it took. NULL: none. */
const struct command *command_find(char *const *words, size_t n_words,
				   size_t *used);
/* True if word is the first of several commands of two words ("model"). */
bool command_is_group(const char *word);
/* What was meant by words that are no command; static text, or NULL. */
const char *command_suggest(char *const *words, size_t n_words);
/* What was meant by an option that the command does not have, or NULL. */
const char *option_suggest(const struct command *cmd, const char *name);
const struct option *option_find(const struct command *cmd, const char *name);
const struct option *option_find_letter(const struct command *cmd, char c);

#endif
