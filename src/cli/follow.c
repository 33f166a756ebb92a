#include "cli/follow.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/sse.h"

#define RECONNECT_S 2
/* The server sends a comment every 15 s: a stream that says nothing is dead. */
#define SILENCE_S 60L

struct following {
	const struct pawl_follow *follow;
	struct pawl_str ca_pem; /* empty: the system's */
	struct pawl_sse sse;
	bool was_connected; /* once, at least */
	bool is_connected, is_over;
};

/* False ends the stream. */
static bool
on_event(void *ctx, struct pawl_str event, struct pawl_str data)
{
	struct following *f = ctx;

	f->is_over = !f->follow->on_event(f->follow->ctx, event, data);
	return !f->is_over;
}

static size_t
on_bytes(char *bytes, size_t size, size_t n, void *ctx)
{
	struct following *f = ctx;

	if (!f->is_connected && f->follow->on_connect)
		f->is_over = !f->follow->on_connect(f->follow->ctx);
	f->was_connected = f->is_connected = true;
	/* Another number than was given makes curl end the transfer. */
	return !f->is_over && pawl_sse_feed(&f->sse, pawl_str(bytes, size * n), on_event, f)
		       ? size * n
		       : 0;
}

/* One connection, until it ends; the HTTP status, or 0. */
static long
listen_once(struct following *f, const char *url, const char *authorization, char *message)
{
	struct curl_slist *headers = curl_slist_append(NULL, authorization);
	struct curl_blob ca = {(void *)(uintptr_t)f->ca_pem.ptr, f->ca_pem.len, CURL_BLOB_COPY};
	char last[300];
	CURL *easy = curl_easy_init();
	long status = 0;
	CURLcode code = CURLE_OUT_OF_MEMORY;

	f->is_connected = false;
	if (easy && headers) {
		headers = curl_slist_append(headers, "Accept: text/event-stream");
		snprintf(last, sizeof last, "Last-Event-ID: %.*s",
			 PAWL_STR_ARG(pawl_buf_peek(&f->sse.last_id)));
		if (f->sse.last_id.len > 0)
			headers = curl_slist_append(headers, last);
		pawl_sse_reset(&f->sse);
		curl_easy_setopt(easy, CURLOPT_URL, url);
		curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
		curl_easy_setopt(easy, CURLOPT_PROXY, "");
		if (f->ca_pem.len > 0)
			curl_easy_setopt(easy, CURLOPT_CAINFO_BLOB, &ca);
		curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
		curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
		curl_easy_setopt(easy, CURLOPT_FAILONERROR, 1L);
		curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, 10L);
		curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
		curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, SILENCE_S);
		curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, message);
		curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_bytes);
		curl_easy_setopt(easy, CURLOPT_WRITEDATA, f);
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
follow(struct following *f, const char *url, const char *authorization)
{
	for (;;) {
		char message[CURL_ERROR_SIZE] = "";
		long status = listen_once(f, url, authorization, message);

		if (f->is_over)
			return PAWL_EXIT_OK;
		fprintf(stderr, "pawl %s: %s\n", f->follow->command, message);
		if (status == 404)
			return PAWL_EXIT_NOT_FOUND;
		if (!f->was_connected || (status >= 400 && status <= 499))
			return PAWL_EXIT_FAILED;
		sleep(RECONNECT_S);
	}
}

int
pawl_follow(const struct pawl_args *args, struct pawl_client *client,
	    const struct pawl_follow *what)
{
	struct following f = {.follow = what, .ca_pem = pawl_client_ca(client)};
	struct pawl_arena *arena = args->arena;
	struct pawl_str server = pawl_client_server(client), token = pawl_client_token(client);
	const char *workflow = what->workflow.len ? pawl_arena_dup_c(arena, what->workflow) : NULL;
	struct pawl_str path =
		pawl_api_query(arena, PAWL_STR("/api/v1/stream"), "workflow", workflow);
	struct pawl_str url, authorization;
	int status;

	url = pawl_arena_printf(arena, "%.*s%.*s", PAWL_STR_ARG(server), PAWL_STR_ARG(path));
	authorization = pawl_arena_printf(arena, "Authorization: Bearer %.*s", PAWL_STR_ARG(token));
	pawl_sse_init(&f.sse);
	status = follow(&f, pawl_arena_dup_c(arena, url), pawl_arena_dup_c(arena, authorization));
	pawl_sse_fini(&f.sse);
	return status;
}
