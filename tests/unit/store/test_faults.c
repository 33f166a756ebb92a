/* A disk that is full, that fails, and that comes back. Nothing is acknowledged that is not
 * there, and everything goes on by itself. */
#include "store_testing.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <sys/mount.h>

#include "faulty_vfs.h"
#include "store/journal.h"

static int
disk_setup(void **state)
{
	faulty_write = faulty_sync = faulty_open = faulty_read = 0;
	return dir_setup(state);
}

#define DISK_TEST(fn) cmocka_unit_test_setup_teardown(fn, disk_setup, dir_teardown)

static bool
becomes(struct pawl_store *store, bool failing)
{
	for (int i = 0; i < 500; i++) {
		if (is_failing(store) == failing)
			return true;
		usleep(10000);
	}
	return false;
}

/* A write that the database itself has to take. */
static enum pawl_err
write_one(struct pawl_store *store)
{
	struct pawl_store_setting set = {.key = PAWL_STR("k"), .value = PAWL_STR("v")};
	enum pawl_err err;

	pawl_store_op_init(&set.op, PAWL_STORE_SETTING_SET, NULL);
	err = pawl_store_wait(store, &set.op);
	pawl_store_op_fini(&set.op);
	return err;
}

static void
test_full_database_fails_as_full_and_recovers(void **state)
{
	struct pawl_store *store = open_store(*state);
	uint64_t before, between, after;

	assert_int_equal(accept_one(store, &before), PAWL_OK);
	assert_true(has_request(store, before));
	faulty_write = SQLITE_FULL;
	/* This one is safe in the journal, and waits there. */
	assert_int_equal(accept_one(store, &between), PAWL_OK);
	assert_true(becomes(store, true));
	for (int i = 0; i < 3; i++)
		assert_int_equal(accept_one(store, NULL), PAWL_EFULL);
	assert_int_equal(write_one(store), PAWL_EFULL);
	assert_true(is_failing(store));
	/* What is there can still be read. */
	assert_true(has_request(store, before));
	faulty_write = 0;
	assert_true(becomes(store, false));
	assert_int_equal(accept_one(store, &after), PAWL_OK);
	assert_true(has_request(store, between));
	assert_true(has_request(store, after));
	pawl_store_close(store);
}

static void
test_failed_accepts_leave_no_trace(void **state)
{
	struct pawl_store *store = open_store(*state);
	struct pawl_store_list list = {.limit = 1000};
	struct pawl_store_stats stats;

	assert_int_equal(accept_one(store, NULL), PAWL_OK);
	faulty_write = SQLITE_FULL;
	assert_int_equal(write_one(store), PAWL_EFULL);
	assert_int_equal(accept_one(store, NULL), PAWL_EFULL);
	faulty_write = 0;
	assert_true(becomes(store, false));
	pawl_store_stats(store, &stats);
	assert_int_equal(stats.runs_unclaimed, 1);
	pawl_store_op_init(&list.op, PAWL_STORE_COUNTERS, NULL);
	assert_int_equal(pawl_store_wait(store, &list.op), PAWL_OK);
	assert_true(list.n > 0);
	for (size_t i = 0; i < list.n; i++)
		assert_int_equal(list.counters[i].value, 1);
	pawl_store_op_fini(&list.op);
	list = (struct pawl_store_list){.limit = 1000};
	pawl_store_op_init(&list.op, PAWL_STORE_REQUESTS, NULL);
	assert_int_equal(pawl_store_wait(store, &list.op), PAWL_OK);
	assert_int_equal(list.n, 1);
	pawl_store_op_fini(&list.op);
	pawl_store_close(store);
}

static void
test_sync_is_never_tried_again_on_the_same_handle(void **state)
{
	struct pawl_store *store = open_store(*state);
	uint64_t before, after;
	int n;

	assert_int_equal(accept_one(store, &before), PAWL_OK);
	assert_true(has_request(store, before));
	usleep(1100000); /* so that the first connection may be replaced at once */
	faulty_sync = SQLITE_IOERR_FSYNC;
	n = faulty_n_syncs;
	assert_int_equal(write_one(store), PAWL_EIO);
	assert_int_equal(faulty_n_syncs, n + 1);
	assert_true(is_failing(store));
	/* The first retry is on a new connection; after it none is opened for a second, and what
	 * comes in that time is refused without touching the disk. */
	assert_int_equal(write_one(store), PAWL_EIO);
	n = faulty_n_syncs;
	for (int i = 0; i < 20; i++) {
		assert_int_equal(write_one(store), PAWL_EIO);
		assert_int_equal(accept_one(store, NULL), PAWL_EIO);
	}
	assert_int_equal(faulty_n_syncs, n);
	faulty_sync = 0;
	assert_true(becomes(store, false));
	assert_int_equal(accept_one(store, &after), PAWL_OK);
	assert_true(has_request(store, before));
	assert_true(has_request(store, after));
	assert_true(after > before);
	pawl_store_close(store);
	store = open_store(*state);
	assert_true(has_request(store, before));
	assert_true(has_request(store, after));
	pawl_store_close(store);
}

static void
test_directory_that_went_away_fails_until_it_is_back(void **state)
{
	struct pawl_store *store = open_store(*state);

	faulty_open = SQLITE_CANTOPEN;
	faulty_write = SQLITE_IOERR_WRITE;
	assert_int_equal(write_one(store), PAWL_EIO);
	usleep(1500000);
	assert_int_equal(accept_one(store, NULL), PAWL_EIO);
	faulty_open = faulty_write = 0;
	assert_true(becomes(store, false));
	assert_int_equal(accept_one(store, NULL), PAWL_OK);
	pawl_store_close(store);
}

/* ---- the journal's own files ---------------------------------------------------------------- */

static atomic_int journal_write_errno, journal_sync_errno;

static ssize_t
faulty_pwrite(int fd, const void *data, size_t len, off_t at)
{
	errno = journal_write_errno;
	return errno ? -1 : pwrite(fd, data, len, at);
}

static int
faulty_fdatasync(int fd)
{
	errno = journal_sync_errno;
	return errno ? -1 : fdatasync(fd);
}

static struct pawl_store *
open_faulty_journal(const char *dir)
{
	static const struct pawl_journal_io io = {faulty_pwrite, faulty_fdatasync};
	struct pawl_store_config config = {.url = pawl_str_c(dir), .journal_io = &io};
	struct pawl_store *store;

	journal_write_errno = journal_sync_errno = 0;
	assert_int_equal(pawl_store_open(&config, 0, &store, NULL), PAWL_OK);
	return store;
}

static void
check_journal_fault(const char *dir, atomic_int *fault, int value, enum pawl_err expected)
{
	struct pawl_store *store = open_faulty_journal(dir);
	uint64_t before, after;

	assert_int_equal(accept_one(store, &before), PAWL_OK);
	*fault = value;
	for (int i = 0; i < 3; i++)
		assert_int_equal(accept_one(store, NULL), expected);
	assert_true(is_failing(store));
	assert_true(has_request(store, before));
	*fault = 0;
	/* Without any request: it tries by itself. */
	assert_true(becomes(store, false));
	assert_int_equal(accept_one(store, &after), PAWL_OK);
	pawl_store_close(store);
	store = open_store(dir);
	assert_true(has_request(store, before));
	assert_true(has_request(store, after));
	pawl_store_close(store);
}

static void
test_journal_on_a_full_disk(void **state)
{
	check_journal_fault(*state, &journal_write_errno, ENOSPC, PAWL_EFULL);
}

static void
test_journal_that_cannot_be_written(void **state)
{
	check_journal_fault(*state, &journal_write_errno, EIO, PAWL_EIO);
}

static void
test_journal_that_cannot_be_synced(void **state)
{
	check_journal_fault(*state, &journal_sync_errno, EIO, PAWL_EIO);
}

/* ---- reading ----------------------------------------------------------------------------------
 */

static void
test_readers_open_again_after_a_failed_read(void **state)
{
	struct pawl_store *store = open_store(*state);
	struct pawl_store_get get = {0};
	char body[20000];
	enum pawl_err err;
	uint64_t id;

	memset(body, 'b', sizeof(body));
	assert_int_equal(accept_body(store, 1, pawl_str(body, sizeof(body)), &id), PAWL_OK);
	faulty_read = SQLITE_IOERR_READ;
	get.id = id;
	pawl_store_op_init(&get.op, PAWL_STORE_REQUEST, NULL);
	assert_int_equal(pawl_store_wait(store, &get.op), PAWL_EIO);
	pawl_store_op_fini(&get.op);
	faulty_read = 0;
	for (int i = 0; i < 300; i++) {
		get = (struct pawl_store_get){.id = id};
		pawl_store_op_init(&get.op, PAWL_STORE_REQUEST, NULL);
		err = pawl_store_wait(store, &get.op);
		pawl_store_op_fini(&get.op);
		if (err == PAWL_OK)
			break;
		usleep(10000);
	}
	assert_int_equal(err, PAWL_OK);
	pawl_store_close(store);
}

/* ---- a request that the tables refuse ---------------------------------------------------------
 */

static void
test_refused_request_is_kept_and_holds_up_nothing(void **state)
{
	struct pawl_store *store = open_store(*state);
	char *path = path_in(*state, "pawl.db"), *kept = path_in(*state, "rejected-requests");
	uint64_t ids[50];
	sqlite3 *db;

	pawl_store_close(store);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db,
				      "CREATE TRIGGER bad BEFORE INSERT ON request"
				      " WHEN NEW.workflow_id = 666"
				      " BEGIN SELECT RAISE(ABORT, 'bad'); END",
				      NULL, NULL, NULL),
			 SQLITE_OK);
	sqlite3_close(db);
	store = open_store(*state);
	for (size_t i = 0; i < 50; i++)
		assert_int_equal(accept_body(store, i == 25 ? 666 : 1, PAWL_STR("body"), &ids[i]),
				 PAWL_OK);
	for (size_t i = 0; i < 50; i++)
		assert_int_equal(has_request(store, ids[i]), i != 25);
	assert_false(is_failing(store));
	assert_int_equal(access(kept, R_OK), 0);
	pawl_store_close(store);
	free(path);
	free(kept);
}

/* ---- a real small disk -------------------------------------------------------------------- */

/* With `max` bytes, or all that is left. */
static void
fill(const char *path, size_t max)
{
	char block[4096] = {1};
	int fd = open(path, O_CREAT | O_WRONLY | O_TRUNC, 0600);
	ssize_t n = 0;

	assert_true(fd >= 0);
	for (size_t done = 0; done < max && n >= 0; done += sizeof(block))
		n = write(fd, block, sizeof(block));
	assert_true(n > 0 || errno == ENOSPC);
	close(fd);
}

static void
check_all(struct pawl_store *store, const uint64_t *ids, size_t n)
{
	/* The first transactions may still find the disk full, and make room by that. */
	for (int i = 0; i < 500 && !has_request(store, ids[n - 1]); i++)
		usleep(10000);
	for (size_t i = 0; i < n; i++)
		assert_true(has_request(store, ids[i]));
}

/* Accepts until the disk is full; returns how many were acknowledged. */
static size_t
accept_until_full(struct pawl_store *store, uint64_t *ids, size_t max)
{
	char body[3000];
	enum pawl_err err = PAWL_OK;
	size_t n = 0;

	memset(body, 'x', sizeof(body));
	while (n < max) {
		err = accept_body(store, 1, pawl_str(body, sizeof(body)), &ids[n]);
		if (err)
			break;
		n++;
	}
	/* ENOSPC while the log's index grows is an I/O error to SQLite. */
	assert_true(err == PAWL_EFULL || err == PAWL_EIO);
	return n;
}

static void
mount_small_disk(const char *dir)
{
	if (unshare(CLONE_NEWNS) == 0 && mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
	    mount("pawl-test", dir, "tmpfs", 0, "size=8m") == 0)
		return;
	print_message("not allowed to mount a tmpfs\n");
	skip();
}

static void
test_space_that_comes_back_is_used_again(void **state)
{
	uint64_t ids[3000];
	struct pawl_store *store;
	char *filler;
	size_t n;

	mount_small_disk(*state);
	store = open_store(*state);
	assert_int_equal(accept_one(store, &ids[0]), PAWL_OK);
	assert_true(has_request(store, ids[0]));
	filler = path_in(*state, "filler");
	fill(filler, SIZE_MAX);
	n = 1 + accept_until_full(store, ids + 1, 2999);
	assert_true(n < 3000);
	assert_true(is_failing(store));
	unlink(filler);
	assert_true(becomes(store, false));
	check_all(store, ids, n);
	assert_int_equal(accept_one(store, &ids[n++]), PAWL_OK);
	pawl_store_close(store);
	store = open_store(*state);
	check_all(store, ids, n);
	pawl_store_close(store);
	free(filler);
	umount(*state);
}

/* What is there can be read, and nothing is acknowledged until there is room again. */
static void
test_opening_on_a_full_disk_loses_nothing(void **state)
{
	static uint64_t ids[20000];
	struct pawl_store *store;
	char *filler;
	size_t n;

	mount_small_disk(*state);
	filler = path_in(*state, "filler");
	fill(filler, 2 << 20);
	store = open_store(*state);
	n = accept_until_full(store, ids, 20000);
	assert_true(n > 0 && n < 20000);
	pawl_store_close(store);
	store = open_store(*state);
	assert_true(has_request(store, ids[0]));
	n += accept_until_full(store, ids + n, 20000 - n);
	assert_true(n < 20000);
	pawl_store_close(store);
	unlink(filler);
	store = open_store(*state);
	check_all(store, ids, n);
	pawl_store_close(store);
	free(filler);
	umount(*state);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		DISK_TEST(test_full_database_fails_as_full_and_recovers),
		DISK_TEST(test_failed_accepts_leave_no_trace),
		DISK_TEST(test_sync_is_never_tried_again_on_the_same_handle),
		DISK_TEST(test_directory_that_went_away_fails_until_it_is_back),
		DISK_TEST(test_readers_open_again_after_a_failed_read),
		DISK_TEST(test_journal_on_a_full_disk),
		DISK_TEST(test_journal_that_cannot_be_written),
		DISK_TEST(test_journal_that_cannot_be_synced),
		DISK_TEST(test_refused_request_is_kept_and_holds_up_nothing),
		DISK_TEST(test_space_that_comes_back_is_used_again),
		DISK_TEST(test_opening_on_a_full_disk_loses_nothing),
	};

	faulty_vfs_install();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
