/* muster: inspects models as a muster inspects soldiers. */
#include <locale.h>
#include <stdio.h>

#include "base/process.h"
#include "cli/cli.h"

int main(int argc, char **argv)
{
	const char *why = process_guard();

	if (why) {
		fprintf(stderr, "muster: refuses to run: %s\n", why);
		return 1;
	}
	setlocale(LC_CTYPE, "");
	return cli_run(argc, argv);
}
