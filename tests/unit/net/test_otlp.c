/* A collector that does not answer costs spans, and no more. */
#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "net/otlp.h"

#define QUEUE 8192
#define BATCH 512

/* Takes connections and says nothing. */
static int
deaf_collector(char url[64])
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof at;
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&at, len), 0);
	assert_int_equal(listen(fd, 8), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &len), 0);
	snprintf(url, 64, "http://127.0.0.1:%u", ntohs(at.sin_port));
	return fd;
}

static struct pawl_otlp *
open_to(const char *url)
{
	const struct pawl_otlp_config config = {
		.endpoint = url, .service_name = "test", .service_version = "0"};
	struct pawl_problems problems = {0};
	struct pawl_otlp *otlp;

	assert_int_equal(pawl_otlp_open(&config, &otlp, &problems), PAWL_OK);
	return otlp;
}

static void
record(struct pawl_otlp *otlp, struct pawl_str name)
{
	static const unsigned char trace[16] = {1};
	const struct pawl_span span = {.trace_id = trace,
				       .id = 1,
				       .kind = PAWL_SPAN_INTERNAL,
				       .name = name,
				       .start_us = 1,
				       .end_us = 2};

	pawl_otlp_record(otlp, &span);
}

static void
test_the_queue_is_bounded_and_the_end_does_not_wait(void **state)
{
	char url[64];
	int fd = deaf_collector(url);
	struct pawl_otlp *otlp = open_to(url);
	struct pawl_otlp_stats stats;
	int64_t began_us;

	for (int i = 0; i < 2 * QUEUE; i++)
		record(otlp, PAWL_STR("span"));
	pawl_otlp_stats(otlp, &stats);
	assert_int_equal(stats.exported, 0);
	assert_true(stats.dropped >= QUEUE - 2 * BATCH && stats.dropped <= QUEUE);
	began_us = pawl_clock_mono_us();
	pawl_otlp_close(otlp, 50);
	assert_true(pawl_clock_mono_us() - began_us < 5000000);
	close(fd);
}

static void
test_a_span_past_its_bound_is_dropped(void **state)
{
	static char name[64 << 10];
	char url[64];
	int fd = deaf_collector(url);
	struct pawl_otlp *otlp = open_to(url);
	struct pawl_otlp_stats stats;

	record(otlp, pawl_str(name, sizeof name));
	pawl_otlp_stats(otlp, &stats);
	assert_int_equal(stats.dropped, 1);
	pawl_otlp_close(otlp, 0);
	close(fd);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_queue_is_bounded_and_the_end_does_not_wait),
		cmocka_unit_test(test_a_span_past_its_bound_is_dropped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
