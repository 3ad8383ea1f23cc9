#include "support/seeds.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/fsx.h"
#include "base/xalloc.h"

enum { VARIANTS = 100, MAX_SEED = 1 << 20 };

/* A copy of exactly the size, so that a sanitizer sees a byte too far. */
static void give(fuzz_target *target, const struct buf *b)
{
	uint8_t *copy = xmalloc(b->len);

	memcpy(copy, b->data, b->len);
	target(copy, b->len);
	free(copy);
}

static void vary(struct buf *b, uint64_t seed)
{
	size_t at = b->len ? (seed >> 8) % b->len : 0;
	char middle = b->data[b->len / 2];

	if (!b->len)
		return;
	switch (seed >> 62) {
	case 0: b->data[at] = (char)(seed >> 16); break;
	case 1: buf_truncate(b, at); break;
	case 2: buf_insert(b, at, &middle, 1); break;
	case 3: buf_remove(b, at, 1); break;
	}
}

static void run_one(const char *path, fuzz_target *target)
{
	struct buf seed = BUF_INIT, b = BUF_INIT;
	uint64_t random = 1;

	if (fsx_read(path, MAX_SEED, &seed, NULL) != RC_OK)
		BUG("the seed '%s' cannot be read", path);
	give(target, &seed);
	for (int i = 0; i < VARIANTS; i++) {
		buf_clear(&b);
		buf_add(&b, seed.data, seed.len);
		for (int k = 0; k <= i % 3; k++) {
			random = random * 6364136223846793005ull + 1;
			vary(&b, random);
		}
		give(target, &b);
	}
	buf_release(&seed);
	buf_release(&b);
}

size_t seeds_run(const char *name, fuzz_target *target)
{
	char *folder = xasprintf("tests/fuzz/seeds/%s", name);
	DIR *dir = opendir(folder);
	struct dirent *e;
	size_t n = 0;

	while (dir && (e = readdir(dir))) {
		char *path;

		if (e->d_name[0] == '.')
			continue;
		path = xasprintf("%s/%s", folder, e->d_name);
		run_one(path, target);
		free(path);
		n++;
	}
	if (dir)
		closedir(dir);
	free(folder);
	return n;
}
