/* A disk that is full, that fails, and that comes back. Nothing is acknowledged that is not
 * there, and everything goes on by itself. */
#include "store_testing.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <sqlite3.h>
#include <sys/mount.h>

#include "faulty_vfs.h"

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

static void
test_full_disk_fails_as_full_and_recovers(void **state)
{
	struct pawl_store *store = open_store(*state);
	uint64_t before, after;

	assert_int_equal(accept_one(store, &before), PAWL_OK);
	faulty_write = SQLITE_FULL;
	for (int i = 0; i < 3; i++)
		assert_int_equal(accept_one(store, NULL), PAWL_EFULL);
	assert_true(is_failing(store));
	/* What is there can still be read. */
	assert_true(has_request(store, before));
	faulty_write = 0;
	assert_int_equal(accept_one(store, &after), PAWL_OK);
	assert_false(is_failing(store));
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
	assert_int_equal(accept_one(store, NULL), PAWL_EFULL);
	faulty_write = 0;
	pawl_store_stats(store, &stats);
	assert_int_equal(stats.runs_unclaimed, 1);
	pawl_store_op_init(&list.op, PAWL_STORE_COUNTERS, NULL);
	assert_int_equal(pawl_store_wait(store, &list.op), PAWL_OK);
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
test_a_probe_recovers_without_any_request(void **state)
{
	struct pawl_store *store = open_store(*state);

	faulty_write = SQLITE_FULL;
	assert_int_equal(accept_one(store, NULL), PAWL_EFULL);
	faulty_write = 0;
	assert_true(becomes(store, false));
	pawl_store_close(store);
}

static void
test_sync_is_never_tried_again_on_the_same_handle(void **state)
{
	struct pawl_store *store = open_store(*state);
	uint64_t before, after;
	int n;

	assert_int_equal(accept_one(store, &before), PAWL_OK);
	usleep(1100000); /* so that the first connection may be replaced at once */
	faulty_sync = SQLITE_IOERR_FSYNC;
	n = faulty_n_syncs;
	assert_int_equal(accept_one(store, NULL), PAWL_EIO);
	assert_int_equal(faulty_n_syncs, n + 1);
	assert_true(is_failing(store));
	/* The first retry is on a new connection; after it none is opened for a second, and what
	 * comes in that time is refused without touching the disk. */
	assert_int_equal(accept_one(store, NULL), PAWL_EIO);
	n = faulty_n_syncs;
	for (int i = 0; i < 20; i++)
		assert_int_equal(accept_one(store, NULL), PAWL_EIO);
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
	assert_int_equal(accept_one(store, NULL), PAWL_EIO);
	usleep(1500000);
	assert_int_equal(accept_one(store, NULL), PAWL_EIO);
	faulty_open = faulty_write = 0;
	assert_true(becomes(store, false));
	assert_int_equal(accept_one(store, NULL), PAWL_OK);
	pawl_store_close(store);
}

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

/* ---- one bad op in a batch -------------------------------------------------------------- */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t wake = PTHREAD_COND_INITIALIZER;
static size_t n_done;

static void
on_done(struct pawl_store_op *op)
{
	pthread_mutex_lock(&lock);
	n_done++;
	pthread_cond_signal(&wake);
	pthread_mutex_unlock(&lock);
}

static void
test_one_refused_op_fails_alone(void **state)
{
	struct pawl_store *store = open_store(*state);
	struct pawl_store_accept ops[50];
	char *path = path_in(*state, "pawl.db");
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
	n_done = 0;
	for (size_t i = 0; i < 50; i++) {
		pawl_store_op_init(&ops[i].op, PAWL_STORE_ACCEPT, on_done);
		ops[i].request = (struct pawl_request_row){.workflow_id = i == 25 ? 666 : 1,
							   .received_at_us = 1,
							   .verdict = PAWL_VERDICT_ACCEPTED,
							   .starts_run = true};
		assert_int_equal(pawl_store_submit(store, &ops[i].op), PAWL_OK);
	}
	pthread_mutex_lock(&lock);
	while (n_done < 50)
		pthread_cond_wait(&wake, &lock);
	pthread_mutex_unlock(&lock);
	for (size_t i = 0; i < 50; i++) {
		assert_int_equal(ops[i].op.err, i == 25 ? PAWL_EIO : PAWL_OK);
		assert_int_equal(has_request(store, ops[i].request_id), i != 25);
		pawl_store_op_fini(&ops[i].op);
	}
	assert_false(is_failing(store));
	pawl_store_close(store);
	free(path);
}

/* ---- a real small disk -------------------------------------------------------------------- */

static void
fill(const char *path)
{
	char block[4096] = {1};
	int fd = open(path, O_CREAT | O_WRONLY | O_TRUNC, 0600);

	assert_true(fd >= 0);
	while (write(fd, block, sizeof(block)) > 0)
		;
	assert_int_equal(errno, ENOSPC);
	close(fd);
}

static void
check_all(struct pawl_store *store, const uint64_t *ids, size_t n)
{
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
	filler = path_in(*state, "filler");
	fill(filler);
	n = 1 + accept_until_full(store, ids + 1, 2999);
	assert_true(n < 3000);
	assert_true(is_failing(store));
	check_all(store, ids, n);
	unlink(filler);
	assert_true(becomes(store, false));
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
	store = open_store(*state);
	n = accept_until_full(store, ids, 20000);
	assert_true(n > 0 && n < 20000);
	check_all(store, ids, n);
	filler = path_in(*state, "filler");
	fill(filler);
	pawl_store_close(store);
	store = open_store(*state);
	check_all(store, ids, n);
	n += accept_until_full(store, ids + n, 20000 - n);
	assert_true(n < 20000);
	check_all(store, ids, n);
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
		DISK_TEST(test_full_disk_fails_as_full_and_recovers),
		DISK_TEST(test_failed_accepts_leave_no_trace),
		DISK_TEST(test_a_probe_recovers_without_any_request),
		DISK_TEST(test_sync_is_never_tried_again_on_the_same_handle),
		DISK_TEST(test_directory_that_went_away_fails_until_it_is_back),
		DISK_TEST(test_readers_open_again_after_a_failed_read),
		DISK_TEST(test_one_refused_op_fails_alone),
		DISK_TEST(test_space_that_comes_back_is_used_again),
		DISK_TEST(test_opening_on_a_full_disk_loses_nothing),
	};

	faulty_vfs_install();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
