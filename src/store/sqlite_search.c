#include "store/sqlite_search.h"

#include <wctype.h>

#include "base/assert.h"
#include "base/id.h"
#include "base/utf8.h"

/* Rows that one page looks at. So many take some tens of milliseconds where they are in memory. */
#define LOOKED_AT_MAX 20000
/* Ids have more digits than what people number things with. */
#define ID_DIGITS_MIN 17

/* ---- text ------------------------------------------------------------------------------ */

/* The character at the text's beginning, folded, which is taken off it. A byte that is no UTF-8 is
 * itself. */
static uint32_t
next_folded(struct pawl_str *text, locale_t locale)
{
	const unsigned char *p = (const unsigned char *)text->ptr;
	size_t n = pawl_utf8_step(p, text->len);
	uint32_t c = *p;

	if (n > 1) {
		c = *p & (0x7f >> n);
		for (size_t i = 1; i < n; i++)
			c = c << 6 | (p[i] & 0x3f);
	}
	text->ptr += n ? n : 1;
	text->len -= n ? n : 1;
	if (c < 0x80)
		return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
	return locale ? (uint32_t)towlower_l((wint_t)c, locale) : c;
}

void
pawl_needle_init(struct pawl_needle *needle, const struct pawl_sqlite *c, struct pawl_str text)
{
	needle->n = 0;
	needle->locale = c->locale;
	while (text.len && needle->n < PAWL_NEEDLE_MAX)
		needle->folded[needle->n++] = next_folded(&text, c->locale);
}

static bool
begins_with(struct pawl_str text, const struct pawl_needle *needle)
{
	for (size_t i = 0; i < needle->n; i++)
		if (!text.len || next_folded(&text, needle->locale) != needle->folded[i])
			return false;
	return true;
}

bool
pawl_needle_is_in(const struct pawl_needle *needle, struct pawl_str text)
{
	for (; text.len; next_folded(&text, needle->locale))
		if (begins_with(text, needle))
			return true;
	return needle->n == 0;
}

static struct pawl_str
text_of(sqlite3_value *value)
{
	const char *text = (const char *)sqlite3_value_text(value);

	return pawl_str(text ? text : "", (size_t)sqlite3_value_bytes(value));
}

void
pawl_sqlite_has_text_function(sqlite3_context *context, int argc, sqlite3_value **argv)
{
	const struct pawl_sqlite *c = sqlite3_user_data(context);
	struct pawl_needle needle;

	PAWL_ASSERT(argc == 2);
	pawl_needle_init(&needle, c, text_of(argv[1]));
	sqlite3_result_int(context, pawl_needle_is_in(&needle, text_of(argv[0])));
}

uint64_t
pawl_scan_id(struct pawl_str search)
{
	uint64_t id;

	return search.len >= ID_DIGITS_MIN && pawl_id_parse(search, &id) ? id : 0;
}

/* ---- rows --------------------------------------------------------------------------------- */

void
pawl_scan_begin(struct pawl_scan *scan, struct pawl_sqlite *c, struct pawl_store_list *list)
{
	*scan = (struct pawl_scan){.c = c, .list = list, .at = SIZE_MAX};
	pawl_needle_init(&scan->needle, c, list->search);
	list->stopped_at = 0;
	list->total = -1;
}

void
pawl_scan_add(struct pawl_scan *scan, sqlite3_stmt *st)
{
	PAWL_ASSERT(scan->n_sources < PAWL_SCAN_SOURCES);
	if (pawl_sqlite_step(scan->c, st))
		scan->sources[scan->n_sources++] = st;
}

/* From the source that the last row came from. */
static void
go_on(struct pawl_scan *scan)
{
	if (scan->at == SIZE_MAX || pawl_sqlite_step(scan->c, scan->sources[scan->at]))
		return;
	scan->sources[scan->at] = scan->sources[--scan->n_sources];
}

sqlite3_stmt *
pawl_scan_next(struct pawl_scan *scan)
{
	go_on(scan);
	scan->at = SIZE_MAX;
	for (size_t i = 0; i < scan->n_sources; i++)
		if (scan->at == SIZE_MAX || pawl_sqlite_u64(scan->sources[i], 0) >
						    pawl_sqlite_u64(scan->sources[scan->at], 0))
			scan->at = i;
	if (scan->at == SIZE_MAX)
		return NULL;
	if (scan->looked_at++ == LOOKED_AT_MAX) {
		scan->list->more = true;
		scan->list->stopped_at = scan->last_id;
		return NULL;
	}
	scan->last_id = pawl_sqlite_u64(scan->sources[scan->at], 0);
	return scan->sources[scan->at];
}

bool
pawl_scan_takes(struct pawl_scan *scan)
{
	if (scan->list->n < scan->list->limit)
		return true;
	scan->list->more = true;
	return false;
}

void
pawl_scan_end(struct pawl_scan *scan)
{
	for (size_t i = 0; i < scan->n_sources; i++)
		pawl_sqlite_reset(scan->sources[i]);
	scan->n_sources = 0;
}

struct pawl_str
pawl_scan_text(sqlite3_stmt *st, int col)
{
	const char *text = sqlite3_column_blob(st, col);

	return pawl_str(text ? text : "", (size_t)sqlite3_column_bytes(st, col));
}
