/* What a trigger does with a request whose sender is known. */
#include "trigger_testing.h"

#include <stdio.h>

#include "trigger/policy.h"

static struct pawl_policy_verdict verdict;

static const struct pawl_policy_verdict *
receive(struct test_trigger *f, const char *body)
{
	request_init(&f->request, body, 1700000000);
	request_add(&f->request, "Content-Type", "application/json");
	request_add(&f->request, "X-GitHub-Delivery", "delivery");
	pawl_webhook_check(f->webhook, &f->request.facts, &f->arena, &f->verdict);
	assert_int_equal(f->verdict.outcome, PAWL_WEBHOOK_ACCEPT);
	pawl_policy_apply(pawl_webhook_policy(f->webhook), &f->request.facts, &f->verdict,
			  &f->arena, &verdict);
	return &verdict;
}

static void
assert_nothing_asked(const struct pawl_policy_verdict *v)
{
	assert_false(v->is_filtered);
	assert_null(v->failure);
	assert_int_equal(v->order_key.len, 0);
	assert_int_equal(v->delivery_key.len, 0);
	assert_int_equal(v->content_key.len, 0);
}

static void
test_who_asks_for_nothing_has_no_policy(void **state)
{
	struct test_trigger *f = *state;

	trigger_configure(f, "{}");
	assert_null(pawl_webhook_policy(f->webhook));
	assert_nothing_asked(receive(f, "{}"));
}

static void
test_a_filter_holds_or_does_not(void **state)
{
	struct test_trigger *f = *state;

	trigger_configure(f,
			  "{\"filter\":{\"left\":\"${workflow.input.body.n}\",\"op\":\"greater\","
			  "\"right\":3}}");
	assert_true(receive(f, "{\"n\":3}")->is_filtered);
	assert_true(receive(f, "{}")->is_filtered);
	assert_nothing_asked(receive(f, "{\"n\":4}"));
}

static void
test_what_cannot_be_decided_is_let_through_and_said(void **state)
{
	struct test_trigger *f = *state;

	trigger_configure(f, "{\"filter\":{\"left\":\"a\",\"op\":\"matches\","
			     "\"right\":\"${workflow.input.body.p}\"}}");
	receive(f, "{\"p\":\"(\"}");
	assert_false(verdict.is_filtered);
	assert_non_null(strstr(verdict.failure, "cannot be evaluated"));
}

static void
assert_order(struct test_trigger *f, const char *body, const char *want)
{
	receive(f, body);
	assert_int_equal(verdict.order_key.len, strlen(want));
	assert_memory_equal(verdict.order_key.ptr, want, strlen(want));
}

static void
test_order_keys_are_text(void **state)
{
	struct test_trigger *f = *state;

	trigger_configure(f, "{\"order_by\":\"${workflow.input.body.k}\"}");
	assert_order(f, "{\"k\":\"ann\"}", "ann");
	assert_order(f, "{\"k\":7}", "7");
	assert_order(f, "{\"k\":{\"a\":[1]}}", "{\"a\":[1]}");
	assert_order(f, "{\"k\":null}", "");
	assert_order(f, "{}", "");
}

static void
test_long_order_keys_are_cut_and_stay_apart(void **state)
{
	struct test_trigger *f = *state;
	char body[700], first[PAWL_ORDER_KEY_MAX];

	/* Of two bytes each: the cut is not inside of one. */
	trigger_configure(f, "{\"order_by\":\"${workflow.input.body.k}\"}");
	snprintf(body, sizeof(body), "{\"k\":\"x");
	for (int i = 0; i < 150; i++)
		strcat(body, "\xc3\xa9");
	strcat(body, "1\"}");
	receive(f, body);
	assert_true(verdict.order_key.len <= PAWL_ORDER_KEY_MAX);
	assert_true(pawl_str_is_utf8(verdict.order_key));
	memcpy(first, verdict.order_key.ptr, verdict.order_key.len);
	*strrchr(body, '1') = '2';
	receive(f, body);
	assert_memory_not_equal(first, verdict.order_key.ptr, verdict.order_key.len);
}

static void
test_a_key_and_the_bytes_name_a_delivery(void **state)
{
	struct test_trigger *f = *state;
	char id[PAWL_POLICY_KEY_BYTES], content[PAWL_POLICY_KEY_BYTES];

	trigger_configure(f,
			  "{\"dedup\":{\"key\":\"${workflow.input.body.id}\",\"window\":\"1h\"}}");
	receive(f, "{\"id\":1}");
	assert_int_equal(verdict.delivery_key.len, PAWL_POLICY_KEY_BYTES);
	assert_int_equal(verdict.content_key.len, PAWL_POLICY_KEY_BYTES);
	assert_int_equal(verdict.window_us, INT64_C(3600000000));
	/* Nothing was signed: the same bytes under another id prove nothing. */
	assert_false(verdict.checks_replay);
	memcpy(id, verdict.delivery_key.ptr, sizeof(id));
	memcpy(content, verdict.content_key.ptr, sizeof(content));
	receive(f, "{\"id\":1, \"n\":2}");
	assert_memory_equal(verdict.delivery_key.ptr, id, sizeof(id));
	assert_memory_not_equal(verdict.content_key.ptr, content, sizeof(content));
	assert_nothing_asked(receive(f, "{}"));
}

static void
test_a_preset_names_the_delivery(void **state)
{
	struct test_trigger *f = *state;

	trigger_configure(f, "{\"preset\":\"github\",\"auth\":[{\"type\":\"none\"}]}");
	receive(f, "{}");
	assert_int_equal(verdict.delivery_key.len, PAWL_POLICY_KEY_BYTES);
	assert_int_equal(verdict.replay, PAWL_POLICY_REPLAY_REFUSE);
	assert_int_equal(verdict.window_us, 7 * 24 * INT64_C(3600000000));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TRIGGER_TEST(test_who_asks_for_nothing_has_no_policy),
		TRIGGER_TEST(test_a_filter_holds_or_does_not),
		TRIGGER_TEST(test_what_cannot_be_decided_is_let_through_and_said),
		TRIGGER_TEST(test_order_keys_are_text),
		TRIGGER_TEST(test_long_order_keys_are_cut_and_stay_apart),
		TRIGGER_TEST(test_a_key_and_the_bytes_name_a_delivery),
		TRIGGER_TEST(test_a_preset_names_the_delivery),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
