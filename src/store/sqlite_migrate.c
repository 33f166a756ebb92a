/* Numbered migrations, each applied once and never edited once released. Those that a database
 * lacks are applied all or none. */
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
execute(sqlite3 *db, const char *sql)
{
	return sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK;
}

/* In one transaction: after a failure the program that wrote the database can open it still, and
 * a new one costs one sync, not one for each. `*version` becomes that of the last one tried. */
static bool
apply_missing(sqlite3 *db, unsigned *version)
{
	static const char table[] = "CREATE TABLE IF NOT EXISTS schema_version ("
				    "version INTEGER PRIMARY KEY, applied_at_us INTEGER NOT NULL)";

	if (!execute(db, "BEGIN IMMEDIATE") || !execute(db, table))
		return false;
	while (*version < pawl_sqlite_n_migrations) {
		++*version;
		if (!execute(db, pawl_sqlite_migrations[*version - 1]) ||
		    !record_version(db, *version))
			return false;
	}
	return execute(db, "COMMIT");
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
	if (version < pawl_sqlite_n_migrations && !apply_missing(db, &version)) {
		pawl_problems_add(problems, path, "migration %u failed: %s", version,
				  sqlite3_errmsg(db));
		execute(db, "ROLLBACK");
		return PAWL_EIO;
	}
	return PAWL_OK;
}
