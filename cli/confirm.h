/* Consent to what cannot be taken back: a name typed by a person at a
 * terminal, or an option that names the object. Enter alone, a "y", or a
 * paste never confirms. */
#ifndef MUSTER_CLI_CONFIRM_H
#define MUSTER_CLI_CONFIRM_H

#include <stdbool.h>

#include "base/err.h"

struct cli;

/* object: "credit-scorer@7". With --confirm its value must be the object
 * (RC_USAGE otherwise); else, on a terminal, "credit-scorer 7" is asked for
 * on stderr; else RC_USAGE. RC_REFUSED when something else was typed. */
enum rc cli_confirm(struct cli *c, const char *object, const char *what,
		    struct err *err) MUST_USE;
/* One line from the terminal, the caller's to free; NULL where nobody can
 * answer. */
char *cli_ask(struct cli *c, const char *question);

#endif
