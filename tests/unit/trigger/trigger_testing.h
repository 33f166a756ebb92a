/* What the tests of this layer share. */
#ifndef TRIGGER_TESTING_H
#define TRIGGER_TESTING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

/* before cmocka.h, whose macro `fail` is a member's name here */
#include "trigger/webhook.h"

#include <cmocka.h>

#define LEN(a) (sizeof(a) / sizeof((a)[0]))

/* A request that is put together header by header. */
struct test_request {
	struct pawl_http_header headers[16];
	struct pawl_request_facts facts;
};

static inline void
request_init(struct test_request *r, const char *body, int64_t at_s)
{
	*r = (struct test_request){0};
	r->facts.method = PAWL_HTTP_POST;
	r->facts.target = PAWL_STR("/hook/x");
	r->facts.headers = r->headers;
	r->facts.body = pawl_str_c(body);
	r->facts.now_us = at_s * 1000000;
	assert_true(pawl_ip_parse(PAWL_STR("203.0.113.7"), &r->facts.ip));
}

static inline void
request_add(struct test_request *r, const char *name, const char *value)
{
	assert_true(r->facts.n_headers < LEN(r->headers));
	r->headers[r->facts.n_headers++] =
		(struct pawl_http_header){pawl_str_c(name), pawl_str_c(value)};
}

static inline struct pawl_json
parse_json(struct pawl_arena *arena, const char *text)
{
	struct pawl_json_error error = {0};
	struct pawl_json v;

	if (pawl_json_parse(arena, pawl_str_c(text), &v, &error) != PAWL_OK)
		fail_msg("%s at %zu in %s", error.message, error.offset, text);
	return v;
}

/* A request to a webhook, and what became of it. */
struct test_trigger {
	struct pawl_arena arena;
	struct test_request request;
	struct pawl_webhook *webhook;
	struct pawl_webhook_verdict verdict;
};

static inline int
trigger_setup(void **state)
{
	struct test_trigger *f = calloc(1, sizeof(*f));

	pawl_schemes_init();
	pawl_arena_init(&f->arena, 0);
	*state = f;
	return 0;
}

static inline int
trigger_teardown(void **state)
{
	struct test_trigger *f = *state;

	pawl_webhook_free(f->webhook);
	pawl_arena_fini(&f->arena);
	free(f);
	pawl_schemes_fini();
	return 0;
}

static inline void
trigger_configure(struct test_trigger *f, const char *config)
{
	struct pawl_problems problems = {0};
	struct pawl_json parsed = parse_json(&f->arena, config);

	pawl_webhook_free(f->webhook);
	f->webhook = pawl_webhook_new(&parsed, NULL, &problems);
	if (problems.len > 0)
		fail_msg("%s: %s", problems.items[0].where, problems.items[0].message);
}

#define TRIGGER_TEST(name) cmocka_unit_test_setup_teardown(name, trigger_setup, trigger_teardown)

static inline bool
has_problem(const struct pawl_problems *problems, const char *where, const char *part)
{
	for (size_t i = 0; i < problems->len; i++) {
		if (strcmp(problems->items[i].where, where) == 0 &&
		    strstr(problems->items[i].message, part))
			return true;
	}
	for (size_t i = 0; i < problems->len; i++)
		print_message("have: %s: %s\n", problems->items[i].where,
			      problems->items[i].message);
	return false;
}

static inline void
assert_str(struct pawl_str s, const char *expected)
{
	if (!pawl_str_eq_c(s, expected))
		fail_msg("\"%.*s\" is not \"%s\"", PAWL_STR_ARG(s), expected);
}

/* Compact text of `v` equals `expected`. */
static inline void
assert_json(struct pawl_arena *arena, const struct pawl_json *v, const char *expected)
{
	assert_non_null(v);
	assert_str(pawl_json_text(arena, v), expected);
}

#endif
