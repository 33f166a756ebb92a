/* Fills a store, through its own door, with what a busy year leaves behind: most runs completed,
 * some failed in several ways, some requests refused. For measuring lists (bench/lists.py).
 * usage: store_fill DIRECTORY [RUNS [WORKFLOWS]] */
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/parse.h"
#include "store/store.h"

#define BATCH 1000

static uint64_t *workflows, n_workflows = 1000;
static sem_t done;
static char body[300], detail[BATCH][48], key[BATCH][24];

static void
on_done(struct pawl_store_op *op)
{
	if (op->err)
		abort();
	sem_post(&done);
}

static void
submit(struct pawl_store *store, struct pawl_store_op *op)
{
	if (pawl_store_submit(store, op) != PAWL_OK)
		abort();
}

static void
await(size_t n)
{
	while (n--)
		sem_wait(&done);
}

static void
make_workflows(struct pawl_store *store)
{
	workflows = calloc(n_workflows, sizeof(*workflows));
	for (uint64_t i = 0; i < n_workflows; i++) {
		struct pawl_store_workflow_save save = {
			.publish = true, .activate = true, .at_us = 1};
		char name[32], document[256];

		snprintf(name, sizeof(name), "workflow-%llu", (unsigned long long)i);
		snprintf(document, sizeof(document),
			 "{\"version\":1,\"name\":\"%s\",\"description\":\"Number %llu\",\"tags\":"
			 "[\"t%llu\"],\"trigger\":{\"type\":\"webhook\",\"config\":{}},\"nodes\":"
			 "[{\"id\":\"a\",\"type\":\"json\",\"config\":{\"data\":1}}],\"edges\":"
			 "[{\"from\":\"trigger\",\"to\":\"a\"}]}",
			 name, (unsigned long long)i, (unsigned long long)i % 20);
		save.name = save.hook_token = pawl_str_c(name);
		save.document = pawl_str_c(document);
		pawl_store_op_init(&save.op, PAWL_STORE_WORKFLOW_SAVE, NULL);
		if (pawl_store_wait(store, &save.op) != PAWL_OK)
			abort();
		workflows[i] = save.workflow.id;
		pawl_store_op_fini(&save.op);
	}
}

/* One in ten is refused. */
static void
accept_batch(struct pawl_store *store, uint64_t from)
{
	static struct pawl_store_accept ops[BATCH];

	for (uint64_t i = 0; i < BATCH; i++) {
		uint64_t n = from + i;
		bool refused = n % 10 == 9;

		snprintf(detail[i], sizeof(detail[i]), "{\"delivery\":\"evt_%llu\"}",
			 (unsigned long long)n);
		snprintf(key[i], sizeof(key[i]), "customer-%llu", (unsigned long long)n);
		pawl_store_op_init(&ops[i].op, PAWL_STORE_ACCEPT, on_done);
		ops[i].request = (struct pawl_request_row){
			.workflow_id = workflows[(n * 7919) % n_workflows],
			.revision = 1,
			.received_at_us = pawl_clock_now_us(),
			.method = PAWL_STR("POST"),
			.target = PAWL_STR("/hook/0123456789abcdef0123456789abcdef"),
			.ip = PAWL_STR("203.0.113.77"),
			.headers = pawl_str(body, sizeof(body)),
			.body = pawl_str(body, sizeof(body)),
			.verdict = refused ? PAWL_VERDICT_REFUSED : PAWL_VERDICT_ACCEPTED,
			.reason =
				refused ? PAWL_STR("bad_signature: it does not fit") : PAWL_STR(""),
			.detail = pawl_str_c(detail[i]),
			.order_key = refused ? PAWL_STR("") : pawl_str_c(key[i]),
			.starts_run = !refused,
			.status = refused ? 401 : 202,
		};
		submit(store, &ops[i].op);
	}
	await(BATCH);
}

static struct pawl_run_row
end_of(uint64_t n)
{
	static const struct pawl_str errors[] = {
		PAWL_STR("{\"code\":\"connect\",\"message\":\"nobody listens\"}"),
		PAWL_STR("{\"code\":\"http_status\",\"message\":\"POST answered 503\"}"),
		PAWL_STR("{\"code\":\"invalid_expression\",\"message\":\"at 3: what is this\"}")};
	int64_t now_us = pawl_clock_now_us();
	struct pawl_run_row run = {.state = PAWL_RUN_COMPLETED,
				   .started_at_us = now_us - 5000,
				   .finished_at_us = now_us,
				   .output = pawl_str(body, 200)};

	if (n % 33 == 0) {
		run.state = n % 330 == 0 ? PAWL_RUN_TIMED_OUT : PAWL_RUN_FAILED;
		run.error = errors[n % 3];
	}
	return run;
}

static uint64_t
run_all(struct pawl_store *store, uint64_t n)
{
	static struct pawl_store_save saves[BATCH];
	struct pawl_store_claim claim;
	struct pawl_node_row node = {.seq = 1,
				     .node_id = PAWL_STR("a"),
				     .state = PAWL_NODE_COMPLETED,
				     .attempt = 1,
				     .output = pawl_str(body, 100)};

	for (;;) {
		claim = (struct pawl_store_claim){.limit = BATCH, .now_us = pawl_clock_now_us()};
		pawl_store_op_init(&claim.op, PAWL_STORE_CLAIM, on_done);
		submit(store, &claim.op);
		await(1);
		for (size_t i = 0; i < claim.n_records; i++) {
			saves[i] = (struct pawl_store_save){.run_id = claim.records[i].run.id,
							    .nodes = &node,
							    .n_nodes = 1,
							    .has_run = true,
							    .run = end_of(n++)};
			pawl_store_op_init(&saves[i].op, PAWL_STORE_SAVE, on_done);
			submit(store, &saves[i].op);
		}
		await(claim.n_records);
		pawl_store_op_fini(&claim.op);
		if (!claim.n_records)
			return n;
	}
}

int
main(int argc, char **argv)
{
	struct pawl_store_config config = {0};
	struct pawl_problems problems = {0};
	uint64_t runs = 1000000, n_ended = 0;
	struct pawl_store *store;

	if (argc < 2 || (argc > 2 && !pawl_parse_u64(pawl_str_c(argv[2]), &runs)) ||
	    (argc > 3 && !pawl_parse_u64_range(pawl_str_c(argv[3]), 1, 100000, &n_workflows))) {
		fprintf(stderr, "usage: store_fill DIRECTORY [RUNS [WORKFLOWS]]\n");
		return 2;
	}
	memset(body, 'x', sizeof(body));
	sem_init(&done, 0, 0);
	config.url = pawl_str_c(argv[1]);
	if (pawl_store_open(&config, 0, &store, &problems) != PAWL_OK) {
		fprintf(stderr, "%s: %s\n", problems.items[0].where, problems.items[0].message);
		return 1;
	}
	make_workflows(store);
	for (uint64_t n = 0; n_ended < runs; n += BATCH) {
		accept_batch(store, n);
		n_ended = run_all(store, n_ended);
	}
	pawl_store_close(store);
	printf("%llu runs of %llu workflows\n", (unsigned long long)n_ended,
	       (unsigned long long)n_workflows);
	free(workflows);
	return 0;
}
