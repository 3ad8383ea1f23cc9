/* What the terminal really sends for the keys that are pressed: the bytes, the
 * key that they are taken for, and what that key does. As plain lines, for it
 * is asked where a screen behaves strangely. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <termios.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/safetext.h"
#include "base/xalloc.h"
#include "tui/app_state.h"
#include "tui/options.h"
#include "tui/tui.h"

#define NAMED 3			/* actions of a key that are named */

struct keyshow {
	struct keys keys;
	struct keymap *map;
	struct buf bytes;	/* since the last key */
	bool ends;		/* q was pressed */
};

static volatile sig_atomic_t stopped;

static void on_stop(int sig)
{
	(void)sig;
	stopped = 1;
}

static bool has_key(const struct keymap *m, int action, uint32_t key)
{
	for (int i = 0; i < KEYMAP_KEYS && m->key[action][i]; i++)
		if (m->key[action][i] == key)
			return true;
	return false;
}

static void put_actions(const struct keymap *m, uint32_t key, struct buf *out)
{
	size_t n = 0;

	for (int a = 0; a < ACTION_COUNT; a++) {
		if (!has_key(m, a, key))
			continue;
		if (n++ < NAMED)
			buf_printf(out, "%s%s", n > 1 ? ", " : "",
				   action_info((enum action)a)->name);
	}
	if (n > NAMED)
		buf_printf(out, " and %zu more", n - NAMED);
	if (!n)
		buf_str(out, key == TK_UNKNOWN ? "not understood" : "-");
}

/* "1b 5b 41      Up     up" */
static void say_key(struct keyshow *s, uint32_t key)
{
	struct buf line = BUF_INIT;
	char name[24];

	for (size_t i = 0; i < s->bytes.len; i++)
		buf_printf(&line, "%02x ", (unsigned char)s->bytes.data[i]);
	buf_clear(&s->bytes);
	buf_fill(&line, ' ', line.len < 20 ? 20 - line.len : 0);
	buf_printf(&line, "%-8s  ", key_text(key, name));
	put_actions(s->map, key, &line);
	safetext_puts(stdout, line.data, SAFE_LINE);
	putchar('\n');
	fflush(stdout);
	s->ends = key == 'q';
	buf_release(&line);
}

static void take_keys(struct keyshow *s, uint64_t now)
{
	uint32_t key;

	while (!s->ends && (key = keys_next(&s->keys, now)) != TK_NONE)
		say_key(s, key);
}

/* Byte by byte, so that each key is shown with its own. */
static void take_bytes(struct keyshow *s, const char *bytes, size_t n)
{
	for (size_t i = 0; i < n && !s->ends; i++) {
		buf_add(&s->bytes, bytes + i, 1);
		keys_feed(&s->keys, bytes + i, 1, clock_ns());
		take_keys(s, clock_ns());
	}
}

/* Until q, the end of the input, or a signal. */
static void show(struct keyshow *s)
{
	struct pollfd in = { .fd = STDIN_FILENO, .events = POLLIN };
	char bytes[256];

	while (!s->ends && !stopped) {
		ssize_t n;

		if (poll(&in, 1, keys_wait_ms(&s->keys, clock_ns())) > 0) {
			n = read(STDIN_FILENO, bytes, sizeof(bytes));
			if (n == 0 || (n < 0 && errno != EINTR))
				break;
			take_bytes(s, bytes, n > 0 ? (size_t)n : 0);
		}
		take_keys(s, clock_ns());
	}
	take_keys(s, clock_ns() + 1000000000u);	/* an Esc at the end */
}

/* Keys one by one, no echo, ^C and ^Z as keys, too. */
static void show_raw(struct keyshow *s)
{
	static const int stops[] = { SIGTERM, SIGHUP, SIGINT, SIGQUIT };
	const struct sigaction stop = { .sa_handler = on_stop };
	struct sigaction was[4];
	struct termios saved, raw;
	bool has = tcgetattr(STDIN_FILENO, &saved) == 0;

	for (size_t i = 0; i < 4; i++)
		sigaction(stops[i], &stop, &was[i]);
	if (has) {
		raw = saved;
		raw.c_iflag &= ~(tcflag_t)(ICRNL | INLCR | IXON);
		raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO | ISIG | IEXTEN);
		raw.c_cc[VMIN] = 1;
		raw.c_cc[VTIME] = 0;
		tcsetattr(STDIN_FILENO, TCSANOW, &raw);
	}
	show(s);
	if (has)
		tcsetattr(STDIN_FILENO, TCSANOW, &saved);
	for (size_t i = 0; i < 4; i++)
		sigaction(stops[i], &was[i], NULL);
}

enum rc tui_show_keys(struct err *err)
{
	const struct term_options nowhere = { .nowhere = true };
	struct keyshow s = { .map = XNEW(struct keymap) };
	struct strs faults = VEC_INIT;
	struct terminal *term = NULL;
	enum rc rc = term_open(&nowhere, &term, err);

	if (rc == RC_OK) {
		keys_init(&s.keys, 25);
		term_define_keys(term, &s.keys);
		options_read_keys(s.map, &faults);
		printf("TERM %s. Press keys; q ends.\n"
		       "bytes               key       does\n",
		       term_type(term));
		fflush(stdout);
		show_raw(&s);
		keys_release(&s.keys);
		term_close(term);
	}
	strs_release(&faults);
	buf_release(&s.bytes);
	free(s.map);
	return rc;
}
