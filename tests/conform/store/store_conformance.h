/* What every store has to do, whatever is behind it. One suite; each back end runs it on stores of
 * its own making, through store/store.h alone. */
#ifndef PAWL_TESTS_STORE_CONFORMANCE_H
#define PAWL_TESTS_STORE_CONFORMANCE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "store/store.h"

struct pawl_store_under_test {
	const char *name;
	/* The url of a new, empty store; freed by destroy together with all that it holds. */
	char *(*create)(void);
	void (*destroy)(char *url);
};

/* Number of failed tests. */
int pawl_store_conformance(const struct pawl_store_under_test *under_test);

/* ---- for the files of the suite ---- */

struct fixture {
	const struct pawl_store_under_test *under_test;
	char *url;
	struct pawl_store *store;
};

extern const struct CMUnitTest conform_intake_tests[], conform_run_tests[], conform_list_tests[],
	conform_workflow_tests[], conform_misc_tests[], conform_quarantine_tests[],
	conform_dedup_tests[], conform_order_tests[], conform_audit_tests[],
	conform_trigger_tests[], conform_replay_tests[];
extern const size_t conform_n_audit_tests, conform_n_trigger_tests;
extern const size_t conform_n_intake_tests, conform_n_run_tests, conform_n_list_tests,
	conform_n_workflow_tests, conform_n_misc_tests, conform_n_quarantine_tests,
	conform_n_dedup_tests, conform_n_order_tests, conform_n_replay_tests;

extern const struct CMUnitTest conform_retention_tests[], conform_stats_tests[],
	conform_user_tests[];
extern const size_t conform_n_retention_tests, conform_n_stats_tests, conform_n_user_tests;
extern const struct CMUnitTest conform_building_tests[];
extern const size_t conform_n_building_tests;

int fixture_setup(void **state);
int fixture_teardown(void **state);
/* Closes and opens again. */
void fixture_reopen(struct fixture *f, uint64_t blamed_run);
#define CONFORM_TEST(fn) cmocka_unit_test_setup_teardown(fn, fixture_setup, fixture_teardown)

/* Shorthands; each asserts that the op succeeded unless it returns the error. */
uint64_t accept_run(struct fixture *f, uint64_t workflow_id);
uint64_t accept_verdict(struct fixture *f, uint64_t workflow_id, enum pawl_verdict verdict);
uint64_t accept_row(struct fixture *f, const struct pawl_request_row *row);
/* The caller finishes claim->op. */
void claim_runs(struct fixture *f, struct pawl_store_claim *claim, size_t limit, int64_t now_us,
		const uint64_t *blocked, size_t n_blocked);
size_t claim_count(struct fixture *f, size_t limit);
enum pawl_err save_state(struct fixture *f, uint64_t run_id, enum pawl_run_state state,
			 int64_t wake_at_us);
enum pawl_err save_row(struct fixture *f, uint64_t run_id, const struct pawl_run_row *run);
void save_nodes(struct fixture *f, uint64_t run_id, const struct pawl_node_row *nodes, size_t n);
uint64_t start_run(struct fixture *f, const struct pawl_run_row *run);
enum pawl_err requeue_run(struct fixture *f, uint64_t run_id, bool from_start, const uint32_t *drop,
			  size_t n_drop);
/* The caller finishes get->op, or list->op. */
enum pawl_err get_row(struct fixture *f, struct pawl_store_get *get, enum pawl_store_kind kind,
		      uint64_t id);
enum pawl_run_state run_state(struct fixture *f, uint64_t run_id);
void list_init(struct pawl_store_list *list, enum pawl_store_kind kind);
void list_rows(struct fixture *f, struct pawl_store_list *list);
int64_t counter_value(struct fixture *f, uint64_t workflow_id, const char *name);
void assert_str(struct pawl_str s, const char *expected);

#endif
