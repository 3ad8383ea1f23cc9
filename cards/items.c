#include "cards/items.h"

#include <string.h>

#include "base/count.h"
#include "model/risk.h"

#define SECTION(id, name, items) { id, name, items, COUNT(items) }

/* clang-format off */

/* -- Model card (Mitchell et al. 2019, section 4) -- */

static const struct item card_details[] = {
	{ "1.1", "Made by", "The person or organisation that developed the model, and on whose behalf.", NEED_ALWAYS, 0, 1 },
	{ "1.2", "Date", "When this version was made. A later reader judges by it how old its data and its view of the world are.", NEED_ALWAYS, 0, 1 },
	{ "1.3", "Version", "Which version this is and how it differs from the one before.", NEED_ALWAYS, 0, 1 },
	{ "1.4", "Type", "What kind of model it is: architecture, family, size.", NEED_ALWAYS, 0, 1 },
	{ "1.5", "Training", "Algorithm, parameters, features, and any fairness constraint that was put on the learning.", NEED_MEDIUM, 0, 1 },
	{ "1.6", "Resources", "Paper, report or repository that says more.", NEED_NEVER, 0, 1 },
	{ "1.7", "Citation", "How the model should be cited.", NEED_NEVER, 0, 1 },
	{ "1.8", "Licence", "Under which licence or terms the model may be used; an SPDX identifier where one fits.", NEED_MEDIUM, 0, 1 },
	{ "1.9", "Contact", "Where questions, complaints and reports of harm go, and who answers them by name or role.", NEED_ALWAYS, 0, 2 },
};

static const struct item card_use[] = {
	{ "2.1", "Primary uses", "The decision or task that the model was made for, and what happens with its output.", NEED_ALWAYS, 0, 2 },
	{ "2.2", "Primary users", "Who is meant to use it, with what training, and who is decided about.", NEED_ALWAYS, 0, 1 },
	{ "2.3", "Out of scope", "Uses that look near but that it was not made or tested for, and uses that must not happen.", NEED_ALWAYS, 0, 2 },
};

static const struct item card_factors[] = {
	{ "3.1", "Relevant factors", "Groups (demographic, cultural, phenotypic, and their intersections), instruments and environments across which the model may differ.", NEED_ALWAYS, 0, 1 },
	{ "3.2", "Evaluation factors", "Which of those were measured, as slices of the test set, and why these.", NEED_ALWAYS, 0, 2 },
	{ "3.3", "Groups never evaluated", "Groups that will meet the model but that no slice measures, and why.", NEED_HIGH, 0, 1 },
	{ "3.4", "Instrumentation", "Cameras, sensors, forms, channels: how inputs are taken, and what changes when they do.", NEED_NEVER, 0, 1 },
};

static const struct item card_metrics[] = {
	{ "4.1", "Measures", "Which performance measures are reported and why these suit the use: what does each kind of error cost, and whom?", NEED_ALWAYS, 0, 2 },
	{ "4.2", "Decision thresholds", "The threshold, who chose it, by which rule, on which revision of the test set.", NEED_MEDIUM, 0, 1 },
	{ "4.3", "Uncertainty", "How variation was estimated: intervals, resampling, repeated training runs.", NEED_MEDIUM, 0, 1 },
};

static const struct item card_eval_data[] = {
	{ "5.1", "Datasets", "The test sets, by name and revision, and where their patterns come from.", NEED_ALWAYS, 0, 1 },
	{ "5.2", "Motivation", "Why these: how near are they to what the model will meet in use?", NEED_MEDIUM, 0, 1 },
	{ "5.3", "Preprocessing", "What was done to the patterns before the model saw them.", NEED_MEDIUM, 0, 1 },
};

static const struct item card_train_data[] = {
	{ "6.1", "Datasets", "What the model was trained on, by name and digest; where that cannot be told, the distribution over the factors.", NEED_ALWAYS, 0, 1 },
	{ "6.2", "Motivation", "Why these data, and which part of the population they leave out.", NEED_MEDIUM, 0, 1 },
	{ "6.3", "Preprocessing", "Cleaning, sampling, reweighing, tokenising, feature making.", NEED_MEDIUM, 0, 1 },
};

static const struct item card_quantitative[] = {
	{ "7.1", "Unitary results", "Figures for each factor by itself. Filled from the newest evaluation; add what a reader should notice.", NEED_ALWAYS, ITEM_AUTO, 1 },
	{ "7.2", "Intersectional results", "Figures for factors crossed with one another. Filled from the newest evaluation; add what a reader should notice.", NEED_HIGH, ITEM_AUTO, 1 },
};

static const struct item card_ethics[] = {
	{ "8.1", "Sensitive data", "Does it use data about people that is sensitive, directly or by a proxy?", NEED_ALWAYS, 0, 2 },
	{ "8.2", "Human life", "Does it bear on health, safety, liberty or another matter central to life, and how?", NEED_MEDIUM, 0, 2 },
	{ "8.3", "Mitigations", "What was done against which harm, at which place: data, learning, outputs, process.", NEED_MEDIUM, 0, 1 },
	{ "8.4", "Risks and harms", "For whom could this fail, how often, how badly, and can it be undone?", NEED_MEDIUM, 0, 2 },
	{ "8.5", "Problematic uses", "Known uses that are especially fraught.", NEED_HIGH, 0, 1 },
};

static const struct item card_caveats[] = {
	{ "9.1", "Further testing", "What should still be tested before or during use.", NEED_MEDIUM, 0, 1 },
	{ "9.2", "Groups missing", "Groups that the evaluation data do not hold, or hold too few of to say.", NEED_MEDIUM, 0, 1 },
	{ "9.3", "Ideal data", "What evaluation data would be better than what there is.", NEED_NEVER, 0, 1 },
	{ "9.4", "Advice", "What would make us switch it off, and any other recommendation to those who use it.", NEED_MEDIUM, 0, 1 },
};

static const struct section card_sections[] = {
	SECTION("1", "Model details", card_details),
	SECTION("2", "Intended use", card_use),
	SECTION("3", "Factors", card_factors),
	SECTION("4", "Metrics", card_metrics),
	SECTION("5", "Evaluation data", card_eval_data),
	SECTION("6", "Training data", card_train_data),
	SECTION("7", "Quantitative analyses", card_quantitative),
	SECTION("8", "Ethical considerations", card_ethics),
	SECTION("9", "Caveats and recommendations", card_caveats),
};

/* -- Datasheet (Gebru et al. 2021) -- */

static const struct item sheet_motivation[] = {
	{ "M1", "Purpose", "For what purpose was it made: which task, which gap?", NEED_ALWAYS, 0, 2 },
	{ "M2", "Made by", "Which team made it, and on behalf of which body?", NEED_ALWAYS, 0, 1 },
	{ "M3", "Paid by", "Who paid for it; is there a grant, and which?", NEED_MEDIUM, 0, 1 },
	{ "M4", "Other comments", "Anything else on why it exists.", NEED_NEVER, ITEM_COMMENT, 1 },
};

static const struct item sheet_composition[] = {
	{ "C1", "Instances", "What does one row stand for? Are there several kinds?", NEED_ALWAYS, 0, 1 },
	{ "C2", "How many", "How many are there, in all and of each kind?", NEED_ALWAYS, 0, 1 },
	{ "C3", "Sample of what", "All there are, or a sample? Of which larger set, how representative, how was that checked?", NEED_MEDIUM, 0, 1 },
	{ "C4", "What each holds", "Raw data or features, and which?", NEED_MEDIUM, 0, 1 },
	{ "C5", "Label", "Is there a label or target, and who or what gave it?", NEED_ALWAYS, 0, 1 },
	{ "C6", "Missing", "What is missing from rows, and why?", NEED_MEDIUM, 0, 1 },
	{ "C7", "Relations", "Are relations between rows (same person, same household) made explicit?", NEED_HIGH, 0, 1 },
	{ "C8", "Splits", "Are there recommended splits, and why these?", NEED_NEVER, 0, 1 },
	{ "C9", "Errors and noise", "Known errors, noise, redundancies.", NEED_MEDIUM, 0, 1 },
	{ "C10", "Outside resources", "Does it stand alone, or lean on things elsewhere: will they last, are copies kept, what do they cost?", NEED_HIGH, 0, 1 },
	{ "C11", "Confidential", "Does it hold anything confidential?", NEED_ALWAYS, 0, 2 },
	{ "C12", "Disturbing", "Does it hold anything that may offend, insult, threaten or frighten who looks at it?", NEED_MEDIUM, 0, 1 },
	{ "C.people", "Relates to people?", "Yes or no. With no, C13 to C15 may be skipped.", NEED_ALWAYS, ITEM_GATE, 1 },
	{ "C13", "Subpopulations", "Does it mark groups (by age, sex, origin …), how, and with which distribution?", NEED_MEDIUM, ITEM_PEOPLE, 1 },
	{ "C14", "Identifiable", "Can a person be identified, directly or together with other data?", NEED_ALWAYS, ITEM_PEOPLE, 2 },
	{ "C15", "Sensitive", "Does it hold sensitive data: origin, orientation, religion, opinion, union, location, finance, health, biometrics, genes, government ids, criminal record?", NEED_ALWAYS, ITEM_PEOPLE, 2 },
	{ "C16", "Other comments", "Anything else on what it holds.", NEED_NEVER, ITEM_COMMENT, 1 },
};

static const struct item sheet_collection[] = {
	{ "L1", "How acquired", "Was each row observed, reported, or inferred? If reported or inferred, how was it validated?", NEED_MEDIUM, 0, 1 },
	{ "L2", "Mechanisms", "By which hardware, people, software or interface, and how were these validated?", NEED_MEDIUM, 0, 1 },
	{ "L3", "Sampling strategy", "If a sample: how was it drawn, with which probabilities?", NEED_HIGH, 0, 1 },
	{ "L4", "Collectors", "Who took part in collecting, and how were they paid?", NEED_HIGH, 0, 1 },
	{ "L5", "Timeframe", "Over what time was it collected; does that match when the data came into being?", NEED_ALWAYS, 0, 1 },
	{ "L6", "Ethical review", "Was there one; its process, its outcome, its documents?", NEED_HIGH, 0, 1 },
	{ "L.people", "Relates to people?", "Yes or no. With no, L7 to L11 may be skipped.", NEED_ALWAYS, ITEM_GATE, 1 },
	{ "L7", "From whom", "From the persons themselves, or through third parties?", NEED_MEDIUM, ITEM_PEOPLE, 1 },
	{ "L8", "Told", "Were they told; how; what did the notice say?", NEED_MEDIUM, ITEM_PEOPLE, 1 },
	{ "L9", "Consent", "Did they consent to collection and use; how were they asked, in which words?", NEED_MEDIUM, ITEM_PEOPLE, 2 },
	{ "L10", "Revocation", "Can they take consent back, later or for some uses, and how?", NEED_MEDIUM, ITEM_PEOPLE, 1 },
	{ "L11", "Effect analysed", "Was the effect on them analysed (data protection impact assessment), with which result?", NEED_HIGH, ITEM_PEOPLE, 1 },
	{ "L12", "Other comments", "Anything else on how it was collected.", NEED_NEVER, ITEM_COMMENT, 1 },
};

static const struct item sheet_preprocessing[] = {
	{ "P1", "What was done", "Binning, tokenising, tagging, removal, imputation, labelling. Say \"no\" if nothing was; the rest may then be skipped.", NEED_ALWAYS, 0, 1 },
	{ "P2", "Raw data kept", "Were the raw data kept too; where?", NEED_MEDIUM, ITEM_AFTER_NO, 1 },
	{ "P3", "Software", "Is the software that did it available; where?", NEED_NEVER, ITEM_AFTER_NO, 1 },
	{ "P4", "Other comments", "Anything else on preprocessing.", NEED_NEVER, ITEM_COMMENT, 1 },
};

static const struct item sheet_uses[] = {
	{ "U1", "Used already", "For which tasks has it been used?", NEED_MEDIUM, 0, 1 },
	{ "U2", "List of uses", "Is there a place that lists papers or systems that use it?", NEED_NEVER, 0, 1 },
	{ "U3", "Other tasks", "For which other tasks could it serve?", NEED_NEVER, 0, 1 },
	{ "U4", "Consequences", "Does its make-up, collection or cleaning bear on later uses (unfair treatment, legal or financial risk); how can a user lessen that?", NEED_MEDIUM, 0, 1 },
	{ "U5", "Not to be used for", "Tasks for which it should not be used.", NEED_ALWAYS, 0, 2 },
	{ "U6", "Other comments", "Anything else on uses.", NEED_NEVER, ITEM_COMMENT, 1 },
};

static const struct item sheet_distribution[] = {
	{ "T1", "To third parties", "Will it go to anybody outside the body that made it?", NEED_MEDIUM, 0, 1 },
	{ "T2", "How", "As an archive, by an interface, in a repository; has it a DOI?", NEED_NEVER, 0, 1 },
	{ "T3", "When", "When will it be distributed?", NEED_NEVER, 0, 1 },
	{ "T4", "Licence", "Under which licence or terms; are there fees?", NEED_ALWAYS, 0, 2 },
	{ "T5", "Restrictions", "Have third parties put restrictions on it (intellectual property or other)?", NEED_HIGH, 0, 1 },
	{ "T6", "Regulation", "Do export controls or other rules apply?", NEED_HIGH, 0, 1 },
	{ "T7", "Other comments", "Anything else on distribution.", NEED_NEVER, ITEM_COMMENT, 1 },
};

static const struct item sheet_maintenance[] = {
	{ "N1", "Maintainer", "Who hosts, supports and maintains it?", NEED_ALWAYS, 0, 1 },
	{ "N2", "Contact", "How can the owner or curator be reached?", NEED_ALWAYS, 0, 2 },
	{ "N3", "Erratum", "Is there a list of errors; where?", NEED_NEVER, 0, 1 },
	{ "N4", "Updates", "Will it be updated (labels corrected, rows added or removed); how often, by whom, and how is that told?", NEED_MEDIUM, 0, 1 },
	{ "N5", "Retention", "If about people: is there a limit on keeping it, were they told, how is it enforced?", NEED_HIGH, 0, 1 },
	{ "N6", "Older versions", "Will older versions stay supported; how is it announced if not?", NEED_NEVER, 0, 1 },
	{ "N7", "Contributions", "Can others extend it; are contributions checked, and how are they passed on?", NEED_NEVER, 0, 1 },
	{ "N8", "Other comments", "Anything else on maintenance.", NEED_NEVER, ITEM_COMMENT, 1 },
};

static const struct section sheet_sections[] = {
	SECTION("M", "Motivation", sheet_motivation),
	SECTION("C", "Composition", sheet_composition),
	SECTION("L", "Collection", sheet_collection),
	SECTION("P", "Preprocessing", sheet_preprocessing),
	SECTION("U", "Uses", sheet_uses),
	SECTION("T", "Distribution", sheet_distribution),
	SECTION("N", "Maintenance", sheet_maintenance),
};

/* -- Checklist (J. Abbott) -- */

static const struct item check_release[] = {
	{ "release.metrics", "Metrics chosen with care", "Metrics understood and signed off by the business. Evidence: a main metric, its rationale in card section 4, a sign-off.", NEED_ALWAYS, 0, 1 },
	{ "release.threshold", "Threshold strategy", "How the threshold is chosen. Evidence: a threshold record with its rule and revision.", NEED_ALWAYS, 0, 1 },
	{ "release.explain", "Predictions explained", "How single predictions are explained, or why not. Evidence: an explanation attached to the version or linked.", NEED_MEDIUM, 0, 1 },
	{ "release.fairness", "Fairness framework", "Which basis of fairness was chosen and which was given up. Evidence: slices on protected attributes evaluated, a basis chosen.", NEED_MEDIUM, 0, 1 },
};

static const struct item check_after[] = {
	{ "after.tracker", "Problem tracker", "Model problems have a home. Evidence: problems exist, or \"none reported\" with a date.", NEED_ALWAYS, 0, 1 },
	{ "after.triage", "Triage strategy", "Evidence: users, error and harm are filled on all open problems.", NEED_ALWAYS, 0, 1 },
	{ "after.reproducible", "Reproducible training", "Evidence: data digest, code commit, parameters and a seed on the version.", NEED_MEDIUM, 0, 1 },
	{ "after.comparable", "Comparable results", "Evidence: all live versions are fresh on one revision.", NEED_ALWAYS, 0, 1 },
	{ "after.results", "Result management", "Evidence: evaluations stored for every version in production.", NEED_ALWAYS, 0, 1 },
	{ "after.why", "Able to answer why", "Evidence: the difference between the last two production versions has no unknown part.", NEED_MEDIUM, 0, 1 },
};

static const struct item check_long[] = {
	{ "long.refresh", "Data refresh", "Evidence: the newest growth of the test set is younger than the stated period.", NEED_MEDIUM, 0, 1 },
	{ "long.versioned", "Data version control", "Evidence: every dataset has a digest and an origin.", NEED_MEDIUM, 0, 1 },
	{ "long.data-ci", "Checks for data", "Evidence: profile and expectations on every dataset, run on growth.", NEED_HIGH, 0, 1 },
	{ "long.labelling", "Labelling strategy", "Evidence: labellers recorded, agreement computed, conflicts escalated.", NEED_HIGH, 0, 1 },
	{ "long.robust", "Robustness and uncertainty", "Evidence: perturbation and uncertainty evaluated for the version in production.", NEED_HIGH, 0, 1 },
};

static const struct section check_sections[] = {
	SECTION("release", "First release", check_release),
	SECTION("after", "After the first release", check_after),
	SECTION("long", "Long term", check_long),
};

static const struct doc_form forms[] = {
	[DOC_CARD] = { DOC_CARD, "model card", card_sections, COUNT(card_sections) },
	[DOC_DATASHEET] = { DOC_DATASHEET, "datasheet", sheet_sections, COUNT(sheet_sections) },
	[DOC_CHECKLIST] = { DOC_CHECKLIST, "checklist", check_sections, COUNT(check_sections) },
};

/* clang-format on */

const struct doc_form *doc_form(enum doc_type type)
{
	return &forms[type];
}

const struct item *doc_form_item(const struct doc_form *form, const char *id,
				 const struct section **section)
{
	for (size_t s = 0; s < form->n_sections; s++) {
		const struct section *sec = &form->sections[s];

		for (size_t i = 0; i < sec->n_items; i++) {
			if (strcmp(sec->items[i].id, id))
				continue;
			if (section)
				*section = sec;
			return &sec->items[i];
		}
	}
	return NULL;
}

bool item_required(const struct item *item, const char *risk)
{
	static const enum item_need from[] = {
		[RISK_LOW] = NEED_ALWAYS,
		[RISK_MEDIUM] = NEED_MEDIUM,
		[RISK_HIGH] = NEED_HIGH,
	};

	return item->need >= from[risk_counted(risk)];
}
