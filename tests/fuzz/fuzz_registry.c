/* The bytes of a registry (FAULTS F12, F44): a released one with patches, each
 * three bytes of offset, one of length (0 to 15 counts as 1 to 16) and so many
 * bytes. Whatever they do, looking at it ends with a verdict or an error. */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fsx.h"
#include "base/xalloc.h"
#include "registry/entry.h"
#include "registry/model.h"
#include "registry/registry.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define BASE "tests/fixtures/registry-v1.db"

static struct buf original;
static char path[64];

static void remove_copy(void)
{
	char journal[80];

	snprintf(journal, sizeof(journal), "%s-journal", path);
	unlink(journal);
	unlink(path);
	buf_release(&original);
}

static void begin(void)
{
	if (fsx_read(BASE, 1 << 24, &original, NULL) != RC_OK)
		abort();
	snprintf(path, sizeof(path), "%s/muster-fuzz-%ld.db",
		 access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp",
		 (long)getpid());
	atexit(remove_copy);
}

static void write_patched(const uint8_t *data, size_t size)
{
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	size_t at, n;

	if (fd < 0 || write(fd, original.data, original.len) !=
	    (ssize_t)original.len)
		abort();
	while (size > 4) {
		at = (size_t)data[0] << 16 | (size_t)data[1] << 8 | data[2];
		n = (data[3] & 15u) + 1;
		n = n < size - 4 ? n : size - 4;
		if (pwrite(fd, data + 4, n, (off_t)(at % original.len)) < 0)
			abort();
		data += 4 + n;
		size -= 4 + n;
	}
	close(fd);
}

static enum rc take_line(const struct log_line *line, void *arg,
			 struct err *err)
{
	(void)line;
	(void)arg;
	(void)err;
	return RC_OK;
}

static void look(void)
{
	const struct reg_options o = { .path = path, .readonly = true };
	const struct log_filter all = { .limit = 100, .since = INT64_MIN };
	struct registry *reg;
	struct model_recs models;
	struct model_rec m;

	if (reg_open(&o, &reg, NULL) != RC_OK)
		return;
	if (reg_model_list(reg, &models, NULL) == RC_OK)
		model_recs_release(&models);
	if (reg_model_get(reg, "matcher", &m, NULL) == RC_OK)
		model_rec_release(&m);
	(void)!reg_log(reg, &all, take_line, NULL, NULL);
	reg_close(reg);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct reg_verdict v;

	if (!original.len)
		begin();
	write_patched(data, size);
	look();
	(void)!reg_fsck(path, NULL, &v, NULL);
	return 0;
}
