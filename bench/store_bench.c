/* What the embedded store costs: microseconds, of the clock and of the processor, per accepted
 * request and per run of three nodes. usage: store_bench DIRECTORY [ROWS [WORKFLOWS [BATCH]]] */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "base/clock.h"
#include "base/parse.h"
#include "store/store.h"

#define MAX_BATCH 1024

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t wake = PTHREAD_COND_INITIALIZER;
static struct pawl_store_op *finished[2 * MAX_BATCH];
static size_t n_finished, n_awaited;
static char body[500], headers[300];
static uint64_t n_workflows = 1;

struct clocks {
	int64_t wall_us, cpu_us, commits;
};

static struct clocks
read_clocks(const struct pawl_store *store)
{
	struct rusage usage;
	struct pawl_store_stats stats;

	getrusage(RUSAGE_SELF, &usage);
	pawl_store_stats(store, &stats);
	return (struct clocks){pawl_clock_mono_us(),
			       (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000 +
				       usage.ru_utime.tv_usec + usage.ru_stime.tv_usec,
			       (int64_t)stats.commits};
}

static void
report(const struct pawl_store *store, const char *what, struct clocks start, size_t n)
{
	struct clocks end = read_clocks(store);

	printf("%-44s %7.2f us wall %7.2f us cpu each, %6.1f to a commit\n", what,
	       (double)(end.wall_us - start.wall_us) / (double)n,
	       (double)(end.cpu_us - start.cpu_us) / (double)n,
	       (double)n / (double)(end.commits - start.commits));
}

static void
on_done(struct pawl_store_op *op)
{
	pthread_mutex_lock(&lock);
	finished[n_finished++] = op;
	if (n_finished == n_awaited)
		pthread_cond_signal(&wake);
	pthread_mutex_unlock(&lock);
}

static void
submit(struct pawl_store *store, struct pawl_store_op *op)
{
	if (pawl_store_submit(store, op) != PAWL_OK)
		abort();
}

/* At least `n` ops that are done, taken to `out`. */
static size_t
take_finished(struct pawl_store_op **out, size_t n)
{
	pthread_mutex_lock(&lock);
	n_awaited = n;
	while (n_finished < n)
		pthread_cond_wait(&wake, &lock);
	n = n_finished;
	for (size_t i = 0; i < n; i++) {
		if (finished[i]->err)
			abort();
		out[i] = finished[i];
	}
	n_finished = 0;
	pthread_mutex_unlock(&lock);
	return n;
}

static void
fill_accept(struct pawl_store_accept *accept, size_t i)
{
	accept->request = (struct pawl_request_row){
		.workflow_id = 1 + i % n_workflows,
		.revision = 1,
		.received_at_us = pawl_clock_now_us(),
		.method = PAWL_STR("POST"),
		.target = PAWL_STR("/hook/0123456789abcdef0123456789abcdef"),
		.ip = PAWL_STR("203.0.113.77"),
		.headers = pawl_str(headers, sizeof(headers)),
		.body = pawl_str(body, sizeof(body)),
		.verdict = PAWL_VERDICT_ACCEPTED,
		.starts_run = true,
		.status = 202,
	};
}

/* In step: a batch goes in when the one before it is done. Else each client goes on by itself. */
static void
accepts(struct pawl_store *store, size_t rows, size_t batch, bool in_step)
{
	static struct pawl_store_accept ops[MAX_BATCH];
	struct pawl_store_op *done[2 * MAX_BATCH];
	struct clocks start = read_clocks(store);
	char what[64];
	size_t n_in = 0, n_out = 0, n = 0;

	for (size_t i = 0; i < batch; i++) {
		pawl_store_op_init(&ops[i].op, PAWL_STORE_ACCEPT, on_done);
		done[n++] = &ops[i].op;
	}
	while (n_out < rows) {
		for (size_t i = 0; i < n && n_in < rows; i++) {
			fill_accept((struct pawl_store_accept *)done[i], n_in++);
			submit(store, done[i]);
		}
		n = take_finished(done, in_step && n_in - n_out >= batch ? batch : 1);
		n_out += n;
	}
	snprintf(what, sizeof(what), "accept, %zu %s", batch, in_step ? "in step" : "clients");
	report(store, what, start, rows);
}

static void
fill_save(struct pawl_store_save *save, struct pawl_node_row *nodes, uint64_t run_id, bool is_last)
{
	static const char *const ids[] = {"compose", "send", "log"};
	int64_t now_us = pawl_clock_now_us();

	for (size_t i = 0; i < 2; i++)
		nodes[i] = (struct pawl_node_row){.seq = (uint32_t)(i + 1 + is_last),
						  .node_id = pawl_str_c(ids[i + is_last]),
						  .state = i == 0 || is_last ? PAWL_NODE_COMPLETED
									     : PAWL_NODE_RUNNING,
						  .attempt = 1,
						  .started_at_us = now_us,
						  .finished_at_us = now_us,
						  .input = pawl_str(body, 200),
						  .output = pawl_str(body, 300)};
	save->run_id = run_id;
	save->nodes = nodes;
	save->n_nodes = 2;
	save->has_run = is_last;
	save->run = (struct pawl_run_row){.state = PAWL_RUN_COMPLETED,
					  .started_at_us = now_us,
					  .finished_at_us = now_us,
					  .output = pawl_str(body, 300)};
}

static void
runs(struct pawl_store *store, size_t batch)
{
	static struct pawl_store_save ops[MAX_BATCH];
	static struct pawl_node_row nodes[MAX_BATCH][2];
	struct pawl_store_op *done[2 * MAX_BATCH];
	struct clocks start = read_clocks(store);
	struct pawl_store_claim claim;
	size_t n_runs = 0, n;
	char what[64];

	do {
		claim = (struct pawl_store_claim){.limit = batch, .now_us = pawl_clock_now_us()};
		pawl_store_op_init(&claim.op, PAWL_STORE_CLAIM, on_done);
		submit(store, &claim.op);
		take_finished(done, 1);
		n = claim.n_records;
		for (int is_last = 0; n && is_last < 2; is_last++) {
			for (size_t i = 0; i < n; i++) {
				pawl_store_op_init(&ops[i].op, PAWL_STORE_SAVE, on_done);
				fill_save(&ops[i], nodes[i], claim.records[i].run.id, is_last);
				submit(store, &ops[i].op);
			}
			take_finished(done, n);
		}
		n_runs += n;
		pawl_store_op_fini(&claim.op);
	} while (n);
	snprintf(what, sizeof(what), "claim and two saves, %zu runs at a time", batch);
	report(store, what, start, n_runs);
}

int
main(int argc, char **argv)
{
	struct pawl_store_config config = {0};
	struct pawl_problems problems = {0};
	struct pawl_store *store;
	uint64_t rows = 50000, batch = 64;

	if (argc < 2 || (argc > 2 && !pawl_parse_u64(pawl_str_c(argv[2]), &rows)) ||
	    (argc > 3 && !pawl_parse_u64_range(pawl_str_c(argv[3]), 1, 1000000, &n_workflows)) ||
	    (argc > 4 && !pawl_parse_u64_range(pawl_str_c(argv[4]), 1, MAX_BATCH, &batch))) {
		fprintf(stderr, "usage: store_bench DIRECTORY [ROWS [WORKFLOWS [BATCH]]]\n");
		return 2;
	}
	memset(body, 'x', sizeof(body));
	memset(headers, 'h', sizeof(headers));
	config.url = pawl_str_c(argv[1]);
	if (pawl_store_open(&config, 0, &store, &problems) != PAWL_OK) {
		fprintf(stderr, "%s: %s\n", problems.items[0].where, problems.items[0].message);
		return 1;
	}
	accepts(store, rows, batch, true);
	runs(store, batch);
	accepts(store, rows, batch, false);
	runs(store, 256);
	pawl_store_close(store);
	pawl_problems_fini(&problems);
	return 0;
}
