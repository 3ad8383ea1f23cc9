#include "cli/opts.h"

#include <string.h>

#include "base/decimal.h"

static enum rc unknown_option(const struct opts *o, const char *typed,
			      const char *name, struct err *err)
{
	const char *meant = option_suggest(o->command, name);
	const char *words = o->command ? o->command->words : NULL;

	if (meant)
		return err_set(err, RC_USAGE, "unknown option '%s'; did you "
			       "mean '--%s'?", typed, meant);
	return err_set(err, RC_USAGE, "unknown option '%s'; "
		       "'muster %s%s--help' lists the options", typed,
		       words ? words : "", words ? " " : "");
}

static bool value_allowed(const char *values, const char *value)
{
	size_t n = strlen(value);

	for (const char *v = values; *v; v += *v == '|') {
		size_t len = strcspn(v, "|");

		if (len == n && memcmp(v, value, n) == 0)
			return true;
		v += len;
	}
	return false;
}

static enum rc take(struct opts *o, const struct option *option,
		    const char *value, struct err *err)
{
	struct given *g;

	if (option->values && !value_allowed(option->values, value))
		return err_set(err, RC_USAGE, "'--%s' takes %s, not '%s'",
			       option->name, option->values, value);
	if (!option->many && option->arg && opt_has(o, option->name))
		return err_set(err, RC_USAGE, "'--%s' was given twice",
			       option->name);
	g = vec_add(&o->given);
	g->option = option;
	g->value = value;
	return RC_OK;
}

/* One "--name", "--name=value" or "--name" "value". */
static enum rc take_long(struct opts *o, char **argv, int argc, int *i,
			 struct err *err)
{
	const char *typed = argv[*i], *eq = strchr(typed, '=');
	size_t n = eq ? (size_t)(eq - typed) - 2 : strlen(typed) - 2;
	char *name = xmemdupz(typed + 2, n);
	const struct option *option = option_find(o->command, name);
	enum rc rc;

	if (!option)
		rc = unknown_option(o, typed, name, err);
	else if (!option->arg && eq)
		rc = err_set(err, RC_USAGE, "'--%s' takes no value", name);
	else if (!option->arg)
		rc = take(o, option, NULL, err);
	else if (eq)
		rc = take(o, option, eq + 1, err);
	else if (*i + 1 < argc)
		rc = take(o, option, argv[++*i], err);
	else
		rc = err_set(err, RC_USAGE, "'--%s' needs %s", name,
			     option->arg);
	free(name);
	return rc;
}

/* A cluster of letters: "-qn", "-RFILE", "-R" "FILE". */
static enum rc take_letters(struct opts *o, char **argv, int argc, int *i,
			    struct err *err)
{
	const char *typed = argv[*i];
	enum rc rc = RC_OK;

	for (const char *p = typed + 1; *p && rc == RC_OK; p++) {
		const struct option *option =
			option_find_letter(o->command, *p);

		if (!option)
			return unknown_option(o, typed, typed + 1, err);
		if (!option->arg) {
			rc = take(o, option, NULL, err);
			continue;
		}
		if (p[1])
			return take(o, option, p + 1, err);
		if (*i + 1 == argc)
			return err_set(err, RC_USAGE, "'-%c' needs %s", *p,
				       option->arg);
		return take(o, option, argv[++*i], err);
	}
	return rc;
}

static enum rc unknown_command(const struct words *w, bool in_group,
			       struct err *err)
{
	const char *meant = command_suggest(w->at, w->n);
	bool both = meant ? w->n > 1 && strchr(meant, ' ') : in_group;
	const char *blank = both ? " " : "", *second = both ? w->at[1] : "";

	if (meant)
		return err_set(err, RC_USAGE, "unknown command '%s%s%s'; did "
			       "you mean '%s'?", w->at[0], blank, second,
			       meant);
	return err_set(err, RC_USAGE, "unknown command '%s%s%s'; 'muster "
		       "--help' lists all", w->at[0], blank, second);
}

/* The words of the command stand first among what is not a global option, so
 * that its own options are known before they are met. */
static enum rc find_command(struct opts *o, int argc, char **argv,
			    size_t *n_words, struct err *err)
{
	struct words w = VEC_INIT;
	enum rc rc = RC_OK;

	*n_words = 0;
	for (int i = 1; i < argc; i++) {
		const char *a = argv[i];
		const struct option *option = NULL;

		if (strcmp(a, "--") == 0)
			break;
		if (a[0] != '-' || a[1] == '\0') {
			vec_push(&w, argv[i]);
			continue;
		}
		if (a[1] == '-' && !strchr(a, '='))
			option = option_find(NULL, a + 2);
		else if (a[1] != '-' && a[2] == '\0')
			option = option_find_letter(NULL, a[1]);
		if (w.n >= 2)
			break;
		if (option && option->arg)
			i++;
	}
	if (w.n)
		o->command = command_find(w.at, w.n, n_words);
	if (w.n && !o->command && command_is_group(w.at[0]))
		o->group = w.at[0];
	if (o->group && w.n == 1)
		*n_words = 1;
	else if (w.n && !o->command)
		rc = unknown_command(&w, o->group != NULL, err);
	vec_free(&w);
	return rc;
}

static enum rc check_count(const struct opts *o, struct err *err)
{
	const struct command *c = o->command;
	int n = (int)o->args.n;

	if (!c || opt_has(o, "help"))
		return RC_OK;
	if (n < c->min_args)
		return err_set(err, RC_USAGE, "'muster %s' needs %s; "
			       "'muster %s --help' shows examples", c->words,
			       c->args, c->words);
	if (c->max_args >= 0 && n > c->max_args)
		return err_set(err, RC_USAGE, "'muster %s' does not take '%s'; "
			       "its arguments are: %s", c->words,
			       o->args.at[c->max_args],
			       *c->args ? c->args : "none");
	return RC_OK;
}

enum rc opts_parse(struct opts *o, int argc, char **argv, struct err *err)
{
	size_t n_words;
	bool open = true;
	enum rc rc;

	*o = (struct opts){ 0 };
	rc = find_command(o, argc, argv, &n_words, err);
	for (int i = 1; i < argc && rc == RC_OK; i++) {
		const char *a = argv[i];

		if (open && strcmp(a, "--") == 0)
			open = false;
		else if (open && a[0] == '-' && a[1] == '-')
			rc = take_long(o, argv, argc, &i, err);
		else if (open && a[0] == '-' && a[1])
			rc = take_letters(o, argv, argc, &i, err);
		else if (n_words)
			n_words--;
		else
			vec_push(&o->args, argv[i]);
	}
	return rc == RC_OK ? check_count(o, err) : rc;
}

void opts_release(struct opts *o)
{
	vec_free(&o->args);
	vec_free(&o->given);
}

bool opt_has(const struct opts *o, const char *name)
{
	for (size_t i = 0; i < o->given.n; i++)
		if (strcmp(o->given.at[i].option->name, name) == 0)
			return true;
	return false;
}

const char *opt_str(const struct opts *o, const char *name)
{
	for (size_t i = 0; i < o->given.n; i++)
		if (strcmp(o->given.at[i].option->name, name) == 0)
			return o->given.at[i].value;
	return NULL;
}

void opt_list(const struct opts *o, const char *name, struct strs *out)
{
	for (size_t i = 0; i < o->given.n; i++)
		if (strcmp(o->given.at[i].option->name, name) == 0)
			strs_add(out, o->given.at[i].value);
}

void opt_commas(const struct opts *o, const char *name, struct strs *out)
{
	for (size_t i = 0; i < o->given.n; i++)
		if (strcmp(o->given.at[i].option->name, name) == 0)
			strs_add_commas(out, o->given.at[i].value);
}

enum rc opt_num(const struct opts *o, const char *name, bool *has, double *out,
		struct err *err)
{
	const char *s = opt_str(o, name);

	*has = s != NULL;
	if (s && !decimal_read(s, strlen(s), out))
		return err_set(err, RC_USAGE, "'--%s' takes a number, not "
			       "'%s'", name, s);
	return RC_OK;
}

enum rc opt_u64(const struct opts *o, const char *name, uint64_t fallback,
		uint64_t *out, struct err *err)
{
	const char *s = opt_str(o, name);

	*out = fallback;
	if (s && !decimal_read_u64(s, strlen(s), out))
		return err_set(err, RC_USAGE, "'--%s' takes a whole number, "
			       "not '%s'", name, s);
	return RC_OK;
}
