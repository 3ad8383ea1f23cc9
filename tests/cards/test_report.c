/* Reports: seals find every change, literal text stays literal, the same tree
 * gives the same bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmark.h>
#include <cmocka.h>

#include "base/decimal.h"
#include "base/xalloc.h"
#include "cards/report.h"
#include "cards/seal.h"
#include "cards/verify.h"
#include "model/rng.h"

static const struct report_column columns[] = {
	{ "name", "Name", false }, { "figure", "Figure", true }, { 0 },
};

/* One block of each kind, with the text in every place. */
static void build(struct report *r, const char *text)
{
	struct figure f = figure_value(.5, 10);
	struct strs labels = VEC_INIT;
	struct report_table *t;
	struct plot *p;

	report_init(r);
	r->title = xstrdup(text);
	r->of = xstrdup("m@1");
	r->root = xstrdup("00112233445566778899aabbccddeeff"
			  "00112233445566778899aabbccddeeff");
	r->entries = 3;
	report_section(r, "first", "First");
	report_badge(r, TONE_GOOD, "%s", text);
	report_heading(r, "%s", text);
	report_text(r, "%s", text);
	report_none(r, "%s", text);
	report_written(r, text);
	report_fact(r, text, text);
	report_section(r, "second", "Second");
	report_item(r, "%s", text);
	report_verbatim(r, text);
	t = report_table(r, text, columns, NULL);
	cell_text(t, text);
	figure_interval(&f, .4, .6, METHOD_WILSON);
	cell_figure(t, &f);
	strs_add(&labels, text);
	p = report_plot(r, text, PLOT_INTERVALS, &labels, &labels);
	*plot_at(p, 0, 0) = f;
	p = report_plot(r, text, PLOT_MATRIX, &labels, &labels);
	*plot_at(p, 0, 0) = figure_value(7, 7);
	strs_release(&labels);
}

static void write_as(const char *text, enum report_format format,
		     struct buf *out)
{
	struct report r;

	build(&r, text);
	report_write(&r, format, out);
	report_release(&r);
}

static bool is_whole(const char *bytes, size_t n)
{
	struct verified v;
	bool ok;

	verify_whole(bytes, n, &v);
	ok = v.ok;
	assert_true(ok || v.first_bad);
	verified_release(&v);
	return ok;
}

/* -- Seals -- */

static void test_seal__finds_every_flipped_byte(void **state)
{
	for (int f = REPORT_HTML; f <= REPORT_JSON; f++) {
		struct buf out = BUF_INIT;

		write_as("plain", (enum report_format)f, &out);
		assert_true(is_whole(out.data, out.len));
		/* every byte of the seal's line, each third before */
		for (size_t i = 0; i < out.len;
		     i += i + 700 < out.len ? 3 : 1) {
			for (int bit = 0; bit < 8; bit += 5) {
				out.data[i] ^= (char)(1 << bit);
				if (is_whole(out.data, out.len))
					fail_msg("format %d byte %zu bit %d",
						 f, i, bit);
				out.data[i] ^= (char)(1 << bit);
			}
		}
		buf_release(&out);
	}
}

static void test_seal__finds_every_cut_and_tail(void **state)
{
	for (int f = REPORT_HTML; f <= REPORT_JSON; f++) {
		struct buf out = BUF_INIT;

		write_as("plain", (enum report_format)f, &out);
		for (size_t n = 0; n < out.len; n += n + 300 < out.len ? 17 : 1)
			if (is_whole(out.data, n))
				fail_msg("format %d cut at %zu", f, n);
		buf_char(&out, '\n');
		assert_false(is_whole(out.data, out.len));
		buf_release(&out);
	}
}

static void test_seal__names_the_section(void **state)
{
	struct buf out = BUF_INIT;
	struct verified v;
	char *at;

	write_as("plain", REPORT_MD, &out);
	at = strstr(out.data, "## Second");
	assert_non_null(at);
	at[5] = 'x';
	verify_whole(out.data, out.len, &v);
	assert_false(v.ok);
	assert_non_null(strstr(v.first_bad, "section 'second'"));
	verified_release(&v);
	buf_release(&out);
}

/* The section that byte i stands in, by the seal's own words. */
static const char *section_at(const struct seal *s, size_t i)
{
	const char *id = NULL;

	for (size_t k = 0; k < s->parts.n; k++)
		if (s->parts.at[k].start <= i)
			id = s->parts.at[k].id;
	return id;
}

static void check_flip(struct buf *out, const struct seal *s, struct rng *r)
{
	size_t at = (size_t)rng_below(r, out->len);
	char bit = (char)(1 << rng_below(r, 8));
	struct verified v;

	out->data[at] ^= bit;
	verify_whole(out->data, out->len, &v);
	if (v.ok)
		fail_msg("byte %zu", at);
	/* before the seal's line, it says which section */
	if (memchr(out->data + at, '\n', s->at - (at < s->at ? at : s->at)) &&
	    at < s->at && !strstr(v.first_bad, section_at(s, at)))
		fail_msg("byte %zu of '%s': %s", at, section_at(s, at),
			 v.first_bad);
	verified_release(&v);
	out->data[at] ^= bit;
}

static void check_cut(const struct buf *out, struct rng *r)
{
	size_t n = (size_t)rng_below(r, out->len);
	struct verified v;

	verify_whole(out->data, n, &v);
	if (v.ok || !v.first_bad)
		fail_msg("cut at %zu", n);
	verified_release(&v);
}

/* MUSTER_FLIPS in all; each is found, and named. */
static void test_seal__random_flips_and_cuts(void **state)
{
	const char *asked = getenv("MUSTER_FLIPS");
	uint64_t n = 600;
	struct rng r;

	(void)state;
	if (asked)
		assert_true(decimal_read_u64(asked, strlen(asked), &n));
	rng_init(&r, 53, 0, 0);
	for (int f = REPORT_HTML; f <= REPORT_JSON; f++) {
		struct buf out = BUF_INIT;
		struct seal s;
		struct err err = ERR_INIT;

		write_as("plain", (enum report_format)f, &out);
		assert_int_equal(seal_read(out.data, out.len, &s, &err),
				 RC_OK);
		for (uint64_t i = 0; i < n / 3 + 1; i++) {
			check_flip(&out, &s, &r);
			check_cut(&out, &r);
		}
		seal_release(&s);
		buf_release(&out);
	}
}

/* Options and a reason of any bytes come back as they went in. */
static void test_seal__keeps_options(void **state)
{
	static const char reason[] = "a -- > b\n%41 \xc3\xa9 \"q\"";

	(void)state;
	for (int f = REPORT_HTML; f <= REPORT_JSON; f++) {
		struct report r;
		struct buf out = BUF_INIT;
		struct seal s;
		struct err err = ERR_INIT;

		build(&r, "plain");
		r.flags = REPORT_INPUTS | REPORT_NO_CHARTS;
		r.reason = xstrdup(reason);
		report_write(&r, (enum report_format)f, &out);
		assert_true(is_whole(out.data, out.len));
		assert_int_equal(seal_read(out.data, out.len, &s, &err),
				 RC_OK);
		assert_int_equal(s.flags, r.flags);
		assert_string_equal(s.reason, reason);
		seal_release(&s);
		buf_release(&out);
		report_release(&r);
	}
}

/* A text that looks like a seal is not taken for one. */
static void test_seal__forged_within_text(void **state)
{
	char *text = xasprintf("muster-seal 1 html program:x sha256:%064d",
			       0);

	for (int f = REPORT_HTML; f <= REPORT_JSON; f++) {
		struct buf out = BUF_INIT;

		write_as(text, (enum report_format)f, &out);
		assert_true(is_whole(out.data, out.len));
		buf_release(&out);
	}
	free(text);
}

static void test_report__same_tree_same_bytes(void **state)
{
	for (int f = REPORT_HTML; f <= REPORT_JSON; f++) {
		struct buf a = BUF_INIT, b = BUF_INIT;

		write_as("caf\xc3\xa9", (enum report_format)f, &a);
		write_as("caf\xc3\xa9", (enum report_format)f, &b);
		assert_int_equal(a.len, b.len);
		assert_memory_equal(a.data, b.data, a.len);
		buf_release(&a);
		buf_release(&b);
	}
}

/* -- Markdown -- */

/* The types of all nodes but inline breaks and texts, one letter each. */
static char *structure(const struct buf *md, size_t *n_html)
{
	cmark_node *doc = cmark_parse_document(md->data, md->len,
					       CMARK_OPT_DEFAULT);
	cmark_iter *it = cmark_iter_new(doc);
	struct buf out = BUF_INIT;
	cmark_event_type ev;

	*n_html = 0;
	while ((ev = cmark_iter_next(it)) != CMARK_EVENT_DONE) {
		cmark_node *node = cmark_iter_get_node(it);
		cmark_node_type type = cmark_node_get_type(node);

		*n_html += type == CMARK_NODE_HTML_BLOCK ||
			   type == CMARK_NODE_HTML_INLINE;
		if (ev != CMARK_EVENT_ENTER || type == CMARK_NODE_TEXT ||
		    type == CMARK_NODE_SOFTBREAK ||
		    type == CMARK_NODE_LINEBREAK)
			continue;
		buf_str(&out, cmark_node_get_type_string(node));
		if (type == CMARK_NODE_HEADING)
			buf_printf(&out, "%d",
				   cmark_node_get_heading_level(node));
		buf_char(&out, ' ');
	}
	cmark_iter_free(it);
	cmark_node_free(doc);
	return buf_detach(&out);
}

static void check_literal(const char *text, const char *plain)
{
	struct buf md = BUF_INIT;
	size_t n_html;
	char *now;

	write_as(text, REPORT_MD, &md);
	now = structure(&md, &n_html);
	if (strcmp(now, plain))
		fail_msg("'%s' changes the structure:\n%s\n%s", text, now,
			 plain);
	/* the seal, and no other */
	assert_int_equal(n_html, 1);
	free(now);
	buf_release(&md);
}

static void test_markdown__text_stays_literal(void **state)
{
	static const char *const cores[] = {
		"# h", "## h", "- i", "+ i", "* i", "1. i", "12) i", "> q",
		"---", "***", "===", "```", "~~~", "~~~~~~", "    code",
		"\tcode", "[a](b)", "![a](b)", "[a]: http://x", "[a][b]",
		"<b>", "<!-- x -->", "<script>", "</p>", "<http://x>",
		"http://x", "www.x", "`c`", "*e*", "**s**", "_e_", "__s__",
		"a\\", "\\", "&lt;", "&#60;", "| a | b |", "|---|---|",
		"a | b", ":--", "~~s~~", "$x$", "[ ] t", "[^1]", "<?x?>",
		"<![CDATA[x]]>", "<!X>", "x#", "#", "a  ", "!", "&amp", "*",
		"_", "`", "[", "]", "<", ">", "=", "+", "0.", "99999999.",
	};
	static const char *const wraps[] = { "%s", "a %s", "%s a", " %s",
					     "%sx%s" };
	struct buf md = BUF_INIT;
	char *plain;
	size_t n_html, n = 0;

	write_as("plain", REPORT_MD, &md);
	plain = structure(&md, &n_html);
	for (size_t w = 0; w < sizeof(wraps) / sizeof(*wraps); w++) {
		for (size_t i = 0; i < sizeof(cores) / sizeof(*cores); i++) {
			struct buf text = BUF_INIT;

			for (const char *p = wraps[w]; *p; p++) {
				if (p[0] == '%' && p[1] == 's') {
					buf_str(&text, cores[i]);
					p++;
				} else {
					buf_char(&text, *p);
				}
			}
			check_literal(text.data, plain);
			buf_release(&text);
			n++;
		}
	}
	assert_true(n >= 300);
	free(plain);
	buf_release(&md);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_seal__finds_every_flipped_byte),
		cmocka_unit_test(test_seal__finds_every_cut_and_tail),
		cmocka_unit_test(test_seal__names_the_section),
		cmocka_unit_test(test_seal__random_flips_and_cuts),
		cmocka_unit_test(test_seal__keeps_options),
		cmocka_unit_test(test_seal__forged_within_text),
		cmocka_unit_test(test_report__same_tree_same_bytes),
		cmocka_unit_test(test_markdown__text_stays_literal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
