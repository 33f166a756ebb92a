/* The list of requests. One SELECT per index that can hold matches, each in the order of ids,
 * merged here; see sqlite_search.h. Parameters: ?1 ids below, ?2 ids from, ?3 workflow, ?4 request,
 * ?5 verdict bits. */
#include "store/sqlite_search.h"

enum { VERDICT = 4, TARGET = 8, IP, REASON, DETAIL, TRIGGER = 14, ORDER_KEY = 17 };

/* Headers are in no list. */
#define COLUMNS                                                                                    \
	"r.workflow_id, r.revision, r.received_at_us, r.verdict, r.starts_run, r.status, "         \
	"r.method, r.target, r.ip, r.reason, r.detail, '', length(r.body), r.trigger, r.flags, "   \
	"r.duplicate_of, r.order_key"
/* i: the index that leads to the request. A run that no request of its own started has none. */
#define JOINED    "SELECT i.id, " COLUMNS " FROM "
#define CUT       " AND r.id < ?1 AND r.id >= ?2 ORDER BY r.id DESC"
#define INDEX_CUT " AND i.id < ?1 AND i.id >= ?2 ORDER BY i.id DESC"

#define ADMITTED "(SELECT admitted_id FROM intake)"

static const char direct[] = "SELECT r.id, " COLUMNS " FROM request r WHERE 1" CUT;
static const char one[] = "SELECT r.id, " COLUMNS " FROM request r WHERE r.id = ?4" CUT;
static const char tail[] = "SELECT r.id, " COLUMNS " FROM request r WHERE r.id > " ADMITTED CUT;
static const char with_run[] = JOINED "run i LEFT JOIN request r ON r.id = i.id"
				      " WHERE i.workflow_id = ?3 AND i.id <= " ADMITTED INDEX_CUT;
static const char without_run[] =
	JOINED "request_by_workflow i LEFT JOIN request r ON r.id = i.id"
	       " WHERE i.workflow_id = ?3 AND ((1 << i.verdict) & ?5) <> 0" INDEX_CUT;

static void
add(struct pawl_scan *scan, sqlite3_stmt *st)
{
	const struct pawl_store_list *list = scan->list;
	uint64_t before = pawl_sqlite_id_ceiling(scan->c, list->to_us);

	pawl_sqlite_bind_u64(st, 1, list->before && list->before < before ? list->before : before);
	pawl_sqlite_bind_u64(st, 2, pawl_sqlite_id_floor(list->from_us));
	pawl_sqlite_bind_u64(st, 3, list->workflow_id);
	pawl_sqlite_bind_u64(st, 4, pawl_scan_id(list->search));
	pawl_sqlite_bind_i64(st, 5, list->verdicts ? list->verdicts : UINT32_MAX);
	pawl_scan_add(scan, st);
}

static void
add_by_verdict(struct pawl_scan *scan)
{
	struct pawl_buf sql;

	pawl_buf_init(&sql, 2048);
	for (unsigned verdict = 0; verdict <= PAWL_VERDICT_DUPLICATE; verdict++) {
		if (!(scan->list->verdicts & 1U << verdict))
			continue;
		pawl_buf_printf(&sql,
				JOINED "request_by_workflow i INDEXED BY request_by_verdict"
				       " LEFT JOIN request r ON r.id = i.id"
				       " WHERE i.verdict = %u" INDEX_CUT,
				verdict);
		add(scan, pawl_sqlite_stmt_built(scan->c, &sql));
		pawl_buf_reset(&sql);
	}
	pawl_buf_fini(&sql);
}

/* Those that start a run are accepted. */
static void
add_sources(struct pawl_scan *scan)
{
	const uint32_t accepted = 1U << PAWL_VERDICT_ACCEPTED;
	const struct pawl_store_list *list = scan->list;

	if (pawl_scan_id(list->search)) {
		add(scan, pawl_sqlite_stmt(scan->c, one));
		return;
	}
	if (!list->workflow_id && (!list->verdicts || list->verdicts & accepted)) {
		add(scan, pawl_sqlite_stmt(scan->c, direct));
		return;
	}
	add(scan, pawl_sqlite_stmt(scan->c, tail));
	if (!list->workflow_id) {
		add_by_verdict(scan);
		return;
	}
	if (!list->verdicts || list->verdicts & accepted)
		add(scan, pawl_sqlite_stmt(scan->c, with_run));
	if (list->verdicts != accepted)
		add(scan, pawl_sqlite_stmt(scan->c, without_run));
}

static bool
is_found(const struct pawl_scan *scan, sqlite3_stmt *st)
{
	static const int columns[] = {REASON, DETAIL, IP, ORDER_KEY, TARGET};

	if (!scan->list->search.len || pawl_scan_id(scan->list->search))
		return true;
	for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++)
		if (pawl_scan_finds(scan, st, columns[i]))
			return true;
	return false;
}

static bool
fits(const struct pawl_scan *scan, sqlite3_stmt *st)
{
	const struct pawl_store_list *list = scan->list;
	int64_t received_us = sqlite3_column_int64(st, 3);

	return sqlite3_column_type(st, 1) != SQLITE_NULL &&
	       (!list->verdicts || list->verdicts >> sqlite3_column_int(st, VERDICT) & 1) &&
	       received_us >= list->from_us && (!list->to_us || received_us < list->to_us) &&
	       (!list->workflow_id || pawl_sqlite_u64(st, 1) == list->workflow_id) &&
	       (!list->triggers || list->triggers >> sqlite3_column_int(st, TRIGGER) & 1) &&
	       is_found(scan, st);
}

static bool
is_counted(const struct pawl_store_list *list)
{
	return list->wants_total && !list->from_us && !list->to_us && !list->triggers &&
	       !list->search.len;
}

enum pawl_err
pawl_sqlite_requests(struct pawl_sqlite *c, struct pawl_store_list *list)
{
	struct pawl_arena *arena = &list->op.arena;
	struct pawl_scan scan;
	sqlite3_stmt *st;

	pawl_scan_begin(&scan, c, list);
	list->requests = pawl_arena_calloc(arena, list->limit, sizeof(*list->requests));
	add_sources(&scan);
	while ((st = pawl_scan_next(&scan))) {
		if (!fits(&scan, st))
			continue;
		if (!pawl_scan_takes(&scan))
			break;
		pawl_sqlite_read_request(st, arena, false, &list->requests[list->n++]);
	}
	pawl_scan_end(&scan);
	if (is_counted(list))
		list->total = pawl_sqlite_tally_requests(c, list->workflow_id, list->verdicts);
	return PAWL_OK;
}
