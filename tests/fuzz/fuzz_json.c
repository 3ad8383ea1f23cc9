/* JSON: any bytes; what is read is written, read again, and is the same. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct json *j = NULL, *back = NULL;
	struct err err = ERR_INIT;
	struct buf b = BUF_INIT;

	if (json_parse((const char *)data, size, "f", &j, &err) != RC_OK)
		return 0;
	for (int way = 0; way < 3; way++) {
		buf_clear(&b);
		if (way == 0)
			json_write_canonical(&b, j);
		else
			json_write(&b, j, way == 2);
		if (json_parse(b.data, b.len, "f", &back, &err) != RC_OK ||
		    !json_same(j, back))
			abort();
		json_free(back);
	}
	json_free(j);
	buf_release(&b);
	return 0;
}
