#include "model/taxonomy.h"

#include <string.h>

#include "base/count.h"

/* clang-format off */

static const struct taxon parts[] = {
	{ "data", "the data that the model learned from or is given", NULL },
	{ "labels", "the labels or targets", NULL },
	{ "preprocessing", "what happens to inputs before the model", NULL },
	{ "model", "the model itself", NULL },
	{ "threshold", "the threshold that turns a score into a decision", NULL },
	{ "serving", "how the model is run and reached", NULL },
	{ "integration", "the application around it", NULL },
	{ "usage", "what people do with its answers", NULL },
};

static const struct taxon system_issues[] = {
	{ "api-mismatch", "two components disagree about an interface", NULL },
	{ "compilation", "it does not build, or builds wrongly", NULL },
	{ "configuration", "a setting is wrong or missing", NULL },
	{ "connection", "components do not reach each other", NULL },
	{ "data-race", "results hang on the order of threads", NULL },
	{ "execution", "it stops or hangs while running", NULL },
	{ "hardware-mismatch", "the hardware is not what was assumed", NULL },
	{ "memory-allocation", "memory cannot be had", NULL },
	{ "io-slowdown", "reading or writing is too slow", NULL },
	{ "memory-leak", "memory is not given back", NULL },
	{ "model-conversion", "the exported model answers differently", NULL },
	{ "multi-threading", "parallel running fails or slows", NULL },
	{ "performance-regression", "slower than the version before", NULL },
	{ "slow-synchronisation", "time is lost in waiting for one another", NULL },
	{ "unexpected-resource-usage", "more memory, disk or processor than expected", NULL },
};

static const struct taxon biases[] = {
	{ "historical", "the world itself was unfair, and perfect sampling would still record it", "data" },
	{ "representation", "how the population was defined and sampled leaves some of it out", "data" },
	{ "measurement", "the feature or label is a poor or uneven proxy of what is meant", "data" },
	{ "evaluation", "the test set does not look like the use", "algorithm" },
	{ "aggregation", "a conclusion for the whole is false for a part", "data" },
	{ "population", "users of the platform differ from the target population", "data" },
	{ "simpson", "a trend in every subgroup vanishes or turns round in the whole", "data" },
	{ "longitudinal", "a cross-section is read as if it were a history", "data" },
	{ "sampling", "subgroups were not sampled at random", "data" },
	{ "behavioural", "people act differently on different platforms or in different contexts", "user" },
	{ "content-production", "users differ in words, grammar and meaning of what they write", "user" },
	{ "linking", "attributes from networks of users misrepresent what they do", "user" },
	{ "temporal", "populations and behaviour change over time", "data" },
	{ "popularity", "what is shown more gets more, and can be pushed", "algorithm" },
	{ "algorithmic", "not in the data; added by the method", "algorithm" },
	{ "presentation", "only what is seen can be clicked", "user" },
	{ "ranking", "what stands on top is taken for best", "algorithm" },
	{ "social", "other people's actions sway our judgement", "user" },
	{ "emergent", "appears in use, when users or knowledge move on", "algorithm" },
	{ "self-selection", "the subjects chose themselves", "data" },
	{ "omitted-variable", "something that matters is not in the model", "data" },
	{ "cause-effect", "correlation read as causation", "data" },
	{ "observer", "the researcher finds what was expected", "data" },
	{ "funding", "results please who pays", "data" },
};

static const struct taxon discriminations[] = {
	{ "direct", "by a protected attribute", NULL },
	{ "indirect", "by a neutral attribute that stands for a protected one", NULL },
	{ "systemic", "by policy, custom or culture", NULL },
	{ "statistical", "a group's average applied to a person", NULL },
	{ "explainable", "differences that stated attributes justify", NULL },
	{ "unexplainable", "differences that nothing justifies", NULL },
};

static const struct taxon harms[] = {
	{ "allocative", "withholds opportunity, resource or freedom", NULL },
	{ "representational", "shows a group falsely or demeaningly", NULL },
	{ "quality-of-service", "works worse for some", NULL },
	{ "safety", "danger to life, health, property", NULL },
	{ "privacy", "reveals what should be hidden", NULL },
	{ "dignity", "insults, denies autonomy", NULL },
};

static const struct taxon mitigations[] = {
	{ "pre-processing", "the data: collect more, reweigh, relabel, drop a proxy", NULL },
	{ "in-processing", "the learning: constraint, loss term, adversary", NULL },
	{ "post-processing", "the outputs: thresholds per group, abstain, human review", NULL },
	{ "process", "the use: who decides, appeal, information", NULL },
};

static const struct taxon personas[] = {
	{ "analyst", "uses results inside an application, often without knowing that a model is there", NULL },
	{ "citizen-data-scientist", "builds with automated tools", NULL },
	{ "ml-engineer", "builds and runs models", NULL },
	{ "researcher", "develops methods", NULL },
	{ "subject", "is decided about", NULL },
	{ "reviewer", "signs", NULL },
	{ "regulator", "asks", NULL },
};

static const struct taxon servings[] = {
	{ "embedded", "in the application", NULL },
	{ "service", "behind an interface", NULL },
	{ "published-as-data", "read at run time", NULL },
	{ "batch", "inference in batches", NULL },
	{ "online", "inference on request", NULL },
	{ "shadow", "the same traffic without effect", NULL },
	{ "canary", "a small share of the traffic first", NULL },
	{ "competing", "several versions at once (A/B, bandit)", NULL },
	{ "online-learning", "learns while it serves", NULL },
};

static const struct {
	const char *name;
	const struct taxon *list;
	size_t n;
} taxonomies[TAXONOMY_COUNT] = {
	[TAXONOMY_PART] = { "part", parts, COUNT(parts) },
	[TAXONOMY_SYSTEM] = { "system", system_issues, COUNT(system_issues) },
	[TAXONOMY_BIAS] = { "bias", biases, COUNT(biases) },
	[TAXONOMY_DISCRIMINATION] = { "discrimination", discriminations, COUNT(discriminations) },
	[TAXONOMY_HARM] = { "harm", harms, COUNT(harms) },
	[TAXONOMY_MITIGATION] = { "mitigation", mitigations, COUNT(mitigations) },
	[TAXONOMY_PERSONA] = { "persona", personas, COUNT(personas) },
	[TAXONOMY_SERVING] = { "serving", servings, COUNT(servings) },
};

static const struct harm_weight harm_weights[] = {
	{ 1, "nuisance" },
	{ 2, "degraded service" },
	{ 3, "unfair denial or stereotype" },
	{ 5, "serious loss" },
	{ 8, "danger to health, liberty or life" },
};

/* clang-format on */

const char *taxonomy_name(enum taxonomy t)
{
	return taxonomies[t].name;
}

const struct taxon *taxonomy_list(enum taxonomy t, size_t *n)
{
	*n = taxonomies[t].n;
	return taxonomies[t].list;
}

static const struct taxon *taxonomy_find(enum taxonomy t, const char *id)
{
	for (size_t i = 0; i < taxonomies[t].n; i++)
		if (!strcmp(taxonomies[t].list[i].id, id))
			return &taxonomies[t].list[i];
	return NULL;
}

enum taxonomy taxonomy_of(const char *id)
{
	unsigned t = 0;

	while (t < TAXONOMY_COUNT && !taxonomy_find((enum taxonomy)t, id))
		t++;
	return (enum taxonomy)t;
}

const struct harm_weight *harm_scale(size_t *n)
{
	*n = COUNT(harm_weights);
	return harm_weights;
}

const char *harm_text(int weight)
{
	for (size_t i = 0; i < COUNT(harm_weights); i++)
		if (harm_weights[i].weight == weight)
			return harm_weights[i].text;
	return NULL;
}
