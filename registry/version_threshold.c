/* The score from which on a version says yes: recorded with whoever chose
 * it. */
#include <string.h>

#include "base/decimal.h"
#include "registry/version_inside.h"

enum rc tx_version_threshold(struct reg_tx *tx, const char *model,
			     int64_t version, double threshold,
			     const char *reason, struct err *err)
{
	char from[DECIMAL_MAX], to[DECIMAL_MAX];
	struct version_rec v;
	enum rc rc = text_check("reason", reason, err);

	if (rc == RC_OK)
		rc = reg_version_get(tx_registry(tx), model, version, &v, err);
	if (rc != RC_OK)
		return rc;
	decimal_shortest(threshold, to);
	if (v.has_threshold)
		decimal_shortest(v.threshold, from);
	if (!v.has_threshold || strcmp(from, to) != 0)
		rc = version_append_change(tx, "version.threshold", model,
					   version, TX_ANY_BASE,
					   v.has_threshold ? from : NULL, to,
					   reason, err);
	version_rec_release(&v);
	return rc;
}

enum rc version_threshold_apply(struct apply *a, struct err *err)
{
	const char *model, *to = json_get_str(a->entry->body, "to");
	struct stmt *s;
	int64_t id;
	double x;
	enum rc rc = version_begin_change(a, &model, &id, err);

	if (rc == RC_OK && to && !decimal_read(to, strlen(to), &x))
		rc = err_set(err, RC_CORRUPT, "entry has no number as "
			     "threshold");
	if (rc != RC_OK)
		return rc;
	s = db_prepare(a->db, "UPDATE version SET threshold = ? WHERE id = ?");
	stmt_bind_text(s, to);
	stmt_bind_int(s, id);
	return stmt_run(s, err);
}

void version_threshold_line(const struct entry *e, struct buf *out)
{
	version_line_change(e, out, "threshold");
}

enum rc version_threshold_undo(struct reg_tx *tx, const struct entry *e,
			       struct err *err)
{
	const char *from = json_get_str(e->body, "from");
	const char *to = json_get_str(e->body, "to");
	char now[DECIMAL_MAX] = "";
	struct version_rec v;
	enum rc rc = version_of_entry(tx, e, &v, err);

	if (rc != RC_OK)
		return rc;
	if (v.has_threshold)
		decimal_shortest(v.threshold, now);
	if (strcmp(now, to ? to : "") != 0)
		rc = err_set(err, RC_REFUSED, "the threshold of '%s@%lld' has "
			     "changed since", v.model, (long long)v.version);
	else
		rc = version_append_change(tx, "version.threshold", v.model,
					   v.version, TX_ANY_BASE, to, from,
					   "undo", err);
	version_rec_release(&v);
	return rc;
}
