/* kill -9 at any moment: what was acknowledged is there, and what was not is there whole or not
 * at all. The child tells through a pipe what was acknowledged to it. */
#include "store_testing.h"

#include <signal.h>
#include <sys/wait.h>

#include "base/clock.h"

#define N_CLIENTS 16

static int acks[2];

struct client {
	struct pawl_store_accept accept;
	struct pawl_store *store;
};

static void
submit(struct client *client)
{
	client->accept.request.received_at_us = pawl_clock_now_us();
	if (pawl_store_submit(client->store, &client->accept.op) != PAWL_OK)
		_exit(3);
}

static void
on_accepted(struct pawl_store_op *op)
{
	struct client *client = (struct client *)op;

	if (op->err || write(acks[1], &client->accept.request_id, sizeof(uint64_t)) != 8)
		_exit(4);
	submit(client);
}

/* Accepts, claims and saves until it is killed. */
static void
run_child(const char *dir)
{
	static struct client clients[N_CLIENTS];
	struct pawl_store *store = open_store(dir);

	for (size_t i = 0; i < N_CLIENTS; i++) {
		pawl_store_op_init(&clients[i].accept.op, PAWL_STORE_ACCEPT, on_accepted);
		clients[i].accept.request = (struct pawl_request_row){.workflow_id = 1 + i % 3,
								      .body = PAWL_STR("some body"),
								      .starts_run = true};
		clients[i].store = store;
		submit(&clients[i]);
	}
	for (;;) {
		struct pawl_store_claim claim = {.limit = 20, .now_us = pawl_clock_now_us()};
		struct pawl_node_row node = {.seq = 1, .state = PAWL_NODE_COMPLETED};

		pawl_store_op_init(&claim.op, PAWL_STORE_CLAIM, NULL);
		if (pawl_store_wait(store, &claim.op) != PAWL_OK)
			_exit(5);
		for (size_t i = 0; i < claim.n_records; i++) {
			struct pawl_store_save save = {.run_id = claim.records[i].run.id,
						       .nodes = &node,
						       .n_nodes = 1,
						       .has_run = true,
						       .run = {.state = PAWL_RUN_COMPLETED}};

			pawl_store_op_init(&save.op, PAWL_STORE_SAVE, NULL);
			if (pawl_store_wait(store, &save.op) != PAWL_OK)
				_exit(6);
			pawl_store_op_fini(&save.op);
		}
		pawl_store_op_fini(&claim.op);
	}
}

static int64_t
sum_counters(struct pawl_store *store, const char *name)
{
	struct pawl_store_list list = {.limit = 1000};
	int64_t sum = 0;

	pawl_store_op_init(&list.op, PAWL_STORE_COUNTERS, NULL);
	assert_int_equal(pawl_store_wait(store, &list.op), PAWL_OK);
	for (size_t i = 0; i < list.n; i++)
		if (pawl_str_eq_c(list.counters[i].name, name))
			sum += list.counters[i].value;
	pawl_store_op_fini(&list.op);
	return sum;
}

/* Every request is a run in some state; counters agree with the rows. */
static void
check_consistent(struct pawl_store *store)
{
	size_t n_requests = 0, n_completed = 0, n_queued = 0;
	uint64_t before = 0;
	struct pawl_store_stats stats;
	bool more = true;

	while (more) {
		struct pawl_store_list list = {.limit = 1000, .before = before};

		pawl_store_op_init(&list.op, PAWL_STORE_RUNS, NULL);
		assert_int_equal(pawl_store_wait(store, &list.op), PAWL_OK);
		for (size_t i = 0; i < list.n; i++) {
			n_requests++;
			n_completed += list.runs[i].state == PAWL_RUN_COMPLETED;
			n_queued += list.runs[i].state == PAWL_RUN_QUEUED;
			before = list.runs[i].id;
		}
		more = list.more;
		pawl_store_op_fini(&list.op);
	}
	assert_int_equal(n_queued + n_completed, n_requests);
	assert_int_equal(sum_counters(store, "requests_accepted"), n_requests);
	assert_int_equal(sum_counters(store, "runs_completed"), n_completed);
	pawl_store_stats(store, &stats);
	assert_int_equal(stats.runs_unclaimed, n_queued);
}

/* Returns how many were acknowledged. */
static size_t
crash_and_check(const char *dir, const char *crash_at, unsigned kill_after_ms)
{
	uint64_t id;
	size_t n = 0;
	struct pawl_store *store;
	int status;
	pid_t pid;

	assert_int_equal(pipe(acks), 0);
	pid = fork();
	if (pid == 0) {
		char fd[16];

		close(acks[0]);
		if (crash_at)
			setenv("PAWL_CRASH_AT", crash_at, 1);
		snprintf(fd, sizeof(fd), "%d", acks[1]);
		/* A new program: crash points are read once, and this one has passed some. */
		execl("/proc/self/exe", "child", dir, fd, (char *)NULL);
		_exit(7);
	}
	close(acks[1]);
	if (!crash_at) {
		/* From the first acknowledgement on, or a slow machine would be killed too early.
		 */
		if (read(acks[0], &id, sizeof(id)) == sizeof(id))
			n++;
		usleep(kill_after_ms * 1000);
		kill(pid, SIGKILL);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGKILL);
	store = open_store(dir);
	if (n)
		assert_true(has_request(store, id));
	while (read(acks[0], &id, sizeof(id)) == sizeof(id)) {
		assert_true(has_request(store, id));
		n++;
	}
	close(acks[0]);
	check_consistent(store);
	pawl_store_close(store);
	return n;
}

static void
test_kill_at_any_moment_loses_nothing_acknowledged(void **state)
{
	for (unsigned round = 0; round < 6; round++)
		assert_true(crash_and_check(*state, NULL, 5 + 13 * round) > 0);
}

static void
test_crash_around_a_commit_loses_nothing_acknowledged(void **state)
{
#ifdef PAWL_CRASH_POINTS
	const char *const points[] = {"journal.before_commit",  "journal.after_commit",
				      "journal.after_commit:9", "journal.before_commit:40",
				      "store.before_commit",    "store.after_commit",
				      "store.before_commit:2",  "store.after_commit:17",
				      "store.before_commit:40", "store.after_commit:41"};

	for (size_t i = 0; i < sizeof(points) / sizeof(points[0]); i++)
		(void)crash_and_check(*state, points[i], 0);
#else
	skip();
#endif
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		DIR_TEST(test_kill_at_any_moment_loses_nothing_acknowledged),
		DIR_TEST(test_crash_around_a_commit_loses_nothing_acknowledged),
	};

	if (argc == 3) {
		acks[1] = atoi(argv[2]);
		run_child(argv[1]);
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
