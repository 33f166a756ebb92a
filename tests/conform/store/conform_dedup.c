/* Deliveries that come more than once. */
#include <stdio.h>
#include <string.h>

#include "store_conformance.h"

#define DAY INT64_C(86400000000)
/* What has expired by the real clock may be gone. */
#define NOW (INT64_C(100000) * DAY)

struct delivery {
	uint64_t workflow_id;
	const char *id, *content; /* NULL: none */
	bool remembers_content, refuses_replays;
	int64_t at_us, window_us;
};

/* Stands for a hash: as long as one. */
static struct pawl_str
hash(const char *text, char out[PAWL_REQUEST_KEY_BYTES])
{
	if (!text)
		return PAWL_STR("");
	memset(out, 0, PAWL_REQUEST_KEY_BYTES);
	memcpy(out, text, strlen(text));
	return pawl_str(out, PAWL_REQUEST_KEY_BYTES);
}

/* Returns the row as it was accepted, without its texts. */
static struct pawl_request_row
deliver(struct fixture *f, struct delivery d)
{
	char id[PAWL_REQUEST_KEY_BYTES], content[PAWL_REQUEST_KEY_BYTES];
	struct pawl_store_accept accept = {
		.request = {.workflow_id = d.workflow_id ? d.workflow_id : 1,
			    .revision = 1,
			    .received_at_us = d.at_us ? d.at_us : NOW,
			    .method = PAWL_STR("POST"),
			    .target = PAWL_STR("/hook/x"),
			    .ip = PAWL_STR("192.0.2.1"),
			    .verdict = PAWL_VERDICT_ACCEPTED,
			    .starts_run = true,
			    .status = 202,
			    .delivery_key = hash(d.id, id),
			    .content_key = hash(d.content, content),
			    .remembers_content = d.remembers_content},
		.refuses_replays = d.refuses_replays};

	accept.request.remember_until_us =
		accept.request.received_at_us + (d.window_us ? d.window_us : 7 * DAY);
	pawl_store_op_init(&accept.op, PAWL_STORE_ACCEPT, NULL);
	assert_int_equal(pawl_store_wait(f->store, &accept.op), PAWL_OK);
	pawl_store_op_fini(&accept.op);
	assert_int_equal(accept.request.id, accept.request_id);
	return accept.request;
}

static void
assert_new(struct pawl_request_row row, unsigned flags)
{
	assert_int_equal(row.verdict, PAWL_VERDICT_ACCEPTED);
	assert_true(row.starts_run);
	assert_int_equal(row.duplicate_of, 0);
	assert_int_equal(row.flags, flags);
}

static void
assert_repeats(struct pawl_request_row row, struct pawl_request_row original, unsigned flags)
{
	assert_int_equal(row.verdict, PAWL_VERDICT_DUPLICATE);
	assert_false(row.starts_run);
	assert_int_equal(row.duplicate_of, original.id);
	assert_int_equal(row.flags, flags);
	assert_int_not_equal(row.id, original.id);
}

/* All that was accepted before is in the tables, and out of the memory of the acceptor. */
static void
import_all(struct fixture *f)
{
	assert_true(claim_count(f, 1000) > 0);
}

static void
test_a_delivery_is_accepted_once(void **state)
{
	struct fixture *f = *state;
	struct delivery d = {.id = "a", .content = "x"};
	struct pawl_request_row first = deliver(f, d);
	struct pawl_store_get get;
	uint64_t again;

	assert_new(first, 0);
	assert_repeats(deliver(f, d), first, 0);
	import_all(f);
	assert_repeats(deliver(f, d), first, 0);
	fixture_reopen(f, 0);
	again = deliver(f, d).id;
	assert_int_equal(get_row(f, &get, PAWL_STORE_REQUEST, again), PAWL_OK);
	assert_repeats(*get.request, first, 0);
	pawl_store_op_fini(&get.op);
	/* None of the repetitions left a run behind. */
	assert_int_equal(claim_count(f, 1000), 1);
}

static void
test_what_is_not_imported_yet_is_known_after_a_restart(void **state)
{
	struct fixture *f = *state;
	struct delivery d = {.id = "a", .content = "x"};
	struct pawl_request_row first = deliver(f, d);

	fixture_reopen(f, 0);
	assert_repeats(deliver(f, d), first, 0);
}

static void
test_an_id_with_other_bytes_is_a_conflict(void **state)
{
	struct fixture *f = *state;
	struct pawl_request_row a = deliver(f, (struct delivery){.id = "a", .content = "x"}), b;

	b = deliver(f, (struct delivery){.id = "a", .content = "y"});
	assert_new(b, PAWL_REQUEST_CONFLICT);
	for (int i = 0; i < 2; i++) {
		assert_repeats(deliver(f, (struct delivery){.id = "a", .content = "x"}), a, 0);
		assert_repeats(deliver(f, (struct delivery){.id = "a", .content = "y"}), b, 0);
		import_all(f);
		accept_run(f, 1);
	}
	assert_new(deliver(f, (struct delivery){.id = "a", .content = "z"}), PAWL_REQUEST_CONFLICT);
}

static void
test_bytes_under_another_id_are_a_replay(void **state)
{
	struct fixture *f = *state;
	struct delivery d = {.id = "a", .content = "x", .remembers_content = true};
	struct pawl_request_row first = deliver(f, d);

	for (int i = 0; i < 2; i++) {
		d = (struct delivery){.id = "b",
				      .content = "x",
				      .remembers_content = true,
				      .refuses_replays = true};
		assert_repeats(deliver(f, d), first, PAWL_REQUEST_REPLAY_SUSPECTED);
		d.id = NULL; /* left out by whoever replays it */
		assert_repeats(deliver(f, d), first, PAWL_REQUEST_REPLAY_SUSPECTED);
		import_all(f);
		accept_run(f, 1);
	}
	d.refuses_replays = false;
	d.id = "c";
	assert_new(deliver(f, d), PAWL_REQUEST_REPLAY_SUSPECTED);
	d.content = "y";
	d.id = "d";
	assert_new(deliver(f, d), 0);
}

static void
test_workflows_do_not_meet(void **state)
{
	struct fixture *f = *state;

	assert_new(deliver(f, (struct delivery){.id = "a", .content = "x"}), 0);
	assert_new(deliver(f, (struct delivery){.workflow_id = 2, .id = "a", .content = "x"}), 0);
	import_all(f);
	assert_new(deliver(f, (struct delivery){.workflow_id = 3, .id = "a", .content = "x"}), 0);
	/* An id is no content. */
	assert_new(deliver(f, (struct delivery){.workflow_id = 4,
						.id = "a",
						.content = "b",
						.remembers_content = true}),
		   0);
	assert_new(deliver(f, (struct delivery){.workflow_id = 4,
						.id = "b",
						.content = "a",
						.remembers_content = true}),
		   0);
}

static void
test_a_delivery_is_forgotten_in_time(void **state)
{
	struct fixture *f = *state;
	struct delivery d = {.id = "a", .content = "x", .window_us = 1000};
	struct pawl_request_row first = deliver(f, d);

	d.at_us = NOW + 999;
	assert_repeats(deliver(f, d), first, 0);
	import_all(f);
	assert_repeats(deliver(f, d), first, 0);
	d.at_us = NOW + 1000;
	first = deliver(f, d);
	assert_new(first, 0);
	d.at_us = NOW + 1500;
	assert_repeats(deliver(f, d), first, 0);
	import_all(f);
	assert_repeats(deliver(f, d), first, 0);
}

static void
test_many_deliveries_are_known_after_a_restart(void **state)
{
	struct fixture *f = *state;
	struct pawl_request_row rows[2100];
	char id[32];

	for (size_t i = 0; i < 2100; i++) {
		snprintf(id, sizeof(id), "%zu. delivery", i);
		rows[i] = deliver(f, (struct delivery){.id = id, .content = "x"});
	}
	for (int round = 0; round < 2; round++) {
		/* Once by way of the table, and then through the filter. */
		fixture_reopen(f, 0);
		for (size_t i = 0; i < 2100; i += 75) {
			snprintf(id, sizeof(id), "%zu. delivery", i);
			assert_repeats(deliver(f, (struct delivery){.id = id, .content = "x"}),
				       rows[i], 0);
			snprintf(id, sizeof(id), "%zu. other %d", i, round);
			assert_new(deliver(f, (struct delivery){.id = id, .content = "x"}), 0);
		}
		import_all(f);
	}
}

const struct CMUnitTest conform_dedup_tests[] = {
	CONFORM_TEST(test_a_delivery_is_accepted_once),
	CONFORM_TEST(test_what_is_not_imported_yet_is_known_after_a_restart),
	CONFORM_TEST(test_an_id_with_other_bytes_is_a_conflict),
	CONFORM_TEST(test_bytes_under_another_id_are_a_replay),
	CONFORM_TEST(test_workflows_do_not_meet),
	CONFORM_TEST(test_a_delivery_is_forgotten_in_time),
	CONFORM_TEST(test_many_deliveries_are_known_after_a_restart),
};
const size_t conform_n_dedup_tests = sizeof(conform_dedup_tests) / sizeof(conform_dedup_tests[0]);
