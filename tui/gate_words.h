/* Gates as the screens say them: verdicts, what a rule rests on, where it
 * leads. No curses; the list of gates and the gate of a version share it. */
#ifndef MUSTER_TUI_GATE_WORDS_H
#define MUSTER_TUI_GATE_WORDS_H

#include "base/buf.h"
#include "cards/gate_check.h"
#include "registry/document.h"
#include "tui/canvas.h"

/* "pass", "FAIL !", "open" …; static. */
const char *gate_verdict_word(enum gate_verdict v);
enum style gate_verdict_style(enum gate_verdict v);
/* "met", "met, 1 waived", "BLOCKED 2 fail 1 open". */
void put_gate_verdict(struct buf *out, const struct gate_result *r);
/* "met", "met, 1 waived", "BLOCKED 3 of 11". */
void put_gate_short(struct buf *out, const struct gate_result *r);
size_t gate_count(const struct gate_result *r, enum gate_verdict v);
/* ".8842 n 4,812", the end that counts ("low .8749 n 4,812"), else the
 * reason. */
void put_gate_figure(struct buf *out, const struct gate_item *item);
/* "auto", or the person that the rule waits for or was waived by; static or
 * borrowed from item. */
const char *gate_who(const struct gate_item *item);
/* What Enter does on a rule: "opens the card at its first gap"; static. */
const char *gate_leads_to(enum gate_rule_kind kind);

/* The stage whose gate a version in the given one stands before: the next
 * later one that has a gate (of any risk), else its own if that has one, else
 * production. Static. */
const char *gate_target(const struct document_recs *gates, const char *stage);

#endif
