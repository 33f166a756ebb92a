/* What the HTTP request node makes of an answer: exactly one outcome, whose output can be kept.
 *
 * Input: the node's config as JSON in one line, "name: value" lines, an empty line, the body. */
#include "fuzz.h"

#include "nodes/http_request.h"

#include "fuzz_headers.h"
#include "fuzz_json.h"

static unsigned n_outcomes;

static void
on_complete(struct pawl_node_call *call, const struct pawl_json *output, struct pawl_str port)
{
	n_outcomes++;
	require(port.len == 0);
	fuzz_check_object(call->arena, output);
}

static void
on_fail(struct pawl_node_call *call, const struct pawl_node_failure *failure)
{
	n_outcomes++;
	require(failure->code && failure->code[0] && pawl_str_is_utf8(failure->message));
	require(failure->retry_after_ms >= -1 && failure->retry_after_ms <= 86400000);
	if (failure->output)
		fuzz_check_object(call->arena, failure->output);
}

static const struct pawl_node_host host = {.complete = on_complete, .fail = on_fail};

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const int statuses[] = {200, 204, 304, 404, 429, 503};
	struct pawl_str text = {(const char *)data, size}, line = {0};
	struct pawl_http_header headers[FUZZ_HEADERS];
	struct pawl_http_call_result result = {.message = "", .headers = headers};
	struct pawl_arena arena;
	struct pawl_json config;

	pawl_arena_init(&arena, 0);
	(void)pawl_str_split(&text, '\n', &line);
	if (pawl_json_parse(&arena, line, &config, NULL) != PAWL_OK)
		config = pawl_json_null();
	result.n_headers = fuzz_headers(&text, headers);
	result.body = text;
	for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++) {
		struct pawl_node_call call = {.arena = &arena, .config = &config, .host = &host};

		result.status = statuses[i];
		n_outcomes = 0;
		pawl_http_request_finish(&call, &result);
		require(n_outcomes == 1);
	}
	pawl_arena_fini(&arena);
	return 0;
}
