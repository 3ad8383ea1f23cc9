/* README.md files: any bytes; what is imported is exported, imported again,
 * and exported to the same bytes. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "cards/interchange.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_type(enum doc_type type, const char *text, size_t n)
{
	struct buf first = BUF_INIT, second = BUF_INIT;
	struct doc d, back;

	doc_init(&d, doc_form(type), "m@1");
	doc_init(&back, doc_form(type), "m@1");
	if (doc_import(&d, DOC_FORMAT_HF, "f", text, n, NULL, NULL) ==
	    RC_OK) {
		if (doc_export(&first, &d, NULL, DOC_FORMAT_HF, NULL,
			       NULL) != RC_OK ||
		    doc_import(&back, DOC_FORMAT_HF, "f", first.data,
			       first.len, NULL, NULL) != RC_OK ||
		    doc_export(&second, &back, NULL, DOC_FORMAT_HF, NULL,
			       NULL) != RC_OK ||
		    first.len != second.len ||
		    memcmp(first.data, second.data, first.len) ||
		    first.len != n || memcmp(first.data, text, n))
			abort();
	}
	buf_release(&first);
	buf_release(&second);
	doc_release(&d);
	doc_release(&back);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = xmalloc(size + 1);

	memcpy(text, data, size);
	text[size] = '\0';
	try_type(DOC_CARD, text, size);
	try_type(DOC_DATASHEET, text, size);
	free(text);
	return 0;
}
