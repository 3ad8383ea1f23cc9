/* muster: inspects models as a muster inspects soldiers. */
#include <locale.h>
#include <signal.h>

#include "cli/cli.h"

int main(int argc, char **argv)
{
	setlocale(LC_CTYPE, "");
	/* a closed pipe is an error exit with a message, not a silent death */
	signal(SIGPIPE, SIG_IGN);
	return cli_run(argc, argv);
}
