#include "canned_server.h"
#include "node_testing.h"
#include "nodes/http_request.h"

static struct canned server;
static struct pawl_loop *loop;
static struct pawl_http_client *client;
static struct pawl_egress egress;
static struct pawl_node_services services;

static int
setup_client(void **state)
{
	if (pawl_cidr_list_add(&egress.allow, PAWL_STR("127.0.0.1/32")))
		return -1;
	loop = pawl_loop_new("test");
	client = pawl_http_client_new(loop, &egress);
	services.loop = loop;
	services.http = client;
	canned_start(&server);
	return pawl_loop_start(loop);
}

struct job {
	struct pawl_task task;
	struct pawl_node_call *call;
};

static void
free_client(struct pawl_task *task)
{
	pawl_http_client_free(client);
	sem_post(&got.done);
}

static int
teardown_client(void **state)
{
	struct job job = {.task.fn = free_client};

	sem_init(&got.done, 0, 0);
	pawl_loop_post(loop, &job.task);
	sem_wait(&got.done);
	pawl_loop_stop_and_join(loop);
	pawl_loop_free(loop);
	pawl_egress_fini(&egress);
	canned_stop(&server);
	return 0;
}

static void
start_call(struct pawl_task *task)
{
	struct job *job = pawl_container_of(task, struct job, task);

	pawl_node_type_http_request.start(job->call);
}

/* Runs the node against the server that gives `answer`. In `config`, URL stands for its address. */
static enum outcome
call_with(const char *answer, const char *config, int64_t timeout_ms)
{
	struct pawl_str rest = pawl_str_c(config);
	struct job job = {.task.fn = start_call};
	struct pawl_buf text;
	size_t at;

	pawl_buf_init(&text, 100000);
	while ((at = pawl_str_find(rest, PAWL_STR("URL"))) != SIZE_MAX) {
		pawl_buf_append(&text, rest.ptr, at);
		pawl_buf_printf(&text, "http://127.0.0.1:%u", server.port);
		rest = pawl_str_sub(rest, at + 3, rest.len);
	}
	pawl_buf_append_str(&text, rest);
	job.call = new_call(&pawl_node_type_http_request,
			    pawl_arena_dup_c(&arena, pawl_buf_peek(&text)));
	pawl_buf_fini(&text);
	job.call->services = &services;
	job.call->timeout_ms = timeout_ms;
	pthread_mutex_lock(&server.lock);
	server.answer = answer;
	pthread_mutex_unlock(&server.lock);
	server.request[0] = '\0';
	got.outcome = OUTCOME_NONE;
	pawl_loop_post(loop, &job.task);
	sem_wait(&got.done);
	return got.outcome;
}

static enum outcome
call(const char *answer, const char *config)
{
	return call_with(answer, config, 5000);
}

#define ANSWER(status, head, body) "HTTP/1.1 " status "\r\nConnection: close\r\n" head "\r\n" body
#define OK_JSON                    ANSWER("200 OK", "Content-Type: application/json\r\n", "{\"n\":1e400}")

#define assert_sent(text)                                                                          \
	do {                                                                                       \
		if (!strcasestr(server.request, text))                                             \
			fail_msg("not in the request: %s\n%s", text, server.request);              \
	} while (0)
#define assert_output(text)                                                                        \
	do {                                                                                       \
		if (!got.output || !strstr(got.output, text))                                      \
			fail_msg("not in the output: %s\n%s %s", text,                             \
				 got.output ? got.output : "(none)",                               \
				 got.message ? got.message : "");                                  \
	} while (0)

static void
test_a_json_answer_keeps_its_types(void **state)
{
	assert_int_equal(call(OK_JSON, "{\"url\":\"URL/a\"}"), OUTCOME_COMPLETE);
	assert_true(got.has_entered);
	assert_output("\"status\":200");
	assert_output("\"content-type\":\"application/json\"");
	assert_output("\"data\":{\"n\":1e400}");
	assert_sent("GET /a HTTP/1.1\r\n");
}

static void
test_a_json_body_is_sent_with_its_type_and_key(void **state)
{
	call(OK_JSON, "{\"method\":\"POST\",\"url\":\"URL/\",\"body\":{\"id\":[1,null,1.50]}}");
	assert_sent("POST / HTTP/1.1\r\n");
	assert_sent("\r\nContent-Type: application/json\r\n");
	assert_sent("\r\nIdempotency-Key: 17/call/0\r\n");
	assert_sent("\r\n\r\n{\"id\":[1,null,1.50]}");
	call(OK_JSON, "{\"method\":\"POST\",\"url\":\"URL/\",\"body\":\"text\"}");
	assert_sent("\r\n\r\n\"text\"");
}

static void
test_the_key_can_be_switched_off_or_chosen(void **state)
{
	call(OK_JSON, "{\"url\":\"URL/\",\"idempotency_key\":false}");
	assert_null(strcasestr(server.request, "idempotency-key"));
	call(OK_JSON, "{\"url\":\"URL/\",\"headers\":{\"idempotency-key\":\"mine\"}}");
	assert_sent("idempotency-key: mine\r\n");
	assert_null(strstr(server.request, "17/call/0"));
}

static void
test_forms_and_text(void **state)
{
	call(OK_JSON, "{\"method\":\"POST\",\"url\":\"URL/\",\"body_type\":\"form\","
		      "\"body\":{\"a b\":\"c&d\",\"l\":[1,true],\"n\":null,\"o\":{\"x\":1}}}");
	assert_sent("\r\nContent-Type: application/x-www-form-urlencoded\r\n");
	assert_sent("\r\n\r\na%20b=c%26d&l=1&l=true&o=%7B%22x%22%3A1%7D");
	call(OK_JSON,
	     "{\"method\":\"PUT\",\"url\":\"URL/\",\"body_type\":\"text\",\"body\":\"é\"}");
	assert_sent("\r\nContent-Type: text/plain; charset=utf-8\r\n");
	assert_sent("\r\n\r\né");
	call(OK_JSON,
	     "{\"method\":\"PUT\",\"url\":\"URL/\",\"body_type\":\"text\",\"body\":\"<a/>\","
	     "\"headers\":{\"content-type\":\"text/xml\"}}");
	assert_sent("content-type: text/xml\r\n");
	assert_null(strstr(server.request, "text/plain"));
	assert_int_equal(call(OK_JSON, "{\"method\":\"POST\",\"url\":\"URL/\",\"body_type\":"
				       "\"form\",\"body\":[1]}"),
			 OUTCOME_FAIL);
	assert_string_equal(got.code, "invalid_config");
}

static void
check_invalid(const char *config, const char *message)
{
	assert_int_equal(call(OK_JSON, config), OUTCOME_FAIL);
	assert_string_equal(got.code, "invalid_config");
	if (!strstr(got.message, message))
		fail_msg("%s", got.message);
}

#define POST "{\"method\":\"POST\",\"url\":\"URL/\",\"body_type\":"

static void
test_multipart_forms(void **state)
{
	call(OK_JSON,
	     POST "\"multipart\",\"body\":{\"a\\\"\\r\\nb\":\"x\",\"n\":[1,{\"m\":2}],"
		  "\"none\":null,\"f\":{\"ref\":\"17/0\"},"
		  "\"g\":[{\"ref\":\"17/0\",\"name\":\"\\\"q\\\".png\",\"type\":\"a/b\"}]}}");
	assert_sent("\r\nContent-Type: multipart/form-data; boundary=");
	assert_sent("\r\n\r\n--");
	assert_sent("\r\nContent-Disposition: form-data; name=\"a%22%0D%0Ab\"\r\n\r\nx\r\n--");
	assert_sent("name=\"n\"\r\n\r\n1\r\n--");
	assert_sent("name=\"n\"\r\n\r\n{\"m\":2}\r\n--");
	assert_sent("name=\"f\"; filename=\"cat.png\"\r\nContent-Type: image/png\r\n\r\n"
		    "\x89PNG\r\n--");
	assert_sent("name=\"g\"; filename=\"%22q%22.png\"\r\nContent-Type: a/b\r\n\r\n"
		    "\x89PNG\r\n--");
	assert_sent("--\r\n");
	assert_null(strstr(server.request, "\"none\""));
	check_invalid(POST "\"multipart\",\"body\":[1]}", "must be an object");
	check_invalid(POST "\"multipart\",\"body\":{\"f\":{\"ref\":\"18/0\"}}}",
		      "none of this run's request");
	check_invalid(POST "\"multipart\",\"headers\":{\"Content-Type\":\"x/y\"},\"body\":{}}",
		      "names its boundary");
}

static void
test_a_file_as_the_body(void **state)
{
	call(OK_JSON, POST "\"file\",\"body\":{\"ref\":\"17/0\",\"size\":4}}");
	assert_sent("\r\nContent-Type: image/png\r\n");
	assert_sent("\r\n\r\n\x89PNG");
	call(OK_JSON, POST "\"file\",\"body\":{\"ref\":\"17/0\",\"type\":\"a\\nb: c\"}}");
	assert_sent("\r\nContent-Type: application/octet-stream\r\n");
	check_invalid(POST "\"file\",\"body\":{\"ref\":\"17/1\"}}", "none of this run's request");
	check_invalid(POST "\"file\",\"body\":\"17/0\"}", "must be a file");
	check_invalid(POST "\"file\",\"body\":{}}", "must be a file");
}

static void
test_query_parameters_are_added_and_escaped(void **state)
{
	call(OK_JSON, "{\"url\":\"URL/p?x=1#frag\",\"query\":{\"q\":\"a b&c\",\"l\":[1,2],"
		      "\"n\":null,\"f\":false}}");
	assert_sent("GET /p?x=1&q=a%20b%26c&l=1&l=2&f=false HTTP/1.1\r\n");
	call(OK_JSON, "{\"url\":\"URL/p\",\"query\":{\"n\":null}}");
	assert_sent("GET /p HTTP/1.1\r\n");
	call(OK_JSON, "{\"url\":\"URL\",\"query\":{\"a\":1}}");
	assert_sent("GET /?a=1 HTTP/1.1\r\n");
}

static void
test_authentication(void **state)
{
	call(OK_JSON, "{\"url\":\"URL/\",\"auth\":{\"type\":\"basic\",\"username\":\"Aladdin\","
		      "\"password\":\"open sesame\"}}");
	assert_sent("\r\nAuthorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n");
	call(OK_JSON, "{\"url\":\"URL/\",\"auth\":{\"type\":\"bearer\",\"secret\":\"t\"}}");
	assert_sent("\r\nAuthorization: Bearer t\r\n");
	call(OK_JSON, "{\"url\":\"URL/\",\"auth\":{\"type\":\"header\",\"name\":\"X-Key\","
		      "\"secret\":\"k\"}}");
	assert_sent("\r\nX-Key: k\r\n");
	call(OK_JSON, "{\"url\":\"URL/\",\"auth\":{\"type\":\"none\"}}");
	assert_null(strcasestr(server.request, "authorization"));
	assert_int_equal(call(OK_JSON, "{\"url\":\"URL/\",\"auth\":{\"type\":\"bearer\","
				       "\"secret\":\"\"}}"),
			 OUTCOME_FAIL);
	assert_string_equal(server.request, "");
}

static void
test_headers_cannot_break_out(void **state)
{
	static const char *const bad[] = {
		"{\"url\":\"URL/\",\"headers\":{\"A\":\"b\\r\\nC: d\"}}",
		"{\"url\":\"URL/\",\"headers\":{\"A\":\"b\\u0000\"}}",
		"{\"url\":\"URL/\",\"headers\":{\"A b\":\"c\"}}",
		"{\"url\":\"URL/\",\"headers\":{\"\":\"c\"}}",
		"{\"url\":\"URL/\",\"headers\":{\"Content-Length\":\"0\"}}",
		"{\"url\":\"URL/\",\"headers\":{\"Transfer-Encoding\":\"chunked\"}}",
		"{\"url\":\"URL/\",\"auth\":{\"type\":\"bearer\",\"secret\":\"a\\r\\nB: c\"}}",
		"{\"url\":\"URL/\",\"auth\":{\"type\":\"basic\",\"username\":\"a:b\","
		"\"password\":\"\"}}",
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(call(OK_JSON, bad[i]), OUTCOME_FAIL);
		assert_string_equal(got.code, "invalid_config");
		assert_false(got.is_retryable);
		assert_string_equal(server.request, "");
	}
}

static void
test_repeated_headers_are_joined(void **state)
{
	call(ANSWER("200 OK", "X-A: 1\r\nSet-Cookie: a\r\nx-a: 2\r\n", ""), "{\"url\":\"URL/\"}");
	assert_output("\"x-a\":\"1, 2\"");
	assert_output("\"set-cookie\":[\"a\"]");
}

static void
test_bodies_by_their_content_type(void **state)
{
	call(ANSWER("200 OK", "Content-Type: text/plain\r\n", "{\"a\":1}"), "{\"url\":\"URL/\"}");
	assert_output("\"data\":\"{\\\"a\\\":1}\"");
	call(ANSWER("200 OK", "Content-Type: Application/Problem+JSON; charset=utf-8\r\n", "[1]"),
	     "{\"url\":\"URL/\"}");
	assert_output("\"data\":[1]");
	call(ANSWER("200 OK", "Content-Type: application/json\r\n", "{oops"), "{\"url\":\"URL/\"}");
	assert_output("\"data\":\"{oops\"");
	call(ANSWER("200 OK", "Content-Type: image/png\r\n", "\x89PNG\xff"), "{\"url\":\"URL/\"}");
	assert_output("\"data\":\"iVBOR/8=\"");
	assert_output("\"encoding\":\"base64\"");
	call(ANSWER("204 No Content", "", ""),
	     "{\"url\":\"URL/\",\"response\":{\"type\":\"json\"}}");
	assert_output("\"data\":null");
}

static void
test_a_type_can_be_forced(void **state)
{
	call(ANSWER("200 OK", "", "[1]"), "{\"url\":\"URL/\",\"response\":{\"type\":\"json\"}}");
	assert_output("\"data\":[1]");
	call(OK_JSON, "{\"url\":\"URL/\",\"response\":{\"type\":\"text\"}}");
	assert_output("\"data\":\"{\\\"n\\\":1e400}\"");
	call(ANSWER("200 OK", "", "abc"), "{\"url\":\"URL/\",\"response\":{\"type\":\"bytes\"}}");
	assert_output("\"data\":\"YWJj\"");
	assert_int_equal(call(ANSWER("200 OK", "", "<html>"),
			      "{\"url\":\"URL/\",\"response\":{\"type\":\"json\"}}"),
			 OUTCOME_FAIL);
	assert_string_equal(got.code, "not_json");
	assert_false(got.is_retryable);
	assert_output("\"data\":\"<html>\"");
}

static void
test_other_statuses_fail_with_what_was_answered(void **state)
{
	static const struct {
		const char *answer;
		bool is_retryable;
	} cases[] = {
		{ANSWER("301 Moved Permanently", "Location: /x\r\n", ""), false},
		{ANSWER("400 Bad Request", "", "why"), false},
		{ANSWER("401 Unauthorized", "", ""), false},
		{ANSWER("404 Not Found", "", ""), false},
		{ANSWER("408 Request Timeout", "", ""), true},
		{ANSWER("425 Too Early", "", ""), true},
		{ANSWER("429 Too Many Requests", "", ""), true},
		{ANSWER("500 Internal Server Error", "", ""), true},
		{ANSWER("503 Service Unavailable", "", ""), true},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(call(cases[i].answer, "{\"url\":\"URL/secret?token=s\"}"),
				 OUTCOME_FAIL);
		assert_string_equal(got.code, "http_status");
		assert_int_equal(got.is_retryable, cases[i].is_retryable);
		assert_int_equal(got.retry_after_ms, -1);
		assert_output("\"status\":");
		assert_null(strstr(got.message, "secret"));
		assert_null(strstr(got.message, "token"));
	}
}

static void
test_retry_after_is_passed_on(void **state)
{
	call(ANSWER("429 Too Many Requests", "Retry-After: 7\r\n", ""), "{\"url\":\"URL/\"}");
	assert_int_equal(got.retry_after_ms, 7000);
	assert_int_equal(pawl_http_retry_after_ms(PAWL_STR("Sun, 06 Nov 1994 08:49:37 GMT"),
						  784111777000000 - 5000000),
			 5000);
	assert_int_equal(pawl_http_retry_after_ms(PAWL_STR("Sun, 06 Nov 1994 08:49:37 GMT"),
						  784111777000000 + 5000000),
			 0);
	assert_int_equal(pawl_http_retry_after_ms(PAWL_STR("99999999999"), 0), 86400000);
	assert_int_equal(pawl_http_retry_after_ms(PAWL_STR("-1"), 0), -1);
	assert_int_equal(pawl_http_retry_after_ms(PAWL_STR("Sun, 06 Foo 1994 08:49:37 GMT"), 0),
			 -1);
	assert_int_equal(pawl_http_retry_after_ms(PAWL_STR("Sun, 99 Nov 1994 08:49:37 GMT"), 0),
			 -1);
	assert_int_equal(pawl_http_retry_after_ms(PAWL_STR(""), 0), -1);
}

static void
test_success_can_be_chosen(void **state)
{
	assert_int_equal(call(ANSWER("404 Not Found", "", ""),
			      "{\"url\":\"URL/\",\"response\":{\"success\":[\"200-299\",404]}}"),
			 OUTCOME_COMPLETE);
	assert_int_equal(call(OK_JSON, "{\"url\":\"URL/\",\"response\":{\"success\":[\"201\"]}}"),
			 OUTCOME_FAIL);
}

static void
test_status_ranges(void **state)
{
	static const char *const bad[] = {"99",       "600",      "\"2xx\"", "\"\"",  "\"299-200\"",
					  "\"200-\"", "\"-200\"", "true",    "200.5", "\"200 \""};
	int64_t from, to;

	assert_true(pawl_http_status_range(json("\"200-299\""), &from, &to));
	assert_int_equal(from, 200);
	assert_int_equal(to, 299);
	assert_true(pawl_http_status_range(json("404"), &from, &to) && from == to);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(pawl_http_status_range(json(bad[i]), &from, &to));
}

static void
test_redirects_are_followed_only_when_asked_for(void **state)
{
	static char answer[256]; /* the server's thread may still send it */

	snprintf(answer, sizeof(answer),
		 "HTTP/1.1 302 Found\r\nConnection: close\r\nContent-Length: 0\r\n"
		 "Location: http://127.0.0.1:%u/next\r\n\r\n",
		 server.port);
	assert_int_equal(call(answer, "{\"url\":\"URL/\"}"), OUTCOME_FAIL);
	assert_output("\"status\":302");
	assert_int_equal(call(answer, "{\"url\":\"URL/\",\"follow_redirects\":2}"), OUTCOME_FAIL);
	assert_sent("GET /next ");
	assert_string_equal(got.code, "redirect");
}

static void
test_an_answer_that_is_too_large_fails(void **state)
{
	assert_int_equal(call(OK_JSON, "{\"url\":\"URL/\",\"response\":{\"max_size\":\"4B\"}}"),
			 OUTCOME_FAIL);
	assert_string_equal(got.code, "too_large");
	assert_false(got.is_retryable);
}

static void
test_what_may_pass_by_itself_is_retryable(void **state)
{
	assert_int_equal(call_with(NULL, "{\"url\":\"URL/\"}", 100), OUTCOME_FAIL);
	assert_string_equal(got.code, "timeout");
	assert_true(got.is_retryable);
	assert_int_equal(call("", "{\"url\":\"http://127.0.0.1:1/\"}"), OUTCOME_FAIL);
	assert_true(got.is_retryable);
}

static void
test_a_blocked_address_is_not_retryable(void **state)
{
	assert_int_equal(call("", "{\"url\":\"http://169.254.169.254/latest\"}"), OUTCOME_FAIL);
	assert_string_equal(got.code, "blocked");
	assert_false(got.is_retryable);
	assert_int_equal(call("", "{\"url\":\"nonsense\"}"), OUTCOME_FAIL);
	assert_false(got.is_retryable);
}

static void
start_and_cancel(struct pawl_task *task)
{
	struct job *job = pawl_container_of(task, struct job, task);

	pawl_node_type_http_request.start(job->call);
	pawl_node_type_http_request.cancel(job->call);
	pawl_node_type_http_request.cancel(job->call);
	sem_post(&got.done);
}

static void
test_nothing_comes_after_cancel(void **state)
{
	struct job job = {.task.fn = start_and_cancel};

	job.call = new_call(
		&pawl_node_type_http_request,
		pawl_arena_dup_c(&arena,
				 pawl_arena_printf(&arena, "{\"url\":\"http://127.0.0.1:%u/\"}",
						   server.port)));
	job.call->services = &services;
	pawl_loop_post(loop, &job.task);
	sem_wait(&got.done);
	usleep(50000);
	assert_int_equal(got.n_outcomes, 0);
}

static void
test_doubt_depends_on_method_key_and_wish(void **state)
{
	static const struct {
		const char *config;
		enum pawl_doubt doubt;
	} cases[] = {
		{"{}", PAWL_DOUBT_RETRY},
		{"{\"method\":\"POST\"}", PAWL_DOUBT_RETRY},
		{"{\"method\":\"POST\",\"idempotency_key\":true,\"on_doubt\":\"fail\"}",
		 PAWL_DOUBT_RETRY},
		{"{\"method\":\"POST\",\"idempotency_key\":false}", PAWL_DOUBT_FAIL},
		{"{\"method\":\"PATCH\",\"idempotency_key\":false,\"on_doubt\":\"ask\"}",
		 PAWL_DOUBT_ASK},
		{"{\"method\":\"POST\",\"idempotency_key\":false,\"on_doubt\":\"retry\"}",
		 PAWL_DOUBT_RETRY},
		{"{\"method\":\"DELETE\",\"idempotency_key\":false}", PAWL_DOUBT_RETRY},
		{"{\"method\":\"${a.output.m}\",\"idempotency_key\":\"${a.output.k}\"}",
		 PAWL_DOUBT_FAIL},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(pawl_node_type_http_request.in_doubt(json(cases[i].config)),
				 cases[i].doubt);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		node_test(test_a_json_answer_keeps_its_types),
		node_test(test_a_json_body_is_sent_with_its_type_and_key),
		node_test(test_the_key_can_be_switched_off_or_chosen),
		node_test(test_forms_and_text),
		node_test(test_multipart_forms),
		node_test(test_a_file_as_the_body),
		node_test(test_query_parameters_are_added_and_escaped),
		node_test(test_authentication),
		node_test(test_headers_cannot_break_out),
		node_test(test_repeated_headers_are_joined),
		node_test(test_bodies_by_their_content_type),
		node_test(test_a_type_can_be_forced),
		node_test(test_other_statuses_fail_with_what_was_answered),
		node_test(test_retry_after_is_passed_on),
		node_test(test_success_can_be_chosen),
		node_test(test_status_ranges),
		node_test(test_redirects_are_followed_only_when_asked_for),
		node_test(test_an_answer_that_is_too_large_fails),
		node_test(test_what_may_pass_by_itself_is_retryable),
		node_test(test_a_blocked_address_is_not_retryable),
		node_test(test_nothing_comes_after_cancel),
		node_test(test_doubt_depends_on_method_key_and_wish),
	};

	return cmocka_run_group_tests(tests, setup_client, teardown_client);
}
