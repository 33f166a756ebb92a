/* The table `dedup`: deliveries that were accepted, until they may be forgotten. Of one key there
 * are rows with the delivery's content, where the key is its id, and one without, where the key
 * is the content itself (dedup.h). */
#include "store/dedup.h"
#include "store/sqlite.h"

/* In one transaction of the writer's: a few milliseconds. */
#define PRUNE_AT_ONCE 200

/* One that has expired and was not pruned yet gives way. */
void
pawl_sqlite_dedup_remember(struct pawl_sqlite *c, const struct pawl_dedup_entry *entry)
{
	static const char sql[] = "INSERT OR REPLACE INTO dedup (workflow_id, key, content,"
				  " request_id, until_us) VALUES (?1, ?2, ?3, ?4, ?5)";
	sqlite3_stmt *st = pawl_sqlite_stmt(c, sql);

	pawl_sqlite_bind_u64(st, 1, entry->key.workflow_id);
	pawl_sqlite_bind_blob(st, 2,
			      pawl_str((const char *)entry->key.key, sizeof(entry->key.key)));
	pawl_sqlite_bind_blob(st, 3,
			      pawl_str((const char *)entry->content,
				       entry->has_content ? sizeof(entry->content) : 0));
	pawl_sqlite_bind_u64(st, 4, entry->request_id);
	pawl_sqlite_bind_i64(st, 5, entry->until_us);
	pawl_sqlite_run(c, st);
}

enum pawl_err
pawl_sqlite_dedup_find(struct pawl_sqlite *c, struct pawl_store_dedup_find *find)
{
	static const char sql[] =
		"SELECT request_id, content = ?3 FROM dedup WHERE workflow_id = ?1 AND key = ?2"
		" AND until_us > ?4 AND (length(content) > 0) = (length(?3) > 0)"
		" ORDER BY request_id";
	sqlite3_stmt *st = pawl_sqlite_stmt(c, sql);

	pawl_sqlite_bind_u64(st, 1, find->workflow_id);
	pawl_sqlite_bind_blob(st, 2, find->key);
	pawl_sqlite_bind_blob(st, 3, find->content);
	pawl_sqlite_bind_i64(st, 4, find->now_us);
	find->request_id = 0;
	find->any = false;
	while (pawl_sqlite_step(c, st)) {
		find->any = true;
		if (!find->request_id && sqlite3_column_int(st, 1))
			find->request_id = pawl_sqlite_u64(st, 0);
	}
	return PAWL_OK;
}

enum pawl_err
pawl_sqlite_dedup_keys(struct pawl_sqlite *c, struct pawl_store_dedup_keys *keys)
{
	static const char sql[] = "SELECT DISTINCT workflow_id, key FROM dedup"
				  " WHERE (workflow_id, key) > (?1, ?2)"
				  " ORDER BY workflow_id, key LIMIT ?3";
	sqlite3_stmt *st = pawl_sqlite_stmt(c, sql);

	keys->keys = pawl_arena_calloc(&keys->op.arena, keys->limit, sizeof(*keys->keys));
	keys->n = 0;
	pawl_sqlite_bind_u64(st, 1, keys->after.workflow_id);
	pawl_sqlite_bind_blob(st, 2,
			      pawl_str((const char *)keys->after.key, sizeof(keys->after.key)));
	pawl_sqlite_bind_u64(st, 3, keys->limit);
	while (pawl_sqlite_step(c, st)) {
		struct pawl_store_dedup_key *key = &keys->keys[keys->n++];

		key->workflow_id = pawl_sqlite_u64(st, 0);
		if (sqlite3_column_bytes(st, 1) == sizeof(key->key))
			memcpy(key->key, sqlite3_column_blob(st, 1), sizeof(key->key));
	}
	return PAWL_OK;
}

void
pawl_sqlite_dedup_prune(struct pawl_sqlite *c, int64_t now_us)
{
	static const char sql[] =
		"DELETE FROM dedup WHERE (workflow_id, key, content) IN"
		" (SELECT workflow_id, key, content FROM dedup INDEXED BY dedup_by_until"
		" WHERE until_us <= ?1 ORDER BY until_us LIMIT ?2)";
	sqlite3_stmt *st = pawl_sqlite_stmt(c, sql);

	pawl_sqlite_bind_i64(st, 1, now_us);
	pawl_sqlite_bind_u64(st, 2, PRUNE_AT_ONCE);
	pawl_sqlite_run(c, st);
}

bool
pawl_sqlite_dedup_has_expired(struct pawl_sqlite *c, int64_t now_us)
{
	sqlite3_stmt *st = pawl_sqlite_stmt(c, "SELECT 1 FROM dedup INDEXED BY dedup_by_until"
					       " WHERE until_us <= ?1 LIMIT 1");
	bool has;

	pawl_sqlite_bind_i64(st, 1, now_us);
	has = pawl_sqlite_step(c, st);
	pawl_sqlite_reset(st);
	return has;
}
