/* Numbered migrations, each applied once, whole, in a transaction of its own, and never edited
 * once released. */
#include "base/clock.h"
#include "store/sqlite.h"

static bool
read_int(sqlite3 *db, const char *sql, unsigned *out)
{
	sqlite3_stmt *st;
	bool has_row;

	if (sqlite3_prepare_v2(db, sql, -1, &st, NULL) != SQLITE_OK)
		return false;
	has_row = sqlite3_step(st) == SQLITE_ROW;
	if (has_row)
		*out = (unsigned)sqlite3_column_int(st, 0);
	sqlite3_finalize(st);
	return has_row;
}

static bool
record_version(sqlite3 *db, unsigned version)
{
	sqlite3_stmt *st;
	bool ok;

	if (sqlite3_prepare_v2(db, "INSERT INTO schema_version VALUES (?1, ?2)", -1, &st, NULL) !=
	    SQLITE_OK)
		return false;
	sqlite3_bind_int64(st, 1, version);
	sqlite3_bind_int64(st, 2, pawl_clock_now_us());
	ok = sqlite3_step(st) == SQLITE_DONE;
	sqlite3_finalize(st);
	return ok;
}

static bool
apply(sqlite3 *db, unsigned version)
{
	static const char table[] = "CREATE TABLE IF NOT EXISTS schema_version ("
				    "version INTEGER PRIMARY KEY, applied_at_us INTEGER NOT NULL)";

	return sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK &&
	       sqlite3_exec(db, table, NULL, NULL, NULL) == SQLITE_OK &&
	       sqlite3_exec(db, pawl_sqlite_migrations[version - 1], NULL, NULL, NULL) ==
		       SQLITE_OK &&
	       record_version(db, version) &&
	       sqlite3_exec(db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK;
}

enum pawl_err
pawl_sqlite_migrate(sqlite3 *db, const char *path, struct pawl_problems *problems)
{
	unsigned version = 0, has_table = 0;

	if (!read_int(db, "SELECT count(*) FROM sqlite_master WHERE name = 'schema_version'",
		      &has_table) ||
	    (has_table &&
	     !read_int(db, "SELECT coalesce(max(version), 0) FROM schema_version", &version))) {
		pawl_problems_add(problems, path, "this is no database that can be read: %s",
				  sqlite3_errmsg(db));
		return PAWL_EIO;
	}
	if (version > pawl_sqlite_n_migrations) {
		pawl_problems_add(problems, path,
				  "the database has schema version %u, and this program knows "
				  "versions up to %u: run the newer program, or restore a backup "
				  "from before it",
				  version, pawl_sqlite_n_migrations);
		return PAWL_ECONFLICT;
	}
	while (version < pawl_sqlite_n_migrations) {
		if (!apply(db, ++version)) {
			pawl_problems_add(problems, path, "migration %u failed: %s", version,
					  sqlite3_errmsg(db));
			sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
			return PAWL_EIO;
		}
	}
	return PAWL_OK;
}
