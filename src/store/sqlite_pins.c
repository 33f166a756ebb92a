/* Sample events of workflows. */
#include "store/sqlite.h"

#define COLUMNS "workflow_id, name, request_id, saved_at_us, input"

static void
read_pin(sqlite3_stmt *st, struct pawl_arena *arena, struct pawl_pin_row *row)
{
	*row = (struct pawl_pin_row){.workflow_id = pawl_sqlite_u64(st, 0),
				     .name = pawl_sqlite_str(st, 1, arena),
				     .request_id = pawl_sqlite_u64(st, 2),
				     .saved_at_us = sqlite3_column_int64(st, 3),
				     .input = pawl_sqlite_str(st, 4, arena)};
}

/* May it be added: is the workflow there, and are there not too many others? */
static enum pawl_err
check_room(struct pawl_sqlite *c, const struct pawl_pin_row *pin)
{
	static const char sql[] =
		"SELECT (SELECT count(*) FROM pin WHERE workflow_id = ?1 AND name <> ?2)"
		" FROM workflow WHERE id = ?1 AND deleted_at_us = 0";
	sqlite3_stmt *st = pawl_sqlite_stmt(c, sql);
	enum pawl_err err = PAWL_ENOTFOUND;

	pawl_sqlite_bind_u64(st, 1, pin->workflow_id);
	pawl_sqlite_bind_text(st, 2, pin->name);
	if (pawl_sqlite_step(c, st))
		err = pawl_sqlite_u64(st, 0) >= PAWL_PINS_MAX ? PAWL_EFULL : PAWL_OK;
	pawl_sqlite_reset(st);
	return err;
}

enum pawl_err
pawl_sqlite_pin_set(struct pawl_sqlite *c, const struct pawl_store_pin *set)
{
	static const char sql[] = "INSERT INTO pin (" COLUMNS ") VALUES (?1, ?2, ?3, ?4, ?5)"
				  " ON CONFLICT (workflow_id, name) DO UPDATE SET"
				  " request_id = excluded.request_id,"
				  " saved_at_us = excluded.saved_at_us, input = excluded.input";
	const struct pawl_pin_row *pin = &set->pin;
	enum pawl_err err = check_room(c, pin);
	sqlite3_stmt *st;

	if (err)
		return err;
	st = pawl_sqlite_stmt(c, sql);
	pawl_sqlite_bind_u64(st, 1, pin->workflow_id);
	pawl_sqlite_bind_text(st, 2, pin->name);
	pawl_sqlite_bind_u64(st, 3, pin->request_id);
	pawl_sqlite_bind_i64(st, 4, pin->saved_at_us);
	pawl_sqlite_bind_text(st, 5, pin->input);
	pawl_sqlite_run(c, st);
	return PAWL_OK;
}

enum pawl_err
pawl_sqlite_pin_remove(struct pawl_sqlite *c, const struct pawl_store_pin *remove)
{
	sqlite3_stmt *st =
		pawl_sqlite_stmt(c, "DELETE FROM pin WHERE workflow_id = ?1 AND name = ?2");

	pawl_sqlite_bind_u64(st, 1, remove->pin.workflow_id);
	pawl_sqlite_bind_text(st, 2, remove->pin.name);
	pawl_sqlite_run(c, st);
	return sqlite3_changes(c->db) ? PAWL_OK : PAWL_ENOTFOUND;
}

enum pawl_err
pawl_sqlite_pin(struct pawl_sqlite *c, struct pawl_store_pin *get)
{
	static const char sql[] =
		"SELECT " COLUMNS " FROM pin WHERE workflow_id = ?1 AND name = ?2";
	sqlite3_stmt *st = pawl_sqlite_stmt(c, sql);

	pawl_sqlite_bind_u64(st, 1, get->pin.workflow_id);
	pawl_sqlite_bind_text(st, 2, get->pin.name);
	if (!pawl_sqlite_step(c, st))
		return PAWL_ENOTFOUND;
	read_pin(st, &get->op.arena, &get->pin);
	pawl_sqlite_reset(st);
	return PAWL_OK;
}

enum pawl_err
pawl_sqlite_pins(struct pawl_sqlite *c, struct pawl_store_list *list)
{
	static const char sql[] = "SELECT " COLUMNS " FROM pin WHERE workflow_id = ?1 AND name > ?2"
				  " ORDER BY name LIMIT ?3";
	sqlite3_stmt *st = pawl_sqlite_stmt(c, sql);

	list->pins = pawl_arena_calloc(&list->op.arena, list->limit, sizeof *list->pins);
	pawl_sqlite_bind_u64(st, 1, list->workflow_id);
	pawl_sqlite_bind_text(st, 2, list->after_name);
	pawl_sqlite_bind_u64(st, 3, list->limit + 1);
	while (pawl_sqlite_list_next(c, st, list))
		read_pin(st, &list->op.arena, &list->pins[list->n++]);
	return PAWL_OK;
}
