/* What the commands of cards, datasheets and checklists share: each takes
 * the type of its document and finds its arguments in the call. */
#ifndef MUSTER_CLI_DOCUMENT_H
#define MUSTER_CLI_DOCUMENT_H

#include "cards/store.h"
#include "cli/cli.h"

/* The object that the first argument names, the caller's to free: "m@7" for
 * a card (aliases and stages resolved), a dataset, a model. */
enum rc document_object(struct cli *c, enum doc_type type, char **of,
			struct err *err) MUST_USE;

enum rc document_show(struct cli *c, enum doc_type type, struct err *err);
enum rc document_check(struct cli *c, enum doc_type type, struct err *err);
enum rc document_diff(struct cli *c, enum doc_type type, struct err *err);
enum rc document_import(struct cli *c, enum doc_type type, struct err *err);
enum rc document_export(struct cli *c, enum doc_type type, struct err *err);
enum rc document_edit(struct cli *c, enum doc_type type, struct err *err);
enum rc document_status(struct cli *c, enum doc_type type, struct err *err);
enum rc document_history(struct cli *c, enum doc_type type, struct err *err);

/* A file, or standard input for "-", whole. */
enum rc document_read_file(const char *path, struct buf *out,
			   struct err *err) MUST_USE;

extern const struct option document_show_options[];
extern const struct option document_check_options[];
extern const struct option document_diff_options[];
extern const struct option document_import_options[];
extern const struct option document_export_options[];
extern const struct option document_edit_options[];
extern const struct option document_status_options[];

#endif
