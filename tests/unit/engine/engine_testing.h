/* The real engine on the real store in a directory of its own, with made-up node types.
 *
 * Types: `note` (pure), `pick` (pure; its config says the port), `act` (an effect), `nap` (waits),
 * `say` (answers with its value), `stop` (terminates). The journal has "say VALUE" for an answer
 * and "completed OUTPUT" for the end of a run, when it is told. What an attempt of `act` or `note`
 * does is said by the `script` of its config, one word per attempt, the last for all further ones:
 * ok, fail (for good), again (worth a retry), hang (until it is released or canceled). Everything
 * that nodes do is kept in a journal.
 */
#ifndef PAWL_TESTS_ENGINE_TESTING_H
#define PAWL_TESTS_ENGINE_TESTING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "engine/blame.h"
#include "engine/engine.h"

#include <cmocka.h>

struct bench {
	char dir[128];
	struct pawl_store *store;
	struct pawl_engine *engine;
	struct pawl_arena arena; /* of what was read */
	size_t max_runs;
	size_t max_run_bytes;
};

extern const struct pawl_registry bench_registry;

int bench_setup(void **state);
int bench_teardown(void **state);
#define BENCH_TEST(fn) cmocka_unit_test_setup_teardown(fn, bench_setup, bench_teardown)

/* bench_setup has done the first of each. */
void bench_start_engine(struct bench *bench);
void bench_stop_engine(struct bench *bench, int64_t grace_ms);
/* The engine ends without grace, the store is closed, and both begin anew: what is left of a run
 * is what was on disk. */
void bench_restart(struct bench *bench);
void bench_close_store(struct bench *bench);
void bench_open_store(struct bench *bench);

/* Publishes and activates a document; nodes and edges are the inside of the lists. */
uint64_t bench_workflow(struct bench *bench, const char *nodes, const char *edges);
uint64_t bench_workflow_of(struct bench *bench, const char *trigger_config, const char *nodes,
			   const char *edges);
/* Queues a run of revision 1 and wakes the engine. */
uint64_t bench_run(struct bench *bench, uint64_t workflow_id, const char *input);

/* The engine's next op of that kind does not reach the store before store_let_go; store_await waits
 * until it has come. One at a time. */
void store_hold(enum pawl_store_kind kind);
void store_await(void);
void store_let_go(void);
/* The engine's next n ops of that kind fail, and do not reach the store. */
void store_fail(enum pawl_store_kind kind, unsigned n, enum pawl_err err);
unsigned store_failures_left(void);

/* The record as it is in the store now; lives until the test ends. */
const struct pawl_run_record *bench_read(struct bench *bench, uint64_t run_id);
/* Waits until the run has that state in the store; fails the test after ten seconds. */
const struct pawl_run_record *bench_await(struct bench *bench, uint64_t run_id,
					  enum pawl_run_state state);
/* Waits until the run is gone from memory, too. */
void bench_await_empty(struct bench *bench);
const struct pawl_node_row *bench_row(const struct pawl_run_record *record, const char *node_id);
void bench_await_node(struct bench *bench, uint64_t run_id, const char *node_id,
		      enum pawl_node_state state);

/* Waits for the answer. */
enum pawl_err bench_command(struct bench *bench, enum pawl_engine_action action, uint64_t run_id);
enum pawl_err bench_resume(struct bench *bench, uint64_t run_id, const char *node_id,
			   const char *data, const char *decision);
enum pawl_err bench_call_resume_url(struct bench *bench, uint64_t run_id, const char *data);
/* Gives a command and does not wait for the answer, but until the engine has taken it up. */
struct bench_order;
struct bench_order *bench_order(struct bench *bench, enum pawl_engine_action action,
				uint64_t run_id);
enum pawl_err bench_outcome(struct bench_order *order);
const char *bench_message(void); /* of the last command */

/* How often a line was written: "start a", "cancel a", "resume nap". */
unsigned journal_count(const char *line);
void journal_await(const char *line, unsigned n);
/* Position of the first such line, -1 for none. */
int journal_find(const char *line);
/* Lets the node that hangs complete (or fail for good). */
void release(const char *node_id, bool fail);
/* How many nodes hang at the same time, at most, so far. */
unsigned journal_most_at_once(void);

bool has(struct pawl_str text, const char *part);
#define assert_has(text, part)                                                                     \
	do {                                                                                       \
		if (!has(text, part))                                                              \
			fail_msg("no %s in %.*s", part, PAWL_STR_ARG(text));                       \
	} while (0)
#define assert_text(text, expected)                                                                \
	do {                                                                                       \
		if (!pawl_str_eq_c(text, expected))                                                \
			fail_msg("%.*s is not %s", PAWL_STR_ARG(text), expected);                  \
	} while (0)

#define NODE(id, type, config, settings)                                                           \
	"{\"id\":\"" id "\",\"type\":\"" type "\",\"config\":{" config "},\"settings\":{" settings \
	"}}"
#define NOTE(id)                  NODE(id, "note", "", "")
#define ACT(id, script, settings) NODE(id, "act", "\"script\":\"" script "\"", settings)
#define EDGE(from, to)            "{\"from\":\"" from "\",\"to\":\"" to "\"}"
#define PORT(from, port, to)      "{\"from\":\"" from "\",\"port\":\"" port "\",\"to\":\"" to "\"}"
#define FIRST(id)                 EDGE("trigger", id)

#endif
