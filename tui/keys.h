/* Keys: bytes of a terminal in, keys out. Knows no curses and no clock; the
 * caller passes bytes and times.
 *
 * Esc alone is told from the first byte of a sequence by waiting: 25 ms, or
 * what keys_init was given. If "[" or "O" follows within 300 ms of an Esc
 * that was already reported, it is taken for the rest of a split sequence:
 * Esc is harmless everywhere, a stray letter is not.
 *
 * What is pasted (bracketed paste) comes as one TK_PASTE; its text is in
 * keys.paste until the next key is taken. */
#ifndef MUSTER_TUI_KEYS_H
#define MUSTER_TUI_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/* A key is a Unicode character, a control byte (Ctrl-C is 3), or one of
 * these. The name is what key tables and help show. */
#define KEY_LIST(X) \
	X(TK_UP, "Up") X(TK_DOWN, "Down") X(TK_LEFT, "Left") \
	X(TK_RIGHT, "Right") X(TK_HOME, "Home") X(TK_END, "End") \
	X(TK_PGUP, "PgUp") X(TK_PGDN, "PgDn") X(TK_INSERT, "Insert") \
	X(TK_DELETE, "Delete") X(TK_BACKTAB, "BackTab") \
	X(TK_F1, "F1") X(TK_F2, "F2") X(TK_F3, "F3") X(TK_F4, "F4") \
	X(TK_F5, "F5") X(TK_F6, "F6") X(TK_F7, "F7") X(TK_F8, "F8") \
	X(TK_F9, "F9") X(TK_F10, "F10") X(TK_F11, "F11") X(TK_F12, "F12") \
	X(TK_PASTE, "Paste") X(TK_MOUSE, "Mouse") X(TK_UNKNOWN, "unknown")

#define KEY_BASE 0x200000u
enum key_special {
	TK_BEFORE = KEY_BASE,
#define X(id, name) id,
	KEY_LIST(X)
#undef X
	TK_AFTER
};
#define TK_NONE 0u
#define TK_TAB 9u
#define TK_ENTER 13u
#define TK_ESC 27u
#define TK_BACKSPACE 127u
#define TK_CTRL(c) ((uint32_t)(c) & 0x1f)

/* A sequence of this terminal for a key (from terminfo). */
struct key_seq {
	char bytes[16];
	uint32_t key;
};

struct keys {
	unsigned esc_ms;
	struct buf in;			/* bytes not yet decoded */
	uint64_t since;			/* ns: when the first of them came */
	uint64_t esc_at;		/* ns: an Esc reported, 0: none to rejoin */
	bool pasting;
	struct buf paste;
	size_t n_seq;
	struct key_seq seq[48];
	struct {			/* of the last TK_MOUSE, cells from 0 */
		int x, y, button;
		bool down;
	} mouse;
};

void keys_init(struct keys *k, unsigned esc_ms);
void keys_release(struct keys *k);
void keys_define(struct keys *k, const char *bytes, uint32_t key);
void keys_feed(struct keys *k, const void *bytes, size_t n, uint64_t now_ns);
/* The next key, or TK_NONE: nothing, or not yet. */
uint32_t keys_next(struct keys *k, uint64_t now_ns);
/* Milliseconds after which keys_next must be asked again although nothing
 * came; -1: only when something comes. */
int keys_wait_ms(const struct keys *k, uint64_t now_ns);

/* "Enter", "Space", "^L", "g", "PgDn"; into out, which it returns. */
const char *key_text(uint32_t key, char out[24]);
/* TK_NONE: no such key. */
uint32_t key_from_name(const char *name);

#endif
