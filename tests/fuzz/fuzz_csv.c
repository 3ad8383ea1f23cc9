/* CSV: any bytes, by both readers, which must agree on rows and errors. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/csv.h"
#include "base/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_field(const struct csv_field *f)
{
	if (!utf8_valid(f->text, f->n, NULL) || f->text[f->n] != '\0')
		abort();
}

static enum rc one_row(const struct csv_field *fields, size_t n,
		       uint64_t line, void *arg, struct err *err)
{
	for (size_t i = 0; i < n; i++)
		check_field(&fields[i]);
	return RC_OK;
}

static enum rc one_slot_row(unsigned slot, const struct csv_field *fields,
			    size_t n, uint64_t line, void *arg,
			    struct err *err)
{
	return one_row(fields, n, line, arg, err);
}

/* The first byte chooses the size of a round. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct csv_reader serial = { .name = "f", .row = one_row };
	struct csv_parts parts = { .name = "f", .row = one_slot_row };
	struct err a = ERR_INIT, b = ERR_INIT;
	enum rc rc;
	int fd;

	if (size < 1)
		return 0;
	parts.round = 1 + data[0];
	fd = memfd_create("fuzz", MFD_CLOEXEC);
	if (fd < 0 || write(fd, data + 1, size - 1) != (ssize_t)(size - 1) ||
	    lseek(fd, 0, SEEK_SET) < 0)
		abort();
	rc = csv_read_mem(&serial, (const char *)data + 1, size - 1, &a);
	if (csv_read_parts(&parts, fd, &b) != rc || strcmp(a.text, b.text))
		abort();
	if (rc == RC_OK && serial.rows != parts.rows)
		abort();
	close(fd);
	return 0;
}
