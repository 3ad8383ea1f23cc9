/* The clipboard. tmux's default swallows OSC 52 from applications, but takes
 * a buffer that it hands to the outer terminal; screen passes OSC 52 wrapped
 * in DCS; other terminals get plain OSC 52. None answers, so what was copied
 * is always shown as well. */
#include "base/spawn.h"
#include "base/xalloc.h"
#include "tui/app_state.h"

#define COPY_MAX 74000		/* what terminals take in one OSC 52 */

static void base64(struct buf *out, const char *text)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz0123456789+/";
	const unsigned char *s = (const unsigned char *)text;
	for (size_t n = strlen(text); n; ) {
		size_t k = n < 3 ? n : 3;
		uint32_t v = (uint32_t)s[0] << 16;
		v |= k > 1 ? (uint32_t)s[1] << 8 : 0;
		v |= k > 2 ? s[2] : 0;
		buf_char(out, digits[v >> 18]);
		buf_char(out, digits[v >> 12 & 63]);
		buf_char(out, k > 1 ? digits[v >> 6 & 63] : '=');
		buf_char(out, k > 2 ? digits[v & 63] : '=');
		s += k;
		n -= k;
	}
}

static bool to_tmux(const char *text)
{
	char cmd[] = "tmux", sub[] = "load-buffer", w[] = "-w", in[] = "-";
	char *argv[] = { cmd, sub, w, in, NULL };
	struct spawn_io io = { .in = text, .n_in = strlen(text),
			       .timeout_ms = 2000 };
	struct err err = ERR_INIT;
	int status = 1;
	return spawn_run(argv, &io, &status, &err) == RC_OK && !status;
}

struct wrapping { const char *before, *after; };
static const struct wrapping plain = { "\033]52;c;", "\a" };
static const struct wrapping in_screen = { "\033P\033]52;c;", "\a\033\\" };
/* passes where 'allow-passthrough on' is set */
static const struct wrapping in_tmux = { "\033Ptmux;\033\033]52;c;",
					 "\a\033\\" };

void app_copy(struct app *app, const char *text)
{
	struct buf seq = BUF_INIT;
	const struct wrapping *w = &plain;
	if (text != app->copied) {
		free(app->copied);
		app->copied = xstrdup(text);
	}
	if (getenv("TMUX") && to_tmux(text)) {
		app_say(app, "Copied to the tmux buffer: %s   (y: to a file)",
			text);
		return;
	}
	if (strlen(text) > COPY_MAX) {
		app_say(app, "Too long for the clipboard; y writes it to a "
			"file.");
		return;
	}
	if (getenv("TMUX"))
		w = &in_tmux;
	else if (getenv("STY"))
		w = &in_screen;
	buf_str(&seq, w->before);
	base64(&seq, text);
	buf_str(&seq, w->after);
	term_write(app->term, seq.data, seq.len);
	app_say(app, "Copied: %s   (y: to a file)", text);
	buf_release(&seq);
}
