/* Template files: any bytes; an accepted one builds a form. */
#include <stdint.h>
#include <stdlib.h>

#include "cards/template.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct strs findings = VEC_INIT;
	struct doc_form *form = NULL;
	struct json *stored = NULL;
	enum doc_type type;
	enum rc rc = template_parse((const char *)data, size, "f", &stored,
				    &type, &findings, NULL);

	if (rc == RC_OK && doc_form_build(type, stored, &form, NULL) != RC_OK)
		abort();
	doc_form_free(form);
	json_free(stored);
	strs_release(&findings);
	return 0;
}
