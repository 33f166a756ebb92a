#include "server/what_if.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "engine/catalog.h"
#include "server/api_resources.h"

#define JOBS_MAX         4 /* that wait; each may take its time */
#define WORK_US          INT64_C(20000000)
#define ANSWER_BYTES_MAX ((size_t)8 << 20)
#define NICE             19

struct pawl_what_ifs {
	struct pawl_store *store;
	struct pawl_engine_config config;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	struct pawl_what_if_job *first; /* of those that wait */
	size_t n_jobs;
	bool is_stopping;
};

/* What is at hand while a job is done. */
struct trying {
	struct pawl_what_ifs *what_ifs;
	struct pawl_what_if_job *job;
	struct pawl_workflow *workflow;
	struct pawl_store_get then; /* the revision of the last run */
	struct pawl_json document;  /* its, in then's arena */
	bool has_document;
	struct pawl_json_builder results;
};

/* ---- one run --------------------------------------------------------------------------- */

/* What it ran; revisions may be gone, and then the nodes' ids alone have to do. */
static const struct pawl_json *
document_then(struct trying *t, const struct pawl_run_row *row)
{
	struct pawl_store_get *then = &t->then;

	if (then->number != row->revision) {
		pawl_store_op_fini(&then->op);
		*then = (struct pawl_store_get){.id = row->workflow_id, .number = row->revision};
		pawl_store_op_init(&then->op, PAWL_STORE_REVISION, NULL);
		t->has_document = pawl_store_wait(t->what_ifs->store, &then->op) == PAWL_OK &&
				  pawl_json_read_back(&then->op.arena, then->revision->document,
						      &t->document, NULL) == PAWL_OK;
	}
	return t->has_document ? &t->document : NULL;
}

/* Items are kept in the call's arena, without what they were made from. */
static void
add_result(struct trying *t, const struct pawl_json *item, enum pawl_what_if_outcome outcome)
{
	struct pawl_arena *arena = &t->job->call->arena;
	struct pawl_arena text;
	struct pawl_json copy;

	pawl_arena_init(&text, 0);
	if (pawl_json_read_back(arena, pawl_json_text(&text, item), &copy, NULL) == PAWL_OK) {
		pawl_json_push(&t->results, copy);
		t->job->counts[outcome]++;
	}
	pawl_arena_fini(&text);
}

/* NULL: it can be tried. */
static const char *
obstacle(const struct trying *t, const struct pawl_run_record *record)
{
	const struct pawl_run_row *row = &record->run;

	if (row->workflow_id != t->job->filter.workflow_id)
		return "it is a run of another workflow";
	if (!pawl_run_is_finished(row->state))
		return "the run has not ended";
	if (row->request_id && !record->request.id && !row->input.len)
		return "the request is not kept any more";
	return NULL;
}

static void
try_record(struct trying *t, const struct pawl_run_record *record)
{
	struct pawl_what_if what_if = {.config = &t->what_ifs->config,
				       .workflow = t->workflow,
				       .recorded = record,
				       .document = document_then(t, &record->run)};
	enum pawl_what_if_outcome outcome;
	struct pawl_arena arena;
	struct pawl_json item;

	pawl_arena_init(&arena, 0);
	pawl_what_if(&what_if, &arena);
	item = pawl_what_if_report(&arena, &what_if, &outcome);
	add_result(t, &item, outcome);
	pawl_arena_fini(&arena);
}

static void
try_run(struct trying *t, uint64_t run_id)
{
	struct pawl_store_get get = {.id = run_id};
	struct pawl_json item;
	const char *reason;
	enum pawl_err err;

	pawl_store_op_init(&get.op, PAWL_STORE_RUN, NULL);
	err = pawl_store_wait(t->what_ifs->store, &get.op);
	reason = err == PAWL_OK ? obstacle(t, get.record) : "there is no such run";
	if (err != PAWL_OK && err != PAWL_ENOTFOUND) {
		t->job->err = err;
	} else if (reason) {
		item = pawl_what_if_untried(&get.op.arena, run_id,
					    err == PAWL_OK ? &get.record->run : NULL, reason);
		add_result(t, &item, PAWL_WHAT_IF_NO_RECORDING);
	} else {
		try_record(t, get.record);
	}
	pawl_store_op_fini(&get.op);
}

/* ---- a job ------------------------------------------------------------------------------ */

static bool
is_stopping(struct pawl_what_ifs *what_ifs)
{
	bool answer;

	pthread_mutex_lock(&what_ifs->lock);
	answer = what_ifs->is_stopping;
	pthread_mutex_unlock(&what_ifs->lock);
	return answer;
}

static void
try_all(struct trying *t, const uint64_t *runs, size_t n)
{
	struct pawl_what_if_job *job = t->job;
	int64_t until_us = pawl_clock_mono_us() + WORK_US;

	for (size_t i = 0; i < n && job->err == PAWL_OK && !job->is_cut; i++) {
		try_run(t, runs[i]);
		if (is_stopping(t->what_ifs))
			job->err = PAWL_ECANCELED;
		job->is_cut = i + 1 < n && (pawl_clock_mono_us() > until_us ||
					    job->call->arena.total_bytes > ANSWER_BYTES_MAX);
	}
}

static void
find_and_try(struct trying *t)
{
	struct pawl_store_replay find = {.row = t->job->filter, .max = t->job->limit};

	pawl_store_op_init(&find.op, PAWL_STORE_REPLAY_FIND, NULL);
	t->job->err = pawl_store_wait(t->what_ifs->store, &find.op);
	if (t->job->err == PAWL_OK)
		try_all(t, find.found, find.n_found);
	pawl_store_op_fini(&find.op);
}

static void
do_job(struct pawl_what_ifs *what_ifs, struct pawl_what_if_job *job)
{
	struct trying t = {.what_ifs = what_ifs, .job = job};

	t.workflow = pawl_catalog_compile(&what_ifs->config, job->document, job->message,
					  sizeof job->message);
	if (!t.workflow) {
		job->err = PAWL_EINVAL;
		return;
	}
	pawl_json_array_begin(&t.results, &job->call->arena);
	pawl_store_op_init(&t.then.op, PAWL_STORE_REVISION, NULL);
	if (job->n_runs)
		try_all(&t, job->runs, job->n_runs);
	else
		find_and_try(&t);
	pawl_store_op_fini(&t.then.op);
	pawl_workflow_unref(t.workflow);
	job->results = pawl_json_end(&t.results);
}

/* ---- the answer; on the call's loop ------------------------------------------------------ */

static void
reply(struct pawl_api_call *call, const struct pawl_what_if_job *job)
{
	struct pawl_arena *arena = &call->arena;
	struct pawl_json_builder b;
	struct pawl_json value;

	pawl_json_object_begin(&b, arena);
	pawl_json_set_c(&b, "workflow", pawl_api_workflow_ref(call, job->filter.workflow_id));
	pawl_json_set_c(&b, "revision", pawl_api_number_or_null(arena, job->revision));
	pawl_json_set_c(&b, "draft", pawl_json_bool(job->revision == 0));
	pawl_json_set_c(&b, "tried", pawl_json_int(arena, job->results.len));
	for (size_t i = 0; i < sizeof job->counts / sizeof job->counts[0]; i++)
		pawl_json_set_c(&b, pawl_what_if_outcome_name(i),
				pawl_json_int(arena, (int64_t)job->counts[i]));
	pawl_json_set_c(&b, "cut", pawl_json_bool(job->is_cut));
	pawl_json_set_c(&b, "runs", job->results);
	value = pawl_json_end(&b);
	pawl_api_reply(call, 200, &value);
}

static void
answer(struct pawl_task *task)
{
	const struct pawl_what_if_job *job = pawl_container_of(task, struct pawl_what_if_job, task);
	struct pawl_api_call *call = job->call;

	if (job->err == PAWL_OK)
		reply(call, job);
	else if (job->err == PAWL_EINVAL)
		pawl_api_fail(call, 422, "invalid_document", "%s", job->message);
	else if (job->err == PAWL_EFULL)
		pawl_api_fail(call, 503, "busy", "others wait for a what-if already: try again");
	else
		pawl_api_fail_err(call, job->err, "run");
}

static void
over(struct pawl_what_if_job *job)
{
	job->task.fn = answer;
	pawl_loop_post(pawl_http_ref_loop(job->call->ref), &job->task);
}

/* ---- the thread -------------------------------------------------------------------------- */

static struct pawl_what_if_job *
take(struct pawl_what_ifs *what_ifs)
{
	struct pawl_what_if_job *job = what_ifs->first;

	what_ifs->first = job->next;
	what_ifs->n_jobs--;
	return job;
}

static void *
run_what_ifs(void *arg)
{
	struct pawl_what_ifs *what_ifs = arg;
	struct pawl_what_if_job *job;

	(void)setpriority(PRIO_PROCESS, 0, NICE); /* of this thread; as it was will do, too */
	pthread_mutex_lock(&what_ifs->lock);
	for (;;) {
		while (!what_ifs->first && !what_ifs->is_stopping)
			pthread_cond_wait(&what_ifs->wake, &what_ifs->lock);
		if (!what_ifs->first)
			break;
		job = take(what_ifs);
		if (what_ifs->is_stopping)
			job->err = PAWL_ECANCELED;
		pthread_mutex_unlock(&what_ifs->lock);
		if (job->err == PAWL_OK)
			do_job(what_ifs, job);
		over(job);
		pthread_mutex_lock(&what_ifs->lock);
	}
	pthread_mutex_unlock(&what_ifs->lock);
	return NULL;
}

struct pawl_what_ifs *
pawl_what_ifs_start(struct pawl_store *store, const struct pawl_engine_config *config)
{
	struct pawl_what_ifs *what_ifs = pawl_calloc(1, sizeof *what_ifs);

	what_ifs->store = store;
	what_ifs->config = *config;
	pthread_mutex_init(&what_ifs->lock, NULL);
	pthread_cond_init(&what_ifs->wake, NULL);
	if (pthread_create(&what_ifs->thread, NULL, run_what_ifs, what_ifs) != 0)
		abort();
	pthread_setname_np(what_ifs->thread, "pawl-what-if");
	return what_ifs;
}

void
pawl_what_ifs_ask(struct pawl_what_ifs *what_ifs, struct pawl_what_if_job *job)
{
	struct pawl_what_if_job **last = &what_ifs->first;
	enum pawl_err err = PAWL_OK;

	pthread_mutex_lock(&what_ifs->lock);
	if (what_ifs->is_stopping)
		err = PAWL_ECANCELED;
	else if (what_ifs->n_jobs >= JOBS_MAX)
		err = PAWL_EFULL;
	while (err == PAWL_OK && *last)
		last = &(*last)->next;
	if (err == PAWL_OK) {
		job->next = NULL;
		*last = job;
		what_ifs->n_jobs++;
		pthread_cond_signal(&what_ifs->wake);
	}
	pthread_mutex_unlock(&what_ifs->lock);
	if (err == PAWL_OK)
		return; /* the job is the thread's, and may be done by now */
	job->err = err;
	over(job);
}

void
pawl_what_ifs_stop(struct pawl_what_ifs *what_ifs)
{
	if (!what_ifs)
		return;
	pthread_mutex_lock(&what_ifs->lock);
	what_ifs->is_stopping = true;
	pthread_cond_signal(&what_ifs->wake);
	pthread_mutex_unlock(&what_ifs->lock);
	pthread_join(what_ifs->thread, NULL);
}

void
pawl_what_ifs_free(struct pawl_what_ifs *what_ifs)
{
	if (!what_ifs)
		return;
	pthread_cond_destroy(&what_ifs->wake);
	pthread_mutex_destroy(&what_ifs->lock);
	free(what_ifs);
}
