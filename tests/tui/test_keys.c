/* Bytes to keys: sequences whole and split, Esc, paste, mouse. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tui/keys.h"

#define MS 1000000ull

/* What comes, and when; "" lets time pass only. */
struct feed { const char *bytes; unsigned ms; };
struct row {
	const char *name;
	unsigned esc_ms;
	struct feed feeds[6];
	uint32_t keys[6];
};

static const struct row rows[] = {
	{ "letter", 25, { { "a", 0 } }, { 'a' } },
	{ "utf8", 25, { { "\xc3\xa9", 0 } }, { 0xe9 } },
	{ "utf8_split", 25, { { "\xe6", 0 }, { "\x97\xa5", 1 } }, { 0x65e5 } },
	{ "invalid_byte_is_unknown", 25, { { "\xff" "a", 0 }, { "", 30 } },
	  { TK_UNKNOWN, 'a' } },
	{ "enter_is_cr", 25, { { "\r", 0 } }, { TK_ENTER } },
	{ "ctrl_j_is_not_enter", 25, { { "\n", 0 } }, { TK_CTRL('J') } },
	{ "arrow", 25, { { "\033[A", 0 } }, { TK_UP } },
	{ "application_arrow", 25, { { "\033OB", 0 } }, { TK_DOWN } },
	{ "arrow_split_quickly", 25,
	  { { "\033", 0 }, { "[", 10 }, { "C", 20 } }, { TK_RIGHT } },
	{ "page_down", 25, { { "\033[6~", 0 } }, { TK_PGDN } },
	{ "modified_arrow_is_an_arrow", 25, { { "\033[1;5A", 0 } },
	  { TK_UP } },
	{ "esc_alone_after_25_ms", 25, { { "\033", 0 }, { "", 26 } },
	  { TK_ESC } },
	{ "esc_alone_not_before", 25, { { "\033", 0 }, { "", 20 } }, { 0 } },
	{ "esc_over_ssh_waits_150", 150, { { "\033", 0 }, { "", 60 } },
	  { 0 } },
	{ "arrow_split_by_60_ms_over_ssh", 150,
	  { { "\033", 0 }, { "O", 60 }, { "B", 120 } }, { TK_DOWN } },
	{ "late_rest_is_rejoined", 25,
	  { { "\033", 0 }, { "", 30 }, { "OB", 90 } }, { TK_ESC, TK_DOWN } },
	{ "a_letter_after_esc_stays_a_letter", 25,
	  { { "\033", 0 }, { "", 30 }, { "x", 60 } }, { TK_ESC, 'x' } },
	{ "alt_letter_is_esc_and_letter", 25, { { "\033x", 0 } },
	  { TK_ESC, 'x' } },
	{ "unknown_sequence_is_one_key", 25, { { "\033[99za", 0 } },
	  { TK_UNKNOWN, 'a' } },
	{ "console_f1", 25, { { "\033[[A", 0 } }, { TK_F1 } },
	{ "paste_is_one_key", 25,
	  { { "\033[200~q\ry\033[201~j", 0 } }, { TK_PASTE, 'j' } },
	{ "paste_split_in_its_marks", 25,
	  { { "\033[20", 0 }, { "0~ab\033[2", 5 }, { "01~k", 9 } },
	  { TK_PASTE, 'k' } },
	{ "wheel", 25, { { "\033[<64;3;4M", 0 } }, { TK_MOUSE } },
};

static void check_row(void **state)
{
	const struct row *r = *state;
	struct keys k;
	uint32_t key, got[8] = { 0 };
	size_t n = 0;
	keys_init(&k, r->esc_ms);
	for (int i = 0; i < 6 && r->feeds[i].bytes; i++) {
		uint64_t now = MS * (1000 + r->feeds[i].ms);
		if (r->feeds[i].bytes[0])
			keys_feed(&k, r->feeds[i].bytes,
				  strlen(r->feeds[i].bytes), now);
		while (n < 8 && (key = keys_next(&k, now)) != TK_NONE)
			got[n++] = key;
	}
	for (int i = 0; i < 6; i++)
		assert_int_equal(got[i], r->keys[i]);
	keys_release(&k);
}

static void test_keys__paste_keeps_its_text(void **state)
{
	struct keys k;
	keys_init(&k, 25);
	keys_feed(&k, "\033[200~one\rtwo\033[201~", 19, MS);
	assert_int_equal(keys_next(&k, MS), TK_PASTE);
	assert_string_equal(k.paste.data, "one\rtwo");
	keys_release(&k);
}

static void test_keys__a_megabyte_of_paste_is_one_key(void **state)
{
	struct keys k;
	static char block[4096];
	memset(block, 'Y', sizeof(block));
	keys_init(&k, 25);
	keys_feed(&k, "\033[200~", 6, MS);
	assert_int_equal(keys_next(&k, MS), TK_NONE);
	for (int i = 0; i < 256; i++) {
		keys_feed(&k, block, sizeof(block), MS);
		assert_int_equal(keys_next(&k, MS), TK_NONE);
	}
	keys_feed(&k, "\033[201~", 6, MS);
	assert_int_equal(keys_next(&k, MS), TK_PASTE);
	assert_int_equal(k.paste.len, 1 << 20);
	keys_release(&k);
}

static void test_keys__waits_only_for_a_pending_sequence(void **state)
{
	struct keys k;
	keys_init(&k, 25);
	assert_int_equal(keys_wait_ms(&k, MS), -1);
	keys_feed(&k, "\033", 1, MS);
	assert_int_equal(keys_next(&k, MS), TK_NONE);
	assert_in_range(keys_wait_ms(&k, MS), 1, 26);
	assert_int_equal(keys_next(&k, 30 * MS), TK_ESC);
	assert_int_equal(keys_wait_ms(&k, 30 * MS), -1);
	keys_release(&k);
}

static void test_keys__terminfo_wins(void **state)
{
	struct keys k;
	keys_init(&k, 25);
	keys_define(&k, "\033[Q", TK_END);
	keys_feed(&k, "\033[Q", 3, MS);
	assert_int_equal(keys_next(&k, MS), TK_END);
	keys_release(&k);
}

static void test_keys__names_round_trip(void **state)
{
	static const uint32_t keys[] = { 'a', '?', ' ', TK_ENTER, TK_ESC,
		TK_TAB, TK_UP, TK_F12, TK_BACKTAB, TK_CTRL('L'), 0x65e5 };
	char name[24];
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		assert_int_equal(key_from_name(key_text(keys[i], name)),
				 keys[i]);
	assert_int_equal(key_from_name("NoSuchKey"), TK_NONE);
	assert_int_equal(key_from_name(""), TK_NONE);
}

#define N_ROWS (sizeof(rows) / sizeof(rows[0]))

int main(void)
{
	struct CMUnitTest tests[N_ROWS + 5] = { { NULL } };
	static char names[N_ROWS][64];
	for (size_t i = 0; i < N_ROWS; i++) {
		snprintf(names[i], sizeof(names[i]), "test_keys__%s",
			 rows[i].name);
		tests[i] = (struct CMUnitTest){
			names[i], check_row, NULL, NULL,
			(void *)(uintptr_t)&rows[i] };
	}
	const struct CMUnitTest more[] = {
		cmocka_unit_test(test_keys__paste_keeps_its_text),
		cmocka_unit_test(test_keys__a_megabyte_of_paste_is_one_key),
		cmocka_unit_test(test_keys__waits_only_for_a_pending_sequence),
		cmocka_unit_test(test_keys__terminfo_wins),
		cmocka_unit_test(test_keys__names_round_trip),
	};
	memcpy(tests + N_ROWS, more, sizeof(more));
	return cmocka_run_group_tests_name("keys", tests, NULL, NULL);
}
