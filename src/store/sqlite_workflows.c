/* Workflows: draft, publication, activation, deletion. */
#include "base/clock.h"
#include "base/id.h"
#include "store/sqlite.h"

#define COLUMNS                                                                                    \
	"id, name, state, active_revision, latest_revision, draft_version, hook_token, "           \
	"created_at_us, updated_at_us, drain_per_second, drain_below, activated_at_us, "           \
	"description, trigger, tags, old_hook_token, old_hook_until_us"

/* A member of the draft; not every draft has to have it, or to be JSON. */
#define OF_DRAFT(path, otherwise)                                                                  \
	"CASE WHEN json_valid(?10) THEN coalesce(json_extract(?10, " path "), " otherwise ")"      \
	" ELSE " otherwise " END"

static void
read_workflow(sqlite3_stmt *st, struct pawl_arena *arena, struct pawl_workflow_row *row)
{
	*row = (struct pawl_workflow_row){
		.id = pawl_sqlite_u64(st, 0),
		.name = pawl_sqlite_str(st, 1, arena),
		.state = sqlite3_column_int(st, 2),
		.active_revision = (uint32_t)pawl_sqlite_u64(st, 3),
		.latest_revision = (uint32_t)pawl_sqlite_u64(st, 4),
		.draft_version = pawl_sqlite_u64(st, 5),
		.hook_token = pawl_sqlite_str(st, 6, arena),
		.created_at_us = sqlite3_column_int64(st, 7),
		.updated_at_us = sqlite3_column_int64(st, 8),
		.drain_per_second = (uint32_t)pawl_sqlite_u64(st, 9),
		.drain_below = pawl_sqlite_u64(st, 10),
		.activated_at_us = sqlite3_column_int64(st, 11),
		.description = pawl_sqlite_str(st, 12, arena),
		.trigger = pawl_sqlite_str(st, 13, arena),
		.tags = pawl_sqlite_str(st, 14, arena),
		.old_hook_until_us = sqlite3_column_int64(st, 16),
	};
	if (row->old_hook_until_us > pawl_clock_now_us())
		row->old_hook_token = pawl_sqlite_str(st, 15, arena);
	else
		row->old_hook_until_us = 0;
}

/* By id, or by name when the id is 0. Deleted ones are not there. */
static bool
find(struct pawl_sqlite *c, uint64_t id, struct pawl_str name, struct pawl_arena *arena,
     struct pawl_workflow_row *row)
{
	static const char by_id[] =
		"SELECT " COLUMNS ", draft FROM workflow WHERE id = ?1 AND deleted_at_us = 0";
	static const char by_name[] =
		"SELECT " COLUMNS ", draft FROM workflow WHERE name = ?1 AND deleted_at_us = 0";
	sqlite3_stmt *st = pawl_sqlite_stmt(c, id ? by_id : by_name);

	if (id)
		pawl_sqlite_bind_u64(st, 1, id);
	else
		pawl_sqlite_bind_text(st, 1, name);
	if (!pawl_sqlite_step(c, st))
		return false;
	read_workflow(st, arena, row);
	row->draft = pawl_sqlite_str(st, 17, arena);
	pawl_sqlite_reset(st);
	row->drain_left = pawl_sqlite_drain_left(c, row);
	row->events_cut = pawl_sqlite_counted(c, row->id, PAWL_COUNT_EVENTS_CUT);
	return true;
}

static bool
find_revision(struct pawl_sqlite *c, uint64_t workflow_id, uint32_t number,
	      struct pawl_arena *arena, struct pawl_revision_row *row)
{
	static const char sql[] = "SELECT created_at_us, document FROM revision"
				  " WHERE workflow_id = ?1 AND number = ?2";
	sqlite3_stmt *st = pawl_sqlite_stmt(c, sql);

	pawl_sqlite_bind_u64(st, 1, workflow_id);
	pawl_sqlite_bind_u64(st, 2, number);
	if (!pawl_sqlite_step(c, st))
		return false;
	*row = (struct pawl_revision_row){.workflow_id = workflow_id,
					  .number = number,
					  .created_at_us = sqlite3_column_int64(st, 0),
					  .document = pawl_sqlite_str(st, 1, arena)};
	pawl_sqlite_reset(st);
	return true;
}

/* ---- WORKFLOW_SAVE ----------------------------------------------------------- */

static bool
is_taken(struct pawl_sqlite *c, const char *sql, struct pawl_str value, uint64_t but_id)
{
	sqlite3_stmt *st = pawl_sqlite_stmt(c, sql);
	bool taken;

	pawl_sqlite_bind_text(st, 1, value);
	pawl_sqlite_bind_u64(st, 2, but_id);
	taken = pawl_sqlite_step(c, st);
	pawl_sqlite_reset(st);
	return taken;
}

static bool
is_name_taken(struct pawl_sqlite *c, struct pawl_str name, uint64_t but_id)
{
	return is_taken(c,
			"SELECT 1 FROM workflow"
			" WHERE name = ?1 AND deleted_at_us = 0 AND id <> ?2",
			name, but_id);
}

static bool
is_token_taken(struct pawl_sqlite *c, struct pawl_str token)
{
	return token.len && is_taken(c,
				     "SELECT 1 FROM workflow WHERE hook_token = ?1"
				     " AND hook_token <> '' AND deleted_at_us = 0 AND id <> ?2",
				     token, 0);
}

static void
write_workflow(struct pawl_sqlite *c, const struct pawl_workflow_row *row)
{
	static const char sql[] =
		"INSERT INTO workflow (id, name, state, active_revision, latest_revision,"
		" draft_version, hook_token, created_at_us, updated_at_us, deleted_at_us, draft,"
		" activated_at_us, description, trigger, tags)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 0, ?10, ?11,"
		" " OF_DRAFT("'$.description'", "''") ", " OF_DRAFT(
			"'$.trigger.type'",
			"''") ", " OF_DRAFT("'$.tags'",
					    "'[]'") ")"
						    " ON CONFLICT (id) DO UPDATE SET name = "
						    "excluded.name, state = excluded.state,"
						    " active_revision = excluded.active_revision,"
						    " latest_revision = excluded.latest_revision,"
						    " draft_version = excluded.draft_version,"
						    " updated_at_us = excluded.updated_at_us, "
						    "draft = excluded.draft,"
						    " description = excluded.description, trigger "
						    "= excluded.trigger,"
						    " tags = excluded.tags,"
						    " activated_at_us = excluded.activated_at_us";
	sqlite3_stmt *st = pawl_sqlite_stmt(c, sql);

	pawl_sqlite_bind_u64(st, 1, row->id);
	pawl_sqlite_bind_text(st, 2, row->name);
	pawl_sqlite_bind_i64(st, 3, row->state);
	pawl_sqlite_bind_u64(st, 4, row->active_revision);
	pawl_sqlite_bind_u64(st, 5, row->latest_revision);
	pawl_sqlite_bind_u64(st, 6, row->draft_version);
	pawl_sqlite_bind_text(st, 7, row->hook_token);
	pawl_sqlite_bind_i64(st, 8, row->created_at_us);
	pawl_sqlite_bind_i64(st, 9, row->updated_at_us);
	pawl_sqlite_bind_text(st, 10, row->draft);
	pawl_sqlite_bind_i64(st, 11, row->activated_at_us);
	pawl_sqlite_run(c, st);
}

/* A day ago, or up to a quarter of an hour before: as fine as what is counted can tell. */
static int64_t
day_began_us(void)
{
	const int64_t quarter_us = INT64_C(900000000);
	int64_t at_us = pawl_clock_now_us() - INT64_C(86400000000);

	return at_us - at_us % quarter_us;
}

/* As it is shown, when it was written. */
static void
read_again(struct pawl_sqlite *c, struct pawl_arena *arena, struct pawl_workflow_row *row)
{
	if (find(c, row->id, (struct pawl_str){0}, arena, row))
		pawl_sqlite_tally_read(c, arena, day_began_us(), row);
}

/* The draft becomes the next revision, unless it says the same as the newest one. */
static void
publish(struct pawl_sqlite *c, struct pawl_arena *arena, struct pawl_workflow_row *row,
	int64_t at_us)
{
	static const char sql[] = "INSERT INTO revision (workflow_id, number, created_at_us,"
				  " document) VALUES (?1, ?2, ?3, ?4)";
	struct pawl_revision_row newest;
	sqlite3_stmt *st;

	if (find_revision(c, row->id, row->latest_revision, arena, &newest) &&
	    pawl_str_eq(newest.document, row->draft))
		return;
	row->latest_revision++;
	st = pawl_sqlite_stmt(c, sql);
	pawl_sqlite_bind_u64(st, 1, row->id);
	pawl_sqlite_bind_u64(st, 2, row->latest_revision);
	pawl_sqlite_bind_i64(st, 3, at_us);
	pawl_sqlite_bind_text(st, 4, row->draft);
	pawl_sqlite_run(c, st);
}

/* A schedule counts from here: not for another revision, and not for the time that the workflow
 * was inactive. */
static void
activate(struct pawl_workflow_row *row, uint32_t revision, enum pawl_workflow_state state,
	 int64_t at_us)
{
	if (revision != row->active_revision ||
	    (row->state == PAWL_WORKFLOW_INACTIVE && state != PAWL_WORKFLOW_INACTIVE))
		row->activated_at_us = at_us;
	row->active_revision = revision;
	row->state = state;
}

static bool
is_activation(const struct pawl_workflow_row *before, const struct pawl_workflow_row *after)
{
	return before->state != after->state || before->active_revision != after->active_revision;
}

/* Who asks for what is there already was not told of it the first time. */
static bool
is_made_already(const struct pawl_store_workflow_save *save, const struct pawl_workflow_row *row)
{
	return !save->publish && save->document.len && pawl_str_eq(save->document, row->draft) &&
	       (!save->name.len || pawl_str_eq(save->name, row->name));
}

/* The row that is changed: the one that is there, or a new one. All that can be refused is
 * refused here, before anything is written. */
static enum pawl_err
find_or_make(struct pawl_sqlite *c, const struct pawl_store_workflow_save *save,
	     struct pawl_arena *arena, struct pawl_workflow_row *row, bool *created)
{
	*created = false;
	if (save->id || save->by_name) {
		if (find(c, save->id, save->name, arena, row))
			return save->if_version && save->if_version != row->draft_version &&
					       !is_made_already(save, row)
				       ? PAWL_ECONFLICT
				       : PAWL_OK;
		if (save->id)
			return PAWL_ENOTFOUND;
	}
	if (!save->name.len)
		return PAWL_EINVAL;
	if (save->if_version || is_token_taken(c, save->hook_token))
		return PAWL_ECONFLICT;
	*created = true;
	*row = (struct pawl_workflow_row){.id = pawl_id_new(),
					  .hook_token = pawl_arena_dup(arena, save->hook_token),
					  .draft = PAWL_STR(""),
					  .created_at_us = save->at_us};
	return PAWL_OK;
}

enum pawl_err
pawl_sqlite_workflow_save(struct pawl_sqlite *c, struct pawl_store_workflow_save *save)
{
	struct pawl_arena *arena = &save->op.arena;
	struct pawl_workflow_row row, before;
	enum pawl_err err;
	bool is_changed;

	err = find_or_make(c, save, arena, &row, &save->created);
	if (err)
		return err;
	if (save->name.len && is_name_taken(c, save->name, row.id))
		return PAWL_ECONFLICT;
	if ((save->publish && !save->document.len && !row.draft.len) ||
	    (save->activate && !save->publish && !row.latest_revision))
		return PAWL_ESTATE;

	is_changed = save->created || (save->name.len && !pawl_str_eq(save->name, row.name)) ||
		     (save->document.len && !pawl_str_eq(save->document, row.draft));
	if (save->name.len)
		row.name = pawl_arena_dup(arena, save->name);
	if (save->document.len)
		row.draft = pawl_arena_dup(arena, save->document);
	row.draft_version += is_changed;
	row.updated_at_us = save->at_us;
	before = row;
	if (save->publish)
		publish(c, arena, &row, save->at_us);
	if (save->activate)
		/* A pause is a person's decision, which a new revision does not undo. */
		activate(&row, row.latest_revision,
			 row.state == PAWL_WORKFLOW_INACTIVE ? PAWL_WORKFLOW_ACTIVE : row.state,
			 save->at_us);
	write_workflow(c, &row);
	read_again(c, arena, &row);
	save->published = row.latest_revision != before.latest_revision;
	save->activated = is_activation(&before, &row);
	save->workflow = row;
	return PAWL_OK;
}

/* ---- the other changes --------------------------------------------------------- */

enum pawl_err
pawl_sqlite_workflow_state(struct pawl_sqlite *c, struct pawl_store_workflow_state *change)
{
	struct pawl_arena *arena = &change->op.arena;
	struct pawl_workflow_row row, before;
	struct pawl_revision_row revision;

	if (!find(c, change->id, (struct pawl_str){0}, arena, &row))
		return PAWL_ENOTFOUND;
	if (change->revision && !find_revision(c, row.id, change->revision, arena, &revision))
		return PAWL_ENOTFOUND;
	if (change->state == PAWL_WORKFLOW_ACTIVE && !change->revision && !row.active_revision)
		return PAWL_ESTATE;
	before = row;
	activate(&row, change->revision ? change->revision : row.active_revision, change->state,
		 change->at_us);
	row.updated_at_us = change->at_us;
	write_workflow(c, &row);
	pawl_sqlite_drain_set(c, change, before.state == PAWL_WORKFLOW_ACTIVE, &row);
	read_again(c, arena, &row);
	change->activated = is_activation(&before, &row);
	change->workflow = row;
	return PAWL_OK;
}

enum pawl_err
pawl_sqlite_workflow_rotate(struct pawl_sqlite *c, struct pawl_store_workflow_rotate *rotate)
{
	static const char sql[] =
		"UPDATE workflow SET old_hook_token = CASE WHEN ?3 > 0 THEN hook_token ELSE '' END,"
		" old_hook_until_us = ?3, hook_token = ?2, updated_at_us = ?4 WHERE id = ?1";
	struct pawl_arena *arena = &rotate->op.arena;
	sqlite3_stmt *st;

	if (!find(c, rotate->id, (struct pawl_str){0}, arena, &rotate->workflow))
		return PAWL_ENOTFOUND;
	if (is_token_taken(c, rotate->hook_token))
		return PAWL_ECONFLICT;
	st = pawl_sqlite_stmt(c, sql);
	pawl_sqlite_bind_u64(st, 1, rotate->id);
	pawl_sqlite_bind_text(st, 2, rotate->hook_token);
	pawl_sqlite_bind_i64(st, 3, rotate->old_until_us);
	pawl_sqlite_bind_i64(st, 4, rotate->at_us);
	pawl_sqlite_run(c, st);
	read_again(c, arena, &rotate->workflow);
	return PAWL_OK;
}

/* What it said is gone; that it was stays, for its runs and requests. */
enum pawl_err
pawl_sqlite_workflow_delete(struct pawl_sqlite *c, struct pawl_store_get *get)
{
	static const char mark[] =
		"UPDATE workflow SET deleted_at_us = ?2, state = 0, active_revision = 0,"
		" draft = '', hook_token = '', old_hook_token = '' WHERE id = ?1";
	struct pawl_workflow_row row;
	sqlite3_stmt *st;

	if (!find(c, get->id, get->name, &get->op.arena, &row))
		return PAWL_ENOTFOUND;
	if (get->id)
		get->name = row.name;
	st = pawl_sqlite_stmt(c, mark);
	pawl_sqlite_bind_u64(st, 1, row.id);
	pawl_sqlite_bind_i64(st, 2, pawl_clock_now_us());
	pawl_sqlite_run(c, st);
	st = pawl_sqlite_stmt(c, "DELETE FROM revision WHERE workflow_id = ?1");
	pawl_sqlite_bind_u64(st, 1, row.id);
	pawl_sqlite_run(c, st);
	st = pawl_sqlite_stmt(c, "DELETE FROM pin WHERE workflow_id = ?1");
	pawl_sqlite_bind_u64(st, 1, row.id);
	pawl_sqlite_run(c, st);
	return PAWL_OK;
}

/* ---- reads --------------------------------------------------------------------- */

enum pawl_err
pawl_sqlite_workflow(struct pawl_sqlite *c, struct pawl_store_get *get)
{
	struct pawl_arena *arena = &get->op.arena;

	get->workflow = pawl_arena_calloc(arena, 1, sizeof(*get->workflow));
	if (!find(c, get->id, get->name, arena, get->workflow))
		return PAWL_ENOTFOUND;
	pawl_sqlite_tally_read(c, arena, day_began_us(), get->workflow);
	return PAWL_OK;
}

enum pawl_err
pawl_sqlite_workflows(struct pawl_sqlite *c, struct pawl_store_list *list)
{
	static const char sql[] =
		"SELECT " COLUMNS ", CASE WHEN ?6 THEN draft ELSE '' END FROM workflow"
		" WHERE deleted_at_us = 0 AND name > ?1"
		" AND (?2 = 0 OR ((1 << state) & ?2) <> 0)"
		" AND (?4 = '' OR EXISTS (SELECT 1 FROM json_each(tags) WHERE value = ?4))"
		" AND (?5 = '' OR pawl_has_text(name, ?5) OR pawl_has_text(description, ?5)"
		" OR EXISTS (SELECT 1 FROM json_each(tags) WHERE pawl_has_text(value, ?5)))"
		" ORDER BY name LIMIT ?3";
	struct pawl_arena *arena = &list->op.arena;
	sqlite3_stmt *st = pawl_sqlite_stmt(c, sql);
	int64_t since_us = day_began_us();

	list->workflows = pawl_arena_calloc(arena, list->limit, sizeof(*list->workflows));
	pawl_sqlite_bind_text(st, 1, list->after_name);
	pawl_sqlite_bind_i64(st, 2, list->states);
	pawl_sqlite_bind_u64(st, 3, list->limit + 1);
	pawl_sqlite_bind_text(st, 4, list->tag);
	pawl_sqlite_bind_text(st, 5, list->search);
	pawl_sqlite_bind_i64(st, 6, list->with_drafts);
	while (pawl_sqlite_list_next(c, st, list)) {
		struct pawl_workflow_row *row = &list->workflows[list->n++];

		read_workflow(st, arena, row);
		if (list->with_drafts)
			row->draft = pawl_sqlite_str(st, 17, arena);
		row->drain_left = pawl_sqlite_drain_left(c, row);
		row->events_cut = pawl_sqlite_counted(c, row->id, PAWL_COUNT_EVENTS_CUT);
		pawl_sqlite_tally_read(c, arena, since_us, row);
	}
	return PAWL_OK;
}

enum pawl_err
pawl_sqlite_revision(struct pawl_sqlite *c, struct pawl_store_get *get)
{
	get->revision = pawl_arena_calloc(&get->op.arena, 1, sizeof(*get->revision));
	return find_revision(c, get->id, get->number, &get->op.arena, get->revision)
		       ? PAWL_OK
		       : PAWL_ENOTFOUND;
}

enum pawl_err
pawl_sqlite_revisions(struct pawl_sqlite *c, struct pawl_store_list *list)
{
	static const char sql[] = "SELECT number, created_at_us FROM revision"
				  " WHERE workflow_id = ?1 AND number < ?2"
				  " ORDER BY number DESC LIMIT ?3";
	struct pawl_arena *arena = &list->op.arena;
	sqlite3_stmt *st = pawl_sqlite_stmt(c, sql);

	list->revisions = pawl_arena_calloc(arena, list->limit, sizeof(*list->revisions));
	pawl_sqlite_bind_u64(st, 1, list->workflow_id);
	pawl_sqlite_bind_u64(st, 2,
			     list->before && list->before < PAWL_REVISION_DRAFT
				     ? list->before
				     : PAWL_REVISION_DRAFT);
	pawl_sqlite_bind_u64(st, 3, list->limit + 1);
	while (pawl_sqlite_list_next(c, st, list)) {
		struct pawl_revision_row *row = &list->revisions[list->n++];

		row->workflow_id = list->workflow_id;
		row->number = (uint32_t)pawl_sqlite_u64(st, 0);
		row->created_at_us = sqlite3_column_int64(st, 1);
	}
	return PAWL_OK;
}
