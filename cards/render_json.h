/* A report as JSON: one object, keys in a fixed order.
 *
 *	{"format":"muster-report","version":1,"kind","title","of","stage",
 *	 "draft","registry":{"entries","root","time"},
 *	 "sections":[{"id","title","blocks":[block…]}],"seal"}
 *
 * block: {"type":"heading"|"text"|"none"|"written"|"verbatim","text"},
 * {"type":"facts","facts":[{"name","value"}]},
 * {"type":"list","items":[s]}, {"type":"badges","badges":[{"text","tone"}]},
 * {"type":"table","caption","rows":[{column key: value}],"empty"},
 * {"type":"plot","plot","caption","labels":[s],
 *  "series":[{"name","figures":[figure]}]}. Figures are those of evaluations:
 * {"value","low","high","n","method"}, {"value":null,"why"}. */
#ifndef MUSTER_CARDS_RENDER_JSON_H
#define MUSTER_CARDS_RENDER_JSON_H

#include "cards/report.h"

void render_json(const struct report *r, struct buf *out);

#endif
