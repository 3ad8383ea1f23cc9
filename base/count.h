/* How many elements an array has (an array, not a pointer). */
#ifndef MUSTER_BASE_COUNT_H
#define MUSTER_BASE_COUNT_H

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#endif
