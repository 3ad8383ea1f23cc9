/* How complete the cards of many versions are, for lists: what
 * cards/complete.h says, with the form loaded once and of the facts only what
 * it looks at. */
#ifndef MUSTER_CARDS_CARD_SHARE_H
#define MUSTER_CARDS_CARD_SHARE_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "registry/registry.h"

struct card_share {
	size_t n_done, n_all;	/* items that count */
	size_t n_gaps;
	double share;		/* of their weights, 0 to 1 */
};

struct card_shares;		/* opaque */
enum rc card_shares_open(struct registry *reg, struct card_shares **out,
			 struct err *err) MUST_USE;
void card_shares_free(struct card_shares *s);	/* NULL is allowed */
/* Of the version's newest card; risk is its model's, NULL: not set.
 * RC_NOT_FOUND (err untouched) if no card was ever saved. */
enum rc card_shares_of(struct card_shares *s, const char *model,
		       int64_t version, const char *risk,
		       struct card_share *out, struct err *err) MUST_USE;
/* Whole percent as screens say them: 100 only if nothing is missing. */
int card_share_percent(const struct card_share *s);
/* "92%", "92%!" with required items missing. */
void card_share_text(struct buf *out, const struct card_share *s);

#endif
