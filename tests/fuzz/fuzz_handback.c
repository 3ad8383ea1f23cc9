/* A file that comes back from an editor: any bytes; what is accepted goes out
 * and comes back the same, and what is refused leaves the document alone. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "cards/handback.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void round_trip(struct doc *d)
{
	struct buf text = BUF_INIT;
	struct doc back;

	doc_copy(&back, d);
	if (handback_write(&text, d, NULL, NULL, NULL) != RC_OK ||
	    handback_read(&back, NULL, text.data, text.len, NULL, NULL) !=
	    RC_OK || !doc_same(d, &back))
		abort();
	buf_release(&text);
	doc_release(&back);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct handback_notes notes = VEC_INIT;
	struct buf again = BUF_INIT;
	struct doc d, before;
	unsigned line;

	doc_init(&d, doc_form(DOC_DATASHEET), "adult");
	doc_copy(&before, &d);
	if (handback_read(&d, NULL, (const char *)data, size, &notes, NULL) ==
	    RC_OK)
		round_trip(&d);
	else if (!doc_same(&d, &before))
		abort();
	else
		handback_annotate(&again, (const char *)data, size, &notes,
				  &line);
	handback_notes_release(&notes);
	buf_release(&again);
	doc_release(&before);
	doc_release(&d);
	return 0;
}
