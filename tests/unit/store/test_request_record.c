#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "store/request_record.h"

#define DELIVERY "delivery........................"
#define CONTENT  "content........................."

/* What the first format held before its texts. */
struct record_1 {
	uint8_t format, verdict, starts_run, reserved;
	uint16_t status, reserved_too;
	uint32_t revision, body_bytes;
	uint64_t id, workflow_id;
	int64_t received_at_us;
	uint32_t text_bytes[7], reserved_as_well;
};

static void
assert_text(struct pawl_str text, const char *want)
{
	assert_int_equal(text.len, strlen(want));
	assert_memory_equal(text.ptr, want, text.len);
}

static void
test_a_record_reads_back(void **state)
{
	const struct pawl_request_row row = {.id = 5,
					     .workflow_id = 6,
					     .method = PAWL_STR("POST"),
					     .body = PAWL_STR("{}"),
					     .body_bytes = 2,
					     .verdict = PAWL_VERDICT_DUPLICATE,
					     .trigger = PAWL_TRIGGER_EVENT,
					     .flags = PAWL_REQUEST_REPLAY_SUSPECTED,
					     .duplicate_of = 4,
					     .order_key = PAWL_STR("order"),
					     .delivery_key = PAWL_STR(DELIVERY),
					     .content_key = PAWL_STR(CONTENT),
					     .remembers_content = true,
					     .remember_until_us = 99};
	struct pawl_str parts[PAWL_REQUEST_PARTS];
	struct pawl_request_record head;
	struct pawl_request_row out;
	char bytes[400];
	size_t len = 0;

	pawl_request_record_encode(&row, &head, parts);
	for (size_t i = 0; i < PAWL_REQUEST_PARTS; i++) {
		if (parts[i].len)
			memcpy(bytes + len, parts[i].ptr, parts[i].len);
		len += parts[i].len;
	}
	assert_int_equal(pawl_request_record_decode(pawl_str(bytes, len), &out), PAWL_OK);
	assert_int_equal(out.trigger, PAWL_TRIGGER_EVENT);
	assert_int_equal(out.flags, PAWL_REQUEST_REPLAY_SUSPECTED);
	assert_int_equal(out.duplicate_of, 4);
	assert_text(out.body, "{}");
	assert_text(out.order_key, "order");
	assert_text(out.delivery_key, DELIVERY);
	assert_text(out.content_key, CONTENT);
	assert_true(out.remembers_content);
	assert_int_equal(out.remember_until_us, 99);
	/* Cut anywhere, or with something behind it, it is none. */
	for (size_t n = 0; n < len; n++)
		assert_int_equal(pawl_request_record_decode(pawl_str(bytes, n), &out), PAWL_EINVAL);
	bytes[len] = 'x';
	assert_int_equal(pawl_request_record_decode(pawl_str(bytes, len + 1), &out), PAWL_EINVAL);
}

static void
test_the_first_format_is_read(void **state)
{
	const struct record_1 head = {.format = 1,
				      .verdict = PAWL_VERDICT_ACCEPTED,
				      .starts_run = 1,
				      .status = 202,
				      .revision = 3,
				      .body_bytes = 2,
				      .id = 5,
				      .workflow_id = 6,
				      .received_at_us = 7,
				      .text_bytes = {4, 1, 0, 0, 0, 0, 2}};
	struct pawl_request_row out;
	char bytes[sizeof(head) + 7];

	memcpy(bytes, &head, sizeof(head));
	memcpy(bytes + sizeof(head), "POST/{}", 7);
	assert_int_equal(pawl_request_record_decode(pawl_str(bytes, sizeof(bytes)), &out), PAWL_OK);
	assert_int_equal(out.id, 5);
	assert_int_equal(out.status, 202);
	assert_true(out.starts_run);
	assert_text(out.method, "POST");
	assert_text(out.target, "/");
	assert_text(out.body, "{}");
	assert_int_equal(out.trigger, PAWL_TRIGGER_WEBHOOK);
	assert_int_equal(out.order_key.len, 0);
	assert_int_equal(pawl_request_record_decode(pawl_str(bytes, sizeof(bytes) - 1), &out),
			 PAWL_EINVAL);
}

static void
test_a_later_format_is_refused(void **state)
{
	struct pawl_request_record head = {.format = 3};
	struct pawl_request_row out;

	assert_int_equal(
		pawl_request_record_decode(pawl_str((const char *)&head, sizeof(head)), &out),
		PAWL_EINVAL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_record_reads_back),
		cmocka_unit_test(test_the_first_format_is_read),
		cmocka_unit_test(test_a_later_format_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
