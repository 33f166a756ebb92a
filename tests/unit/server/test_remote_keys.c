/* Fetching keys from a server that answers as it is told. */
#include "server_testing.h"

#include <semaphore.h>

#include "../nodes/canned_server.h"
#include "server/remote_keys.h"

#define ED_KEY(kid)                                                                                \
	"{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"" kid "\","                                \
	"\"x\":\"_FHNjmIYoaONpH7QAjDwWAgW7RO6MwOsXeuRFUiQgCU\"}"
#define ANSWER(status, headers, body)                                                              \
	"HTTP/1.1 " status "\r\nConnection: close\r\n" headers "\r\n" body

struct fixture {
	struct canned peer;
	struct pawl_egress egress;
	struct pawl_remote_keys *keys;
	struct pawl_loop *loop; /* of those that wait */
	sem_t decided;
	char url[64];
};

struct waiting {
	struct pawl_remote_waiter waiter;
	sem_t *decided;
};

static int
set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	canned_start(&f->peer);
	assert_int_equal(pawl_cidr_list_add(&f->egress.allow, PAWL_STR("127.0.0.1/32")), PAWL_OK);
	f->keys = pawl_remote_keys_new(&f->egress);
	f->loop = pawl_loop_new("waits");
	assert_int_equal(pawl_loop_start(f->loop), PAWL_OK);
	sem_init(&f->decided, 0, 0);
	snprintf(f->url, sizeof(f->url), "http://127.0.0.1:%u/keys", f->peer.port);
	*state = f;
	return 0;
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;

	pawl_remote_keys_close(f->keys);
	pawl_remote_keys_free(f->keys);
	pawl_loop_stop_and_join(f->loop);
	pawl_loop_free(f->loop);
	pawl_egress_fini(&f->egress);
	canned_stop(&f->peer);
	sem_destroy(&f->decided);
	free(f);
	return 0;
}

static void
answer(struct fixture *f, const char *text)
{
	pthread_mutex_lock(&f->peer.lock);
	f->peer.answer = text;
	f->peer.request[0] = '\0';
	pthread_mutex_unlock(&f->peer.lock);
}

static void
decided(struct pawl_task *task)
{
	struct waiting *w = pawl_container_of(task, struct waiting, waiter.task);
	sem_t *sem = w->decided;

	free(w);
	sem_post(sem);
}

static bool
begin_wait(struct fixture *f, const struct pawl_remote_want *want)
{
	struct waiting *w = calloc(1, sizeof(*w));

	w->decided = &f->decided;
	w->waiter.loop = f->loop;
	w->waiter.task.fn = decided;
	if (pawl_remote_keys_wait(f->keys, want, &w->waiter))
		return true;
	free(w);
	return false;
}

static struct pawl_remote_want
want_of(struct fixture *f, enum pawl_remote_kind kind, const char *kid)
{
	return (struct pawl_remote_want){kind, pawl_str_c(f->url), pawl_str_c(kid)};
}

static enum pawl_remote_state
find(struct fixture *f, const struct pawl_remote_want *want)
{
	struct pawl_keyset *set;
	enum pawl_remote_state state = pawl_remote_keys_find(f->keys, want, &set);

	assert_true(set == NULL || state == PAWL_REMOTE_HAVE);
	pawl_keyset_unref(set);
	return state;
}

/* Pending, then what comes of it. */
static enum pawl_remote_state
fetch(struct fixture *f, const struct pawl_remote_want *want)
{
	assert_int_equal(find(f, want), PAWL_REMOTE_PENDING);
	assert_true(begin_wait(f, want));
	sem_wait(&f->decided);
	return find(f, want);
}

static void
test_key_set_is_fetched_and_kept(void **state)
{
	struct fixture *f = *state;
	const struct pawl_remote_want want = want_of(f, PAWL_REMOTE_JWKS, "a");
	const struct pawl_remote_want other = want_of(f, PAWL_REMOTE_JWKS, "b");

	answer(f, ANSWER("200 OK", "", "{\"keys\":[" ED_KEY("a") "]}"));
	assert_int_equal(fetch(f, &want), PAWL_REMOTE_HAVE);
	answer(f, ANSWER("500 No", "", ""));
	assert_int_equal(find(f, &want), PAWL_REMOTE_HAVE);
	/* A kid that is not there: the set is too new to be fetched again for it. */
	assert_int_equal(find(f, &other), PAWL_REMOTE_HAVE);
	assert_string_equal(f->peer.request, "");
}

static void
test_unknown_kid_has_the_set_fetched_again(void **state)
{
	struct fixture *f = *state;
	const struct pawl_remote_want a = want_of(f, PAWL_REMOTE_JWKS, "a");
	const struct pawl_remote_want b = want_of(f, PAWL_REMOTE_JWKS, "b");

	pawl_remote_keys_set_refresh(f->keys, 0);
	answer(f, ANSWER("200 OK", "", "{\"keys\":[" ED_KEY("a") "]}"));
	assert_int_equal(fetch(f, &a), PAWL_REMOTE_HAVE);
	answer(f, ANSWER("200 OK", "", "{\"keys\":[" ED_KEY("a") "," ED_KEY("b") "]}"));
	assert_int_equal(find(f, &a), PAWL_REMOTE_HAVE); /* known: nothing is fetched for it */
	assert_string_equal(f->peer.request, "");
	assert_int_equal(fetch(f, &b), PAWL_REMOTE_HAVE);
	/* When it cannot be fetched, the old set does; its kids are known. */
	answer(f, ANSWER("500 No", "", ""));
	assert_int_equal(fetch(f, &(struct pawl_remote_want){b.kind, b.url, PAWL_STR("c")}),
			 PAWL_REMOTE_HAVE);
	assert_int_equal(find(f, &a), PAWL_REMOTE_HAVE);
}

static void
test_what_cannot_be_had(void **state)
{
	static const char *const answers[] = {
		ANSWER("404 Not Found", "", "{\"keys\":[" ED_KEY("a") "]}"),
		ANSWER("302 Found", "Location: /other\r\n", "{\"keys\":[" ED_KEY("a") "]}"),
		ANSWER("200 OK", "", "{\"keys\":[]}"),
		ANSWER("200 OK", "", "<html>"),
		"nonsense\r\n\r\n",
	};
	struct fixture *f = *state;
	struct pawl_remote_want want;
	char url[80];

	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		snprintf(url, sizeof(url), "%s/%zu", f->url, i);
		want = (struct pawl_remote_want){PAWL_REMOTE_JWKS, pawl_str_c(url), PAWL_STR("")};
		answer(f, answers[i]);
		assert_int_equal(fetch(f, &want), PAWL_REMOTE_FAILED);
	}
}

static void
test_egress_rules_hold(void **state)
{
	const struct pawl_remote_want want = {PAWL_REMOTE_JWKS, PAWL_STR("http://127.0.0.2:1/"),
					      PAWL_STR("")};
	const struct pawl_remote_want file = {PAWL_REMOTE_JWKS, PAWL_STR("file:///etc/passwd"),
					      PAWL_STR("")};
	struct fixture *f = *state;

	assert_int_equal(fetch(f, &want), PAWL_REMOTE_FAILED);
	assert_int_equal(fetch(f, &file), PAWL_REMOTE_FAILED);
}

static void
test_visit_and_certificate(void **state)
{
	struct fixture *f = *state;
	const struct pawl_remote_want visit = want_of(f, PAWL_REMOTE_VISIT, "");
	const struct pawl_remote_want certificate = want_of(f, PAWL_REMOTE_CERTIFICATE, "");

	answer(f, ANSWER("204 No Content", "", ""));
	assert_int_equal(fetch(f, &visit), PAWL_REMOTE_HAVE);
	assert_non_null(strstr(f->peer.request, "GET /keys "));
	answer(f, ANSWER("200 OK", "", "no certificate"));
	assert_int_equal(fetch(f, &certificate), PAWL_REMOTE_FAILED); /* the same URL */
	assert_int_equal(find(f, &visit), PAWL_REMOTE_HAVE);
}

static void
test_several_wait_for_one_fetch(void **state)
{
	struct fixture *f = *state;
	const struct pawl_remote_want want = want_of(f, PAWL_REMOTE_JWKS, "");
	size_t n = 0;

	answer(f, NULL); /* it hangs */
	while (n <= PAWL_REMOTE_WAITERS_MAX && begin_wait(f, &want))
		n++;
	assert_int_equal(n, PAWL_REMOTE_WAITERS_MAX);
	assert_int_equal(find(f, &want), PAWL_REMOTE_PENDING);
	pawl_remote_keys_close(f->keys);
	for (size_t i = 0; i < n; i++)
		sem_wait(&f->decided);
	assert_int_equal(find(f, &want), PAWL_REMOTE_FAILED);
	assert_true(begin_wait(f, &want)); /* is told at once */
	sem_wait(&f->decided);
}

static void
test_max_age(void **state)
{
	static const struct {
		const char *value;
		int64_t seconds;
	} cases[] = {
		{"max-age=600", 600},        {"public, max-age=7200, must-revalidate", 7200},
		{"max-age=0", 60},           {"no-store", 3600},
		{"max-age=99999999", 86400}, {"max-age=18446744073709551615", 86400},
		{"max-age=x", 3600},         {"s-maxage=5", 3600},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct pawl_http_header h = {PAWL_STR("cache-control"),
						   pawl_str_c(cases[i].value)};

		assert_int_equal(pawl_remote_max_age_ms(&h, 1), cases[i].seconds * 1000);
	}
	assert_int_equal(pawl_remote_max_age_ms(NULL, 0), 3600 * 1000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_key_set_is_fetched_and_kept, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_unknown_kid_has_the_set_fetched_again, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_what_cannot_be_had, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_egress_rules_hold, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_visit_and_certificate, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_several_wait_for_one_fetch, set_up, tear_down),
		cmocka_unit_test(test_max_age),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
