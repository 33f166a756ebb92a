/* The audit log as a list that is searched. */
#include "base/clock.h"
#include "store/sqlite_search.h"

/* Whatever stands in it, what is no JSON any more is to be seen. */
#define OF_ENTRY(path) "CASE WHEN json_valid(entry) THEN json_extract(entry, '" path "') END"

static bool
is_of_result(const struct pawl_store_list *list, struct pawl_str result)
{
	bool is_done = pawl_str_eq_c(result, "ok") || pawl_str_eq_c(result, "asked");

	switch (list->results) {
	case PAWL_AUDIT_ANY:
		return true;
	case PAWL_AUDIT_DONE:
		return is_done;
	case PAWL_AUDIT_REFUSED:
		return !is_done;
	}
	return false;
}

static bool
is_in_window(const struct pawl_store_list *list, struct pawl_str at)
{
	int64_t at_us;

	if (!list->from_us && !list->to_us)
		return true;
	return pawl_time_parse(at, &at_us) && at_us >= list->from_us &&
	       (!list->to_us || at_us < list->to_us);
}

static bool
fits(const struct pawl_scan *scan, sqlite3_stmt *st)
{
	const struct pawl_store_list *list = scan->list;

	return (!list->actor.len || pawl_str_eq(pawl_scan_text(st, 3), list->actor)) &&
	       (!list->action.len || pawl_str_eq(pawl_scan_text(st, 4), list->action)) &&
	       is_of_result(list, pawl_scan_text(st, 5)) &&
	       is_in_window(list, pawl_scan_text(st, 6)) &&
	       (!list->search.len || pawl_scan_finds(scan, st, 7));
}

static bool
is_filtered(const struct pawl_store_list *list)
{
	return list->actor.len || list->action.len || list->search.len || list->from_us ||
	       list->to_us || list->results != PAWL_AUDIT_ANY;
}

enum pawl_err
pawl_sqlite_audit(struct pawl_sqlite *c, struct pawl_store_list *list)
{
	static const char sql[] = "SELECT seq, entry, hash, " OF_ENTRY("$.actor") ", " OF_ENTRY(
		"$.action") ", " OF_ENTRY("$.result") ", " OF_ENTRY("$.at") ", "
									    "CASE WHEN "
									    "json_valid(entry) "
									    "THEN "
									    "json_extract(entry, "
									    "'$.target') || "
									    "char(10) ||"
									    " coalesce(json_"
									    "extract(entry, "
									    "'$.object.name'), '') "
									    "|| char(10) ||"
									    " json_extract(entry, "
									    "'$.address') END"
									    " FROM audit WHERE seq "
									    "< ?1 ORDER BY seq "
									    "DESC";
	struct pawl_arena *arena = &list->op.arena;
	sqlite3_stmt *st = pawl_sqlite_stmt(c, sql);
	struct pawl_scan scan;

	list->audit = pawl_arena_calloc(arena, list->limit, sizeof(*list->audit));
	pawl_sqlite_bind_u64(st, 1, list->before ? list->before : INT64_MAX);
	pawl_scan_begin(&scan, c, list);
	pawl_scan_add(&scan, st);
	while ((st = pawl_scan_next(&scan))) {
		if (!fits(&scan, st))
			continue;
		if (!pawl_scan_takes(&scan))
			break;
		list->audit[list->n++] =
			(struct pawl_audit_row){.seq = pawl_sqlite_u64(st, 0),
						.entry = pawl_sqlite_str(st, 1, arena),
						.hash = pawl_sqlite_str(st, 2, arena)};
	}
	pawl_scan_end(&scan);
	if (list->wants_total && !is_filtered(list))
		list->total =
			(int64_t)pawl_sqlite_value(c, "SELECT coalesce(max(seq), 0) FROM audit");
	return PAWL_OK;
}
