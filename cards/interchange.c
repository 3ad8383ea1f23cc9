#include "cards/interchange.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/count.h"
#include "base/utf8.h"
#include "base/xalloc.h"
#include "cards/interchange_inside.h"
#include "cards/quantitative.h"
#include "cards/reference.h"
#include "cards/yaml.h"

static const char *const format_names[] = {
#define X(id, name, about) [id] = name,
	DOC_FORMATS(X)
#undef X
};

static const struct {
	enum rc (*import)(struct exchange *x, struct err *err);
	enum rc (*export)(struct exchange *x, struct buf *out,
			  struct err *err);
	unsigned fits;			/* 1 << doc_type */
} formats[] = {
	[DOC_FORMAT_MD] = { md_import, md_export, 7 },
	[DOC_FORMAT_JSON] = { NULL, NULL, 7 },
	[DOC_FORMAT_HF] = { hf_import, hf_export,
			    1 << DOC_CARD | 1 << DOC_DATASHEET },
	[DOC_FORMAT_MCT] = { mct_import, mct_export, 1 << DOC_CARD },
	[DOC_FORMAT_CROISSANT] = { croissant_import, croissant_export,
				   1 << DOC_DATASHEET },
};

const char *doc_format_name(enum doc_format f)
{
	return format_names[f];
}

bool doc_format_from_name(const char *name, enum doc_format *out)
{
	static const struct { const char *alias; enum doc_format format; }
	aliases[] = { { "hf", DOC_FORMAT_HF }, { "mct", DOC_FORMAT_MCT },
		      { "markdown", DOC_FORMAT_MD } };

	for (size_t i = 0; i < COUNT(formats); i++)
		if (!strcmp(name, format_names[i])) {
			*out = (enum doc_format)i;
			return true;
		}
	for (size_t i = 0; i < COUNT(aliases); i++)
		if (!strcmp(name, aliases[i].alias)) {
			*out = aliases[i].format;
			return true;
		}
	return false;
}

bool doc_format_fits(enum doc_format f, enum doc_type type)
{
	return formats[f].fits & 1u << type;
}

static bool guess_json(const char *text, size_t n, enum doc_format *out)
{
	struct json *j = NULL;
	bool found = true;

	if (json_parse(text, n, "", &j, NULL) != RC_OK)
		return false;
	if (json_get(j, "@context") || json_get(j, "conformsTo"))
		*out = DOC_FORMAT_CROISSANT;
	else if (json_get(j, "form"))
		*out = DOC_FORMAT_JSON;
	else if (json_get(j, "schema_version") || json_get(j, "model_details"))
		*out = DOC_FORMAT_MCT;
	else
		found = false;
	json_free(j);
	return found;
}

bool doc_format_guess(const char *text, size_t n, enum doc_type type,
		      enum doc_format *out)
{
	const struct doc_form *form = doc_form(type);
	struct buf first = BUF_INIT;
	size_t i = 0;
	bool is_md;

	while (i < n && strchr(" \t\r\n", text[i]) && text[i])
		i++;
	if (i < n && text[i] == '{')
		return guess_json(text, n, out);
	if (type == DOC_CHECKLIST) {
		*out = DOC_FORMAT_MD;
		return true;
	}
	buf_printf(&first, "## %s ", form->sections[0].items[0].id);
	is_md = memmem(text, n, first.data, first.len) &&
		(n - i < 3 || memcmp(text + i, "---", 3));
	*out = is_md ? DOC_FORMAT_MD : DOC_FORMAT_HF;
	buf_release(&first);
	return true;
}

/* -- Reports -- */

const char *loss_kind_name(enum loss_kind k)
{
	static const char *const names[] = { "kept", "changed", "dropped" };

	return names[k];
}

void losses_release(struct losses *v)
{
	for (size_t i = 0; i < v->n; i++) {
		free(v->at[i].what);
		free(v->at[i].why);
	}
	vec_free(v);
}

void loss_add(struct exchange *x, enum loss_kind kind, const char *what,
	      const char *fmt, ...)
{
	struct loss *l = vec_add(x->report);
	struct buf why = BUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(&why, fmt, ap);
	va_end(ap);
	*l = (struct loss){ kind, xstrdup(what), buf_detach(&why) };
}

/* JSON is YAML, whose reader knows lines. The deepest part of the path that
 * is found gives the line. */
static unsigned json_line(const struct exchange *x, const char *path)
{
	struct yaml y;
	const struct json *j;
	unsigned line = 1;

	if (yaml_parse(x->text, x->n, "", 1, &y, NULL) != RC_OK)
		return 0;
	j = y.root;
	while (*path && j) {
		size_t n = strcspn(path, ".");
		char *key = xmemdupz(path, n);
		bool list = json_type(j) == JSON_ARRAY;
		size_t i = list ? (size_t)strtoul(key, NULL, 10) : 0;
		unsigned at = list ? yaml_line(&y, j, i) :
			      yaml_line_of(&y, j, key);

		line = at ? at : line;
		j = list ? json_at(j, i) : json_get(j, key);
		free(key);
		path += n + (path[n] == '.');
	}
	yaml_release(&y);
	return line;
}

enum rc refuse_at(struct exchange *x, const char *path, struct err *err,
		  const char *fmt, ...)
{
	struct buf why = BUF_INIT;
	unsigned line = json_line(x, path);
	enum rc rc;
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(&why, fmt, ap);
	va_end(ap);
	rc = line ? err_set(err, RC_BAD_INPUT, "%s: line %u: %s: %s", x->file,
			    line, path, why.data) :
	     err_set(err, RC_BAD_INPUT, "%s: %s: %s", x->file, path, why.data);
	buf_release(&why);
	return rc;
}

/* -- Answers -- */

static bool is_filler(const char *text)
{
	static const char *const fillers[] = {
		"[More Information Needed]", "More Information Needed",
		"[More Information Needed](https://github.com/huggingface/"
		"datasets/blob/main/CONTRIBUTING.md"
		"#how-to-contribute-to-the-dataset-cards)",
	};
	size_t n = strlen(text);

	while (n && strchr(" \t\r\n", *text))
		text++, n--;
	while (n && strchr(" \t\r\n.", text[n - 1]))
		n--;
	for (size_t i = 0; i < COUNT(fillers); i++)
		if (n == strlen(fillers[i]) && !strncmp(text, fillers[i], n))
			return true;
	return n == 0;
}

enum rc take_answer(struct exchange *x, const char *id, const char *text,
		    struct err *err)
{
	enum answer_state state = ANSWER_GIVEN;
	char *plain = unmark(text);
	const char *p = plain;
	enum rc rc;

	while (*p == '\n' || *p == '\r')
		p++;
	if (is_filler(p)) {
		state = ANSWER_EMPTY;
	} else if (!strncmp(p, "N/A: ", 5) && p[5 + strspn(p + 5, " \n")]) {
		state = ANSWER_NA;
		p += 5;
	} else if (!strncmp(p, "UNKNOWN: ", 9) ||
		   (!strncmp(p, "UNKNOWN", 7) && is_filler(p + 7))) {
		state = ANSWER_UNKNOWN;
		p += p[7] == ':' ? 9 : 7;
	}
	rc = doc_set(x->doc, id, state, p, err);
	if (rc != RC_OK)
		err_prefix(err, "%s", x->file);
	free(plain);
	return rc;
}

enum rc take_extra(struct exchange *x, const char *id, const char *name,
		   const char *text, struct err *err)
{
	enum rc rc;

	if (is_filler(text))
		return RC_OK;
	rc = doc_set_extra(x->doc, id, name, "", err);
	if (rc == RC_OK)
		rc = take_answer(x, id, text, err);
	return rc;
}

#define REF_OPEN "<!--{{"
#define REF_MID "}}-->"
#define REF_CLOSE "<!--/-->"

/* "{{…}}" becomes "<!--{{…}}-->0.88 …<!--/-->": shown as the figure, found
 * again as the reference. */
static void render_marked(struct buf *out, const char *text,
			  const struct doc_facts *f)
{
	size_t at = 0, from = 0, n;

	while (reference_find(text, &at, &n)) {
		char *ref = xmemdupz(text + at, n);

		buf_add(out, text + from, at - from);
		buf_printf(out, "<!--%s-->", ref);
		references_render(out, ref, f);
		buf_str(out, REF_CLOSE);
		free(ref);
		from = at += n;
	}
	buf_str(out, text + from);
}

char *render_text(const struct exchange *x, const char *text)
{
	struct buf b = BUF_INIT;

	if (x->facts)
		render_marked(&b, text, x->facts);
	else
		buf_str(&b, text);
	return buf_detach(&b);
}

char *unmark(const char *text)
{
	struct buf b = BUF_INIT;
	const char *p;

	while ((p = strstr(text, REF_OPEN))) {
		const char *mid = strstr(p, REF_MID);
		const char *end = mid ? strstr(mid, REF_CLOSE) : NULL;

		if (!end)
			break;
		buf_add(&b, text, (size_t)(p - text));
		buf_add(&b, p + 4, (size_t)(mid - p) - 2);
		text = end + strlen(REF_CLOSE);
	}
	buf_str(&b, text);
	return buf_detach(&b);
}

char *answer_text(const struct exchange *x, const char *id, bool marked)
{
	const struct answer *a = doc_answer(x->doc, id);
	struct buf b = BUF_INIT;

	if (a->state == ANSWER_NA)
		buf_str(&b, "N/A: ");
	if (a->state == ANSWER_UNKNOWN)
		buf_str(&b, *a->text ? "UNKNOWN: " : "UNKNOWN");
	if (!x->facts)
		buf_str(&b, a->text);
	else if (marked)
		render_marked(&b, a->text, x->facts);
	else
		references_render(&b, a->text, x->facts);
	return buf_detach(&b);
}

bool answers_differ(const struct doc *a, const struct doc *b,
		    const char *const *ids)
{
	for (; *ids; ids++)
		if (!answer_same(doc_answer(a, *ids), doc_answer(b, *ids)))
			return true;
	return false;
}

const char *heading_item(const struct doc *d, const char *title)
{
	char *id = xmemdupz(title, strcspn(title, " "));
	const struct item *item = doc_form_item(d->form, id, NULL);
	bool full = item && title[strlen(id)] == ' ' &&
		    !strcmp(title + strlen(id) + 1, item->name);

	free(id);
	return full ? item->id : NULL;
}

void items_write(struct buf *out, const struct exchange *x,
		 const char *const *ids, int level)
{
	for (; *ids; ids++) {
		const struct item *item = doc_form_item(x->doc->form, *ids,
							NULL);
		const struct answer *a = doc_answer(x->doc, *ids);
		char *text = answer_text(x, *ids, true);

		buf_fill(out, '#', (size_t)level);
		buf_printf(out, " %s %s\n\n", *ids, item ? item->name :
			   a->name ? a->name : "");
		if (*text)
			buf_printf(out, "%s\n\n", text);
		free(text);
	}
}

/* -- The ways in and out -- */

static enum rc import_json(struct exchange *x, struct err *err)
{
	struct doc read;
	char *of = xstrdup(x->doc->of);
	enum rc rc = doc_read(x->text, x->n, x->doc->form, &read, err);

	if (rc != RC_OK) {
		free(of);
		return err_prefix(err, "%s", x->file);
	}
	doc_release(x->doc);
	*x->doc = read;
	free(x->doc->of);
	x->doc->of = of;
	return RC_OK;
}

enum rc doc_import(struct doc *d, enum doc_format format, const char *file,
		   const char *text, size_t n, struct losses *report,
		   struct err *err)
{
	struct losses own = VEC_INIT;
	struct doc copy;
	struct exchange x = { &copy, NULL, report ? report : &own, file, text,
			      n };
	size_t bad;
	enum rc rc;

	if (n > IMPORT_MAX)
		return err_set(err, RC_BAD_INPUT, "%s: over 16 MiB is not "
			       "read", file);
	if (!utf8_valid(text, n, &bad)) {
		unsigned line = 1;

		for (size_t i = 0; i < bad; i++)
			line += text[i] == '\n';
		return err_set(err, RC_BAD_INPUT, "%s: line %u: this is no "
			       "UTF-8", file, line);
	}
	doc_copy(&copy, d);
	rc = format == DOC_FORMAT_JSON ? import_json(&x, err) :
	     formats[format].import(&x, err);
	if (rc == RC_OK) {
		doc_release(d);
		*d = copy;
	} else {
		doc_release(&copy);
	}
	losses_release(&own);
	return rc;
}

enum rc doc_export(struct buf *out, const struct doc *d,
		   const struct doc_facts *f, enum doc_format format,
		   struct losses *report, struct err *err)
{
	struct losses own = VEC_INIT;
	struct doc copy;
	struct exchange x = { &copy, f, report ? report : &own, "kept file",
			      NULL, 0 };
	enum rc rc = RC_OK;

	doc_copy(&copy, d);
	if (format == DOC_FORMAT_JSON)
		doc_write(out, d);
	else
		rc = formats[format].export(&x, out, err);
	doc_release(&copy);
	losses_release(&own);
	return rc;
}
