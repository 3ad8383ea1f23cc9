/* Functions that are never used here. Included by the compiler itself before
 * every file (Makefile, DEFINES), so that a use does not compile. */
#ifndef MUSTER_BASE_BANNED_H
#define MUSTER_BASE_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#undef alloca
#pragma GCC poison strcpy strcat strncpy strncat sprintf vsprintf strtok gets
#pragma GCC poison gmtime localtime ctime asctime mktemp tmpnam
#pragma GCC poison atoi atol atof system popen alloca

#endif
