/* Bootstrap intervals of figures that are functions of how often each unit
 * was drawn. A unit is a row, a group, or a cell of a table with a count:
 * a job with counts draws a multinomial over the cells, which costs the cells
 * and not the rows.
 *
 * A job's resample number i always uses the stream (seed, job.stream, i), so
 * results do not depend on the threads. */
#ifndef MUSTER_MODEL_BOOTSTRAP_H
#define MUSTER_MODEL_BOOTSTRAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/figure.h"

#define BOOT_STATS_MAX 16

/* times[unit] is how often it was drawn; writes the job's statistics, NAN
 * where undefined. Called from several threads at once. */
typedef void boot_stat_fn(const uint32_t *times, const void *arg,
			  double *out);

/* The same for LANES resamples at once (model/lanes.h):
 * times[unit * LANES + lane], out[statistic * LANES + lane]. */
typedef void boot_lanes_fn(const uint32_t *times, const void *arg,
			   double *out);

struct boot_job {
	uint64_t stream;
	size_t n_units;
	const uint64_t *counts;		/* or NULL: each unit once */
	boot_stat_fn *stat;
	boot_lanes_fn *lanes;		/* or NULL; then stat is not called */
	const void *arg;
	unsigned n_stats;
	/* Those that are undefined, or NULL, stay as they are; the others get
	 * the interval of statistic i. */
	struct figure *figure[BOOT_STATS_MAX];
	enum method method;
};

struct boot_plan {
	unsigned resamples;
	uint64_t seed;
	bool (*cancelled)(void *arg);	/* or NULL */
	void *arg;
};

/* False if cancelled. */
bool boot_run(const struct boot_job *jobs, size_t n_jobs,
	      const struct boot_plan *plan);

#endif
