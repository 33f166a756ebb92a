/* The data directory: what is refused, and what the files look like. */
#include "store_testing.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#include "store/sqlite.h"

static int64_t
query(const char *dir, const char *sql)
{
	char *path = path_in(dir, "pawl.db");
	sqlite3_stmt *st;
	sqlite3 *db;
	int64_t value;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &st, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(st), SQLITE_ROW);
	value = sqlite3_column_int64(st, 0);
	sqlite3_finalize(st);
	sqlite3_close(db);
	free(path);
	return value;
}

static void
execute(const char *dir, const char *sql)
{
	char *path = path_in(dir, "pawl.db");
	sqlite3 *db;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
	free(path);
}

static void
test_new_directory_and_files_are_for_the_owner_only(void **state)
{
	char *dir = path_in(*state, "data"), *db = path_in(dir, "pawl.db");
	char *lock = path_in(dir, "lock"), *wal = path_in(dir, "pawl.db-wal");
	mode_t old = umask(0);
	struct pawl_store *store = open_store(dir);
	struct stat st;

	umask(old);
	assert_int_equal(accept_one(store, NULL), PAWL_OK);
	assert_int_equal(stat(dir, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	assert_int_equal(stat(db, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(stat(wal, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	pawl_store_close(store);
	unlink(db);
	unlink(lock);
	rmdir(dir);
	free(wal);
	free(lock);
	free(db);
	free(dir);
}

static void
test_database_is_laid_out_as_designed(void **state)
{
	pawl_store_close(open_store(*state));
	assert_int_equal(query(*state, "PRAGMA page_size"), 8192);
	assert_int_equal(query(*state, "PRAGMA auto_vacuum"), 2);
	assert_int_equal(query(*state, "SELECT max(version) FROM schema_version"),
			 pawl_sqlite_n_migrations);
	assert_int_equal(query(*state, "SELECT count(*) FROM pragma_integrity_check"
				       " WHERE integrity_check <> 'ok'"),
			 0);
}

/* Taking over the journal lives from this. */
static void
test_request_table_has_no_index(void **state)
{
	pawl_store_close(open_store(*state));
	assert_int_equal(query(*state, "SELECT count(*) FROM pragma_index_list('request')"), 0);
}

/* As after a kill: the process has been told to end, and holds its lock a little longer. */
static void
test_process_that_is_ending_is_waited_for(void **state)
{
	const struct timespec a_moment = {.tv_nsec = 200000000};
	struct pawl_store *store = open_store(*state);
	char *path = path_in(*state, "lock");
	int told[2], status;
	char byte;
	pid_t pid;

	pawl_store_close(store);
	assert_int_equal(pipe(told), 0);
	pid = fork();
	if (pid == 0) {
		int fd = open(path, O_RDWR);

		if (flock(fd, LOCK_EX) != 0 || write(told[1], "x", 1) != 1)
			_exit(1);
		nanosleep(&a_moment, NULL);
		_exit(0);
	}
	assert_int_equal(read(told[0], &byte, 1), 1);
	store = open_store(*state);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	pawl_store_close(store);
	close(told[0]);
	close(told[1]);
	free(path);
}

static void
test_second_process_is_refused(void **state)
{
	struct pawl_store *store = open_store(*state);
	char pid[32];

	snprintf(pid, sizeof(pid), "process %ld:", (long)getpid());
	/* Also in the same process: the lock is the open file's. */
	assert_int_equal(open_error(*state, pid), PAWL_ECONFLICT);
	assert_int_equal(accept_one(store, NULL), PAWL_OK);
	pawl_store_close(store);
	pawl_store_close(open_store(*state));
}

static void
test_lock_is_gone_with_its_process(void **state)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		(void)open_store(*state);
		_exit(7);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(WEXITSTATUS(status), 7);
	pawl_store_close(open_store(*state));
}

static void
test_newer_schema_is_refused_and_left_alone(void **state)
{
	char known[40];

	pawl_store_close(open_store(*state));
	execute(*state, "INSERT INTO schema_version VALUES (42, 0)");
	assert_int_equal(open_error(*state, "schema version 42"), PAWL_ECONFLICT);
	snprintf(known, sizeof(known), "versions up to %u", pawl_sqlite_n_migrations);
	assert_int_equal(open_error(*state, known), PAWL_ECONFLICT);
	execute(*state, "DELETE FROM schema_version WHERE version = 42");
	pawl_store_close(open_store(*state));
}

static void
test_file_that_is_no_database_is_refused(void **state)
{
	char *path = path_in(*state, "pawl.db");
	FILE *f = fopen(path, "w");

	for (int i = 0; i < 4000; i++)
		fputs("not a database\n", f);
	fclose(f);
	assert_int_equal(open_error(*state, "not a database"), PAWL_EIO);
	free(path);
}

static void
test_failed_migration_leaves_nothing_behind(void **state)
{
	/* Somebody else's table is in the way of the first migration. */
	execute(*state, "CREATE TABLE counter (x)");
	assert_int_equal(open_error(*state, "migration 1 failed"), PAWL_EIO);
	assert_int_equal(query(*state, "SELECT count(*) FROM sqlite_master"), 1);
	execute(*state, "DROP TABLE counter");
	/* The same of one of the later: those before it are not kept either. */
	execute(*state, "CREATE TABLE workflow_stat (x)");
	assert_int_equal(open_error(*state, "migration 18 failed"), PAWL_EIO);
	assert_int_equal(query(*state, "SELECT count(*) FROM sqlite_master"), 1);
	execute(*state, "DROP TABLE workflow_stat");
	pawl_store_close(open_store(*state));
}

static void
test_unusable_directories_are_named(void **state)
{
	char *file = path_in(*state, "file"), *below = path_in(*state, "no/such");
	char long_name[5000];

	close(open(file, O_CREAT | O_WRONLY, 0600));
	memset(long_name, 'x', sizeof(long_name) - 1);
	long_name[sizeof(long_name) - 1] = '\0';
	assert_int_equal(open_error(file, "Not a directory"), PAWL_EIO);
	assert_int_equal(open_error(below, "cannot create"), PAWL_EIO);
	assert_int_equal(open_error("", "no usable name"), PAWL_EINVAL);
	assert_int_equal(open_error(long_name, "no usable name"), PAWL_EINVAL);
	free(below);
	free(file);
}

static void
test_close_accepts_null(void **state)
{
	pawl_store_close(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		DIR_TEST(test_new_directory_and_files_are_for_the_owner_only),
		DIR_TEST(test_database_is_laid_out_as_designed),
		DIR_TEST(test_request_table_has_no_index),
		DIR_TEST(test_lock_is_gone_with_its_process),
		DIR_TEST(test_process_that_is_ending_is_waited_for),
		DIR_TEST(test_second_process_is_refused),
		DIR_TEST(test_newer_schema_is_refused_and_left_alone),
		DIR_TEST(test_file_that_is_no_database_is_refused),
		DIR_TEST(test_failed_migration_leaves_nothing_behind),
		DIR_TEST(test_unusable_directories_are_named),
		cmocka_unit_test(test_close_accepts_null),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
