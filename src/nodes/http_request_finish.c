/* From an answer, or the lack of one, to the node's outcome. */
#include <stdio.h>

#include "base/clock.h"
#include "base/codec.h"
#include "base/parse.h"
#include "data/media.h"
#include "net/http_chars.h"
#include "nodes/http_request.h"

#define RETRY_AFTER_MAX_MS INT64_C(86400000)

bool
pawl_http_status_range(const struct pawl_json *v, int64_t *from, int64_t *to)
{
	struct pawl_str text = pawl_json_str(v);
	size_t dash;
	uint64_t a, b;

	if (pawl_json_is(v, PAWL_JSON_NUMBER)) {
		if (!pawl_json_to_i64(v, from))
			return false;
		*to = *from;
		return *from >= 100 && *from <= 599;
	}
	dash = pawl_str_find_char(text, '-');
	if (!pawl_parse_u64_range(pawl_str_sub(text, 0, dash), 100, 599, &a))
		return false;
	b = a;
	if (dash != SIZE_MAX &&
	    !pawl_parse_u64_range(pawl_str_sub(text, dash + 1, text.len), a, 599, &b))
		return false;
	*from = (int64_t)a;
	*to = (int64_t)b;
	return true;
}

struct pawl_str
pawl_http_request_host(struct pawl_str url)
{
	size_t slashes = pawl_str_find(url, PAWL_STR("://"));
	struct pawl_str host = slashes == SIZE_MAX ? url : pawl_str_sub(url, slashes + 3, url.len);
	size_t at;

	for (size_t i = 0; i < host.len; i++) {
		if (strchr("/?#", host.ptr[i])) {
			host = pawl_str_sub(host, 0, i);
			break;
		}
	}
	at = pawl_str_find_char(host, '@');
	return at == SIZE_MAX ? host : pawl_str_sub(host, at + 1, host.len);
}

/* "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110 section 5.6.7), as RFC 3339. */
static bool
parse_http_date(struct pawl_str s, int64_t *at_us)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	char text[32];
	const char *month;

	if (s.len != 29 || memcmp(s.ptr + 25, " GMT", 4) != 0)
		return false;
	for (month = months; *month; month += 3) {
		if (memcmp(month, s.ptr + 8, 3) == 0)
			break;
	}
	if (!*month)
		return false;
	snprintf(text, sizeof(text), "%.4s-%02d-%.2sT%.8sZ", s.ptr + 12,
		 (int)((month - months) / 3) + 1, s.ptr + 5, s.ptr + 17);
	return pawl_time_parse(pawl_str_c(text), at_us);
}

int64_t
pawl_http_retry_after_ms(struct pawl_str value, int64_t now_us)
{
	uint64_t seconds;
	int64_t at_us, ms;

	value = pawl_str_trim(value);
	if (pawl_parse_u64(value, &seconds))
		ms = seconds > (uint64_t)RETRY_AFTER_MAX_MS ? RETRY_AFTER_MAX_MS
							    : (int64_t)seconds * 1000;
	else if (parse_http_date(value, &at_us))
		ms = at_us > now_us ? (at_us - now_us) / 1000 : 0;
	else
		return -1;
	return ms < RETRY_AFTER_MAX_MS ? ms : RETRY_AFTER_MAX_MS;
}

static struct pawl_str
find_header(const struct pawl_http_call_result *result, const char *name)
{
	for (size_t i = 0; i < result->n_headers; i++) {
		if (pawl_str_eq_nocase(result->headers[i].name, pawl_str_c(name)))
			return result->headers[i].value;
	}
	return pawl_str(NULL, 0);
}

/* All values of headers[first]'s name, joined as RFC 9110 section 5.3 allows. */
static struct pawl_json
join_values(struct pawl_arena *arena, const struct pawl_http_call_result *result, size_t first)
{
	struct pawl_json joined;
	struct pawl_buf buf;

	pawl_buf_init(&buf, SIZE_MAX / 2);
	for (size_t i = first; i < result->n_headers; i++) {
		if (!pawl_str_eq_nocase(result->headers[i].name, result->headers[first].name))
			continue;
		if (i > first)
			pawl_buf_append_c(&buf, ", ");
		pawl_buf_append_str(&buf, result->headers[i].value);
	}
	joined = pawl_media_header(arena, pawl_arena_dup(arena, pawl_buf_peek(&buf)));
	pawl_buf_fini(&buf);
	return joined;
}

/* A list, because the same section knows one header that cannot be joined. */
static struct pawl_json
list_cookies(struct pawl_arena *arena, const struct pawl_http_call_result *result, size_t first)
{
	struct pawl_json_builder list;

	pawl_json_array_begin(&list, arena);
	for (size_t i = first; i < result->n_headers; i++) {
		if (pawl_str_eq_nocase(result->headers[i].name, result->headers[first].name))
			pawl_json_push(&list, pawl_media_header(arena, result->headers[i].value));
	}
	return pawl_json_end(&list);
}

static bool
is_first(const struct pawl_http_call_result *result, size_t i)
{
	for (size_t k = 0; k < i; k++) {
		if (pawl_str_eq_nocase(result->headers[k].name, result->headers[i].name))
			return false;
	}
	return true;
}

/* Names in lower case. One that is none is left out: it could be bytes that JSON cannot hold. */
static struct pawl_json
headers_value(struct pawl_arena *arena, const struct pawl_http_call_result *result)
{
	struct pawl_json_builder b;

	pawl_json_object_begin(&b, arena);
	for (size_t i = 0; i < result->n_headers; i++) {
		struct pawl_str name = pawl_arena_dup(arena, result->headers[i].name);
		char *lower = (char *)name.ptr;

		if (!pawl_http_is_token(name))
			continue;
		for (size_t j = 0; j < name.len; j++) {
			if (lower[j] >= 'A' && lower[j] <= 'Z')
				lower[j] = (char)(lower[j] - 'A' + 'a');
		}
		if (!is_first(result, i))
			continue;
		pawl_json_set(&b, name,
			      pawl_str_eq_c(name, "set-cookie") ? list_cookies(arena, result, i)
								: join_values(arena, result, i));
	}
	return pawl_json_end(&b);
}

static struct pawl_json
base64_value(struct pawl_arena *arena, struct pawl_str body)
{
	struct pawl_json out;
	struct pawl_buf buf;

	pawl_buf_init(&buf, body.len / 3 * 4 + 8);
	pawl_base64_encode(&buf, body, PAWL_BASE64_STD);
	out = pawl_json_string(pawl_arena_dup(arena, pawl_buf_peek(&buf)));
	pawl_buf_fini(&buf);
	return out;
}

struct answer {
	struct pawl_json output;
	const char *not_json; /* JSON was asked for, and this is why the body is none */
};

/* Has the answer a body at all? (RFC 9110 section 6.4.1) */
static bool
may_have_body(const struct pawl_node_call *call, int status)
{
	struct pawl_str method = pawl_json_get_str(call->config, "method", PAWL_STR("GET"));

	return status != 204 && status != 205 && status != 304 && !pawl_str_eq_c(method, "HEAD");
}

static struct pawl_json
read_data(struct pawl_node_call *call, const struct pawl_http_call_result *result,
	  struct answer *answer, bool *is_base64)
{
	const struct pawl_json *response = pawl_json_get_c(call->config, "response");
	struct pawl_str type = pawl_json_get_str(response, "type", PAWL_STR("auto"));
	bool is_json = pawl_str_eq_c(type, "json"), is_auto = pawl_str_eq_c(type, "auto");
	struct pawl_str content_type = find_header(result, "content-type"), text;
	struct pawl_json_error error;
	struct pawl_json data;

	*is_base64 = false;
	if (!result->body.len && (is_auto || !may_have_body(call, result->status)))
		return pawl_json_null();
	if (is_json || (is_auto && pawl_media_is_json(content_type))) {
		if (pawl_media_json(call->arena, content_type, result->body, &data, &error) ==
		    PAWL_OK)
			return data;
		if (is_json)
			answer->not_json = error.message;
	}
	if (!pawl_str_eq_c(type, "bytes") &&
	    pawl_media_text(call->arena, content_type, result->body, &text))
		return pawl_json_string(pawl_arena_dup(call->arena, text));
	*is_base64 = true;
	return base64_value(call->arena, result->body);
}

static void
read_answer(struct pawl_node_call *call, const struct pawl_http_call_result *result,
	    struct answer *answer)
{
	struct pawl_json_builder b;
	bool is_base64;

	answer->not_json = NULL;
	pawl_json_object_begin(&b, call->arena);
	pawl_json_set_c(&b, "status", pawl_json_int(call->arena, result->status));
	pawl_json_set_c(&b, "headers", headers_value(call->arena, result));
	pawl_json_set_c(&b, "data", read_data(call, result, answer, &is_base64));
	if (is_base64)
		pawl_json_set_c(&b, "encoding", pawl_json_string_c("base64"));
	answer->output = pawl_json_end(&b);
}

static bool
is_success(const struct pawl_json *config, int status)
{
	const struct pawl_json *list =
		pawl_json_get_c(pawl_json_get_c(config, "response"), "success");
	int64_t from, to;

	if (!pawl_json_is(list, PAWL_JSON_ARRAY))
		return status >= 200 && status <= 299;
	for (uint32_t i = 0; i < list->len; i++) {
		if (pawl_http_status_range(&list->items[i], &from, &to) && status >= from &&
		    status <= to)
			return true;
	}
	return false;
}

static bool
is_worth_a_retry(enum pawl_http_call_error error)
{
	switch (error) {
	case PAWL_HTTP_CALL_RESOLVE:
	case PAWL_HTTP_CALL_CONNECT:
	case PAWL_HTTP_CALL_TIMEOUT:
	case PAWL_HTTP_CALL_NETWORK:
		return true;
	case PAWL_HTTP_CALL_OK:
	case PAWL_HTTP_CALL_BAD_URL:
	case PAWL_HTTP_CALL_BAD_REQUEST:
	case PAWL_HTTP_CALL_BLOCKED:
	case PAWL_HTTP_CALL_TLS:
	case PAWL_HTTP_CALL_TOO_LARGE:
	case PAWL_HTTP_CALL_REDIRECT:
		return false;
	}
	return false;
}

/* The path and the query may hold secrets and stay out of messages. */
static struct pawl_str
target_text(const struct pawl_node_call *call)
{
	struct pawl_str method = pawl_json_get_str(call->config, "method", PAWL_STR("GET"));
	struct pawl_str host =
		pawl_http_request_host(pawl_json_get_str(call->config, "url", PAWL_STR("")));

	return pawl_arena_printf(call->arena, "%.*s %.*s", PAWL_STR_ARG(method),
				 PAWL_STR_ARG(host));
}

static void
fail_call(struct pawl_node_call *call, const struct pawl_http_call_result *result)
{
	struct pawl_str method = pawl_json_get_str(call->config, "method", PAWL_STR("GET"));
	struct pawl_node_failure failure = {
		.code = pawl_http_call_error_name(result->error),
		.message = pawl_arena_printf(call->arena, "%.*s %s", PAWL_STR_ARG(method),
					     result->message),
		.retryable = is_worth_a_retry(result->error),
		.retry_after_ms = -1,
	};

	pawl_node_fail(call, &failure);
}

static void
fail_status(struct pawl_node_call *call, const struct pawl_http_call_result *result,
	    const struct pawl_json *output)
{
	int status = result->status;
	struct pawl_str after = find_header(result, "retry-after");
	struct pawl_node_failure failure = {
		.code = "http_status",
		.message = pawl_arena_printf(call->arena, "%.*s answered %d",
					     PAWL_STR_ARG(target_text(call)), status),
		.retryable = status == 408 || status == 425 || status == 429 ||
			     (status >= 500 && status <= 599),
		.retry_after_ms =
			after.ptr ? pawl_http_retry_after_ms(after, pawl_clock_now_us()) : -1,
		.output = output,
	};

	pawl_node_fail(call, &failure);
}

void
pawl_http_request_finish(struct pawl_node_call *call, const struct pawl_http_call_result *result)
{
	struct answer *answer;

	if (result->error) {
		fail_call(call, result);
		return;
	}
	answer = pawl_arena_alloc(call->arena, sizeof(*answer));
	read_answer(call, result, answer);
	if (!is_success(call->config, result->status)) {
		fail_status(call, result, &answer->output);
	} else if (answer->not_json) {
		struct pawl_node_failure failure = {
			.code = "not_json",
			.message = pawl_arena_printf(call->arena,
						     "%.*s answered with something else than "
						     "JSON: %s",
						     PAWL_STR_ARG(target_text(call)),
						     answer->not_json),
			.retry_after_ms = -1,
			.output = &answer->output,
		};

		pawl_node_fail(call, &failure);
	} else {
		pawl_node_complete(call, &answer->output, PAWL_STR(""));
	}
}
