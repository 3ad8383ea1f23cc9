#include "tui/layouts.h"

#include <string.h>

#include "base/count.h"
#include "base/utf8.h"
#include "tui/keys.h"

/* Two texts of equal length: what the keyboard sends, and what the US one
 * sends from the same key. From the descriptions of xkeyboard-config. */
static const struct { const char *theirs, *latin; } layouts[] = {
	/* Russian; then what Ukrainian and Belarusian have besides */
	{ "йцукенгшщзхъфывапролджэячсмитьбюё",
	  "qwertyuiop[]asdfghjkl;'zxcvbnm,.`" },
	{ "ЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮЁ",
	  "QWERTYUIOP{}ASDFGHJKL:\"ZXCVBNM<>~" },
	{ "іїєґўІЇЄҐЎ", "s]'`oS}\"~O" },
	/* Bulgarian and Serbian letters that the above do not have */
	{ "љњђћџјЉЊЂЋЏЈ", "qw[]xjQW{}XJ" },
	/* Greek */
	{ "ςερτυθιοπασδφγηξκλζχψωβνμ", "wertyuiopasdfghjklzxcvbnm" },
	{ "ΕΡΤΥΘΙΟΠΑΣΔΦΓΗΞΚΛΖΧΨΩΒΝΜ", "ERTYUIOPASDFGHJKLZXCVBNM" },
	/* Hebrew; Arabic */
	{ "קראטוןםפשדגכעיחלךףזסבהנמצ", "ertyuiopasdfghjkl;zxcvbnm" },
	{ "ضصثقفغعهخحجدشسيبلاتنمكطئءرىةوز",
	  "qwertyuiop[]asdfghjkl;'zxcvnm," },
	/* Lithuanian digits, French ones (unshifted) */
	{ "ąčęėįšųū", "12345678" },
	{ "éèçà", "2790" },
	{ "&\"'(-_", "134568" },
};
#define N_LAYOUTS COUNT(layouts)

uint32_t layout_latin(uint32_t key)
{
	if (key >= KEY_BASE)
		return TK_NONE;
	for (size_t i = 0; i < N_LAYOUTS; i++) {
		const char *s = layouts[i].theirs;
		size_t n = strlen(s), k = 0;
		for (size_t pos = 0; pos < n; k++) {
			uint32_t cp;
			pos += utf8_decode(s + pos, n - pos, &cp);
			if (cp == key)
				return (unsigned char)layouts[i].latin[k];
		}
	}
	return TK_NONE;
}
