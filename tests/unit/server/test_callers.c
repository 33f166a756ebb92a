/* Who waits for a run is answered once, whatever comes first. The path of a request says what its
 * handler does: /RUN, /RUN/limit (a short one), /RUN/late (on disk only when it is told), /RUN/lost
 * and /RUN/unwritten (never on disk). */
#include <arpa/inet.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

/* Before cmocka, whose macro fail() has the name of a member in node.h. */
#include "base/parse.h"
#include "server/callers.h"

#include <cmocka.h>

#define LONG_MS  60000
#define SHORT_MS 50
#define STATUS   201

static struct pawl_http_server *server;
static struct pawl_callers *callers;
static struct pawl_http_ref last_ref;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t asked_cond = PTHREAD_COND_INITIALIZER;
static int n_asked;

static void
on_request(void *ctx, struct pawl_http_request *req)
{
	struct pawl_str how = pawl_str_sub(req->path, 1, req->path.len), id;
	struct pawl_caller *caller;
	uint64_t run_id;
	bool is_short;

	(void)pawl_str_split(&how, '/', &id);
	assert_true(pawl_parse_u64(id, &run_id));
	is_short = pawl_str_eq_c(how, "limit") || pawl_str_eq_c(how, "late");
	caller = pawl_caller_new(callers, req->ref, STATUS, is_short ? SHORT_MS : LONG_MS);
	assert_non_null(caller);
	if (pawl_str_eq_c(how, "lost")) {
		pawl_caller_discard(caller);
		pawl_http_respond_error(req->ref, 503, "lost", "");
	} else {
		pawl_caller_name(caller, run_id);
		if (pawl_str_eq_c(how, "unwritten"))
			pawl_caller_discard(caller);
		else if (!pawl_str_eq_c(how, "late"))
			pawl_callers_accepted(callers, run_id);
	}
	pthread_mutex_lock(&lock);
	last_ref = req->ref;
	n_asked++;
	pthread_cond_broadcast(&asked_cond);
	pthread_mutex_unlock(&lock);
}

static int
setup(void **state)
{
	struct pawl_http_server_config config = {.listen = "127.0.0.1:0", .n_loops = 2};
	struct pawl_problems problems = {0};

	n_asked = 0;
	callers = pawl_callers_new();
	pawl_http_limits_init(&config.limits);
	config.handler.on_request = on_request;
	return pawl_http_server_start(&config, &server, &problems) == PAWL_OK ? 0 : -1;
}

static int
teardown(void **state)
{
	pawl_callers_end(callers);
	pawl_http_server_free(server);
	pawl_callers_free(callers);
	return 0;
}

/* Sends the request and waits until the handler has seen it. */
static int
ask(const char *path)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	const char *url = pawl_http_server_url(server);
	int fd = socket(AF_INET, SOCK_STREAM, 0), before, len;
	uint64_t port;
	char text[256];

	assert_true(pawl_parse_u64(pawl_str_c(strrchr(url, ':') + 1), &port));
	to.sin_port = htons((uint16_t)port);
	assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
	len = snprintf(text, sizeof text, "GET %s HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
		       path);
	pthread_mutex_lock(&lock);
	before = n_asked;
	assert_int_equal(write(fd, text, (size_t)len), len);
	while (n_asked == before)
		pthread_cond_wait(&asked_cond, &lock);
	pthread_mutex_unlock(&lock);
	return fd;
}

/* All that comes; static. */
static const char *
answer_of(int fd)
{
	static char text[64 << 10];
	size_t len = 0;
	ssize_t n;

	while ((n = read(fd, text + len, sizeof text - 1 - len)) > 0)
		len += (size_t)n;
	text[len] = '\0';
	close(fd);
	return text;
}

static void
assert_answer(int fd, const char *status, const char *part)
{
	const char *text = answer_of(fd);

	if (strncmp(text, "HTTP/1.1 ", 9) != 0 || strncmp(text + 9, status, 3) != 0 ||
	    !strstr(text, part))
		fail_msg("not %s with %s: %s", status, part, text);
}

static void
end_run(uint64_t run_id, enum pawl_run_state state, const char *output)
{
	pawl_callers_ended(callers, &(struct pawl_engine_event){.kind = PAWL_EVENT_RUN,
								.run_id = run_id,
								.run_state = state,
								.output = pawl_str_c(output)});
}

static void
test_the_end_of_a_run_answers_its_caller_only(void **state)
{
	int first = ask("/11"), second = ask("/12");

	assert_true(pawl_callers_await(callers, 11));
	end_run(12, PAWL_RUN_COMPLETED, "{\"data\":12}");
	assert_answer(second, "201",
		      "{\"code\":201,\"message\":\"SUCCESS\",\"data\":{\"output\":{\"data\":12},"
		      "\"status\":\"COMPLETED\"}}");
	assert_false(pawl_callers_await(callers, 12));
	end_run(12, PAWL_RUN_FAILED, NULL); /* nobody is there any more */
	end_run(11, PAWL_RUN_COMPLETED, NULL);
	assert_answer(first, "201", "\"output\":null");
}

static void
test_other_ends_have_their_words(void **state)
{
	static const struct {
		enum pawl_run_state state;
		const char *word;
	} ends[] = {{PAWL_RUN_FAILED, "\"message\":\"FAILED\""},
		    {PAWL_RUN_CANCELED, "\"message\":\"CANCELED\""},
		    {PAWL_RUN_TIMED_OUT, "\"message\":\"TIMED_OUT\""}};

	for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
		int fd = ask("/21");

		end_run(21, ends[i].state, NULL);
		assert_answer(fd, "500", ends[i].word);
	}
}

static void
test_a_node_answers_before_the_end(void **state)
{
	const struct pawl_node_header header = {PAWL_STR("X-A"), PAWL_STR("b")};
	const struct pawl_node_answer answer = {.status = 404,
						.headers = &header,
						.n_headers = 1,
						.content_type = PAWL_STR("a/b"),
						.body = PAWL_STR("gone fishing")};
	int fd = ask("/31");
	const char *text;

	pawl_callers_respond(callers, 31, &answer);
	pawl_callers_respond(callers, 31, &answer);
	end_run(31, PAWL_RUN_COMPLETED, "1");
	text = answer_of(fd);
	assert_non_null(strstr(text, "HTTP/1.1 404 "));
	assert_non_null(strstr(text, "\r\nContent-Type: a/b\r\n"));
	assert_non_null(strstr(text, "\r\nX-A: b\r\n"));
	assert_non_null(strstr(text, "\r\nPawl-Run-Id: 31\r\n"));
	assert_non_null(strstr(text, "\r\n\r\ngone fishing"));
}

static void
test_the_limit_gives_the_runs_id(void **state)
{
	assert_answer(ask("/41/limit"), "202", "\"runId\":\"41\",\"status\":\"RUNNING\"");
	assert_false(pawl_callers_await(callers, 41));
}

static struct pawl_timer late_timer;

static void
accept_late(struct pawl_timer *timer)
{
	assert_true(pawl_callers_await(callers, 51));
	pawl_callers_accepted(callers, 51);
	pawl_timer_close(timer);
}

/* After the caller's own limit, which began before it. */
static void
begin_late(struct pawl_task *task)
{
	pawl_timer_start(&late_timer, pawl_http_ref_loop(last_ref), 2 * SHORT_MS, accept_late);
}

static void
test_nothing_good_is_said_before_the_disk_has_it(void **state)
{
	struct pawl_task task = {.fn = begin_late};
	int fd = ask("/51/late");

	pawl_loop_post(pawl_http_ref_loop(last_ref), &task);
	assert_answer(fd, "202", "\"runId\":\"51\"");
}

static void
test_who_is_discarded_is_answered_by_others(void **state)
{
	assert_answer(ask("/61/lost"), "503", "\"lost\"");
	/* It had its id when the disk failed. */
	assert_answer(ask("/62/unwritten"), "503", "store_unavailable");
	assert_false(pawl_callers_await(callers, 62));
}

static void
test_a_client_that_left_is_no_trouble(void **state)
{
	close(ask("/71"));
	end_run(71, PAWL_RUN_COMPLETED, "1");
	assert_false(pawl_callers_await(callers, 71));
}

static void
test_urgent_runs_are_told_once(void **state)
{
	uint64_t ids[2] = {0};

	for (uint64_t id = 1; id <= 3; id++)
		pawl_callers_hurry(callers, id);
	assert_int_equal(pawl_callers_take_urgent(callers, ids, 2), 2);
	assert_int_equal(ids[0], 1);
	assert_int_equal(ids[1], 2);
	assert_int_equal(pawl_callers_take_urgent(callers, ids, 2), 1);
	assert_int_equal(ids[0], 3);
	assert_int_equal(pawl_callers_take_urgent(callers, ids, 2), 0);
}

static void
test_a_stop_lets_nobody_wait_long(void **state)
{
	int before = ask("/81"), after;

	pawl_callers_drain(callers, SHORT_MS);
	after = ask("/82");
	assert_answer(before, "202", "\"runId\":\"81\"");
	assert_answer(after, "202", "\"runId\":\"82\"");
}

static void
test_the_end_answers_those_who_are_left(void **state)
{
	int accepted = ask("/91"), not_accepted = ask("/92/late");

	pawl_callers_end(callers);
	assert_answer(accepted, "202", "\"runId\":\"91\"");
	assert_answer(not_accepted, "503", "store_unavailable");
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_the_end_of_a_run_answers_its_caller_only),
		TEST(test_other_ends_have_their_words),
		TEST(test_a_node_answers_before_the_end),
		TEST(test_the_limit_gives_the_runs_id),
		TEST(test_nothing_good_is_said_before_the_disk_has_it),
		TEST(test_who_is_discarded_is_answered_by_others),
		TEST(test_a_client_that_left_is_no_trouble),
		TEST(test_urgent_runs_are_told_once),
		TEST(test_a_stop_lets_nobody_wait_long),
		TEST(test_the_end_answers_those_who_are_left),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
