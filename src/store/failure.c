#include "store/failure.h"

#include <string.h>

static const struct {
	const char *code, *class;
} table[] = {
	{"bad_request", "request"},
	{"bad_url", "request"},
	{"blocked", "blocked"},
	{"connect", "network"},
	{"crashed_twice", "crashed_twice"},
	{"in_doubt", "in_doubt"},
	{"interrupted", "in_doubt"},
	{"invalid_config", "expression"},
	{"invalid_document", "document"},
	{"invalid_expression", "expression"},
	{"network", "network"},
	{"not_json", "answer"},
	{"redirect", "answer"},
	{"resolve", "network"},
	{"run_too_large", "too_large"},
	{"terminated", "terminated"},
	{"timeout", "timeout"},
	{"tls", "network"},
	{"too_large", "too_large"},
	{"workflow_deleted", "document"},
};

const char *const pawl_failure_classes[] = {
	"answer",   "blocked",    "canceled",   "crashed_twice", "document", "expression",
	"http_4xx", "http_5xx",   "http_other", "in_doubt",      "network",  "other",
	"request",  "terminated", "timeout",    "too_large",     NULL};

struct pawl_str
pawl_failure_code(struct pawl_str error)
{
	static const char head[] = "{\"code\":\"";
	const size_t len = sizeof head - 1;
	const char *end;

	if (error.len < len || memcmp(error.ptr, head, len) != 0)
		return PAWL_STR("");
	end = memchr(error.ptr + len, '"', error.len - len);
	return pawl_str(error.ptr + len, end ? (size_t)(end - error.ptr) - len : 0);
}

/* "... answered 503" is how the message ends (nodes/http_request_finish.c). */
static const char *
class_of_status(struct pawl_str error)
{
	static const char word[] = " answered ";
	const char *at = memmem(error.ptr, error.len, word, sizeof word - 1), *last = NULL;

	while (at) {
		last = at + sizeof word - 1;
		at = memmem(last, error.len - (size_t)(last - error.ptr), word, sizeof word - 1);
	}
	if (!last || last == error.ptr + error.len)
		return "http_other";
	return *last == '4' ? "http_4xx" : *last == '5' ? "http_5xx" : "http_other";
}

const char *
pawl_failure_class(enum pawl_run_state state, struct pawl_str error)
{
	struct pawl_str code = pawl_failure_code(error);

	if (state == PAWL_RUN_CANCELED)
		return "canceled";
	if (state == PAWL_RUN_TIMED_OUT)
		return "timeout";
	if (state != PAWL_RUN_FAILED)
		return "";
	if (pawl_str_eq_c(code, "http_status"))
		return class_of_status(error);
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
		if (pawl_str_eq_c(code, table[i].code))
			return table[i].class;
	return "other";
}
