/* Everything that lies sealed, one after another: for a new master key. */
#include "store/sqlite.h"

#define TEXTS_AT_ONCE 100

/* Where sealed texts lie, and what each was sealed as (for whoever seals: base/seal.h). A column of
 * JSON holds them as strings, each with a label that whoever seals knows. Parameters: a place, in
 * two columns, behind which it goes on, and a limit; then the place, and the new text. */
static const struct sealed_column {
	bool is_json;
	const char *select, *update;
} sealed_columns[] = {
	{false,
	 "SELECT id, 0, sealed, 'secret/' || name FROM secret WHERE id > ?1 ORDER BY id LIMIT ?3",
	 "UPDATE secret SET sealed = ?3 WHERE id = ?1"},
	{false,
	 "SELECT id, 0, totp, 'totp/' || id FROM user WHERE id > ?1 AND length(totp) > 0"
	 " ORDER BY id LIMIT ?3",
	 "UPDATE user SET totp = ?3 WHERE id = ?1"},
	/* flags: PAWL_REQUEST_QUARANTINED, and that or PAWL_REQUEST_SEALED */
	{false,
	 "SELECT id, 0, headers, 'quarantine/headers/' || workflow_id || '/' || received_at_us"
	 " FROM request NOT INDEXED WHERE id > ?1 AND flags & 4 AND length(headers) > 0"
	 " ORDER BY id LIMIT ?3",
	 "UPDATE request SET headers = ?3 WHERE id = ?1"},
	{false,
	 "SELECT id, 0, body, 'quarantine/body/' || workflow_id || '/' || received_at_us"
	 " FROM request NOT INDEXED WHERE id > ?1 AND flags & 20 AND length(body) > 0"
	 " ORDER BY id LIMIT ?3",
	 "UPDATE request SET body = ?3 WHERE id = ?1"},
	{false,
	 "SELECT run_id, seq, sealed, 'output/' || run_id || '/' || node_id FROM node_run"
	 " WHERE (run_id, seq) > (?1, ?2) AND length(sealed) > 0 ORDER BY run_id, seq LIMIT ?3",
	 "UPDATE node_run SET sealed = ?3 WHERE run_id = ?1 AND seq = ?2"},
	{true,
	 "SELECT id, 0, input, '' FROM run NOT INDEXED WHERE id > ?1 AND input LIKE '\"sealed:%'"
	 " ORDER BY id LIMIT ?3",
	 "UPDATE run SET input = ?3 WHERE id = ?1"},
	{true,
	 "SELECT id, 0, input, '' FROM pin WHERE id > ?1 AND input LIKE '\"sealed:%'"
	 " ORDER BY id LIMIT ?3",
	 "UPDATE pin SET input = ?3 WHERE id = ?1"},
	{true, "SELECT id, 0, draft, '' FROM workflow WHERE id > ?1 ORDER BY id LIMIT ?3",
	 "UPDATE workflow SET draft = ?3 WHERE id = ?1"},
	{true,
	 "SELECT workflow_id, number, document, '' FROM revision"
	 " WHERE (workflow_id, number) > (?1, ?2) ORDER BY workflow_id, number LIMIT ?3",
	 "UPDATE revision SET document = ?3 WHERE workflow_id = ?1 AND number = ?2"},
};

_Static_assert(PAWL_REQUEST_QUARANTINED == 4 && PAWL_REQUEST_SEALED == 16, "flags above");

struct sealed_text {
	uint64_t place[2];
	struct pawl_str text, what;
};

static size_t
read_texts(struct pawl_sqlite *c, const struct sealed_column *column, const uint64_t after[2],
	   struct pawl_arena *arena, struct sealed_text texts[static TEXTS_AT_ONCE])
{
	sqlite3_stmt *st = pawl_sqlite_stmt(c, column->select);
	size_t n = 0;

	pawl_sqlite_bind_u64(st, 1, after[0]);
	pawl_sqlite_bind_u64(st, 2, after[1]);
	pawl_sqlite_bind_i64(st, 3, TEXTS_AT_ONCE);
	while (pawl_sqlite_step(c, st)) {
		texts[n].place[0] = pawl_sqlite_u64(st, 0);
		texts[n].place[1] = pawl_sqlite_u64(st, 1);
		texts[n].text = pawl_sqlite_str(st, 2, arena);
		texts[n++].what = pawl_sqlite_str(st, 3, arena);
	}
	return n;
}

static void
write_text(struct pawl_sqlite *c, const struct sealed_column *column,
	   const struct sealed_text *text, struct pawl_str fresh)
{
	sqlite3_stmt *st = pawl_sqlite_stmt(c, column->update);

	pawl_sqlite_bind_u64(st, 1, text->place[0]);
	pawl_sqlite_bind_u64(st, 2, text->place[1]);
	if (column->is_json)
		pawl_sqlite_bind_text(st, 3, fresh);
	else
		pawl_sqlite_bind_blob(st, 3, fresh);
	pawl_sqlite_run(c, st);
}

static void
reseal_column(struct pawl_sqlite *c, struct pawl_store_reseal *reseal,
	      const struct sealed_column *column)
{
	struct sealed_text texts[TEXTS_AT_ONCE];
	uint64_t after[2] = {0, 0};
	struct pawl_str fresh;
	size_t n;

	do {
		struct pawl_arena arena;

		pawl_arena_init(&arena, 0);
		n = read_texts(c, column, after, &arena, texts);
		for (size_t i = 0; i < n; i++) {
			memcpy(after, texts[i].place, sizeof(after));
			fresh = reseal->reseal(reseal->ctx, texts[i].what, texts[i].text, &arena,
					       &reseal->n, &reseal->n_unreadable);
			if (fresh.ptr)
				write_text(c, column, &texts[i], fresh);
		}
		pawl_arena_fini(&arena);
	} while (n == TEXTS_AT_ONCE && pawl_sqlite_is_ok(c));
}

enum pawl_err
pawl_sqlite_reseal(struct pawl_sqlite *c, struct pawl_store_reseal *reseal)
{
	struct pawl_store_setting setting = {.key = reseal->setting, .value = reseal->value};

	pawl_arena_init(&setting.op.arena, 0);
	reseal->n = reseal->n_unreadable = 0;
	for (size_t i = 0; i < sizeof(sealed_columns) / sizeof(sealed_columns[0]); i++)
		reseal_column(c, reseal, &sealed_columns[i]);
	(void)pawl_sqlite_setting_set(c, &setting);
	pawl_arena_fini(&setting.op.arena);
	return PAWL_OK;
}
