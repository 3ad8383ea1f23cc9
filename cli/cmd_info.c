/* info: what somebody who helps would ask first. */
#include <langinfo.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/count.h"
#include "base/csv.h"
#include "base/fsx.h"
#include "base/hash.h"
#include "base/json.h"
#include "cli/cli.h"
#include "model/rule.h"
#include "registry/db.h"

struct fact { const char *name; char *value; };
VEC_DECLARE(struct fact, facts);

static const struct { const char *name, *text; } libraries[] = {
	{ "library_registry", db_library }, { "library_csv", csv_library },
	{ "library_json", json_library }, { "library_hash", hash_library },
	{ "library_rules", rule_library },
};

static void fact(struct facts *f, const char *name, const char *value)
{
	struct fact *x = vec_add(f);

	x->name = name;
	x->value = xstrdup_or_null(value);
}

static void folder(struct facts *f, const char *name, char *path)
{
	fact(f, name, path);
	free(path);
}

/* Opening says more than looking: damage, age, rights. */
static void registry_facts(struct cli *c, struct facts *f)
{
	struct err why = ERR_INIT;
	char *entries;

	fact(f, "registry", c->path);
	if (!fsx_exists(c->path)) {
		fact(f, "state", "does not exist; 'muster init' creates it");
		return;
	}
	if (cli_open(c, &why) != RC_OK) {
		fact(f, "state", why.text);
		return;
	}
	entries = xasprintf("%llu", (unsigned long long)reg_size(c->reg));
	fact(f, "state", reg_readonly_why(c->reg) ? reg_readonly_why(c->reg)
						  : "readable");
	fact(f, "entries", entries);
	free(entries);
}

static void terminal_facts(struct facts *f)
{
	struct winsize w = { 0 };
	char *size;

	fact(f, "term", getenv("TERM"));
	fact(f, "charset", nl_langinfo(CODESET));
	fact(f, "colour", getenv("NO_COLOR") ? "off (NO_COLOR)" : "on");
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) != 0 || w.ws_col == 0) {
		fact(f, "terminal", "stdout is none");
		return;
	}
	size = xasprintf("%ux%u", w.ws_col, w.ws_row);
	fact(f, "terminal", size);
	free(size);
}

static const struct table_column info_columns[] = {
	{ "name", "what", false }, { "value", "value", false }, { 0 },
};

static void info_write(struct cli *c, const struct facts *f)
{
	static const struct table_spec spec = {
		"facts", false, info_columns, NULL,
	};
	struct json_out o = JSON_OUT(&c->out.buf, true);
	struct table *t;

	if (c->format == FORMAT_JSON) {
		jo_object(&o);
		for (size_t i = 0; i < f->n; i++) {
			if (!strcmp(f->at[i].name, "entries"))
				jo_kint(&o, "entries",
					(int64_t)reg_size(c->reg));
			else
				jo_kstr(&o, f->at[i].name, f->at[i].value);
		}
		jo_end(&o);
		buf_char(&c->out.buf, '\n');
		return;
	}
	t = cli_table(c, &spec);
	for (size_t i = 0; i < f->n; i++) {
		table_str(t, f->at[i].name);
		table_str(t, f->at[i].value);
	}
	table_end(t);
}

static enum rc run_info(struct cli *c, struct err *err)
{
	struct facts f = VEC_INIT;
	char *who = xasprintf("%s (uid %u)", fsx_login(), fsx_uid());

	(void)err;
	fact(&f, "version", MUSTER_VERSION);
	registry_facts(c, &f);
	fact(&f, "user", who);
	free(who);
	folder(&f, "data_folder", fsx_data_dir());
	folder(&f, "state_folder", fsx_state_dir());
	folder(&f, "config_folder", fsx_config_dir());
	terminal_facts(&f);
	for (size_t i = 0; i < COUNT(libraries); i++)
		fact(&f, libraries[i].name, libraries[i].text);
	info_write(c, &f);
	for (size_t i = 0; i < f.n; i++)
		free(f.at[i].value);
	vec_free(&f);
	return RC_OK;
}

const struct command info_commands[] = {
	{
		.words = "info", .args = "",
		.summary = "paths, registry, terminal, library versions",
		.examples = (const char *const[]){ "info", "info --json", NULL },
		.flags = COMMAND_NO_DRY_RUN | COMMAND_LOCAL, .run = run_info,
	},
	{ 0 },
};
