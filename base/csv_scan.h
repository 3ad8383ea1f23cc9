/* What base/csv.c lends to base/csv_parts.c: one libcsv at work on a part of
 * a file. Nobody else includes this. */
#ifndef MUSTER_BASE_CSV_SCAN_H
#define MUSTER_BASE_CSV_SCAN_H

#include "base/csv.h"

struct csv_scan;

/* names: the header's. Empty: the first row fed becomes the header, is put
 * there, and header (or NULL) is called. What is given stays the caller's. */
struct csv_scan *csv_scan_new(const char *name, struct strs *names,
			      csv_header_fn *header, csv_row_fn *row,
			      void *arg);
void csv_scan_free(struct csv_scan *s);

/* Parses what it can of the bytes and returns how many those are. last: no
 * more will come, so all are parsed. one_row: stops behind the first
 * row that ends. */
size_t csv_scan_feed(struct csv_scan *s, const char *p, size_t n, bool last,
		     bool one_row);
/* The end of the bytes. Blank lines that still wait are none of its rows. */
void csv_scan_finish(struct csv_scan *s);
/* The first error met, or RC_OK. */
enum rc csv_scan_result(const struct csv_scan *s, struct err *err);

/* Blank lines in front of the next byte: rows if one follows, else nothing. */
struct csv_blanks {
	uint64_t line;		/* of the first */
	uint64_t n;
};

/* Where the next byte is, at a row's begin. */
uint64_t csv_scan_line(const struct csv_scan *s, struct csv_blanks *blanks);
/* The next bytes are another part of the file, in which no BOM can be. */
void csv_scan_place(struct csv_scan *s, uint64_t line,
		    struct csv_blanks blanks);
/* In the midst of a row. */
bool csv_scan_in_row(const struct csv_scan *s);
bool csv_scan_had_bom(const struct csv_scan *s);
uint64_t csv_scan_rows(const struct csv_scan *s);

/* Shared by the readers. */
enum rc csv_refuse_empty(const char *name, struct err *err);
/* Fills the n bytes at p as far as the file
 * goes: *got < n at its end. */
enum rc csv_read_full(int fd, char *p, size_t n, size_t *got,
		      const char *name, struct err *err);
/* A file's size, 0 where it has none. */
uint64_t csv_size_of(int fd);

#endif
