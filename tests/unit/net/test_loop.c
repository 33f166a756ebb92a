#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "net/loop.h"

#define N_THREADS 4
#define N_TASKS   5000

struct numbered {
	struct pawl_task task;
	int thread, number;
};

static struct pawl_loop *loop;
static atomic_int n_run;
static int last_number[N_THREADS];
static atomic_int n_disorders;

static void
wait_for(atomic_int *counter, int n)
{
	for (int i = 0; i < 5000 && atomic_load(counter) < n; i++)
		usleep(1000);
	assert_int_equal(atomic_load(counter), n);
}

static int
setup(void **state)
{
	loop = pawl_loop_new("a-name-that-is-longer-than-fits");
	atomic_store(&n_run, 0);
	return 0;
}

static int
teardown(void **state)
{
	pawl_loop_free(loop);
	return 0;
}

static void
run_numbered(struct pawl_task *task)
{
	struct numbered *t = (struct numbered *)task;

	if (t->number != last_number[t->thread] + 1 || !pawl_loop_is_current(loop))
		atomic_fetch_add(&n_disorders, 1);
	last_number[t->thread] = t->number;
	free(t);
	atomic_fetch_add(&n_run, 1);
}

static void *
post_many(void *arg)
{
	int thread = (int)(intptr_t)arg;

	for (int i = 1; i <= N_TASKS; i++) {
		struct numbered *t = pawl_calloc(1, sizeof(*t));

		*t = (struct numbered){{NULL, run_numbered}, thread, i};
		pawl_loop_post(loop, &t->task);
	}
	return NULL;
}

static void
test_tasks_of_each_thread_run_in_order(void **state)
{
	pthread_t threads[N_THREADS];

	assert_false(pawl_loop_is_current(loop));
	assert_int_equal(pawl_loop_start(loop), PAWL_OK);
	for (int i = 0; i < N_THREADS; i++) {
		last_number[i] = 0;
		pthread_create(&threads[i], NULL, post_many, (void *)(intptr_t)i);
	}
	for (int i = 0; i < N_THREADS; i++)
		pthread_join(threads[i], NULL);
	wait_for(&n_run, N_THREADS * N_TASKS);
	assert_int_equal(atomic_load(&n_disorders), 0);
	pawl_loop_stop_and_join(loop);
}

static void
count_run(struct pawl_task *task)
{
	atomic_fetch_add(&n_run, 1);
}

static void
test_tasks_posted_before_the_start_run(void **state)
{
	struct pawl_task tasks[3] = {{NULL, count_run}, {NULL, count_run}, {NULL, count_run}};

	for (int i = 0; i < 3; i++)
		pawl_loop_post(loop, &tasks[i]);
	assert_int_equal(pawl_loop_start(loop), PAWL_OK);
	wait_for(&n_run, 3);
	pawl_loop_stop_and_join(loop);
}

static void
test_tasks_posted_before_the_stop_run(void **state)
{
	static struct pawl_task tasks[100];

	assert_int_equal(pawl_loop_start(loop), PAWL_OK);
	for (int i = 0; i < 100; i++) {
		tasks[i].fn = count_run;
		pawl_loop_post(loop, &tasks[i]);
	}
	pawl_loop_stop_and_join(loop);
	assert_int_equal(atomic_load(&n_run), 100);
}

static void
post_again(struct pawl_task *task)
{
	if (atomic_fetch_add(&n_run, 1) < 9)
		pawl_loop_post(loop, task);
}

static void
test_a_task_may_post_itself(void **state)
{
	struct pawl_task task = {NULL, post_again};

	assert_int_equal(pawl_loop_start(loop), PAWL_OK);
	pawl_loop_post(loop, &task);
	wait_for(&n_run, 10);
	pawl_loop_stop_and_join(loop);
}

static void
test_stop_and_free_of_a_loop_that_never_ran(void **state)
{
	struct pawl_task task = {NULL, count_run};
	struct pawl_loop *other = pawl_loop_new("idle");

	pawl_loop_post(other, &task);
	pawl_loop_stop_and_join(other);
	pawl_loop_free(other);
	pawl_loop_free(NULL);
	assert_int_equal(atomic_load(&n_run), 0);
}

static void
look_at_signals(struct pawl_task *task)
{
	sigset_t mask;

	pthread_sigmask(SIG_BLOCK, NULL, &mask);
	if (sigismember(&mask, SIGTERM) && sigismember(&mask, SIGPIPE) &&
	    !sigismember(&mask, SIGSEGV))
		atomic_fetch_add(&n_run, 1);
}

static void
test_signals_are_left_to_the_main_thread(void **state)
{
	struct pawl_task task = {NULL, look_at_signals};
	sigset_t mask;

	assert_int_equal(pawl_loop_start(loop), PAWL_OK);
	pawl_loop_post(loop, &task);
	wait_for(&n_run, 1);
	pawl_loop_stop_and_join(loop);
	pthread_sigmask(SIG_BLOCK, NULL, &mask);
	assert_false(sigismember(&mask, SIGTERM));
}

/* Timers, all on the loop's thread. */

static struct pawl_timer timer, other_timer;
static int64_t armed_at_us, fired_at_us;
static bool is_inside_start;

static void
on_fire(struct pawl_timer *t)
{
	assert_false(is_inside_start);
	assert_ptr_equal(t, &timer);
	fired_at_us = pawl_clock_mono_us();
	pawl_timer_close(t);
	atomic_fetch_add(&n_run, 1);
}

static void
arm_30_ms(struct pawl_task *task)
{
	/* A callback that takes its time must not eat the delay. */
	usleep(50000);
	armed_at_us = pawl_clock_mono_us();
	is_inside_start = true;
	pawl_timer_start(&timer, loop, 30, on_fire);
	is_inside_start = false;
}

static void
run_on_loop(void (*fn)(struct pawl_task *), int n_wanted)
{
	struct pawl_task task = {NULL, fn};

	assert_int_equal(pawl_loop_start(loop), PAWL_OK);
	pawl_loop_post(loop, &task);
	wait_for(&n_run, n_wanted);
	usleep(50000);
	assert_int_equal(atomic_load(&n_run), n_wanted);
	pawl_loop_stop_and_join(loop);
}

static void
test_timer_fires_once_and_not_early(void **state)
{
	run_on_loop(arm_30_ms, 1);
	assert_true(fired_at_us - armed_at_us >= 29000);
}

static void
arm_in_the_past(struct pawl_task *task)
{
	is_inside_start = true;
	pawl_timer_start(&timer, loop, -5, on_fire);
	is_inside_start = false;
}

static void
test_timer_of_the_past_fires_after_start_has_returned(void **state)
{
	run_on_loop(arm_in_the_past, 1);
}

static void
fail_if_fired(struct pawl_timer *t)
{
	abort();
}

static void
restart_and_stop(struct pawl_task *task)
{
	pawl_timer_start(&other_timer, loop, 5, fail_if_fired);
	pawl_timer_stop(&other_timer);
	pawl_timer_start(&timer, loop, 5, fail_if_fired);
	pawl_timer_start(&timer, loop, 10, on_fire);
	pawl_timer_close(&other_timer);
}

static void
test_timer_can_be_stopped_and_restarted(void **state)
{
	run_on_loop(restart_and_stop, 1);
}

static void
free_while_armed(struct pawl_task *task)
{
	struct pawl_timer *t = pawl_calloc(1, sizeof(*t));

	pawl_timer_stop(t);
	pawl_timer_close(t);
	pawl_timer_start(t, loop, 1, fail_if_fired);
	pawl_timer_close(t);
	pawl_timer_close(t);
	free(t);
	atomic_fetch_add(&n_run, 1);
}

static void
test_closed_timer_may_be_freed_at_once(void **state)
{
	run_on_loop(free_while_armed, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_tasks_of_each_thread_run_in_order, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_tasks_posted_before_the_start_run, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_tasks_posted_before_the_stop_run, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_a_task_may_post_itself, setup, teardown),
		cmocka_unit_test_setup_teardown(test_stop_and_free_of_a_loop_that_never_ran, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_signals_are_left_to_the_main_thread, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_timer_fires_once_and_not_early, setup,
						teardown),
		cmocka_unit_test_setup_teardown(
			test_timer_of_the_past_fires_after_start_has_returned, setup, teardown),
		cmocka_unit_test_setup_teardown(test_timer_can_be_stopped_and_restarted, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_closed_timer_may_be_freed_at_once, setup,
						teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
