#include "cards/crosswalk.h"

#include "base/count.h"

static const struct framework frameworks[N_FRAMEWORKS] = {
	[FRAMEWORK_NIST] = { "nist", "NIST AI RMF",
			     "1.0, NIST AI 100-1, January 2023" },
	[FRAMEWORK_AI_ACT] = { "ai-act", "EU AI Act",
			       "Regulation (EU) 2024/1689, text of June 2024; "
			       "later amendments are not taken in" },
	[FRAMEWORK_ISO] = { "iso-42001", "ISO/IEC 42001",
			    "2023, Annex A" },
	[FRAMEWORK_SR] = { "sr-26-2", "SR 26-2 (model risk)",
			   "April 2026, in place of SR 11-7" },
};

const struct framework *framework_at(size_t i)
{
	return i < N_FRAMEWORKS ? &frameworks[i] : NULL;
}

/* clang-format off */
static const struct crosswalk_line lines[] = {
	{ FRAMEWORK_NIST, "GOVERN 1.4", "process and results are transparent", "audit" },
	{ FRAMEWORK_NIST, "GOVERN 1.6", "inventory of AI systems", "lineage" },
	{ FRAMEWORK_NIST, "GOVERN 2.1", "roles and lines of report are clear", "signoffs" },
	{ FRAMEWORK_NIST, "GOVERN 2.3", "those in charge answer for risk decisions", "signoffs" },
	{ FRAMEWORK_NIST, "MAP 1.1", "purposes, uses, users and assumptions are known", "card" },
	{ FRAMEWORK_NIST, "MAP 2.2", "knowledge limits and human use of the output", "card" },
	{ FRAMEWORK_NIST, "MAP 2.3", "integrity of data and of testing", "datasheets" },
	{ FRAMEWORK_NIST, "MAP 1.5", "risk tolerance is set", "gate" },
	{ FRAMEWORK_NIST, "MAP 3.5", "human oversight", "assessment" },
	{ FRAMEWORK_NIST, "MAP 5.1", "likelihood and size of impacts", "assessment" },
	{ FRAMEWORK_NIST, "MEASURE 1.1", "metrics chosen for the most important risks", "gate" },
	{ FRAMEWORK_NIST, "MEASURE 1.3", "assessors independent of the developers", "signoffs" },
	{ FRAMEWORK_NIST, "MEASURE 2.1", "test sets, metrics and tools are documented", "evaluation" },
	{ FRAMEWORK_NIST, "MEASURE 2.5", "valid and reliable, limits documented", "comparison" },
	{ FRAMEWORK_NIST, "MEASURE 2.7", "security and resilience", NULL },
	{ FRAMEWORK_NIST, "MEASURE 2.11", "fairness and bias", "fairness" },
	{ FRAMEWORK_NIST, "MEASURE 3.1", "risks are tracked", "problems" },
	{ FRAMEWORK_NIST, "MANAGE 1.1", "go or no-go", "gate" },
	{ FRAMEWORK_NIST, "MANAGE 1.4", "residual risk is documented", "waivers" },
	{ FRAMEWORK_NIST, "MANAGE 4.3", "incidents are told, tracked, recovered", "problems" },
	{ FRAMEWORK_AI_ACT, "Annex IV 1(a)", "purpose, provider, version and its relation to earlier ones", "lineage" },
	{ FRAMEWORK_AI_ACT, "Annex IV 1(b)-(g)", "interaction with other systems, forms, hardware, user interface", NULL },
	{ FRAMEWORK_AI_ACT, "Annex IV 1(h)", "instructions for use", "card" },
	{ FRAMEWORK_AI_ACT, "Annex IV 2(a)", "methods and steps of development", "lineage" },
	{ FRAMEWORK_AI_ACT, "Annex IV 2(b)", "design choices, assumptions, trade-offs", "card" },
	{ FRAMEWORK_AI_ACT, "Annex IV 2(c)", "architecture and compute", "lineage" },
	{ FRAMEWORK_AI_ACT, "Annex IV 2(d)", "data: datasheets, provenance, labelling", "datasheets" },
	{ FRAMEWORK_AI_ACT, "Annex IV 2(e)", "human oversight", "card" },
	{ FRAMEWORK_AI_ACT, "Annex IV 2(f)", "changes determined in advance", NULL },
	{ FRAMEWORK_AI_ACT, "Annex IV 2(g)", "validation and testing, dated and signed", "evaluation" },
	{ FRAMEWORK_AI_ACT, "Annex IV 2(h)", "cybersecurity", NULL },
	{ FRAMEWORK_AI_ACT, "Annex IV 3", "capabilities and limits, accuracy per group of persons", "fairness" },
	{ FRAMEWORK_AI_ACT, "Annex IV 4", "why the metrics suit", "card" },
	{ FRAMEWORK_AI_ACT, "Annex IV 5", "risk management system", "gate" },
	{ FRAMEWORK_AI_ACT, "Art. 27", "impact on fundamental rights", "assessment" },
	{ FRAMEWORK_AI_ACT, "Annex IV 6", "changes over the lifecycle", "changes" },
	{ FRAMEWORK_AI_ACT, "Annex IV 7", "standards applied", NULL },
	{ FRAMEWORK_AI_ACT, "Annex IV 8", "declaration of conformity", NULL },
	{ FRAMEWORK_AI_ACT, "Annex IV 9", "post-market monitoring", "problems" },
	{ FRAMEWORK_AI_ACT, "Art. 12", "record-keeping over the lifetime", "audit" },
	{ FRAMEWORK_ISO, "A.2.4", "review of policy", "signoffs" },
	{ FRAMEWORK_ISO, "A.3.2", "roles", "signoffs" },
	{ FRAMEWORK_ISO, "A.3.3", "reporting of concerns", "problems" },
	{ FRAMEWORK_ISO, "A.4.3", "data resources", "datasheets" },
	{ FRAMEWORK_ISO, "A.5.2-A.5.3", "assessing impacts", "assessment" },
	{ FRAMEWORK_ISO, "A.5.4", "impact on individuals and groups", "fairness" },
	{ FRAMEWORK_ISO, "A.6.2.4", "verification and validation", "evaluation" },
	{ FRAMEWORK_ISO, "A.6.2.5", "deployment", "gate" },
	{ FRAMEWORK_ISO, "A.6.2.6", "operation and monitoring", "problems" },
	{ FRAMEWORK_ISO, "A.6.2.7", "technical documentation", "card" },
	{ FRAMEWORK_ISO, "A.6.2.8", "event logs", "audit" },
	{ FRAMEWORK_ISO, "A.7.2-A.7.6", "data: acquisition, quality, provenance, preparation", "datasheets" },
	{ FRAMEWORK_ISO, "A.8.2", "documentation for users", "card" },
	{ FRAMEWORK_ISO, "A.8.4", "communication of incidents", "problems" },
	{ FRAMEWORK_ISO, "A.9.4", "intended use", "card" },
	{ FRAMEWORK_ISO, "A.10.2-A.10.4", "third parties and customers", NULL },
	{ FRAMEWORK_SR, "inventory", "id, purpose, owner, tier, status, dates", "lineage" },
	{ FRAMEWORK_SR, "development, implementation, use", "purpose, theory, data, testing", "card" },
	{ FRAMEWORK_SR, "conceptual soundness", "design and its evidence", "card" },
	{ FRAMEWORK_SR, "outcomes analysis", "back-testing on known outcomes", "evaluation" },
	{ FRAMEWORK_SR, "benchmarking", "against another model", "comparison" },
	{ FRAMEWORK_SR, "ongoing monitoring", "findings and their due dates", "problems" },
	{ FRAMEWORK_SR, "effective challenge", "by those who did not build it", "signoffs" },
	{ FRAMEWORK_SR, "limits and compensating controls", "exceptions and their end", "waivers" },
	{ FRAMEWORK_SR, "documentation", "good enough for a stranger", "audit" },
};
/* clang-format on */

const struct crosswalk_line *crosswalk_line_at(size_t i)
{
	return i < COUNT(lines) ? &lines[i] : NULL;
}
