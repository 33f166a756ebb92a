#include "server_testing.h"

#include <pthread.h>

#include "server/passwords.h"

struct waited {
	struct pawl_password_job job;
	pthread_mutex_t lock;
	pthread_cond_t done;
	bool is_done;
};

static void
done(struct pawl_task *task)
{
	struct waited *waited = pawl_container_of(task, struct waited, job.task);

	pthread_mutex_lock(&waited->lock);
	waited->is_done = true;
	pthread_cond_signal(&waited->done);
	pthread_mutex_unlock(&waited->lock);
}

static void
await(struct waited *waited)
{
	pthread_mutex_lock(&waited->lock);
	while (!waited->is_done)
		pthread_cond_wait(&waited->done, &waited->lock);
	pthread_mutex_unlock(&waited->lock);
	waited->is_done = false;
}

struct fixture {
	struct pawl_loop *loop;
	struct pawl_passwords *passwords;
	struct waited waited;
};

static int
setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	f->loop = pawl_loop_new("test");
	f->passwords = pawl_passwords_start();
	pthread_mutex_init(&f->waited.lock, NULL);
	pthread_cond_init(&f->waited.done, NULL);
	f->waited.job.loop = f->loop;
	f->waited.job.task.fn = done;
	*state = f;
	return pawl_loop_start(f->loop) == PAWL_OK ? 0 : -1;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	pawl_passwords_free(f->passwords);
	pawl_loop_stop_and_join(f->loop);
	pawl_loop_free(f->loop);
	free(f);
	return 0;
}

static bool
fits(struct fixture *f, const char *password, struct pawl_str hash)
{
	f->waited.job.is_new = false;
	f->waited.job.password = pawl_str_c(password);
	f->waited.job.hash = hash;
	assert_true(pawl_passwords_submit(f->passwords, &f->waited.job));
	await(&f->waited);
	return f->waited.job.fits;
}

static void
test_a_password_fits_its_own_hash_only(void **state)
{
	struct fixture *f = *state;
	char hash[crypto_pwhash_STRBYTES];

	f->waited.job.is_new = true;
	f->waited.job.password = PAWL_STR("correct horse");
	assert_true(pawl_passwords_submit(f->passwords, &f->waited.job));
	await(&f->waited);
	memcpy(hash, f->waited.job.made, sizeof(hash));
	assert_memory_equal(hash, "$argon2id$v=19$m=65536,t=2,p=1$", 31);
	assert_true(fits(f, "correct horse", pawl_str_c(hash)));
	assert_string_equal(f->waited.job.made, "");
	assert_false(fits(f, "correct horse ", pawl_str_c(hash)));
	assert_false(fits(f, "", pawl_str_c(hash)));
}

/* Not even the one that the hash in its place was made of. */
static void
test_nobody_has_no_password(void **state)
{
	assert_false(fits(*state, "", pawl_str(NULL, 0)));
	assert_false(fits(*state, "x", pawl_str(NULL, 0)));
}

static void
test_a_hash_of_old_parameters_is_made_anew(void **state)
{
	struct fixture *f = *state;
	char old[crypto_pwhash_STRBYTES];

	assert_int_equal(crypto_pwhash_str(old, "correct horse", 13, 1, 8192), 0);
	assert_true(fits(f, "correct horse", pawl_str_c(old)));
	assert_memory_equal(f->waited.job.made, "$argon2id$v=19$m=65536,t=2,p=1$", 31);
	assert_false(fits(f, "wrong", pawl_str_c(old)));
	assert_string_equal(f->waited.job.made, "");
}

static void
test_the_queue_has_an_end_and_a_stop_hands_all_back(void **state)
{
	struct fixture *f = *state;
	struct waited many[40] = {0};
	size_t n = 0;

	for (; n < 40; n++) {
		many[n] = f->waited;
		many[n].job.is_new = true;
		many[n].job.password = PAWL_STR("x");
		if (!pawl_passwords_submit(f->passwords, &many[n].job))
			break;
	}
	assert_in_range(n, 32, 36);
	pawl_passwords_stop(f->passwords);
	for (size_t i = 0; i < n; i++)
		await(&many[i]);
	assert_true(many[n - 1].job.is_canceled);
	assert_false(pawl_passwords_submit(f->passwords, &many[0].job));
}

#define FIXTURE_TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(test_a_password_fits_its_own_hash_only),
		FIXTURE_TEST(test_nobody_has_no_password),
		FIXTURE_TEST(test_a_hash_of_old_parameters_is_made_anew),
		FIXTURE_TEST(test_the_queue_has_an_end_and_a_stop_hands_all_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
