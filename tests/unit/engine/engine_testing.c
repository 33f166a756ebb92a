#include "engine_testing.h"

#include <dirent.h>
#include <pthread.h>
#include <unistd.h>

#define PATIENCE_US   (10 * 1000000)
#define JOURNAL_MAX   512
#define HANGING_MAX   64
#define POLL_MS_AS_US 2000

/* ---- what nodes did --------------------------------------------------------------------- */

static pthread_mutex_t journal_lock = PTHREAD_MUTEX_INITIALIZER;
static char journal[JOURNAL_MAX][64];
static unsigned n_journal;

/* Calls that hang. Changed on the engine's loop; tests only post. */
static struct pawl_node_call *hanging[HANGING_MAX];
static unsigned n_hanging, most_hanging;

static void
write_down(const char *what, struct pawl_str node_id)
{
	pthread_mutex_lock(&journal_lock);
	assert_true(n_journal < JOURNAL_MAX);
	snprintf(journal[n_journal++], sizeof journal[0], "%s %.*s", what, PAWL_STR_ARG(node_id));
	pthread_mutex_unlock(&journal_lock);
}

unsigned
journal_count(const char *line)
{
	unsigned n = 0;

	pthread_mutex_lock(&journal_lock);
	for (unsigned i = 0; i < n_journal; i++)
		n += strcmp(journal[i], line) == 0;
	pthread_mutex_unlock(&journal_lock);
	return n;
}

int
journal_find(const char *line)
{
	int found = -1;

	pthread_mutex_lock(&journal_lock);
	for (unsigned i = 0; i < n_journal && found < 0; i++)
		if (strcmp(journal[i], line) == 0)
			found = (int)i;
	pthread_mutex_unlock(&journal_lock);
	return found;
}

unsigned
journal_most_at_once(void)
{
	unsigned n;

	pthread_mutex_lock(&journal_lock);
	n = most_hanging;
	pthread_mutex_unlock(&journal_lock);
	return n;
}

void
journal_await(const char *line, unsigned n)
{
	int64_t until_us = pawl_clock_mono_us() + PATIENCE_US;

	while (journal_count(line) < n) {
		if (pawl_clock_mono_us() > until_us)
			fail_msg("\"%s\" was seen %u times, not %u", line, journal_count(line), n);
		usleep(POLL_MS_AS_US);
	}
}

/* ---- node types -------------------------------------------------------------------------- */

static void
forget_hanging(const struct pawl_node_call *call)
{
	pthread_mutex_lock(&journal_lock);
	for (unsigned i = 0; i < n_hanging; i++)
		if (hanging[i] == call)
			hanging[i--] = hanging[--n_hanging];
	pthread_mutex_unlock(&journal_lock);
}

static void
hang(struct pawl_node_call *call)
{
	pthread_mutex_lock(&journal_lock);
	assert_true(n_hanging < HANGING_MAX);
	hanging[n_hanging++] = call;
	if (n_hanging > most_hanging)
		most_hanging = n_hanging;
	pthread_mutex_unlock(&journal_lock);
}

static void
complete(struct pawl_node_call *call)
{
	const struct pawl_json *value = pawl_json_get_c(call->config, "value");
	struct pawl_json_builder b;
	struct pawl_json output;

	pawl_json_object_begin(&b, call->arena);
	pawl_json_set_c(&b, "data", value ? *value : pawl_json_string(call->node_id));
	output = pawl_json_end(&b);
	pawl_node_complete(call, &output, pawl_json_get_str(call->config, "port", PAWL_STR("")));
}

static void
give_up(struct pawl_node_call *call, bool retryable)
{
	struct pawl_node_failure failure = {
		.code = "made_up",
		.message = PAWL_STR("as the script says"),
		.retryable = retryable,
		.retry_after_ms = pawl_config_int(call->config, "retry_after_ms", -1)};

	if (pawl_json_get_bool(call->config, "with_output", false))
		failure.output = call->config;
	pawl_node_fail(call, &failure);
}

static struct pawl_str
word_of(struct pawl_str script, uint32_t attempt)
{
	struct pawl_str word = PAWL_STR("ok");

	for (uint32_t i = 0; i < attempt && script.ptr; i++)
		if (!pawl_str_split(&script, ' ', &word))
			break;
	return word;
}

static void
play_start(struct pawl_node_call *call)
{
	struct pawl_str word =
		word_of(pawl_json_get_str(call->config, "script", PAWL_STR("ok")), call->attempt);

	write_down("start", call->node_id);
	if (pawl_str_eq_c(word, "fail"))
		give_up(call, false);
	else if (pawl_str_eq_c(word, "again"))
		give_up(call, true);
	else if (pawl_str_eq_c(word, "hang"))
		hang(call);
	else
		complete(call);
}

static void
play_cancel(struct pawl_node_call *call)
{
	write_down("cancel", call->node_id);
	forget_hanging(call);
}

static enum pawl_doubt
play_in_doubt(const struct pawl_json *config)
{
	struct pawl_str doubt = pawl_json_get_str(config, "doubt", PAWL_STR("retry"));

	return pawl_str_eq_c(doubt, "fail")  ? PAWL_DOUBT_FAIL
	       : pawl_str_eq_c(doubt, "ask") ? PAWL_DOUBT_ASK
					     : PAWL_DOUBT_RETRY;
}

static void
nap_start(struct pawl_node_call *call)
{
	int64_t for_ms = pawl_config_duration_ms(call->config, "for", 0);
	struct pawl_json_builder b;
	struct pawl_json state;

	write_down("start", call->node_id);
	pawl_json_object_begin(&b, call->arena);
	pawl_json_set_c(&b, "kept", pawl_json_string(call->node_id));
	state = pawl_json_end(&b);
	pawl_node_wait(call,
		       pawl_json_get_bool(call->config, "until_resumed", !for_ms) ? PAWL_WAIT_RESUME
										  : PAWL_WAIT_TIME,
		       for_ms ? pawl_clock_now_us() + for_ms * 1000 : 0, &state);
}

static void
nap_resume(struct pawl_node_call *call, const struct pawl_json *data)
{
	struct pawl_json_builder b;
	struct pawl_json output;

	write_down("resume", call->node_id);
	pawl_json_object_begin(&b, call->arena);
	pawl_json_set_c(&b, "data", data ? *data : pawl_json_null());
	pawl_json_set_c(&b, "state", call->state ? *call->state : pawl_json_null());
	output = pawl_json_end(&b);
	pawl_node_complete(call, &output, PAWL_STR(""));
}

static void
stop_start(struct pawl_node_call *call)
{
	write_down("start", call->node_id);
	pawl_node_terminate(call, pawl_json_get_bool(call->config, "failed", false),
			    PAWL_STR("enough"));
}

static void
say_start(struct pawl_node_call *call)
{
	struct pawl_json null = pawl_json_null();

	pawl_node_respond(call, &(struct pawl_node_answer){.status = 200,
							   .body = pawl_json_str(pawl_json_get_c(
								   call->config, "value"))});
	pawl_node_complete(call, &null, PAWL_STR(""));
}

static const struct pawl_field play_fields[] = {
	{.name = "value", .type = PAWL_FIELD_ANY},
	{.name = "script", .type = PAWL_FIELD_STRING},
	{.name = "doubt", .type = PAWL_FIELD_STRING},
	{.name = "port", .type = PAWL_FIELD_STRING},
	{.name = "number", .type = PAWL_FIELD_INTEGER},
	{.name = "retry_after_ms", .type = PAWL_FIELD_INTEGER},
	{.name = "with_output", .type = PAWL_FIELD_BOOLEAN},
	{.name = "failed", .type = PAWL_FIELD_BOOLEAN},
	{.name = "for", .type = PAWL_FIELD_DURATION},
	{.name = "until_resumed", .type = PAWL_FIELD_BOOLEAN},
	{.name = NULL},
};
static const struct pawl_field hook_fields[] = {
	{.name = "concurrency", .type = PAWL_FIELD_INTEGER},
	{.name = NULL},
};
static const char *const pick_ports[] = {"left", "right", NULL};

static const struct pawl_node_type act_type = {.name = "act",
					       .flags = PAWL_NODE_EFFECT,
					       .fields = play_fields,
					       .start = play_start,
					       .cancel = play_cancel,
					       .in_doubt = play_in_doubt};
static const struct pawl_node_type nap_type = {
	.name = "nap", .fields = play_fields, .start = nap_start, .resume = nap_resume};
static const struct pawl_node_type note_type = {
	.name = "note", .fields = play_fields, .start = play_start, .cancel = play_cancel};
static const struct pawl_node_type pick_type = {
	.name = "pick", .ports = pick_ports, .fields = play_fields, .start = play_start};
static const struct pawl_node_type say_type = {
	.name = "say", .flags = PAWL_NODE_RESPONDS, .fields = play_fields, .start = say_start};
static const struct pawl_node_type stop_type = {
	.name = "stop", .fields = play_fields, .start = stop_start};
static const struct pawl_node_type *const node_types[] = {
	&act_type, &nap_type, &note_type, &pick_type, &say_type, &stop_type, NULL};
static bool
has_caller(const struct pawl_json *config)
{
	return true;
}

static const struct pawl_trigger_type hook_type = {
	.name = "hook", .fields = hook_fields, .has_caller = has_caller};
static const struct pawl_trigger_type *const trigger_types[] = {&hook_type, NULL};
const struct pawl_registry bench_registry = {node_types, trigger_types};

/* ---- releasing ----------------------------------------------------------------------------- */

struct let_go {
	struct pawl_task task;
	const char *node_id;
	bool fail, done;
	pthread_cond_t cond;
};

static void
let_go(struct pawl_task *task)
{
	struct let_go *order = pawl_container_of(task, struct let_go, task);
	struct pawl_node_call *call = NULL;

	pthread_mutex_lock(&journal_lock);
	for (unsigned i = 0; i < n_hanging && !call; i++)
		if (pawl_str_eq_c(hanging[i]->node_id, order->node_id))
			call = hanging[i];
	pthread_mutex_unlock(&journal_lock);
	if (call) {
		forget_hanging(call);
		if (order->fail)
			give_up(call, false);
		else
			complete(call);
	}
	pthread_mutex_lock(&journal_lock);
	order->done = true;
	pthread_cond_signal(&order->cond);
	pthread_mutex_unlock(&journal_lock);
}

static struct pawl_loop *
loop_of_hanging(const char *node_id)
{
	struct pawl_loop *loop = NULL;

	pthread_mutex_lock(&journal_lock);
	for (unsigned i = 0; i < n_hanging; i++)
		if (pawl_str_eq_c(hanging[i]->node_id, node_id))
			loop = hanging[i]->services->loop;
	pthread_mutex_unlock(&journal_lock);
	return loop;
}

void
release(const char *node_id, bool fail)
{
	struct let_go order = {.node_id = node_id, .fail = fail};
	int64_t until_us = pawl_clock_mono_us() + PATIENCE_US;
	struct pawl_loop *loop;

	while (!(loop = loop_of_hanging(node_id))) {
		if (pawl_clock_mono_us() > until_us)
			fail_msg("%s does not hang", node_id);
		usleep(POLL_MS_AS_US);
	}
	order.task.fn = let_go;
	pthread_cond_init(&order.cond, NULL);
	pawl_loop_post(loop, &order.task);
	pthread_mutex_lock(&journal_lock);
	while (!order.done)
		pthread_cond_wait(&order.cond, &journal_lock);
	pthread_mutex_unlock(&journal_lock);
	pthread_cond_destroy(&order.cond);
}

/* ---- between engine and store -----------------------------------------------------------------
 */

static struct {
	pthread_mutex_t lock;
	bool holds;
	enum pawl_store_kind hold_kind, fail_kind;
	struct pawl_store *store;
	struct pawl_store_op *held;
	unsigned n_fail;
	enum pawl_err fail_err;
} door = {.lock = PTHREAD_MUTEX_INITIALIZER};

/* The linker puts these around the store's own (--wrap). */
enum pawl_err __real_pawl_store_submit(struct pawl_store *store, struct pawl_store_op *op);
enum pawl_err __wrap_pawl_store_submit(struct pawl_store *store, struct pawl_store_op *op);

enum pawl_err
__wrap_pawl_store_submit(struct pawl_store *store, struct pawl_store_op *op)
{
	bool fails, is_held = false;

	pthread_mutex_lock(&door.lock);
	fails = door.n_fail && op->kind == door.fail_kind;
	if (fails) {
		door.n_fail--;
		op->err = door.fail_err;
	} else if (door.holds && !door.held && op->kind == door.hold_kind) {
		is_held = true;
		door.store = store;
		door.held = op;
	}
	pthread_mutex_unlock(&door.lock);
	if (fails)
		op->done(op);
	return fails || is_held ? PAWL_OK : __real_pawl_store_submit(store, op);
}

void
store_hold(enum pawl_store_kind kind)
{
	pthread_mutex_lock(&door.lock);
	door.hold_kind = kind;
	door.holds = true;
	pthread_mutex_unlock(&door.lock);
}

void
store_await(void)
{
	int64_t until_us = pawl_clock_mono_us() + PATIENCE_US;
	bool has_come = false;

	while (!has_come) {
		pthread_mutex_lock(&door.lock);
		has_come = door.held != NULL;
		pthread_mutex_unlock(&door.lock);
		if (!has_come && pawl_clock_mono_us() > until_us)
			fail_msg("nothing to hold came");
		usleep(POLL_MS_AS_US);
	}
}

void
store_let_go(void)
{
	struct pawl_store_op *op;

	pthread_mutex_lock(&door.lock);
	op = door.held;
	door.held = NULL;
	door.holds = false;
	pthread_mutex_unlock(&door.lock);
	if (op)
		assert_int_equal(__real_pawl_store_submit(door.store, op), PAWL_OK);
}

void
store_fail(enum pawl_store_kind kind, unsigned n, enum pawl_err err)
{
	pthread_mutex_lock(&door.lock);
	door.fail_kind = kind;
	door.fail_err = err;
	door.n_fail = n;
	pthread_mutex_unlock(&door.lock);
}

unsigned
store_failures_left(void)
{
	unsigned n;

	pthread_mutex_lock(&door.lock);
	n = door.n_fail;
	pthread_mutex_unlock(&door.lock);
	return n;
}

/* ---- store and engine ------------------------------------------------------------------------ */

static pthread_mutex_t wake_lock = PTHREAD_MUTEX_INITIALIZER;

static void
set_engine(struct bench *bench, struct pawl_engine *engine)
{
	pthread_mutex_lock(&wake_lock);
	bench->engine = engine;
	pthread_mutex_unlock(&wake_lock);
}

/* On a thread of the store. */
static void
wake_engine(void *ctx)
{
	struct bench *bench = ctx;

	pthread_mutex_lock(&wake_lock);
	if (bench->engine)
		pawl_engine_wake(bench->engine);
	pthread_mutex_unlock(&wake_lock);
}

void
bench_open_store(struct bench *bench)
{
	struct pawl_store_config config = {
		.url = pawl_str_c(bench->dir), .on_work = wake_engine, .ctx = bench};
	struct pawl_problems problems = {0};

	assert_int_equal(pawl_store_open(&config, 0, &bench->store, &problems), PAWL_OK);
	pawl_problems_fini(&problems);
}

void
bench_close_store(struct bench *bench)
{
	pawl_store_close(bench->store);
	bench->store = NULL;
}

static void
on_respond(void *ctx, uint64_t run_id, const struct pawl_node_answer *answer)
{
	write_down("say", answer->body);
}

/* Ends only: they come when they are on disk, with what a caller is to be told. */
static void
on_event(void *ctx, const struct pawl_engine_event *event)
{
	if (event->kind == PAWL_EVENT_RUN && pawl_run_is_finished(event->run_state))
		write_down(pawl_run_state_name(event->run_state), event->output);
}

void
bench_start_engine(struct bench *bench)
{
	static const struct pawl_egress egress;
	struct pawl_engine_config config = {.store = bench->store,
					    .registry = &bench_registry,
					    .egress = &egress,
					    .max_runs = bench->max_runs,
					    .max_run_bytes = bench->max_run_bytes,
					    .on_event = on_event,
					    .on_respond = on_respond};
	struct pawl_problems problems = {0};
	struct pawl_engine *engine;

	assert_int_equal(pawl_engine_start(&config, &engine, &problems), PAWL_OK);
	pawl_problems_fini(&problems);
	set_engine(bench, engine);
}

void
bench_stop_engine(struct bench *bench, int64_t grace_ms)
{
	struct pawl_engine *engine = bench->engine;

	set_engine(bench, NULL);
	pawl_engine_stop(engine, grace_ms);
}

void
bench_restart(struct bench *bench)
{
	bench_stop_engine(bench, 0);
	bench_close_store(bench);
	bench_open_store(bench);
	bench_start_engine(bench);
}

int
bench_setup(void **state)
{
	struct bench *bench = calloc(1, sizeof *bench);
	const char *tmp = getenv("TMPDIR");

	snprintf(bench->dir, sizeof bench->dir, "%s/pawl-engine-XXXXXX", tmp ? tmp : "/tmp");
	if (!mkdtemp(bench->dir))
		return -1;
	n_journal = n_hanging = most_hanging = 0;
	store_fail(PAWL_STORE_SAVE, 0, PAWL_OK);
	pawl_arena_init(&bench->arena, 0);
	bench_open_store(bench);
	bench_start_engine(bench);
	*state = bench;
	return 0;
}

int
bench_teardown(void **state)
{
	struct bench *bench = *state;
	struct dirent *entry;
	DIR *dir;

	store_let_go(); /* of a test that failed */
	bench_stop_engine(bench, 0);
	if (bench->store)
		bench_close_store(bench);
	dir = opendir(bench->dir);
	while (dir && (entry = readdir(dir)))
		unlinkat(dirfd(dir), entry->d_name, 0);
	if (dir)
		closedir(dir);
	rmdir(bench->dir);
	pawl_arena_fini(&bench->arena);
	free(bench);
	return 0;
}

uint64_t
bench_workflow_of(struct bench *bench, const char *trigger_config, const char *nodes,
		  const char *edges)
{
	static unsigned n;
	struct pawl_store_workflow_save save = {.publish = true, .activate = true, .at_us = 1};
	struct pawl_arena *arena = &bench->arena;
	uint64_t id;

	save.name = pawl_arena_printf(arena, "w%u", ++n);
	save.hook_token = pawl_arena_printf(arena, "token%u", n);
	save.document = pawl_arena_printf(
		arena,
		"{\"version\":1,\"name\":\"w%u\",\"trigger\":{\"type\":\"hook\",\"config\":{%s}},"
		"\"nodes\":[%s],\"edges\":[%s]}",
		n, trigger_config, nodes, edges);
	pawl_store_op_init(&save.op, PAWL_STORE_WORKFLOW_SAVE, NULL);
	assert_int_equal(pawl_store_wait(bench->store, &save.op), PAWL_OK);
	id = save.workflow.id;
	pawl_store_op_fini(&save.op);
	return id;
}

uint64_t
bench_workflow(struct bench *bench, const char *nodes, const char *edges)
{
	return bench_workflow_of(bench, "", nodes, edges);
}

uint64_t
bench_run(struct bench *bench, uint64_t workflow_id, const char *input)
{
	struct pawl_store_start_run start = {.run = {.workflow_id = workflow_id,
						     .revision = 1,
						     .input = pawl_str_c(input ? input : "{}"),
						     .queued_at_us = pawl_clock_now_us()}};
	uint64_t id;

	pawl_store_op_init(&start.op, PAWL_STORE_START_RUN, NULL);
	assert_int_equal(pawl_store_wait(bench->store, &start.op), PAWL_OK);
	id = start.run_id;
	pawl_store_op_fini(&start.op);
	if (bench->engine)
		pawl_engine_wake(bench->engine);
	return id;
}

/* ---- looking ------------------------------------------------------------------------------------
 */

static struct pawl_str
kept(struct bench *bench, struct pawl_str s)
{
	return pawl_arena_dup(&bench->arena, s);
}

const struct pawl_run_record *
bench_read(struct bench *bench, uint64_t run_id)
{
	struct pawl_run_record *record = pawl_arena_calloc(&bench->arena, 1, sizeof *record);
	struct pawl_store_get get = {.id = run_id};

	pawl_store_op_init(&get.op, PAWL_STORE_RUN, NULL);
	assert_int_equal(pawl_store_wait(bench->store, &get.op), PAWL_OK);
	*record = *get.record;
	record->run.input = kept(bench, record->run.input);
	record->run.error = kept(bench, record->run.error);
	record->run.output = kept(bench, record->run.output);
	record->nodes =
		pawl_arena_calloc(&bench->arena, record->n_nodes + 1, sizeof *record->nodes);
	for (size_t i = 0; i < record->n_nodes; i++) {
		struct pawl_node_row *row = &record->nodes[i];

		*row = get.record->nodes[i];
		row->node_id = kept(bench, row->node_id);
		row->port = kept(bench, row->port);
		row->input = kept(bench, row->input);
		row->output = kept(bench, row->output);
		row->error = kept(bench, row->error);
		row->attempts = kept(bench, row->attempts);
		row->state_data = kept(bench, row->state_data);
	}
	pawl_store_op_fini(&get.op);
	return record;
}

const struct pawl_run_record *
bench_await(struct bench *bench, uint64_t run_id, enum pawl_run_state state)
{
	int64_t until_us = pawl_clock_mono_us() + PATIENCE_US;
	const struct pawl_run_record *record;

	while ((record = bench_read(bench, run_id))->run.state != state) {
		if (pawl_clock_mono_us() > until_us)
			fail_msg("the run is %s, not %s; error %.*s",
				 pawl_run_state_name(record->run.state), pawl_run_state_name(state),
				 PAWL_STR_ARG(record->run.error));
		usleep(POLL_MS_AS_US);
	}
	return record;
}

void
bench_await_empty(struct bench *bench)
{
	int64_t until_us = pawl_clock_mono_us() + PATIENCE_US;
	struct pawl_engine_stats stats;

	for (;;) {
		pawl_engine_stats(bench->engine, &stats);
		if (stats.runs_in_memory == 0)
			return;
		if (pawl_clock_mono_us() > until_us)
			fail_msg("%zu runs stay in memory", stats.runs_in_memory);
		usleep(POLL_MS_AS_US);
	}
}

const struct pawl_node_row *
bench_row(const struct pawl_run_record *record, const char *node_id)
{
	for (size_t i = 0; i < record->n_nodes; i++)
		if (pawl_str_eq_c(record->nodes[i].node_id, node_id))
			return &record->nodes[i];
	return NULL;
}

void
bench_await_node(struct bench *bench, uint64_t run_id, const char *node_id,
		 enum pawl_node_state state)
{
	int64_t until_us = pawl_clock_mono_us() + PATIENCE_US;
	const struct pawl_node_row *row;

	while (!(row = bench_row(bench_read(bench, run_id), node_id)) || row->state != state) {
		if (pawl_clock_mono_us() > until_us)
			fail_msg("%s is %s, not %s", node_id,
				 row ? pawl_node_state_name(row->state) : "absent",
				 pawl_node_state_name(state));
		usleep(POLL_MS_AS_US);
	}
}

bool
has(struct pawl_str text, const char *part)
{
	return pawl_str_find(text, pawl_str_c(part)) != SIZE_MAX;
}

/* ---- commands
 * ------------------------------------------------------------------------------------- */

struct bench_order {
	struct pawl_engine_command command;
	pthread_mutex_t lock;
	pthread_cond_t cond;
	bool done;
	enum pawl_err err;
	char message[128];
};

static char last_message[128];

const char *
bench_message(void)
{
	return last_message;
}

static void
answered(struct pawl_engine_command *command, enum pawl_err err, const char *message)
{
	struct bench_order *order = command->ctx;

	pthread_mutex_lock(&order->lock);
	assert_false(order->done);
	snprintf(order->message, sizeof order->message, "%s", message ? message : "");
	order->err = err;
	order->done = true;
	pthread_cond_signal(&order->cond);
	pthread_mutex_unlock(&order->lock);
}

static struct bench_order *
give(struct bench *bench, const struct pawl_engine_command *command)
{
	struct bench_order *order = calloc(1, sizeof *order);

	pthread_mutex_init(&order->lock, NULL);
	pthread_cond_init(&order->cond, NULL);
	order->command = *command;
	order->command.done = answered;
	order->command.ctx = order;
	pawl_engine_command(bench->engine, &order->command);
	return order;
}

enum pawl_err
bench_outcome(struct bench_order *order)
{
	enum pawl_err err;

	pthread_mutex_lock(&order->lock);
	while (!order->done)
		pthread_cond_wait(&order->cond, &order->lock);
	err = order->err;
	memcpy(last_message, order->message, sizeof last_message);
	pthread_mutex_unlock(&order->lock);
	pthread_mutex_destroy(&order->lock);
	pthread_cond_destroy(&order->cond);
	free(order);
	return err;
}

struct bench_order *
bench_order(struct bench *bench, enum pawl_engine_action action, uint64_t run_id)
{
	struct bench_order *order =
		give(bench, &(struct pawl_engine_command){.action = action, .run_id = run_id});

	/* The engine's tasks come in turn: when this is answered, that one is being seen to. */
	assert_int_equal(bench_command(bench, PAWL_ACTION_CANCEL, 12345), PAWL_ENOTFOUND);
	return order;
}

enum pawl_err
bench_command(struct bench *bench, enum pawl_engine_action action, uint64_t run_id)
{
	return bench_outcome(
		give(bench, &(struct pawl_engine_command){.action = action, .run_id = run_id}));
}

enum pawl_err
bench_call_resume_url(struct bench *bench, uint64_t run_id, const char *data)
{
	return bench_outcome(give(bench, &(struct pawl_engine_command){.action = PAWL_ACTION_RESUME,
								       .run_id = run_id,
								       .data = pawl_str_c(data),
								       .by_url = true}));
}

enum pawl_err
bench_resume(struct bench *bench, uint64_t run_id, const char *node_id, const char *data,
	     const char *decision)
{
	struct pawl_engine_command command = {.action = PAWL_ACTION_RESUME,
					      .run_id = run_id,
					      .node_id = pawl_str_c(node_id),
					      .data = pawl_str_c(data),
					      .decision = pawl_str_c(decision)};

	return bench_outcome(give(bench, &command));
}
