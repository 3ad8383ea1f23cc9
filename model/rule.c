/* Three ways through a text, cheapest first, all with the same answer:
 *
 * 1. If every match must contain some literal ("refund", "@"), the literal is
 *    searched over the whole arena, and only rows that hold it are looked at;
 *    not even those, where the pattern is nothing but the literal.
 *    Likewise a row that does not begin with what stands behind the '^'.
 * 2. A row of ASCII is matched by a code compiled for bytes: on ASCII it
 *    agrees with the Unicode code and is twice as fast on \w and \b.
 * 3. The rest is matched by the Unicode code.
 *
 * A short row is tried once under a low match limit; what exceeds it, and
 * every long row, goes through windows of start offsets under the clock
 * (match_windows). The recipe and its figures: docs/faults.md, F43. */
#include "model/rule.h"

#include <pcre2.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/utf8.h"
#include "base/xalloc.h"

#define WINDOW 256		/* start offsets between looks at the clock */
#define WINDOW_NO_JIT 16
#define SHORT_ROW 256		/* bytes that are tried without windows */
#define LIMIT_CHEAP 2000
#define LIMIT_FULL 100000
#define LIMIT_NO_JIT 10000
#define HEAP_KIB (16 * 1024)
#define STACK_START (32 * 1024)
#define STACK_MAX (16 * 1024 * 1024)
#define CHUNK (1u << 20)	/* bytes of arena between looks at the clock */
#define ROWS_PER_LOOK 16
#define BYTES_PER_LOOK 4096

struct program {		/* one compiled form of the pattern */
	pcre2_code *code;
	bool jit;
};

struct rule {
	struct program text;	/* UTF and UCP: right for every subject */
	struct program ascii;	/* bytes; code NULL: not for this pattern */
	struct program literal;	/* needle; code NULL: none known */
	bool only_literal;	/* the pattern is that and nothing else */
	struct buf prefix;	/* of every match, from the row's start; or "" */
	pcre2_match_data *match;
	pcre2_match_context *cheap, *full;
	pcre2_jit_stack *stack;
};

enum rule_answer rule_and(enum rule_answer a, enum rule_answer b)
{
	if (a == RULE_NO || b == RULE_NO)
		return RULE_NO;
	return a == RULE_UNDECIDED || b == RULE_UNDECIDED ? RULE_UNDECIDED
							  : RULE_MATCH;
}

static bool all_ascii(const char *s, size_t n)
{
	uint64_t seen = 0, word;

	for (; n >= sizeof(word); s += sizeof(word), n -= sizeof(word)) {
		memcpy(&word, s, sizeof(word));
		seen |= word;
	}
	for (; n > 0; s++, n--)
		seen |= (unsigned char)*s;
	return !(seen & 0x8080808080808080u);
}

/* -- The literal that every match contains -- */

struct literal_parser {
	const char *p, *end;
	bool caseless;
	bool anchored;		/* the pattern begins with '^' */
	struct buf run, best, prefix;
	size_t last;		/* where the run's last character starts */
	unsigned ends;		/* of runs, empty ones included */
};

static void end_run(struct literal_parser *l)
{
	if (l->run.len > l->best.len) {
		buf_clear(&l->best);
		buf_add(&l->best, l->run.data, l->run.len);
	}
	/* the first end is that of nothing, before the '^' */
	if (l->anchored && !l->caseless && l->ends == 1)
		buf_add(&l->prefix, l->run.data, l->run.len);
	buf_clear(&l->run);
	l->ends++;
}

/* k and s have a third case beyond ASCII (the Kelvin sign, long s). */
static void add_char(struct literal_parser *l)
{
	uint32_t cp;
	size_t n = utf8_decode(l->p, (size_t)(l->end - l->p), &cp);

	if (l->caseless && (cp > 127 || strchr("kKsS", (int)cp)))
		end_run(l);
	else {
		l->last = l->run.len;
		buf_add(&l->run, l->p, n);
	}
	l->p += n;
}

/* The character before is optional or repeated. */
static bool quantifier(struct literal_parser *l)
{
	bool optional = *l->p != '+';

	if (*l->p == '{') {
		size_t n = strspn(l->p + 1, "0123456789,");

		if (n == 0 || l->p[1] == ',' || l->p[1 + n] != '}')
			return false;	/* a brace that means itself */
		l->p += n + 1;
	}
	l->p++;
	if (optional && l->run.len)
		buf_truncate(&l->run, l->last);
	end_run(l);
	if (l->p < l->end && (*l->p == '+' || *l->p == '?'))
		l->p++;
	return true;
}

static bool escape(struct literal_parser *l)
{
	unsigned char c;

	if (++l->p == l->end)
		return false;
	c = (unsigned char)*l->p;
	if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) {
		if (!strchr("dDwWsSbBhHvVAzZGRX", c))
			return false;
		end_run(l);
		l->p++;
	} else if (c >= '0' && c <= '9') {
		end_run(l);
		l->p += strspn(l->p, "0123456789");
	} else {
		add_char(l);
	}
	return true;
}

static bool skip_class(struct literal_parser *l)
{
	end_run(l);
	l->p++;
	if (l->p < l->end && *l->p == '^')
		l->p++;
	if (l->p < l->end && *l->p == ']')
		l->p++;
	for (; l->p < l->end && *l->p != ']'; l->p++) {
		if (*l->p == '[' && l->p + 1 < l->end && l->p[1] == ':')
			return false;
		if (*l->p == '\\' && (++l->p == l->end || *l->p == 'Q'))
			return false;
	}
	l->p++;
	return true;
}

/* Nothing within a group counts; what changes the meaning of the rest (verbs,
 * options, comments) ends the search. */
static bool skip_group(struct literal_parser *l)
{
	unsigned depth = 0;

	end_run(l);
	while (l->p < l->end) {
		if (*l->p == '\\') {
			if (++l->p == l->end || *l->p == 'Q')
				return false;
			l->p++;
		} else if (*l->p == '[') {
			if (!skip_class(l))
				return false;
		} else if (*l->p == '(') {
			if (l->p[1] == '*' ||
			    (l->p[1] == '?' && !strchr(":=!<>|", l->p[2])))
				return false;
			depth++;
			l->p++;
		} else if (*l->p++ == ')' && --depth == 0) {
			return true;
		}
	}
	return false;
}

static bool literal_step(struct literal_parser *l)
{
	switch (*l->p) {
	case '\\': return escape(l);
	case '[': return skip_class(l);
	case '(': return skip_group(l);
	case '*': case '+': case '?': case '{': return quantifier(l);
	case '|': case ')': return false;
	case '^': case '$': case '.':
		end_run(l);
		l->p++;
		return true;
	default:
		add_char(l);
		return true;
	}
}

/* Conservative: whatever it does not know means "none". The pattern is ended
 * by a NUL that is not part of it. */
static void find_literal(const char *pattern, size_t n,
			 struct literal_parser *l)
{
	bool known = true;

	*l = (struct literal_parser){ .p = pattern, .end = pattern + n,
				      .run = BUF_INIT, .best = BUF_INIT,
				      .prefix = BUF_INIT,
				      .anchored = n && *pattern == '^' };
	if (n >= 4 && !memcmp(pattern, "(?i)", 4)) {
		l->caseless = true;
		l->p += 4;
	}
	while (known && l->p < l->end)
		known = literal_step(l);
	end_run(l);
	if (!known || l->prefix.len < l->best.len)
		buf_clear(&l->prefix);
	if (!known)
		buf_clear(&l->best);
	buf_release(&l->run);
}

/* -- Compiling -- */

static int program_compile(struct program *p, const char *pattern, size_t n,
			   uint32_t flags, PCRE2_SIZE *at)
{
	size_t jit_size = 0;
	int code;

	p->code = pcre2_compile((PCRE2_SPTR)pattern, n, flags, &code, at,
				NULL);
	if (!p->code)
		return code;
	p->jit = pcre2_jit_compile(p->code, PCRE2_JIT_COMPLETE) == 0 &&
		 pcre2_pattern_info(p->code, PCRE2_INFO_JITSIZE,
				    &jit_size) == 0 && jit_size > 0;
	return 0;
}

static void program_drop(struct program *p)
{
	pcre2_code_free(p->code);
	p->code = NULL;
}

static pcre2_match_context *context_new(struct rule *r, uint32_t limit)
{
	pcre2_match_context *c = pcre2_match_context_create(NULL);

	if (!c)
		return NULL;
	pcre2_set_match_limit(c, limit);
	pcre2_set_heap_limit(c, HEAP_KIB);
	if (r->stack)
		pcre2_jit_stack_assign(c, NULL, r->stack);
	return c;
}

static void compile_literal(struct rule *r, const char *pattern, size_t n)
{
	struct literal_parser l;
	PCRE2_SIZE at;

	find_literal(pattern, n, &l);
	r->only_literal = l.ends == 1;
	r->prefix = l.prefix;
	if (l.best.len > 0 &&
	    program_compile(&r->literal, l.best.data, l.best.len,
			    PCRE2_LITERAL | (l.caseless ? PCRE2_CASELESS : 0),
			    &at) == 0 && !r->literal.jit)
		program_drop(&r->literal);
	buf_release(&l.best);
}

static void compile_ascii(struct rule *r, const char *pattern, size_t n)
{
	PCRE2_SIZE at;

	if (!all_ascii(pattern, n) || !r->text.jit)
		return;
	if (program_compile(&r->ascii, pattern, n, PCRE2_USE_OFFSET_LIMIT |
			    PCRE2_NEVER_BACKSLASH_C, &at) == 0 &&
	    !r->ascii.jit)
		program_drop(&r->ascii);
}

static enum rc pattern_error(const char *pattern, int code, size_t at,
			     struct err *err)
{
	PCRE2_UCHAR text[256];
	size_t n = 0;

	if (pcre2_get_error_message(code, text, sizeof(text)) < 0)
		text[0] = '\0';
	for (size_t i = 0; i < at; i++)
		n += ((unsigned char)pattern[i] & 0xc0) != 0x80;
	return err_set(err, RC_BAD_INPUT, "pattern fails after character %zu: "
		       "%s: '%s'", n, (char *)text, pattern);
}

static enum rc check_text(const char *pattern, size_t n, struct err *err)
{
	size_t bad;

	if (n > RULE_PATTERN_MAX)
		return err_set(err, RC_BAD_INPUT, "pattern of %zu bytes is too "
			       "long; the limit is %d", n, RULE_PATTERN_MAX);
	if (!utf8_valid(pattern, n, &bad))
		return err_set(err, RC_BAD_INPUT,
			       "pattern is not UTF-8 at byte %zu", bad + 1);
	return RC_OK;
}

static enum rc rule_prepare(struct rule *r, const char *pattern, size_t n,
			    struct err *err)
{
	PCRE2_SIZE at = 0;
	int code = program_compile(&r->text, pattern, n, PCRE2_UTF |
				   PCRE2_UCP | PCRE2_USE_OFFSET_LIMIT |
				   PCRE2_NEVER_BACKSLASH_C, &at);

	if (code)
		return pattern_error(pattern, code, at, err);
	if (r->text.jit)
		r->stack = pcre2_jit_stack_create(STACK_START, STACK_MAX, NULL);
	compile_ascii(r, pattern, n);
	compile_literal(r, pattern, n);
	r->match = pcre2_match_data_create_from_pattern(r->text.code, NULL);
	r->cheap = context_new(r, LIMIT_CHEAP);
	r->full = context_new(r, r->text.jit ? LIMIT_FULL : LIMIT_NO_JIT);
	if (!r->match || !r->cheap || !r->full)
		return err_set(err, RC_NO_SPACE, "no memory for pattern '%s'",
			       pattern);
	return RC_OK;
}

enum rc rule_compile(const char *pattern, size_t n, struct rule **out,
		     struct err *err)
{
	enum rc rc = check_text(pattern, n, err);
	struct rule *r;
	char *copy;

	if (rc)
		return rc;
	r = XNEW(struct rule);
	buf_init(&r->prefix);
	copy = xmemdupz(pattern, n);
	rc = rule_prepare(r, copy, n, err);
	free(copy);
	if (rc)
		rule_free(r);
	else
		*out = r;
	return rc;
}

void rule_free(struct rule *r)
{
	if (!r)
		return;
	program_drop(&r->text);
	program_drop(&r->ascii);
	program_drop(&r->literal);
	pcre2_match_data_free(r->match);
	pcre2_match_context_free(r->cheap);
	pcre2_match_context_free(r->full);
	pcre2_jit_stack_free(r->stack);
	buf_release(&r->prefix);
	free(r);
}

/* -- One subject -- */

/* PCRE2's answer for starts from 'from' on; the subject is known to be valid
 * for the program. */
static int run(struct rule *r, const struct program *p, const char *s,
	       size_t n, size_t from, pcre2_match_context *context)
{
	if (p->jit)
		return pcre2_jit_match(p->code, (PCRE2_SPTR)s, n, from, 0,
				       r->match, context);
	return pcre2_match(p->code, (PCRE2_SPTR)s, n, from,
			   PCRE2_NO_UTF_CHECK, r->match, context);
}

static enum rule_answer answer_of(int code)
{
	if (code >= 0)
		return RULE_MATCH;
	return code == PCRE2_ERROR_NOMATCH ? RULE_NO : RULE_UNDECIDED;
}

static size_t char_start(const char *s, size_t at)
{
	while (at > 0 && ((unsigned char)s[at] & 0xc0) == 0x80)
		at--;
	return at;
}

static enum rule_answer match_windows(struct rule *r, const struct program *p,
				      const char *s, size_t n,
				      uint64_t deadline)
{
	size_t window = p->jit ? WINDOW : WINDOW_NO_JIT;

	for (size_t from = 0;;) {
		size_t last = n - from > window
			    ? char_start(s, from + window) : n;
		int code;

		pcre2_set_offset_limit(r->full, last);
		code = run(r, p, s, n, from, r->full);
		if (code != PCRE2_ERROR_NOMATCH || last == n)
			return answer_of(code);
		if (clock_ns() >= deadline)
			return RULE_UNDECIDED;
		from = last;
	}
}

/* NULL: the subject is not text. */
static const struct program *program_for(const struct rule *r, const char *s,
					 size_t n)
{
	if (all_ascii(s, n))
		return r->ascii.code ? &r->ascii : &r->text;
	return utf8_valid(s, n, NULL) ? &r->text : NULL;
}

static enum rule_answer match_text(struct rule *r, const char *s, size_t n,
				   uint64_t budget_ns)
{
	const struct program *p = program_for(r, s, n);
	int code;

	if (!p)
		return RULE_UNDECIDED;
	if (n <= SHORT_ROW && p->jit) {
		code = run(r, p, s, n, 0, r->cheap);
		if (code != PCRE2_ERROR_MATCHLIMIT)
			return answer_of(code);
	}
	return match_windows(r, p, s, n, clock_ns() + budget_ns);
}

enum rule_answer rule_match(struct rule *r, const char *s, size_t n,
			    unsigned budget_ms)
{
	if (!budget_ms)
		budget_ms = RULE_BUDGET_MS;
	return match_text(r, s, n, (uint64_t)budget_ms * 1000000);
}

enum rule_answer rule_find(struct rule *r, const char *s, size_t n,
			   unsigned budget_ms, size_t *from, size_t *to)
{
	enum rule_answer a = rule_match(r, s, n, budget_ms);

	if (a == RULE_MATCH) {
		PCRE2_SIZE *at = pcre2_get_ovector_pointer(r->match);

		/* \K in a look-ahead may set the start behind the end */
		*from = at[0] < at[1] ? at[0] : at[1];
		*to = at[1];
	}
	return a;
}

#define REPLACE_MAX (64u << 10)

/* A low limit for each start, and a text of bounded length: that is a bound on
 * the whole, which PCRE2 gives no other way here. */
static int substitute(struct rule *r, const char *s, size_t n,
		      const char *with, struct buf *out)
{
	PCRE2_SIZE room = n * 2 + 256;
	char *text = xmalloc(room);
	int code;

	for (;;) {
		PCRE2_SIZE len = room;

		code = pcre2_substitute(r->text.code, (PCRE2_SPTR)s, n, 0,
					PCRE2_SUBSTITUTE_GLOBAL |
					PCRE2_SUBSTITUTE_OVERFLOW_LENGTH,
					r->match, r->cheap, (PCRE2_SPTR)with,
					PCRE2_ZERO_TERMINATED,
					(PCRE2_UCHAR *)text, &len);
		if (code >= 0)
			buf_add(out, text, len);
		if (code != PCRE2_ERROR_NOMEMORY || len <= room)
			break;
		room = len;
		text = xrealloc(text, room);
	}
	free(text);
	return code;
}

enum rc rule_replace(struct rule *r, const char *s, size_t n, const char *with,
		     struct buf *out, struct err *err)
{
	int code;

	if (!utf8_valid(s, n, NULL) || n > REPLACE_MAX)
		return err_set(err, RC_REFUSED, "a text is %s", n > REPLACE_MAX
			       ? "longer than 64 KiB" : "no UTF-8");
	code = substitute(r, s, n, with, out);
	if (code >= 0)
		return RC_OK;
	if (code == PCRE2_ERROR_MATCHLIMIT || code == PCRE2_ERROR_HEAPLIMIT ||
	    code == PCRE2_ERROR_JIT_STACKLIMIT)
		return err_set(err, RC_REFUSED, "the pattern is too costly; "
			       "write it without nested repetition");
	return err_set(err, RC_BAD_INPUT, "'%s' cannot stand for a match: $1 "
		       "is a group, $$ a dollar", with);
}

/* -- A column -- */

void rule_scan_init(struct rule_scan *scan, struct rule *rule,
		    const struct rule_texts *texts, uint8_t *answer,
		    bool only_open)
{
	*scan = (struct rule_scan){
		.rule = rule, .texts = *texts, .answer = answer,
		.only_open = only_open, .by_literal = rule->literal.code != NULL,
	};
}

/* sure: a match, if it is text. */
static void look_at(struct rule_scan *scan, size_t row, bool sure)
{
	const struct rule_texts *t = &scan->texts;
	const char *s = t->bytes + t->offset[row];
	size_t n = (size_t)(t->offset[row + 1] - t->offset[row]);
	enum rule_answer a;

	if (scan->only_open && scan->answer[row] == RULE_NO)
		return;
	if (sure)
		a = program_for(scan->rule, s, n) ? RULE_MATCH
						  : RULE_UNDECIDED;
	else
		a = match_text(scan->rule, s, n,
			       (uint64_t)RULE_BUDGET_MS * 1000000);
	if (scan->only_open)
		a = rule_and(scan->answer[row], a);
	scan->answer[row] = (uint8_t)a;
	scan->n_match += a == RULE_MATCH;
	scan->n_undecided += a == RULE_UNDECIDED;
}

/* Some rows, until it is time to look at the clock. */
static void step_rows(struct rule_scan *scan, size_t to)
{
	uint64_t stop = scan->texts.offset[scan->row] + BYTES_PER_LOOK;

	if (to - scan->row > ROWS_PER_LOOK)
		to = scan->row + ROWS_PER_LOOK;
	do
		look_at(scan, scan->row++, false);
	while (scan->row < to && scan->texts.offset[scan->row] < stop);
}

/* The row that holds byte 'at', which is not before 'row': as far on as rows
 * are long on average, then by leaps from there. */
static size_t row_of(const struct rule_texts *t, size_t row, uint64_t at)
{
	uint64_t mean = t->offset[t->n] / t->n + 1;
	uint64_t on = (at - t->offset[row]) / mean;
	size_t low = row, high = t->n, leap = 1;
	size_t guess = on < high - row ? row + (size_t)on : high - 1;

	if (t->offset[guess] <= at) {
		for (low = guess; low + leap < high &&
				  t->offset[low + leap] <= at; leap *= 2)
			low += leap;
		high = low + leap < high ? low + leap : high;
	} else {
		for (high = guess; high - low > leap &&
				   t->offset[high - leap] > at; leap *= 2)
			high -= leap;
		low = high - low > leap ? high - leap : low;
	}
	while (high - low > 1) {
		size_t mid = low + (high - low) / 2;

		if (t->offset[mid] <= at)
			low = mid;
		else
			high = mid;
	}
	return low;
}

/* Rows without the literal are "no" unseen. */
static void pass_rows(struct rule_scan *scan, size_t to)
{
	memset(scan->answer + scan->row, RULE_NO, to - scan->row);
	scan->row = to;
}

/* Part of a chunk of the arena by its literal. */
static void step_literal(struct rule_scan *scan, size_t to)
{
	const struct rule_texts *t = &scan->texts;
	struct rule *r = scan->rule;
	size_t first = scan->row;
	uint64_t base = t->offset[first];
	size_t end = row_of(t, first, base + CHUNK) + 1;

	if (end > to)
		end = to;
	for (unsigned looks = 0; scan->row < end; looks++) {
		size_t from = (size_t)(t->offset[scan->row] - base);
		size_t n = (size_t)(t->offset[end] - base);
		const PCRE2_SIZE *found = pcre2_get_ovector_pointer(r->match);
		bool sure;

		if (looks == ROWS_PER_LOOK)
			return;
		if (run(r, &r->literal, t->bytes + base, n, from, NULL) < 0) {
			pass_rows(scan, end);
			return;
		}
		pass_rows(scan, row_of(t, scan->row, base + found[0]));
		sure = r->only_literal &&
		       base + found[1] <= t->offset[scan->row + 1];
		look_at(scan, scan->row++, sure);
		scan->tried++;
	}
}

/* Rows by how they begin, until enough were looked at. */
static void step_prefix(struct rule_scan *scan, size_t to)
{
	const struct rule_texts *t = &scan->texts;
	const struct buf *prefix = &scan->rule->prefix;
	uint64_t stop = t->offset[scan->row] + CHUNK;

	for (unsigned looks = 0; scan->row < to && looks < ROWS_PER_LOOK &&
				 t->offset[scan->row] < stop;) {
		uint64_t from = t->offset[scan->row];

		if (t->offset[scan->row + 1] - from < prefix->len ||
		    memcmp(t->bytes + from, prefix->data, prefix->len) != 0) {
			scan->answer[scan->row++] = RULE_NO;
			continue;
		}
		look_at(scan, scan->row++, false);
		looks++;
	}
}

/* A literal that stands in more than every second row is no help. */
bool rule_scan_step(struct rule_scan *scan, size_t to, uint64_t budget_ns)
{
	uint64_t deadline = budget_ns ? clock_ns() + budget_ns : UINT64_MAX;

	if (to > scan->texts.n)
		to = scan->texts.n;
	while (scan->row < to) {
		if (scan->tried > 1024 && scan->tried > scan->row / 2)
			scan->by_literal = false;
		if (scan->rule->prefix.len)
			step_prefix(scan, to);
		else if (scan->by_literal)
			step_literal(scan, to);
		else
			step_rows(scan, to);
		if (budget_ns && clock_ns() >= deadline)
			break;
	}
	return scan->row >= to;
}

#define TEXT_(x) #x
#define TEXT(x) TEXT_(x)
const char rule_library[] = "PCRE2 " TEXT(PCRE2_MAJOR) "." TEXT(PCRE2_MINOR);
