/* Draft files: any bytes; what is read is written and read again the same,
 * and the documents in it are read as a returning draft reads them. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "tui/draft.h"
#include "tui/editor.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_doc(enum doc_type type, const char *text)
{
	struct doc doc;

	if (text && doc_read(text, strlen(text), doc_form(type), &doc,
			     NULL) == RC_OK)
		doc_release(&doc);
}

static void type_on(const struct draft *d)
{
	struct editor e;

	editor_init(&e, DOC_TEXT_MAX);
	editor_set(&e, d->typed);
	editor_go(&e, d->at);
	editor_wrap(&e, 7, false);
	editor_delete(&e, MOVE_WORD_LEFT);
	if (!editor_paste(&e, d->typed, strlen(d->typed)))
		abort();
	while (editor_undo(&e))
		;
	editor_release(&e);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct draft d, again;
	struct buf text = BUF_INIT, second = BUF_INIT;

	if (draft_read((const char *)data, size, &d, NULL) != RC_OK)
		return 0;
	draft_write(&text, &d);
	if (draft_read(text.data, text.len, &again, NULL) != RC_OK)
		abort();
	draft_write(&second, &again);
	if (strcmp(text.data, second.data) != 0)
		abort();
	read_doc(d.type, d.doc);
	read_doc(d.type, d.start);
	read_doc(d.type, d.ancestor);
	if (d.item && strlen(d.typed) < 4096)
		type_on(&d);
	draft_release(&d);
	draft_release(&again);
	buf_release(&text);
	buf_release(&second);
	return 0;
}
