#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/client.h"
#include "cli/print.h"
#include "cli/sse.h"

#define RECONNECT_S 2
/* The server sends a comment every 15 s: a stream that says nothing is dead. */
#define SILENCE_S 60L

static const struct pawl_option options[] = {
	{"workflow", "NAME", "Only this workflow (name or id)"},
	{"count", "N", "End after so many events; 0: never", .fallback = "0"},
	PAWL_CLIENT_OPTIONS,
	{NULL},
};

struct tail {
	struct pawl_str ca_pem; /* empty: the system's */
	bool json;
	uint64_t count, seen;
	struct pawl_sse sse;
	bool was_connected;
};

static struct pawl_str
member(const struct pawl_json *data, const char *name)
{
	const struct pawl_json *value = pawl_json_get_c(data, name);

	return pawl_json_str(value);
}

static void
print_part(const char *before, struct pawl_str text)
{
	if (text.len == 0)
		return;
	fputs(before, stdout);
	pawl_print_text(stdout, text);
}

static void
print_line(struct pawl_str event, const struct pawl_json *data)
{
	const struct pawl_json *error = pawl_json_get_c(data, "error");

	printf("%-8.*s", PAWL_STR_ARG(event));
	print_part(" ", member(data, "id"));
	print_part(" ", member(data, "run_id"));
	print_part(" ", member(data, "node"));
	print_part(" ", member(data, "verdict"));
	print_part(" ", member(data, "status"));
	print_part(" ", member(data, "reason"));
	print_part(" attempt ", member(data, "attempt"));
	print_part(": ", pawl_json_is(error, PAWL_JSON_OBJECT) ? member(error, "message")
							       : pawl_json_str(error));
	fputc('\n', stdout);
	fflush(stdout);
}

/* False ends the stream. */
static bool
on_event(void *ctx, struct pawl_str event, struct pawl_str text)
{
	struct pawl_json_builder b;
	struct tail *tail = ctx;
	struct pawl_arena arena;
	struct pawl_json data, line;

	pawl_arena_init(&arena, 0);
	if (pawl_str_eq_c(event, "gap")) {
		fputs("pawl tail: events were missed\n", stderr);
	} else if (pawl_json_parse(&arena, text, &data, NULL) == PAWL_OK) {
		tail->seen++;
		if (tail->json) {
			pawl_json_object_begin(&b, &arena);
			pawl_json_set_c(&b, "event", pawl_json_string_dup(&arena, event));
			pawl_json_set_c(&b, "data", data);
			line = pawl_json_end(&b);
			pawl_print_json_line(&line);
		} else {
			print_line(event, &data);
		}
	}
	pawl_arena_fini(&arena);
	return !ferror(stdout) && (tail->count == 0 || tail->seen < tail->count);
}

static size_t
on_bytes(char *bytes, size_t size, size_t n, void *ctx)
{
	struct tail *tail = ctx;

	tail->was_connected = true;
	/* Another number than was given makes curl end the transfer. */
	return pawl_sse_feed(&tail->sse, pawl_str(bytes, size * n), on_event, tail) ? size * n : 0;
}

/* One connection, until it ends; the HTTP status, or 0. */
static long
listen_once(struct tail *tail, const char *url, const char *authorization, char *message)
{
	struct curl_slist *headers = curl_slist_append(NULL, authorization);
	struct curl_blob ca = {(void *)(uintptr_t)tail->ca_pem.ptr, tail->ca_pem.len,
			       CURL_BLOB_COPY};
	char last[300];
	CURL *easy = curl_easy_init();
	long status = 0;
	CURLcode code = CURLE_OUT_OF_MEMORY;

	if (easy && headers) {
		headers = curl_slist_append(headers, "Accept: text/event-stream");
		snprintf(last, sizeof last, "Last-Event-ID: %.*s",
			 PAWL_STR_ARG(pawl_buf_peek(&tail->sse.last_id)));
		if (tail->sse.last_id.len > 0)
			headers = curl_slist_append(headers, last);
		pawl_sse_reset(&tail->sse);
		curl_easy_setopt(easy, CURLOPT_URL, url);
		curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
		curl_easy_setopt(easy, CURLOPT_PROXY, "");
		if (tail->ca_pem.len > 0)
			curl_easy_setopt(easy, CURLOPT_CAINFO_BLOB, &ca);
		curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
		curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
		curl_easy_setopt(easy, CURLOPT_FAILONERROR, 1L);
		curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, 10L);
		curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
		curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, SILENCE_S);
		curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, message);
		curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_bytes);
		curl_easy_setopt(easy, CURLOPT_WRITEDATA, tail);
		code = curl_easy_perform(easy);
		curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
	}
	if (message[0] == '\0')
		snprintf(message, CURL_ERROR_SIZE, "%s",
			 code == CURLE_OK ? "the server ended the stream"
					  : curl_easy_strerror(code));
	curl_slist_free_all(headers);
	curl_easy_cleanup(easy);
	return status;
}

static int
follow(struct tail *tail, const char *url, const char *authorization)
{
	for (;;) {
		char message[CURL_ERROR_SIZE] = "";
		long status = listen_once(tail, url, authorization, message);

		if ((tail->count > 0 && tail->seen >= tail->count))
			return PAWL_EXIT_OK;
		if (ferror(stdout))
			return PAWL_EXIT_FAILED;
		fprintf(stderr, "pawl tail: %s\n", message);
		if (status == 404)
			return PAWL_EXIT_NOT_FOUND;
		if (!tail->was_connected || (status >= 400 && status <= 499))
			return PAWL_EXIT_FAILED;
		sleep(RECONNECT_S);
	}
}

static int
run(const struct pawl_args *args)
{
	struct tail tail = {.json = pawl_args_flag(args, "json")};
	struct pawl_arena *arena = args->arena;
	struct pawl_client *client;
	struct pawl_str path;
	int status;

	if (!pawl_args_number(args, "count", 0, UINT32_MAX, &tail.count))
		return PAWL_EXIT_USAGE;
	status = pawl_client_new(args, &client);
	if (status != PAWL_EXIT_OK)
		return status;
	tail.ca_pem = pawl_client_ca(client);
	path = pawl_api_query(arena, PAWL_STR("/api/v1/stream"), "workflow",
			      pawl_args_get(args, "workflow"));
	pawl_sse_init(&tail.sse);
	status = follow(
		&tail,
		pawl_arena_dup_c(arena, pawl_arena_printf(arena, "%.*s%.*s",
							  PAWL_STR_ARG(pawl_client_server(client)),
							  PAWL_STR_ARG(path))),
		pawl_arena_dup_c(arena,
				 pawl_arena_printf(arena, "Authorization: Bearer %.*s",
						   PAWL_STR_ARG(pawl_client_token(client)))));
	pawl_sse_fini(&tail.sse);
	pawl_client_free(client);
	return status;
}

const struct pawl_command pawl_command_tail = {
	.name = "tail",
	.operands = "",
	.summary = "Follow requests, runs and nodes as they happen",
	.details = "With --json: one object per line, {\"event\":...,\"data\":{...}}.",
	.options = options,
	.run = run,
};
