/* What the files of 'muster problem' share. */
#ifndef MUSTER_CLI_PROBLEM_WORDS_H
#define MUSTER_CLI_PROBLEM_WORDS_H

#include "cli/cli.h"
#include "registry/problem.h"

/* Argument i as a problem's id. */
enum rc problem_arg(const struct cli *c, size_t i, int64_t *id,
		    struct err *err) MUST_USE;

/* A pattern that is written down: options, and what they say. */
#define PROBLEM_REPORT_OPTIONS \
	{ "input", 0, "K=V", "a pattern's input column and value", true, \
	  NULL }, \
	{ "expected", 0, "LABEL", "what the model should have said", false, \
	  NULL }, \
	{ "said", 0, "LABEL", "what it did say", false, NULL }, \
	{ "of", 0, "MODEL@V", "which version said it", false, NULL }, \
	{ "pattern", 0, "KIND", "kind of pattern", false, \
	  "false-positive|false-negative|true-positive|true-negative" }
enum rc problem_report_from(struct cli *c, struct problem_report *r,
			    bool *given, struct err *err) MUST_USE;

/* Says which open problems a new one looks like. */
void report_alike(struct cli *c, int64_t id);

/* Each row of a file of complaints becomes a reported problem. */
enum rc report_complaints(struct cli *c, const struct version_ref *of,
			  const char *path, struct err *err) MUST_USE;

enum rc cmd_problem_show(struct cli *c, struct err *err) MUST_USE;

#endif
