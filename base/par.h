/* Work on all cores: a parallel loop, nothing more.
 *
 * par_for(n, fn, arg) calls fn(i, arg) once for each i in 0..n-1 on up to
 * par_threads() threads and returns when all are done. fn must not touch the
 * registry, the screen or anything shared that is not its own i's.
 * Results must not depend on the order or on the number of threads. A loop
 * within fn runs on the thread that it is met on: the others are busy. */
#ifndef MUSTER_BASE_PAR_H
#define MUSTER_BASE_PAR_H

#include <stddef.h>

typedef void par_fn(size_t i, void *arg);

void par_for(size_t n, par_fn *fn, void *arg);
/* Cores of the machine, at most 64; $MUSTER_THREADS lowers it. */
unsigned par_threads(void);

/* One thread beside the caller, for a producer or a background job. */
struct par_thread;
struct par_thread *par_start(void (*fn)(void *), void *arg);
/* NULL where the machine has none left: the caller does it himself. */
struct par_thread *par_try(void (*fn)(void *), void *arg);
/* As par_try, for one of several: loops within fn stay on its thread. */
struct par_thread *par_beside(void (*fn)(void *), void *arg);
void par_join(struct par_thread *t);	/* frees; NULL is allowed */

/* The calling thread, and those that it starts from now on, let the others of
 * the terminal's session go first: the one that answers keys. */
void par_give_way(void);

/* The process's one lock, for a few words that its threads share. Held for
 * moments: nothing that may wait, and no second one, between the two. */
void par_lock(void);
void par_unlock(void);

/* A lock of one's own, which may be held while one waits for a disk: for what
 * several threads need and the first of them fetches. */
struct par_mutex;
struct par_mutex *par_mutex_new(void);
void par_mutex_lock(struct par_mutex *m);
void par_mutex_unlock(struct par_mutex *m);
void par_mutex_free(struct par_mutex *m);	/* NULL is allowed */

#endif
