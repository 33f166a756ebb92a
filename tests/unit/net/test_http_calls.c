#include <stdio.h>

#include "http_client_testing.h"

static struct pawl_http_call_config
to_peer(struct fixture *f, const char *path)
{
	return (struct pawl_http_call_config){.method = PAWL_STR("GET"),
					      .url = pawl_str_c(at_peer(f, path))};
}

static void
test_many_calls_run_side_by_side(void **state)
{
	enum { N = 300 };
	struct fixture *f = *state;
	static struct outcome outs[N];
	static char bodies[N][32];

	for (int i = 0; i < N; i++) {
		struct pawl_http_call_config config = to_peer(f, "/echo");

		snprintf(bodies[i], sizeof(bodies[i]), "number %d", i);
		config.method = PAWL_STR("POST");
		config.body = pawl_str_c(bodies[i]);
		send_call(f, &config, &outs[i]);
	}
	run_pending(f);
	for (int i = 0; i < N; i++) {
		assert_status(&outs[i], 200);
		assert_int_equal(outs[i].n_done, 1);
		assert_body(&outs[i], bodies[i]);
		outcome_fini(&outs[i]);
	}
	assert_in_range(peer_connections(f->peer), 2, 256);
}

static void
test_connections_to_one_host_are_capped(void **state)
{
	struct fixture *f = *state;
	struct outcome outs[40];

	pawl_http_client_set_max_per_host(f->client, 4);
	for (size_t i = 0; i < LEN(outs); i++) {
		struct pawl_http_call_config config = to_peer(f, "/request");

		send_call(f, &config, &outs[i]);
	}
	run_pending(f);
	for (size_t i = 0; i < LEN(outs); i++) {
		assert_status(&outs[i], 200);
		outcome_fini(&outs[i]);
	}
	assert_in_range(peer_connections(f->peer), 1, 4);
}

static void
test_a_call_that_waits_for_a_connection_times_out_too(void **state)
{
	struct fixture *f = *state;
	struct pawl_http_call_config config = to_peer(f, "/hang");
	struct outcome first, second;
	struct pawl_http_call *hanging;

	pawl_http_client_set_max_per_host(f->client, 1);
	hanging = send_call(f, &config, &first);
	run_for(f, 50);
	f->n_pending--; /* the hanging one is not waited for */
	config = to_peer(f, "/request");
	config.timeout_ms = 200;
	call(f, &config, &second);
	assert_error(&second, PAWL_HTTP_CALL_TIMEOUT, "200 ms");
	assert_in_range(second.elapsed_us, 195000, 2000000);
	outcome_fini(&second);
	pawl_http_call_cancel(hanging);
	/* The connection is free again. */
	config.timeout_ms = 5000;
	call(f, &config, &second);
	assert_status(&second, 200);
	outcome_fini(&second);
	assert_int_equal(first.n_done, 0);
}

static void
test_a_canceled_call_is_never_done(void **state)
{
	struct fixture *f = *state;
	struct pawl_http_call_config hang = to_peer(f, "/hang"),
				     bad = {.url = PAWL_STR("nonsense")};
	struct outcome outs[4];
	struct pawl_http_call *calls[4];

	pawl_http_call_cancel(send_call(f, &hang, &outs[0])); /* before curl has seen it */
	pawl_http_call_cancel(send_call(f, &bad, &outs[1]));  /* before it was told so */
	calls[2] = send_call(f, &hang, &outs[2]);
	calls[3] = send_call(f, &hang, &outs[3]);
	run_for(f, 50);
	pawl_http_call_cancel(calls[2]); /* waits for its answer */
	run_for(f, 50);
	for (size_t i = 0; i < LEN(outs); i++)
		assert_int_equal(outs[i].n_done, 0);
	/* calls[3] is canceled with the client. */
}

static struct fixture *in_done;
static struct pawl_http_call *own, *others[3];
static unsigned n_cancelers;

static void
cancel_all(void *ctx, const struct pawl_http_call_result *result)
{
	(void)ctx;
	assert_int_equal(result->error, PAWL_HTTP_CALL_OK);
	n_cancelers++;
	pawl_http_call_cancel(own); /* nothing happens: it is being done */
	for (size_t i = 0; i < LEN(others); i++)
		pawl_http_call_cancel(others[i]);
	uv_stop(pawl_loop_uv(in_done->loop));
}

static void
test_calls_may_be_canceled_inside_done(void **state)
{
	struct fixture *f = *state;
	struct pawl_http_call_config config = to_peer(f, "/request"), hang = to_peer(f, "/hang");
	struct outcome outs[3];

	in_done = f;
	n_cancelers = 0;
	others[0] = send_call(f, &hang, &outs[0]); /* waits for its answer by then */
	run_for(f, 20);
	own = pawl_http_client_send(f->client, &config, cancel_all, NULL);
	others[1] = send_call(f, &hang, &outs[1]);
	others[2] = send_call(f, &hang, &outs[2]);
	f->n_pending = 0;
	run_for(f, 5000);
	assert_int_equal(n_cancelers, 1);
	run_for(f, 50);
	for (size_t i = 0; i < LEN(outs); i++)
		assert_int_equal(outs[i].n_done, 0);
}

static unsigned n_chained;

static void
send_next(void *ctx, const struct pawl_http_call_result *result)
{
	struct fixture *f = ctx;
	struct pawl_http_call_config config = to_peer(f, "/request");

	assert_int_equal(result->error, n_chained % 2 ? PAWL_HTTP_CALL_BAD_URL : PAWL_HTTP_CALL_OK);
	if (++n_chained == 200) {
		uv_stop(pawl_loop_uv(f->loop));
		return;
	}
	if (n_chained % 2)
		config.url = PAWL_STR("nonsense");
	pawl_http_client_send(f->client, &config, send_next, f);
}

static void
test_the_next_call_may_be_sent_inside_done(void **state)
{
	struct fixture *f = *state;
	struct pawl_http_call_config config = to_peer(f, "/request");

	n_chained = 0;
	pawl_http_client_send(f->client, &config, send_next, f);
	run_for(f, 10000);
	assert_int_equal(n_chained, 200);
	assert_int_equal(peer_connections(f->peer), 1);
}

/* Canceling closes sockets; the next calls get the same descriptors at once. */
static void
test_descriptors_that_come_back_are_watched_anew(void **state)
{
	struct fixture *f = *state;

	for (int round = 0; round < 15; round++) {
		struct outcome outs[16];
		struct pawl_http_call *calls[16];

		for (size_t i = 0; i < LEN(outs); i++) {
			struct pawl_http_call_config config =
				to_peer(f, i % 2 ? "/hang" : "/request");

			calls[i] = send_call(f, &config, &outs[i]);
		}
		f->n_pending = LEN(outs) / 2;
		run_pending(f);
		for (size_t i = 1; i < LEN(outs); i += 2) {
			pawl_http_call_cancel(calls[i]);
			outcome_fini(&outs[i - 1]);
		}
	}
}

#define WITH_PEER(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_PEER(test_many_calls_run_side_by_side),
		WITH_PEER(test_connections_to_one_host_are_capped),
		WITH_PEER(test_a_call_that_waits_for_a_connection_times_out_too),
		WITH_PEER(test_a_canceled_call_is_never_done),
		WITH_PEER(test_calls_may_be_canceled_inside_done),
		WITH_PEER(test_the_next_call_may_be_sent_inside_done),
		WITH_PEER(test_descriptors_that_come_back_are_watched_anew),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
