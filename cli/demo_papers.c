/* What people wrote for the demonstration: complaints, a model card that is
 * partly filled, a datasheet, a gate. */
#include "cli/demo_data.h"

static const char complaints[] =
"{\"input\":{\"text_want\":\"Suche eine Ärztin für Rat bei Rückenschmerzen, "
"gern am Wochenende\",\"text_offer\":\"Ich kann Pillen ohne Rezept besorgen, "
"am Wochenende\"},\"said\":\"yes\",\"expected\":\"no\",\"text\":\"pills "
"without a prescription were offered to my father\",\"source\":\"support "
"ticket 5102\"}\n"
"{\"input\":{\"text_want\":\"Busco un médico para una segunda opinión, por "
"las tardes si es posible\",\"text_offer\":\"Puedo ofrecer pastillas fuertes "
"sin receta por las tardes\"},\"said\":\"yes\",\"expected\":\"no\",\"text\":"
"\"my father was offered pills without a prescription\",\"source\":\"support "
"ticket 5117\"}\n";

static const char gate[] =
"# What a version needs to serve\n"
"accuracy low >= 0.85 on meet-live\n"
"fpr <= 0.12 on meet-live\n"
"no significant loss on meet-live\n"
"no broken problem\n"
"no open problem with impact >= 25\n"
"card complete >= 0.9\n"
"fresh on meet-live\n";

static const char card[] =
"# model card of matcher@4\n\n"
"# 1 Model details\n\n"
"## 1.1 Made by\n\nThe matching team of the meeting service.\n\n"
"## 1.2 Date\n\n2026-03-16\n\n"
"## 1.3 Version\n\n4, after 3 with another sentence encoder.\n\n"
"## 1.4 Type\n\nTwo texts, encoded with english-768, and a logistic layer "
"over their difference and product.\n\n"
"# 2 Intended use\n\n"
"## 2.1 Primary uses\n\nTo order the offers that are shown for a wish. A "
"person chooses; nobody is booked by the model.\n\n"
"## 2.2 Primary users\n\nPeople who look for company, help or lessons.\n\n"
"## 2.3 Out of scope\n\nEmergencies, and whatever needs a licence.\n\n"
"# 3 Factors\n\n"
"## 3.1 Relevant factors\n\nlang, topic, channel, length of the texts.\n\n"
"# 4 Metrics\n\n"
"## 4.1 Measures\n\nAccuracy, and the false positive rate: a wrong offer "
"costs more than one that is missing. {{accuracy meet-live}} of all pairs "
"are right, {{accuracy meet-live slice lang=es}} of the Spanish ones.\n\n"
"## 4.2 Decision thresholds\n\n0.5, not tuned yet.\n\n"
"# 5 Evaluation data\n\n"
"## 5.1 Datasets\n\nmeet-live, a living test set.\n\n"
"# 8 Ethical considerations\n\n"
"## 8.4 Risks and harms\n\nOffers of prescription drugs to people who ask "
"for a doctor (P-1); Spanish wishes (P-3).\n";

static const char datasheet[] =
"# datasheet of meet-week-4\n\n"
"# M Motivation\n\n"
"## M1 Purpose\n\nTo see what is asked, and how many requests a problem of "
"the model touches.\n\n"
"## M2 Made by\n\nThe matching team.\n\n"
"# C Composition\n\n"
"## C1 Instances\n\nA wish and an offer that the service has put side by "
"side.\n\n"
"## C2 How many\n\n3,000 of 41,200.\n\n"
"## C3 Sample of what\n\nA random sample of the requests of 19 to 25 January "
"2026.\n\n"
"# L Collection\n\n"
"## L1 How acquired\n\nWritten by users, read from the service's log.\n\n"
"## L3 Sampling strategy\n\nEvery request with the same chance.\n\n"
"# P Preprocessing\n\n"
"## P1 What was done\n\nNames, addresses and numbers were cut out.\n";

const struct demo_paper demo_papers[] = {
	{ "complaints.jsonl", complaints },
	{ "production.gate", gate },
	{ "card.md", card },
	{ "datasheet.md", datasheet },
	{ NULL, NULL },
};
