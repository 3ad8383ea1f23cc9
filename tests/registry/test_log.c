/* The tree against published figures: RFC 6962's eight-leaf example (the
 * vectors of the certificate-transparency reference implementation). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "registry/db.h"
#include "registry/log.h"
#include "registry/schema.h"
#include "support/temp_registry.h"

static const struct { const char *bytes; size_t n; const char *root; } leaves[] = {
	{ "", 0, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d" },
	{ "\x00", 1, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125" },
	{ "\x10", 1, "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77" },
	{ "\x20\x21", 2, "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7" },
	{ "\x30\x31", 2, "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4" },
	{ "\x40\x41\x42\x43", 4, "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef" },
	{ "\x50\x51\x52\x53\x54\x55\x56\x57", 8, "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c" },
	{ "\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f", 16, "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328" },
};

static void test_log__published_roots(void **state)
{
	struct tree t = { 0 };
	char hex[HASH_HEX_SIZE];
	struct hash h = tree_empty();

	(void)state;
	assert_string_equal(hash_hex(&h, hex), "e3b0c44298fc1c149afbf4c8996fb924"
			    "27ae41e4649b934ca495991b7852b855");
	for (size_t i = 0; i < 8; i++) {
		h = tree_leaf(leaves[i].bytes, leaves[i].n);
		assert_int_equal(tree_add(&t, &h, NULL, NULL, NULL), RC_OK);
		h = tree_root(&t);
		assert_string_equal(hash_hex(&h, hex), leaves[i].root);
	}
}

static struct db *log_of(uint64_t n)
{
	struct db *db;

	assert_ok(db_open(":memory:", DB_MEMORY, &db, &oops));
	assert_ok(schema_create(db, &oops));
	for (uint64_t i = 0; i < n; i++) {
		struct stmt *s = db_prepare(db,
			"INSERT INTO log (idx, time, kind, object, entry, hash)"
			" VALUES (?, 0, '', '', '', ?)");
		struct hash h = i < 8 ? tree_leaf(leaves[i].bytes, leaves[i].n) :
				tree_leaf(&i, sizeof(i));

		stmt_bind_int(s, (int64_t)i);
		stmt_bind_blob(s, h.bytes, HASH_SIZE);
		assert_ok(stmt_run(s, &oops));
		assert_ok(log_add_nodes(db, i, &h, &oops));
	}
	return db;
}

typedef enum rc proof_fn(struct db *db, uint64_t m, uint64_t n,
			 struct hashes *out, struct err *err);

/* Of the first eight leaves; three hashes. */
static void expect_proof(proof_fn *fn, uint64_t m, const char *const *path)
{
	struct db *db = log_of(8);
	struct hashes got = VEC_INIT;
	char hex[HASH_HEX_SIZE];

	assert_ok(fn(db, m, 8, &got, &oops));
	assert_int_equal(got.n, 3);
	for (size_t i = 0; i < 3; i++)
		assert_string_equal(hash_hex(&got.at[i], hex), path[i]);
	vec_free(&got);
	db_close(db);
}

static void test_log__published_inclusion_path(void **state)
{
	/* PATH(5, D[8]) of the same example. */
	static const char *const path[] = {
		"bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
		"ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
		"d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
	};
	(void)state;
	expect_proof(log_inclusion, 5, path);
}

static void test_log__published_consistency_proof(void **state)
{
	/* PROOF(6, D[8]). */
	static const char *const path[] = {
		"0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
		"ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
		"d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
	};
	(void)state;
	expect_proof(log_consistency, 6, path);
}

static void test_log__without_entries(void **state)
{
	struct db *db = log_of(3);
	struct hash root, empty = tree_empty();
	struct hashes none = VEC_INIT;

	(void)state;
	assert_ok(log_root(db, 0, &root, &oops));
	assert_true(hash_equal(&root, &empty));
	assert_int_equal(log_inclusion(db, 3, 3, &none, NULL), RC_NOT_FOUND);
	assert_int_equal(log_consistency(db, 0, 3, &none, NULL), RC_USAGE);
	assert_int_equal(log_consistency(db, 4, 3, &none, NULL), RC_USAGE);
	assert_int_equal(none.n, 0);
	db_close(db);
}

static void test_log__every_proof_up_to_70_verifies(void **state)
{
	enum { N = 70 };
	struct db *db = log_of(N);
	struct hash root, old, leaf;

	(void)state;
	for (uint64_t size = 1; size <= N; size++) {
		assert_ok(log_root(db, size, &root, &oops));
		for (uint64_t i = 0; i < size; i++) {
			struct hashes path = VEC_INIT;

			assert_ok(log_inclusion(db, i, size, &path, &oops));
			assert_ok(log_leaf(db, i, &leaf, &oops));
			assert_true(tree_check_inclusion(&leaf, i, size, &path,
							 &root));
			if (path.n) {
				assert_false(tree_check_inclusion(&root, i,
					size, &path, &leaf));
				path.at[path.n - 1].bytes[3] ^= 1;
				assert_false(tree_check_inclusion(&leaf, i,
					size, &path, &root));
			}
			vec_free(&path);
		}
		for (uint64_t m = 1; m <= size; m++) {
			struct hashes path = VEC_INIT;

			assert_ok(log_root(db, m, &old, &oops));
			assert_ok(log_consistency(db, m, size, &path, &oops));
			assert_true(tree_check_consistency(m, &old, size,
							   &root, &path));
			old.bytes[0] ^= 1;
			assert_false(tree_check_consistency(m, &old, size,
							    &root, &path));
			vec_free(&path);
		}
	}
	db_close(db);
}

static void test_log__checkpoint_text(void **state)
{
	struct buf b = BUF_INIT;
	struct hash root = tree_empty();

	(void)state;
	assert_ok(checkpoint_write(&b, "example.org/muster", 0, &root, &oops));
	assert_string_equal(b.data, "example.org/muster\n0\n"
			    "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n");
	assert_int_equal(checkpoint_write(&b, "a b", 0, &root, NULL), RC_USAGE);
	assert_int_equal(checkpoint_write(&b, "a+b", 0, &root, NULL), RC_USAGE);
	assert_int_equal(checkpoint_write(&b, "", 0, &root, NULL), RC_USAGE);
	buf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_log__published_roots),
		cmocka_unit_test(test_log__published_inclusion_path),
		cmocka_unit_test(test_log__published_consistency_proof),
		cmocka_unit_test(test_log__without_entries),
		cmocka_unit_test(test_log__every_proof_up_to_70_verifies),
		cmocka_unit_test(test_log__checkpoint_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
