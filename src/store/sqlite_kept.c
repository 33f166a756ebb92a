/* KEPT: how much of each workflow there is; MENTIONS: in which a word stands. */
#include "base/id.h"
#include "store/sqlite.h"

enum pawl_err
pawl_sqlite_kept(struct pawl_sqlite *c, struct pawl_store_list *list)
{
	static const char sql[] =
		"SELECT w.id, w.name,"
		" coalesce(run_0 + run_1 + run_2 + run_3 + run_4 + run_5 + run_6, 0),"
		" coalesce(request_0 + request_1 + request_2 + request_3 + request_4, 0),"
		" (SELECT min(id) FROM run INDEXED BY run_by_workflow WHERE workflow_id = w.id),"
		" (SELECT min(id) FROM request_by_workflow WHERE workflow_id = w.id)"
		" FROM workflow w LEFT JOIN workflow_stat s ON s.workflow_id = w.id"
		" WHERE w.deleted_at_us = 0 AND w.name > ?1 ORDER BY w.name LIMIT ?2";
	sqlite3_stmt *st = pawl_sqlite_stmt(c, sql);

	list->kept = pawl_arena_calloc(&list->op.arena, list->limit, sizeof(*list->kept));
	pawl_sqlite_bind_text(st, 1, list->after_name);
	pawl_sqlite_bind_u64(st, 2, list->limit + 1);
	while (pawl_sqlite_list_next(c, st, list)) {
		struct pawl_kept_row *row = &list->kept[list->n++];
		uint64_t run = pawl_sqlite_u64(st, 4), request = pawl_sqlite_u64(st, 5);
		uint64_t oldest = run && (run < request || !request) ? run : request;

		*row = (struct pawl_kept_row){
			.workflow_id = pawl_sqlite_u64(st, 0),
			.name = pawl_sqlite_str(st, 1, &list->op.arena),
			.runs = pawl_sqlite_u64(st, 2),
			.requests = pawl_sqlite_u64(st, 3),
			.oldest_at_us = oldest ? pawl_id_time_ms(oldest) * 1000 : 0,
		};
	}
	return PAWL_OK;
}

enum pawl_err
pawl_sqlite_mentions(struct pawl_sqlite *c, struct pawl_store_list *list)
{
	static const char sql[] =
		"SELECT w.id, w.name, w.draft, coalesce(r.document, '')"
		" FROM workflow w LEFT JOIN revision r"
		" ON r.workflow_id = w.id AND r.number = w.active_revision"
		" WHERE w.deleted_at_us = 0 AND w.name > ?1"
		" AND (instr(w.draft, ?2) OR instr(r.document, ?2)) ORDER BY w.name LIMIT ?3";
	struct pawl_arena *arena = &list->op.arena;
	sqlite3_stmt *st = pawl_sqlite_stmt(c, sql);

	list->workflows = pawl_arena_calloc(arena, list->limit, sizeof(*list->workflows));
	pawl_sqlite_bind_text(st, 1, list->after_name);
	pawl_sqlite_bind_text(st, 2, list->search);
	pawl_sqlite_bind_u64(st, 3, list->limit + 1);
	while (pawl_sqlite_list_next(c, st, list))
		list->workflows[list->n++] =
			(struct pawl_workflow_row){.id = pawl_sqlite_u64(st, 0),
						   .name = pawl_sqlite_str(st, 1, arena),
						   .draft = pawl_sqlite_str(st, 2, arena),
						   .active = pawl_sqlite_str(st, 3, arena)};
	return PAWL_OK;
}
