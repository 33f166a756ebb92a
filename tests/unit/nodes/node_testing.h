/* A made-up engine: one call of one node, and what became of it. */
#ifndef PAWL_TESTS_NODE_TESTING_H
#define PAWL_TESTS_NODE_TESTING_H

#include <semaphore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* Before cmocka, whose macro fail() has the name of a member in node.h. */
#include "nodes/nodes.h"

#include <cmocka.h>

enum outcome { OUTCOME_NONE, OUTCOME_COMPLETE, OUTCOME_FAIL, OUTCOME_WAIT, OUTCOME_TERMINATE };

static struct pawl_arena arena;
static struct {
	enum outcome outcome;
	unsigned n_outcomes;
	const char *output; /* as text; NULL: none */
	const char *port;
	const char *code, *message;
	bool is_retryable;
	int64_t retry_after_ms;
	int64_t wake_at_us;
	enum pawl_wait waits_for;
	bool has_failed_run, has_entered;
	unsigned n_answers;
	const char *described; /* "name=value;" */
	struct pawl_node_answer answer;
	sem_t done;
} got;

static inline const char *
text_of(const struct pawl_json *v)
{
	return v ? pawl_arena_dup_c(&arena, pawl_json_text(&arena, v)) : NULL;
}

static inline void
note(enum outcome outcome)
{
	got.outcome = outcome;
	got.n_outcomes++;
	sem_post(&got.done);
}

static inline void
on_complete(struct pawl_node_call *call, const struct pawl_json *output, struct pawl_str port)
{
	got.output = text_of(output);
	got.port = pawl_arena_dup_c(&arena, port);
	note(OUTCOME_COMPLETE);
}

static inline void
on_fail(struct pawl_node_call *call, const struct pawl_node_failure *failure)
{
	got.code = failure->code;
	got.message = pawl_arena_dup_c(&arena, failure->message);
	got.is_retryable = failure->retryable;
	got.retry_after_ms = failure->retry_after_ms;
	got.output = text_of(failure->output);
	note(OUTCOME_FAIL);
}

static inline void
on_wait(struct pawl_node_call *call, enum pawl_wait what, int64_t wake_at_us,
	const struct pawl_json *state)
{
	got.waits_for = what;
	got.wake_at_us = wake_at_us;
	note(OUTCOME_WAIT);
}

static inline void
on_terminate(struct pawl_node_call *call, bool failed, struct pawl_str message)
{
	got.has_failed_run = failed;
	got.message = pawl_arena_dup_c(&arena, message);
	note(OUTCOME_TERMINATE);
}

static inline void
on_enter(struct pawl_node_call *call)
{
	got.has_entered = true;
}

static inline void
on_respond(struct pawl_node_call *call, const struct pawl_node_answer *answer)
{
	got.n_answers++;
	got.answer = *answer;
}

static inline void
on_describe(struct pawl_node_call *call, const char *name, struct pawl_str text, int64_t number)
{
	got.described = pawl_arena_dup_c(
		&arena, text.ptr ? pawl_arena_printf(&arena, "%s%s=%.*s;", got.described, name,
						     PAWL_STR_ARG(text))
				 : pawl_arena_printf(&arena, "%s%s=%lld;", got.described, name,
						     (long long)number));
}

static inline struct pawl_str
on_hide(const struct pawl_node_call *call, struct pawl_str text)
{
	return pawl_str_eq_c(text, "a secret") ? PAWL_STR("***") : text;
}

/* The request of the run has brought one. */
static inline bool
on_file(const struct pawl_node_call *call, struct pawl_str ref, struct pawl_node_file *out)
{
	*out = (struct pawl_node_file){PAWL_STR("cat.png"), PAWL_STR("image/png"),
				       PAWL_STR("\x89PNG")};
	return pawl_str_eq_c(ref, "17/0");
}

static const struct pawl_node_host host = {on_complete,  on_fail,  on_wait,
					   on_terminate, on_enter, on_respond,
					   on_describe,  on_hide,  on_file};

static inline int
setup_call(void **state)
{
	pawl_arena_init(&arena, 0);
	memset(&got, 0, sizeof(got));
	got.described = "";
	sem_init(&got.done, 0, 0);
	return 0;
}

static inline int
teardown_call(void **state)
{
	sem_destroy(&got.done);
	pawl_arena_fini(&arena);
	return 0;
}

static inline struct pawl_json *
json(const char *text)
{
	struct pawl_json *v = pawl_arena_alloc(&arena, sizeof(*v));

	if (pawl_json_parse(&arena, pawl_str_c(text), v, NULL) != PAWL_OK)
		fail_msg("not JSON: %s", text);
	return v;
}

static inline struct pawl_node_call *
new_call(const struct pawl_node_type *type, const char *config)
{
	struct pawl_node_call *call = pawl_arena_calloc(&arena, 1, sizeof(*call));

	call->type = type;
	call->arena = &arena;
	call->config = json(config);
	call->idempotency_key = PAWL_STR("17/call/0");
	call->run_id = 17;
	call->node_id = PAWL_STR("call");
	call->attempt = 1;
	call->timeout_ms = 5000;
	call->host = &host;
	return call;
}

/* Starts a node that has its outcome at once. */
static inline enum outcome
run(const struct pawl_node_type *type, const char *config)
{
	got.n_outcomes = 0;
	got.outcome = OUTCOME_NONE;
	type->start(new_call(type, config));
	assert_int_equal(got.n_outcomes, 1);
	return got.outcome;
}

#define node_test(f) cmocka_unit_test_setup_teardown(f, setup_call, teardown_call)

#endif
