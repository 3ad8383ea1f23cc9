#include "tui/keys.h"

#include <stdio.h>

#include "base/count.h"
#include "base/utf8.h"

#define MS 1000000u
#define REJOIN_MS 300u
#define PASTE_END "\033[201~"
#define PASTE_MAX (4u << 20)

static const struct {
	const char *name;
	uint32_t key;
} names[] = {
#define X(id, text) { text, id },
	KEY_LIST(X)
#undef X
	{ "Enter", TK_ENTER }, { "Esc", TK_ESC }, { "Tab", TK_TAB },
	{ "Space", ' ' }, { "Backspace", TK_BACKSPACE },
};
#define N_NAMES COUNT(names)

/* What nearly every terminal sends, whatever its terminfo entry says. */
static const struct key_seq common[] = {
	{ "\033[A", TK_UP }, { "\033[B", TK_DOWN },
	{ "\033[C", TK_RIGHT }, { "\033[D", TK_LEFT },
	{ "\033OA", TK_UP }, { "\033OB", TK_DOWN },
	{ "\033OC", TK_RIGHT }, { "\033OD", TK_LEFT },
	{ "\033[H", TK_HOME }, { "\033[F", TK_END },
	{ "\033OH", TK_HOME }, { "\033OF", TK_END },
	{ "\033[1~", TK_HOME }, { "\033[4~", TK_END },
	{ "\033[7~", TK_HOME }, { "\033[8~", TK_END },
	{ "\033[5~", TK_PGUP }, { "\033[6~", TK_PGDN },
	{ "\033[2~", TK_INSERT }, { "\033[3~", TK_DELETE },
	{ "\033[Z", TK_BACKTAB }, { "\033OP", TK_F1 },
	{ "\033OQ", TK_F2 }, { "\033OR", TK_F3 }, { "\033OS", TK_F4 },
	{ "\033[11~", TK_F1 }, { "\033[12~", TK_F2 }, { "\033[13~", TK_F3 },
	{ "\033[14~", TK_F4 }, { "\033[15~", TK_F5 }, { "\033[17~", TK_F6 },
	{ "\033[18~", TK_F7 }, { "\033[19~", TK_F8 }, { "\033[20~", TK_F9 },
	{ "\033[21~", TK_F10 }, { "\033[23~", TK_F11 },
	{ "\033[24~", TK_F12 }, { "\033[[A", TK_F1 },
};
#define N_COMMON COUNT(common)

void keys_init(struct keys *k, unsigned esc_ms)
{
	*k = (struct keys){ .esc_ms = esc_ms, .in = BUF_INIT,
			    .paste = BUF_INIT };
}

void keys_release(struct keys *k)
{
	buf_release(&k->in);
	buf_release(&k->paste);
}

void keys_define(struct keys *k, const char *bytes, uint32_t key)
{
	if (k->n_seq == COUNT(k->seq) ||
	    strlen(bytes) >= sizeof(k->seq[0].bytes) || bytes[0] != '\033')
		return;
	struct key_seq *s = &k->seq[k->n_seq++];
	memcpy(s->bytes, bytes, strlen(bytes) + 1);
	s->key = key;
}

/* Pasted bytes go to the paste until its end mark, which may arrive split. */
static void feed_paste(struct keys *k)
{
	const char *end = memmem(k->in.data, k->in.len, PASTE_END,
				 sizeof(PASTE_END) - 1);
	size_t n = end ? (size_t)(end - k->in.data) : k->in.len;
	if (!end) {	/* the tail may be the start of the mark */
		size_t keep = sizeof(PASTE_END) - 2;
		n = n > keep ? n - keep : 0;
	}
	if (k->paste.len + n <= PASTE_MAX)
		buf_add(&k->paste, k->in.data, n);
	buf_remove(&k->in, 0, n);
}

void keys_feed(struct keys *k, const void *bytes, size_t n, uint64_t now_ns)
{
	if (!k->in.len)
		k->since = now_ns;
	buf_add(&k->in, bytes, n);
	if (k->pasting)
		feed_paste(k);
}

static uint32_t take(struct keys *k, size_t n, uint32_t key, uint64_t now_ns)
{
	buf_remove(&k->in, 0, n);
	k->since = now_ns;
	k->esc_at = 0;
	return key;
}

static uint32_t lookup(const struct key_seq *t, size_t n_t, const char *s,
		       size_t n)
{
	for (size_t i = 0; i < n_t; i++)
		if (strlen(t[i].bytes) == n && !memcmp(t[i].bytes, s, n))
			return t[i].key;
	return TK_NONE;
}

static uint32_t known(const struct keys *k, const char *s, size_t n)
{
	uint32_t key = lookup(k->seq, k->n_seq, s, n);
	return key ? key : lookup(common, N_COMMON, s, n);
}

/* Length of the control sequence at s, 0 if its end is not there yet. */
static size_t sequence_length(const char *s, size_t n)
{
	if (n < 2)
		return 0;
	if (s[1] == 'O')
		return n >= 3 ? 3 : 0;
	if (s[1] != '[')
		return 1;
	if (n >= 3 && s[2] == '[')	/* the Linux console's F1 to F5 */
		return n >= 4 ? 4 : 0;
	for (size_t i = 2; i < n; i++) {
		if (s[i] >= 0x40 && s[i] <= 0x7e)
			return i + 1;
		if (s[i] < 0x20 || i > 32)	/* no sequence after all */
			return i;
	}
	return 0;
}

/* ESC [ < button ; x ; y M|m */
static uint32_t mouse(struct keys *k, const char *s, size_t n)
{
	int64_t field[3] = { 0, 0, 0 };
	size_t at = 0;
	for (size_t i = 3; i + 1 < n; i++) {
		if (s[i] == ';' && at < 2)
			at++;
		else if (s[i] >= '0' && s[i] <= '9' && field[at] < 100000)
			field[at] = field[at] * 10 + (s[i] - '0');
		else
			return TK_UNKNOWN;
	}
	k->mouse.button = (int)field[0];
	k->mouse.x = (int)field[1] - 1;
	k->mouse.y = (int)field[2] - 1;
	k->mouse.down = s[n - 1] == 'M';
	return TK_MOUSE;
}

/* "ESC [ 1 ; 5 A" is Ctrl-Up: the modifier is left out. */
static uint32_t without_modifier(const struct keys *k, const char *s, size_t n)
{
	char plain[16];
	const char *semicolon = memchr(s, ';', n);
	if (!semicolon || n > 12)
		return TK_UNKNOWN;
	size_t head = (size_t)(semicolon - s);
	if (s[n - 1] != '~' && head == 3 && s[2] == '1')
		head = 2;
	memcpy(plain, s, head);
	plain[head] = s[n - 1];
	uint32_t key = known(k, plain, head + 1);
	return key ? key : TK_UNKNOWN;
}

static uint32_t sequence(struct keys *k, size_t n, uint64_t now_ns)
{
	const char *s = k->in.data;
	if (n == 6 && !memcmp(s, "\033[200~", 6)) {
		take(k, n, TK_NONE, now_ns);
		buf_clear(&k->paste);
		k->pasting = true;
		feed_paste(k);
		return TK_NONE;
	}
	uint32_t key = known(k, s, n);
	if (!key && n > 3 && s[1] == '[' && s[2] == '<')
		key = mouse(k, s, n);
	if (!key)
		key = without_modifier(k, s, n);
	return take(k, n, key, now_ns);
}

static bool waited(const struct keys *k, unsigned ms, uint64_t now_ns)
{
	return now_ns - k->since >= (uint64_t)ms * MS;
}

static uint32_t next_escape(struct keys *k, uint64_t now_ns)
{
	size_t n = sequence_length(k->in.data, k->in.len);
	if (n == 1) {		/* Alt and a letter, or Esc typed before it */
		return take(k, 1, TK_ESC, now_ns);
	}
	if (n)
		return sequence(k, n, now_ns);
	if (k->in.len == 1) {
		if (!waited(k, k->esc_ms, now_ns))
			return TK_NONE;
		take(k, 1, TK_NONE, now_ns);
		k->esc_at = now_ns;
		return TK_ESC;
	}
	if (!waited(k, REJOIN_MS, now_ns))
		return TK_NONE;
	return take(k, k->in.len, TK_UNKNOWN, now_ns);
}

static uint32_t next_plain(struct keys *k, uint64_t now_ns)
{
	uint32_t cp;
	unsigned char lead = (unsigned char)k->in.data[0];
	size_t want = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
	if (k->in.len < want && !waited(k, k->esc_ms, now_ns))
		return TK_NONE;
	size_t n = utf8_decode(k->in.data, k->in.len, &cp);
	if (cp == UTF8_BAD)
		cp = TK_UNKNOWN;
	if (cp == 8)
		cp = TK_BACKSPACE;
	if (cp == 0)
		cp = TK_UNKNOWN;
	return take(k, n, cp, now_ns);
}

/* "[" or "O" right after a reported Esc: the Esc was the sequence's start. */
static bool rejoin(struct keys *k, uint64_t now_ns)
{
	bool split = k->esc_at && now_ns - k->esc_at < REJOIN_MS * (uint64_t)MS &&
		     (k->in.data[0] == '[' || k->in.data[0] == 'O');
	k->esc_at = 0;
	if (split)
		buf_insert(&k->in, 0, "\033", 1);
	return split;
}

uint32_t keys_next(struct keys *k, uint64_t now_ns)
{
	if (k->pasting) {
		if (k->in.len < 6 || memcmp(k->in.data, PASTE_END, 6) != 0)
			return TK_NONE;
		k->pasting = false;
		return take(k, 6, TK_PASTE, now_ns);
	}
	if (!k->in.len)
		return TK_NONE;
	if (k->esc_at)
		rejoin(k, now_ns);
	if (k->in.data[0] != '\033')
		return next_plain(k, now_ns);
	uint32_t key = next_escape(k, now_ns);
	return key || !k->pasting ? key : keys_next(k, now_ns);
}

int keys_wait_ms(const struct keys *k, uint64_t now_ns)
{
	if (!k->in.len || k->pasting)
		return -1;
	uint64_t ms = k->in.len > 1 && k->in.data[0] == '\033' ? REJOIN_MS
							       : k->esc_ms;
	uint64_t gone = (now_ns - k->since) / MS;
	return gone >= ms ? 0 : (int)(ms - gone) + 1;
}

const char *key_text(uint32_t key, char out[24])
{
	for (size_t i = 0; i < N_NAMES; i++) {
		if (names[i].key == key) {
			snprintf(out, 24, "%s", names[i].name);
			return out;
		}
	}
	if (key < 32) {
		snprintf(out, 24, "^%c", (int)(key + 64));
		return out;
	}
	size_t n = utf8_put(key, out);
	out[n] = '\0';
	return out;
}

uint32_t key_from_name(const char *name)
{
	for (size_t i = 0; i < N_NAMES; i++)
		if (!strcmp(names[i].name, name))
			return names[i].key;
	if (name[0] == '^' && name[1] >= '@' && name[1] <= '_' && !name[2])
		return TK_CTRL(name[1]);
	uint32_t cp;
	size_t n = strlen(name);
	if (n && utf8_decode(name, n, &cp) == n && cp != UTF8_BAD && cp > 32)
		return cp;
	return TK_NONE;
}
