#include "base/par.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "base/decimal.h"
#include "base/xalloc.h"

#define MAX_THREADS 64

static _Thread_local bool busy;	/* in a loop of several threads */

struct loop {
	atomic_size_t next;
	size_t n;
	par_fn *fn;
	void *arg;
};

static void *work(void *arg)
{
	struct loop *loop = arg;

	busy = true;
	for (;;) {
		size_t i = atomic_fetch_add(&loop->next, 1);

		if (i >= loop->n)
			break;
		loop->fn(i, loop->arg);
	}
	busy = false;
	return NULL;
}

/* Signals are for the thread that owns the screen. */
static bool start(pthread_t *thread, void *(*fn)(void *), void *arg)
{
	sigset_t all, old;
	int why;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	why = pthread_create(thread, NULL, fn, arg);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	return why == 0;
}

unsigned par_threads(void)
{
	const char *wanted = getenv("MUSTER_THREADS");
	uint64_t most = MAX_THREADS, asked;
	cpu_set_t set;

	if (sched_getaffinity(0, sizeof(set), &set) == 0 &&
	    CPU_COUNT(&set) < (int)most)
		most = (uint64_t)CPU_COUNT(&set);
	if (wanted && decimal_read_u64(wanted, strlen(wanted), &asked) &&
	    asked >= 1 && asked < most)
		most = asked;
	return most ? (unsigned)most : 1;
}

void par_for(size_t n, par_fn *fn, void *arg)
{
	struct loop loop = { .n = n, .fn = fn, .arg = arg };
	pthread_t threads[MAX_THREADS];
	size_t wanted = busy ? 1 : par_threads(), started = 0;

	if (wanted > n)
		wanted = n;
	if (wanted <= 1) {
		for (size_t i = 0; i < n; i++)
			fn(i, arg);
		return;
	}
	atomic_init(&loop.next, 0);
	/* One that cannot start is no harm: the others do its work. */
	while (started + 1 < wanted && start(&threads[started], work, &loop))
		started++;
	work(&loop);
	while (started > 0)
		pthread_join(threads[--started], NULL);
}

struct par_thread {
	pthread_t thread;
	void (*fn)(void *);
	void *arg;
	bool beside;
};

static void *run(void *arg)
{
	struct par_thread *t = arg;

	busy = t->beside;
	t->fn(t->arg);
	return NULL;
}

static struct par_thread *try_thread(void (*fn)(void *), void *arg,
				     bool beside)
{
	struct par_thread *t = XNEW(struct par_thread);

	t->fn = fn;
	t->arg = arg;
	t->beside = beside;
	if (start(&t->thread, run, t))
		return t;
	free(t);
	return NULL;
}

struct par_thread *par_try(void (*fn)(void *), void *arg)
{
	return try_thread(fn, arg, false);
}

struct par_thread *par_beside(void (*fn)(void *), void *arg)
{
	return try_thread(fn, arg, true);
}

struct par_thread *par_start(void (*fn)(void *), void *arg)
{
	struct par_thread *t = par_try(fn, arg);

	if (!t)
		fatal("no thread could be started; nothing was changed");
	return t;
}

void par_join(struct par_thread *t)
{
	if (!t)
		return;
	pthread_join(t->thread, NULL);
	free(t);
}

/* On Linux the calling thread alone, whatever POSIX says of processes. Nothing
 * depends on its success. */
void par_give_way(void)
{
	setpriority(PRIO_PROCESS, 0, 10);
}

static pthread_mutex_t the_lock = PTHREAD_MUTEX_INITIALIZER;

void par_lock(void)
{
	pthread_mutex_lock(&the_lock);
}

void par_unlock(void)
{
	pthread_mutex_unlock(&the_lock);
}

struct par_mutex {
	pthread_mutex_t mutex;
};

struct par_mutex *par_mutex_new(void)
{
	struct par_mutex *m = XNEW(struct par_mutex);

	if (pthread_mutex_init(&m->mutex, NULL) != 0)
		fatal("no lock could be made; nothing was changed");
	return m;
}

void par_mutex_lock(struct par_mutex *m)
{
	pthread_mutex_lock(&m->mutex);
}

void par_mutex_unlock(struct par_mutex *m)
{
	pthread_mutex_unlock(&m->mutex);
}

void par_mutex_free(struct par_mutex *m)
{
	if (!m)
		return;
	pthread_mutex_destroy(&m->mutex);
	free(m);
}
