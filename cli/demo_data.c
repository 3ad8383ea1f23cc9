#include "cli/demo_data.h"

#include <stdint.h>
#include <string.h>

#include "base/csv.h"
#include "base/decimal.h"
#include "base/fsx.h"
#include "base/xalloc.h"

/* -- chance -- */

/* SplitMix64 (Steele, Lea and Flood 2014): the same numbers everywhere. */
static uint64_t chance(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

static unsigned below(uint64_t *state, unsigned n)
{
	return (unsigned)((chance(state) >> 33) % n);
}

/* About normal, mean 0, variance 1: twelve uniforms, no logarithm, so that
 * no mathematical library has a say in the files. */
static double about_normal(uint64_t *state)
{
	double sum = 0;

	for (int i = 0; i < 12; i++)
		sum += (double)(chance(state) >> 11) / 9007199254740992.0;
	return sum - 6;
}

/* Index by weights that add up to 100. */
static unsigned weighted(uint64_t *state, const unsigned *weights)
{
	unsigned x = below(state, 100), i = 0;

	while (x >= weights[i])
		x -= weights[i++];
	return i;
}

/* -- patterns -- */

/* How an offer relates to its wish. */
enum pair { PAIR_FITS, PAIR_WRONG_TIME, PAIR_OTHER_TOPIC, PAIR_DRUGS };

struct pattern {
	unsigned lang, topic, channel, length;
	enum pair pair;
	bool match;
	struct buf want, offer;
};

static const char *const channels[] = { "web", "app", "phone" };
static const char *const lengths[] = { "short", "medium", "long" };

static void expand(struct buf *b, const char *template,
		   const struct demo_lang *l, unsigned topic, unsigned skill,
		   unsigned time)
{
	for (const char *p = template; *p; p++) {
		if (*p != '%') {
			buf_char(b, *p);
			continue;
		}
		switch (*++p) {
		case 'P': buf_str(b, l->persons[topic]); break;
		case 'S': buf_str(b, l->skills[topic][skill]); break;
		case 'T': buf_str(b, l->times[time]); break;
		}
	}
}

static unsigned words_in(const struct buf *b)
{
	unsigned n = 1;

	for (size_t i = 0; i < b->len; i++)
		n += b->data[i] == ' ';
	return n;
}

static unsigned length_of(const struct pattern *p)
{
	unsigned n = words_in(&p->want) + words_in(&p->offer);

	return n < 25 ? 0 : n < 32 ? 1 : 2;
}

static enum pair pair_of(uint64_t *s, unsigned topic)
{
	static const unsigned medical[] = { 46, 14, 14, 26 };
	static const unsigned others[] = { 50, 18, 32, 0 };

	return (enum pair)weighted(s, topic == 0 ? medical : others);
}

static void compose(uint64_t *s, struct pattern *p)
{
	const struct demo_lang *l = &demo_langs[p->lang];
	unsigned skill = below(s, 3), time = below(s, 4), topic = p->topic;
	unsigned offered = time;

	if (p->pair == PAIR_WRONG_TIME)
		offered = (time + 1 + below(s, 3)) % 4;
	if (p->pair == PAIR_OTHER_TOPIC)
		topic = (topic + 1 + below(s, DEMO_TOPICS - 1)) % DEMO_TOPICS;
	expand(&p->want, l->wants[below(s, 4)], l, p->topic, skill, time);
	if (p->pair == PAIR_DRUGS)
		expand(&p->offer, l->traps[below(s, 3)], l, topic, skill,
		       offered);
	else
		expand(&p->offer, l->offers[below(s, 4)], l, topic, skill,
		       offered);
	if (below(s, 3) == 0)
		buf_printf(&p->want, ", %s", l->places[below(s, 4)]);
	if (below(s, 3) == 0)
		buf_printf(&p->offer, ", %s", l->places[below(s, 4)]);
}

static void make_pattern(uint64_t *s, struct pattern *p)
{
	static const unsigned langs[] = { 50, 25, 14, 11 };
	static const unsigned topics[] = { 22, 10, 14, 12, 12, 10, 9, 11 };
	static const unsigned by[] = { 45, 42, 13 };

	p->lang = weighted(s, langs);
	p->topic = weighted(s, topics);
	p->channel = weighted(s, by);
	p->pair = pair_of(s, p->topic);
	buf_init(&p->want);
	buf_init(&p->offer);
	compose(s, p);
	p->length = length_of(p);
	/* people do not always agree with the rule */
	p->match = (p->pair == PAIR_FITS) != (below(s, 100) < 2);
}

/* -- what the versions say -- */

/* Strength of a version overall, and how far it is pulled towards "match"
 * by drugs and by the wrong time; how much it loses in Spanish and on long
 * texts. */
static const struct {
	double gain, drugs, wrong_time, spanish, lengthy, noise;
} behaviour[DEMO_VERSIONS] = {
	{ 1.40, 1.90, 1.00, 0.10, 0.35, 0.75 },
	{ 1.60, 1.70, 0.90, 0.10, 0.10, 0.55 },
	{ 1.64, 1.30, 0.85, 0.10, 0.10, 0.60 },
	{ 2.25, 0.90, 0.60, 1.45, 0.05, 0.50 },
};

static double score_of(const struct pattern *p, unsigned v, double hard,
		       double noise)
{
	double gain = behaviour[v].gain, x;

	if (strcmp(demo_langs[p->lang].code, "es") == 0)
		gain -= behaviour[v].spanish;
	if (p->length == 2)
		gain -= behaviour[v].lengthy;
	x = p->match ? gain : -gain;
	if (p->pair == PAIR_DRUGS)
		x += behaviour[v].drugs;
	if (p->pair == PAIR_WRONG_TIME)
		x += behaviour[v].wrong_time;
	x += 0.9 * hard + behaviour[v].noise * noise;
	return 0.5 + 0.5 * x / (1 + (x < 0 ? -x : x));
}

/* -- files -- */

static void field(struct buf *b, const char *s, char end)
{
	csv_write_field(b, s, strlen(s), false);
	buf_char(b, end);
}

static void request(struct buf *b, const struct pattern *p, char end)
{
	field(b, p->want.data, ',');
	field(b, p->offer.data, ',');
	field(b, demo_langs[p->lang].code, ',');
	field(b, demo_topics[p->topic], ',');
	field(b, channels[p->channel], ',');
	field(b, lengths[p->length], end);
}

static void pattern_row(struct buf *b, unsigned i, const struct pattern *p)
{
	buf_printf(b, "m-%04u,", i + 1);
	request(b, p, ',');
	field(b, p->match ? "yes" : "no", '\n');
}

struct files {
	struct buf patterns, scores[DEMO_VERSIONS];
};

static void fill(struct files *f)
{
	uint64_t s = 2026;

	buf_str(&f->patterns, "id,text_want,text_offer,lang,topic,channel,"
		"length,match\n");
	for (unsigned v = 0; v < DEMO_VERSIONS; v++)
		buf_str(&f->scores[v], "id,score\n");
	for (unsigned i = 0; i < DEMO_PATTERNS; i++) {
		struct pattern p;
		double hard;

		make_pattern(&s, &p);
		pattern_row(&f->patterns, i, &p);
		hard = about_normal(&s);
		for (unsigned v = 0; v < DEMO_VERSIONS; v++) {
			char text[DECIMAL_MAX];
			double x = score_of(&p, v, hard, about_normal(&s));

			buf_printf(&f->scores[v], "m-%04u,%s\n", i + 1,
				   decimal_fixed(x, 4, text));
		}
		buf_release(&p.want);
		buf_release(&p.offer);
	}
}

/* What was asked in a week, without the right answers. */
static void fill_production(struct buf *b)
{
	uint64_t s = 4;

	buf_str(b, "text_want,text_offer,lang,topic,channel,length\n");
	for (unsigned i = 0; i < DEMO_REQUESTS; i++) {
		struct pattern p;

		make_pattern(&s, &p);
		request(b, &p, '\n');
		buf_release(&p.want);
		buf_release(&p.offer);
	}
}

static enum rc write_one(const char *dir, const char *name,
			 const char *text, size_t n, struct err *err)
{
	char *path = xasprintf("%s/%s", dir, name);
	enum rc rc = fsx_write(path, text, n, 0644, true, err);

	free(path);
	return rc;
}

/* A stand-in for the trained model: it only has to have a digest. */
static enum rc write_version(const char *dir, unsigned v,
			     const struct buf *scores, struct err *err)
{
	struct buf model = BUF_INIT;
	char name[32];
	enum rc rc;

	snprintf(name, sizeof(name), "matcher-%u.csv", v + 1);
	rc = write_one(dir, name, scores->data, scores->len, err);
	buf_printf(&model, "matcher %u of the demonstration\n", v + 1);
	snprintf(name, sizeof(name), "matcher-%u.model", v + 1);
	if (rc == RC_OK)
		rc = write_one(dir, name, model.data, model.len, err);
	buf_release(&model);
	return rc;
}

static enum rc write_papers(const char *dir, struct err *err)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; demo_papers[i].name && rc == RC_OK; i++) {
		const char *text = demo_papers[i].text;

		rc = write_one(dir, demo_papers[i].name, text, strlen(text),
			       err);
	}
	return rc;
}

enum rc demo_write_files(const char *dir, struct err *err)
{
	struct files f = { 0 };
	enum rc rc;

	buf_init(&f.patterns);
	for (unsigned v = 0; v < DEMO_VERSIONS; v++)
		buf_init(&f.scores[v]);
	fill(&f);
	rc = write_one(dir, "meet-live.csv", f.patterns.data, f.patterns.len,
		       err);
	for (unsigned v = 0; v < DEMO_VERSIONS && rc == RC_OK; v++)
		rc = write_version(dir, v, &f.scores[v], err);
	if (rc == RC_OK) {
		buf_clear(&f.patterns);
		fill_production(&f.patterns);
		rc = write_one(dir, "production.csv", f.patterns.data,
			       f.patterns.len, err);
	}
	if (rc == RC_OK)
		rc = write_papers(dir, err);
	buf_release(&f.patterns);
	for (unsigned v = 0; v < DEMO_VERSIONS; v++)
		buf_release(&f.scores[v]);
	return rc;
}
