/* Lists that look at rows: several indexes merged by descending id, filters in C, and a bound on
 * how many rows one page looks at, however few of them fit. Private to sqlite*.c. */
#ifndef PAWL_STORE_SQLITE_SEARCH_H
#define PAWL_STORE_SQLITE_SEARCH_H

#include "store/sqlite.h"

/* ---- text ---- */

#define PAWL_NEEDLE_MAX 200 /* characters */

/* What is looked for, without regard to case. */
struct pawl_needle {
	uint32_t folded[PAWL_NEEDLE_MAX];
	size_t n;
	locale_t locale;
};

void pawl_needle_init(struct pawl_needle *needle, const struct pawl_sqlite *c,
		      struct pawl_str text);
bool pawl_needle_is_in(const struct pawl_needle *needle, struct pawl_str text);

/* ---- rows ---- */

#define PAWL_SCAN_SOURCES 9

struct pawl_scan {
	struct pawl_sqlite *c;
	struct pawl_store_list *list;
	/* Statements whose first column is an id, descending; those that have a row. */
	sqlite3_stmt *sources[PAWL_SCAN_SOURCES];
	size_t n_sources, at;
	size_t looked_at;
	uint64_t last_id;
	struct pawl_needle needle; /* of list->search */
};

void pawl_scan_begin(struct pawl_scan *scan, struct pawl_sqlite *c, struct pawl_store_list *list);
/* A statement whose parameters are bound; before the first row is asked for. */
void pawl_scan_add(struct pawl_scan *scan, sqlite3_stmt *st);
/* The next row, whatever is in it; NULL at the end, and when enough were looked at. */
sqlite3_stmt *pawl_scan_next(struct pawl_scan *scan);
/* The row fits. True: there is room for it in the list. False: the page is full. */
bool pawl_scan_takes(struct pawl_scan *scan);
void pawl_scan_end(struct pawl_scan *scan);

/* Borrowed until the statement goes on. */
struct pawl_str pawl_scan_text(sqlite3_stmt *st, int col);
static inline bool
pawl_scan_finds(const struct pawl_scan *scan, sqlite3_stmt *st, int col)
{
	return pawl_needle_is_in(&scan->needle, pawl_scan_text(st, col));
}

/* An id, when what is searched for looks like one: then nothing else is looked for. 0: it does not.
 */
uint64_t pawl_scan_id(struct pawl_str search);

#endif
