/* The audit log: what is noted with a write is there exactly when the write is. */
#include <string.h>

#include "store_conformance.h"

static enum pawl_err
add_token(struct fixture *f, const char *name, const struct pawl_audit_note *note)
{
	struct pawl_store_token add = {.token = {.name = pawl_str_c(name),
						 .role = PAWL_ROLE_OWNER,
						 .hash = pawl_str_c(name),
						 .created_at_us = 3}};
	enum pawl_err err;

	pawl_store_op_init(&add.op, PAWL_STORE_TOKEN_ADD, NULL);
	add.op.audit = note;
	err = pawl_store_wait(f->store, &add.op);
	pawl_store_op_fini(&add.op);
	return err;
}

static void
list_audit(struct fixture *f, struct pawl_store_list *list, uint64_t before, size_t limit)
{
	list_init(list, PAWL_STORE_AUDIT);
	list->before = before;
	list->limit = limit;
	list_rows(f, list);
}

static bool
says(struct pawl_str entry, const char *text)
{
	return pawl_str_find(entry, pawl_str_c(text)) != SIZE_MAX;
}

static const struct pawl_audit_note note = {.actor = PAWL_STR("token:\"ops\""),
					    .action = PAWL_STR("addToken"),
					    .target = PAWL_STR("t"),
					    .address = PAWL_STR("::1")};

static void
test_write_and_entry_are_one(void **state)
{
	struct fixture *f = *state;
	struct pawl_store_list list;

	assert_int_equal(add_token(f, "a", &note), PAWL_OK);
	assert_int_equal(add_token(f, "b", NULL), PAWL_OK);
	assert_int_equal(add_token(f, "a", &note), PAWL_ECONFLICT);
	fixture_reopen(f, 0);
	list_audit(f, &list, 0, 10);
	assert_int_equal(list.n, 2);
	assert_false(list.more);
	assert_int_equal(list.audit[1].seq, 1);
	assert_true(says(list.audit[1].entry,
			 "{\"action\":\"addToken\",\"actor\":\"token:\\\"ops\\\"\","
			 "\"address\":\"::1\",\"at\":\"20"));
	assert_true(
		says(list.audit[1].entry, ",\"name\":\"a\",\"role\":\"owner\"},\"prev\":\"0000"));
	assert_true(says(list.audit[1].entry, "\"result\":\"ok\",\"seq\":1,\"target\":\"t\"}"));
	assert_true(says(list.audit[0].entry, ",\"object\":{},"));
	assert_true(says(list.audit[0].entry, "\"result\":\"conflict\",\"seq\":2,"));
	assert_int_equal(list.audit[0].hash.len, 32);
	pawl_store_op_fini(&list.op);
}

static void
test_entries_come_page_by_page(void **state)
{
	struct fixture *f = *state;
	struct pawl_store_list list;
	struct pawl_audit_note asked = note;

	asked.result = "asked";
	for (int i = 0; i < 5; i++) {
		struct pawl_store_op op;

		pawl_store_op_init(&op, PAWL_STORE_AUDIT_ADD, NULL);
		op.audit = &asked;
		assert_int_equal(pawl_store_wait(f->store, &op), PAWL_OK);
		pawl_store_op_fini(&op);
	}
	list_audit(f, &list, 0, 2);
	assert_int_equal(list.audit[0].seq, 5);
	assert_true(says(list.audit[0].entry, "\"result\":\"asked\""));
	assert_true(list.more);
	pawl_store_op_fini(&list.op);
	list_audit(f, &list, 4, 3);
	assert_int_equal(list.n, 3);
	assert_int_equal(list.audit[0].seq, 3);
	assert_false(list.more);
	pawl_store_op_fini(&list.op);
}

static size_t
n_found(struct fixture *f, struct pawl_store_list list)
{
	size_t n;

	list.limit = 10;
	pawl_store_op_init(&list.op, PAWL_STORE_AUDIT, NULL);
	list_rows(f, &list);
	n = list.n;
	pawl_store_op_fini(&list.op);
	return n;
}

static void
test_entries_are_found_by_what_they_say(void **state)
{
	struct fixture *f = *state;
	struct pawl_audit_note other = note;

	other.actor = PAWL_STR("user:ada");
	other.address = PAWL_STR("192.0.2.7");
	assert_int_equal(add_token(f, "Night", &note), PAWL_OK);
	assert_int_equal(add_token(f, "day", &other), PAWL_OK);
	assert_int_equal(add_token(f, "day", &other), PAWL_ECONFLICT);
	assert_int_equal(n_found(f, (struct pawl_store_list){0}), 3);
	assert_int_equal(n_found(f, (struct pawl_store_list){.actor = other.actor}), 2);
	assert_int_equal(n_found(f, (struct pawl_store_list){.action = PAWL_STR("addUser")}), 0);
	assert_int_equal(n_found(f, (struct pawl_store_list){.search = PAWL_STR("NIGHT")}), 1);
	assert_int_equal(n_found(f, (struct pawl_store_list){.search = PAWL_STR("192.0.2")}), 2);
	assert_int_equal(n_found(f, (struct pawl_store_list){.results = PAWL_AUDIT_DONE}), 2);
	assert_int_equal(n_found(f, (struct pawl_store_list){.results = PAWL_AUDIT_REFUSED}), 1);
	assert_int_equal(n_found(f, (struct pawl_store_list){.from_us = 1}), 3);
	assert_int_equal(n_found(f, (struct pawl_store_list){.to_us = 1}), 0);
}

static bool
count(void *ctx, const struct pawl_audit_row *row)
{
	uint64_t *last = ctx;

	assert_true(!*last || row->seq == *last - 1);
	*last = row->seq;
	return true;
}

static void
test_files_are_read_beside_an_open_store(void **state)
{
	struct fixture *f = *state;
	struct pawl_problems problems = {0};
	uint64_t last = 0;

	add_token(f, "a", &note);
	add_token(f, "b", &note);
	assert_int_equal(pawl_store_read_audit(pawl_str_c(f->url), count, &last, &problems),
			 PAWL_OK);
	assert_int_equal(last, 1);
	assert_int_equal(pawl_store_read_audit(PAWL_STR("/nonexistent"), count, &last, &problems),
			 PAWL_EIO);
	assert_int_equal(problems.len, 1);
	pawl_problems_fini(&problems);
}

const struct CMUnitTest conform_audit_tests[] = {
	CONFORM_TEST(test_write_and_entry_are_one),
	CONFORM_TEST(test_entries_come_page_by_page),
	CONFORM_TEST(test_entries_are_found_by_what_they_say),
	CONFORM_TEST(test_files_are_read_beside_an_open_store),
};
const size_t conform_n_audit_tests = sizeof(conform_audit_tests) / sizeof(conform_audit_tests[0]);
