/* Directories and short ops for the tests of the store. */
#ifndef PAWL_TESTS_STORE_TESTING_H
#define PAWL_TESTS_STORE_TESTING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/store.h"

static inline int
dir_setup(void **state)
{
	const char *tmp = getenv("TMPDIR");
	size_t size = strlen(tmp ? tmp : "/tmp") + 32;
	char *dir = malloc(size);

	snprintf(dir, size, "%s/pawl-store-XXXXXX", tmp ? tmp : "/tmp");
	*state = mkdtemp(dir);
	return *state ? 0 : -1;
}

static inline int
dir_teardown(void **state)
{
	DIR *dir = opendir(*state);
	struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		unlinkat(dirfd(dir), entry->d_name, 0);
	if (dir)
		closedir(dir);
	rmdir(*state);
	free(*state);
	return 0;
}

#define DIR_TEST(fn) cmocka_unit_test_setup_teardown(fn, dir_setup, dir_teardown)

static inline char *
path_in(const char *dir, const char *name)
{
	size_t size = strlen(dir) + strlen(name) + 2;
	char *path = malloc(size);

	snprintf(path, size, "%s/%s", dir, name);
	return path;
}

static inline struct pawl_store *
open_store(const char *dir)
{
	struct pawl_store_config config = {.url = pawl_str_c(dir)};
	struct pawl_problems problems = {0};
	struct pawl_store *store = NULL;
	enum pawl_err err = pawl_store_open(&config, 0, &store, &problems);

	if (err)
		fprintf(stderr, "%s: %s\n", problems.items[0].where, problems.items[0].message);
	assert_int_equal(err, PAWL_OK);
	pawl_problems_fini(&problems);
	return store;
}

/* The error of an open that has to fail; its only problem has to speak of `word`. */
static inline enum pawl_err
open_error(const char *dir, const char *word)
{
	struct pawl_store_config config = {.url = pawl_str_c(dir)};
	struct pawl_problems problems = {0};
	struct pawl_store *store = NULL;
	enum pawl_err err = pawl_store_open(&config, 0, &store, &problems);

	assert_null(store);
	assert_int_equal(problems.len, 1);
	if (!strstr(problems.items[0].message, word))
		fail_msg("\"%s\" does not speak of \"%s\"", problems.items[0].message, word);
	pawl_problems_fini(&problems);
	return err;
}

static inline enum pawl_err
accept_body(struct pawl_store *store, uint64_t workflow_id, struct pawl_str body, uint64_t *id)
{
	struct pawl_store_accept op = {0};
	enum pawl_err err;

	pawl_store_op_init(&op.op, PAWL_STORE_ACCEPT, NULL);
	op.request = (struct pawl_request_row){.workflow_id = workflow_id,
					       .received_at_us = 1000,
					       .verdict = PAWL_VERDICT_ACCEPTED,
					       .starts_run = true,
					       .body = body};
	err = pawl_store_wait(store, &op.op);
	pawl_store_op_fini(&op.op);
	if (id)
		*id = op.request_id;
	return err;
}

static inline enum pawl_err
accept_one(struct pawl_store *store, uint64_t *id)
{
	return accept_body(store, 1, PAWL_STR("body"), id);
}

static inline bool
has_request(struct pawl_store *store, uint64_t id)
{
	struct pawl_store_get get = {.id = id};
	enum pawl_err err;

	pawl_store_op_init(&get.op, PAWL_STORE_REQUEST, NULL);
	err = pawl_store_wait(store, &get.op);
	pawl_store_op_fini(&get.op);
	assert_true(err == PAWL_OK || err == PAWL_ENOTFOUND);
	return err == PAWL_OK;
}

static inline bool
is_failing(struct pawl_store *store)
{
	struct pawl_store_stats stats;

	pawl_store_stats(store, &stats);
	return stats.failing;
}

#endif
