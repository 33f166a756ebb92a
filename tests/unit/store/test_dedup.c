/* What the acceptor remembers, against a list that is searched; and keys that the table does not
 * have yet when the process ends. */
#include "store_testing.h"

#include <sqlite3.h>

#include "base/alloc.h"
#include "store/dedup_tail.h"

#define ROUNDS 120000
#define KEYS   700

static struct pawl_store_dedup_key
key_of(unsigned n)
{
	struct pawl_store_dedup_key key = {.workflow_id = n % 3};

	memcpy(key.key, &n, sizeof(n));
	return key;
}

static void
assert_same(const struct pawl_dedup_tail *tail, const unsigned *keys, size_t first, size_t end)
{
	for (unsigned n = 0; n < KEYS; n += 7) {
		struct pawl_store_dedup_key key = key_of(n);
		const struct pawl_dedup_entry *entry = pawl_dedup_tail_find(tail, &key, NULL);

		for (size_t i = end; i > first; i--) {
			if (keys[i - 1] != n)
				continue;
			assert_non_null(entry);
			assert_int_equal(entry->request_id, i - 1);
			entry = pawl_dedup_tail_find(tail, &key, entry);
		}
		assert_null(entry);
	}
}

static void
test_tail_is_as_a_list_that_is_searched(void **state)
{
	unsigned *keys = calloc(ROUNDS, sizeof(*keys));
	struct pawl_dedup_tail tail = {0};
	size_t first = 0, end = 0;

	srand(1);
	assert_true(pawl_dedup_tail_is_empty(&tail));
	for (size_t round = 0; round < ROUNDS; round++) {
		unsigned what = (unsigned)rand() % 10;
		/* It grows to half of the rounds, and then empties. */
		bool grows = round < ROUNDS / 2;

		if (end < ROUNDS && what < (grows ? 7 : 1)) {
			keys[end] = (unsigned)rand() % KEYS;
			pawl_dedup_tail_add(&tail,
					    &(struct pawl_dedup_entry){.key = key_of(keys[end]),
								       .request_id = end});
			end++;
		} else if (first < end && what < 9) {
			pawl_dedup_tail_drop_oldest(&tail);
			first++;
		} else if (first < end) {
			pawl_dedup_tail_drop_newest(&tail);
			end--;
		}
		assert_int_equal(pawl_dedup_tail_is_empty(&tail), first == end);
		/* Into a second block of entries, and out of the first. */
		if (round == ROUNDS / 2)
			assert_true(tail.n_blocks > 1);
		if (round % 10000 == 0)
			assert_same(&tail, keys, first, end);
	}
	assert_same(&tail, keys, first, end);
	assert_true(tail.first > PAWL_HUGE_BYTES / sizeof(struct pawl_dedup_entry));
	pawl_dedup_tail_fini(&tail);
	free(keys);
}

static struct pawl_store_accept
deliver(struct pawl_store *store, const char *id)
{
	struct pawl_store_accept accept = {0};
	char key[PAWL_REQUEST_KEY_BYTES + 1];

	snprintf(key, sizeof(key), "%-32s", id);
	pawl_store_op_init(&accept.op, PAWL_STORE_ACCEPT, NULL);
	accept.request = (struct pawl_request_row){
		.workflow_id = 1,
		.received_at_us = 1000,
		.remember_until_us = INT64_MAX,
		.verdict = PAWL_VERDICT_ACCEPTED,
		.starts_run = true,
		.body = PAWL_STR("body"),
		.delivery_key = pawl_str(key, PAWL_REQUEST_KEY_BYTES),
		.content_key = PAWL_STR("thirty-two bytes of one content.")};
	assert_int_equal(pawl_store_wait(store, &accept.op), PAWL_OK);
	pawl_store_op_fini(&accept.op);
	return accept;
}

static int64_t
run_sql(const char *dir, const char *sql)
{
	char *path = path_in(dir, "pawl.db");
	sqlite3_stmt *st = NULL;
	int64_t value = -1;
	sqlite3 *db;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &st, NULL), SQLITE_OK);
	if (sqlite3_step(st) == SQLITE_ROW)
		value = sqlite3_column_int64(st, 0);
	assert_int_equal(sqlite3_finalize(st), SQLITE_OK);
	sqlite3_close(db);
	free(path);
	return value;
}

static void
read_all(struct pawl_store *store)
{
	struct pawl_store_list list = {.limit = 10};

	pawl_store_op_init(&list.op, PAWL_STORE_REQUESTS, NULL);
	assert_int_equal(pawl_store_wait(store, &list.op), PAWL_OK);
	pawl_store_op_fini(&list.op);
}

/* As after a kill -9 in the middle of a crowd: the requests are in their table, their keys not. */
static void
test_keys_behind_their_requests_are_found_after_a_start(void **state)
{
	const char *dir = *state;
	struct pawl_store *store = open_store(dir);
	struct pawl_store_accept first = deliver(store, "a"), again;

	deliver(store, "b");
	read_all(store);
	pawl_store_close(store);
	run_sql(dir, "DELETE FROM dedup");
	run_sql(dir, "UPDATE intake SET keys_place = 0");
	assert_int_equal(run_sql(dir, "SELECT count(*) FROM request"), 2);

	store = open_store(dir);
	again = deliver(store, "a");
	assert_int_equal(again.request.verdict, PAWL_VERDICT_DUPLICATE);
	assert_int_equal(again.request.duplicate_of, first.request_id);
	read_all(store);
	pawl_store_close(store);
	assert_int_equal(run_sql(dir, "SELECT count(*) FROM request"), 3);
	store = open_store(dir);
	again = deliver(store, "b");
	assert_int_equal(again.request.verdict, PAWL_VERDICT_DUPLICATE);
	pawl_store_close(store);
	assert_int_equal(run_sql(dir, "SELECT count(*) FROM dedup"), 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tail_is_as_a_list_that_is_searched),
		DIR_TEST(test_keys_behind_their_requests_are_found_after_a_start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
