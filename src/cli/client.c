#include "cli/client.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/codec.h"
#include "cli/fetch.h"
#include "cli/files.h"
#include "cli/print.h"

#define DEFAULT_SERVER   "http://127.0.0.1:8080"
#define SMALL_FILE_BYTES ((size_t)64 * 1024)
#define CA_BYTES_MAX     ((size_t)1024 * 1024)
#define CALL_TIMEOUT_MS  120000
#define PAGE_MAX         1000
#define PATH_BYTES_MAX   ((size_t)16 * 1024)
#define INPUT_BYTES_MAX  ((size_t)16 * 1024 * 1024)

struct pawl_client {
	struct pawl_arena *arena;
	struct pawl_str server; /* no slash at the end */
	struct pawl_str token;
	struct pawl_str ca_pem; /* empty: the system's */
	struct pawl_fetch *fetch;
};

/* ---- where, and as whom ----------------------------------------------------- */

/* The token's file may be named relative to where the server was started. */
static bool
read_token(struct pawl_arena *arena, const char *path, struct pawl_str *out)
{
	struct pawl_str text;

	if (pawl_file_read(arena, path, SMALL_FILE_BYTES, &text) != PAWL_OK)
		return false;
	*out = pawl_str_trim(text);
	return out->len > 0;
}

/* Takes from a ready file what is not known yet. False when it cannot be read. */
static bool
use_ready_file(struct pawl_client *client, const char *path)
{
	struct pawl_str text, url, file;
	const char *slash = strrchr(path, '/');
	struct pawl_json ready;

	if (pawl_file_read(client->arena, path, SMALL_FILE_BYTES, &text) != PAWL_OK ||
	    pawl_json_parse(client->arena, text, &ready, NULL) != PAWL_OK)
		return false;
	url = pawl_json_get_str(&ready, "url", PAWL_STR(""));
	file = pawl_json_get_str(&ready, "admin_token_file", PAWL_STR(""));
	if (client->server.len == 0)
		client->server = url;
	if (client->token.len == 0 && file.len > 0 &&
	    !read_token(client->arena, pawl_arena_dup_c(client->arena, file), &client->token) &&
	    slash && file.ptr[0] != '/')
		(void)read_token(
			client->arena,
			pawl_file_path(client->arena, pawl_str(path, (size_t)(slash - path)), file),
			&client->token);
	return true;
}

static void
use_data_dir(struct pawl_client *client, const char *dir)
{
	struct pawl_arena *arena = client->arena;
	struct pawl_str place = pawl_str_c(dir);

	(void)use_ready_file(client, pawl_file_path(arena, place, PAWL_STR("ready.json")));
	if (client->token.len == 0)
		(void)read_token(arena, pawl_file_path(arena, place, PAWL_STR("admin-token")),
				 &client->token);
}

/* A server on this machine, by its address. */
static bool
is_local(struct pawl_str url)
{
	static const char *const hosts[] = {"127.", "localhost", "[::1]"};
	size_t scheme = pawl_str_find(url, PAWL_STR("://"));
	struct pawl_str rest = pawl_str_sub(url, scheme == SIZE_MAX ? 0 : scheme + 3, url.len);

	/* Before a port or a path: "localhost.example.org" is elsewhere, "127.1@host" too. */
	for (size_t i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++) {
		struct pawl_str host = pawl_str_c(hosts[i]);
		size_t end = host.len;

		if (!pawl_str_starts_with(rest, host))
			continue;
		while (i == 0 && end < rest.len && strchr("0123456789.", rest.ptr[end]))
			end++;
		if (end == rest.len || rest.ptr[end] == ':' || rest.ptr[end] == '/')
			return pawl_str_find_char(rest, '@') == SIZE_MAX;
	}
	return false;
}

static int
settle_place(const struct pawl_args *args, struct pawl_client *client)
{
	const char *ready = pawl_args_given(args, "ready-file");
	const char *data = pawl_args_given(args, "data");

	client->server = pawl_str_c(pawl_args_given(args, "server"));
	client->token = pawl_str_c(pawl_args_given(args, "token"));
	if (ready && !use_ready_file(client, ready)) {
		fprintf(stderr, "pawl: --ready-file %s cannot be read\n", ready);
		return PAWL_EXIT_FAILED;
	}
	if (data && !ready)
		use_data_dir(client, data);
	if (client->server.len == 0)
		client->server = pawl_str_c(pawl_args_get(args, "server"));
	if (client->token.len == 0)
		client->token = pawl_str_c(pawl_args_get(args, "token"));
	/* Nobody asked for a token that is found by itself to be sent to another machine. */
	if (!ready &&
	    (client->server.len == 0 || (client->token.len == 0 && is_local(client->server)))) {
		ready = pawl_args_get(args, "ready-file");
		if (!ready || !use_ready_file(client, ready))
			use_data_dir(client, pawl_args_get(args, "data"));
	}
	if (client->server.len == 0)
		client->server = PAWL_STR(DEFAULT_SERVER);
	while (client->server.len > 0 && client->server.ptr[client->server.len - 1] == '/')
		client->server.len--;
	if (client->token.len > 0)
		return PAWL_EXIT_OK;
	fprintf(stderr,
		"pawl: no API token is known for %.*s, and %s has none\n"
		"pawl: start a server with 'pawl serve', name its directory with --data, or give "
		"--server and --token\n",
		PAWL_STR_ARG(client->server), pawl_args_get(args, "data"));
	return PAWL_EXIT_FAILED;
}

int
pawl_client_read_ca(const struct pawl_args *args, struct pawl_str *pem)
{
	const char *path = pawl_args_get(args, "ca-file");

	*pem = PAWL_STR("");
	if (!path || pawl_file_read(args->arena, path, CA_BYTES_MAX, pem) == PAWL_OK)
		return PAWL_EXIT_OK;
	fprintf(stderr, "pawl: --ca-file %s cannot be read\n", path);
	return PAWL_EXIT_FAILED;
}

int
pawl_client_new(const struct pawl_args *args, struct pawl_client **out)
{
	struct pawl_client *client = pawl_calloc(1, sizeof(*client));
	int status;

	*out = NULL;
	client->arena = args->arena;
	status = settle_place(args, client);
	if (status == PAWL_EXIT_OK)
		status = pawl_client_read_ca(args, &client->ca_pem);
	if (status == PAWL_EXIT_OK && pawl_fetch_new(&client->fetch) != PAWL_OK) {
		fputs("pawl: no thread can be started\n", stderr);
		status = PAWL_EXIT_FAILED;
	}
	if (status == PAWL_EXIT_OK)
		*out = client;
	else
		pawl_client_free(client);
	return status;
}

void
pawl_client_free(struct pawl_client *client)
{
	if (!client)
		return;
	pawl_fetch_free(client->fetch);
	free(client);
}

struct pawl_str
pawl_client_server(const struct pawl_client *client)
{
	return client->server;
}

struct pawl_str
pawl_client_token(const struct pawl_client *client)
{
	return client->token;
}

struct pawl_str
pawl_client_ca(const struct pawl_client *client)
{
	return client->ca_pem;
}

void
pawl_client_set_arena(struct pawl_client *client, struct pawl_arena *arena)
{
	client->arena = arena;
}

/* ---- calls ------------------------------------------------------------------ */

static int
report_refusal(const struct pawl_client *client, int status, const struct pawl_json *answer)
{
	const struct pawl_json *error = pawl_json_get_c(answer, "error");
	const struct pawl_json *problems = pawl_json_get_c(error, "problems");
	struct pawl_str detail = pawl_json_get_str(error, "detail", PAWL_STR(""));

	if (detail.len == 0)
		detail = pawl_json_get_str(answer, "message", PAWL_STR("no reason is given"));
	fprintf(stderr, "pawl: %d: ", status);
	pawl_print_text(stderr, detail);
	fputc('\n', stderr);
	if (status == 401)
		fputs("pawl: the server does not know this token; see --token\n", stderr);
	if (pawl_json_is(problems, PAWL_JSON_ARRAY))
		pawl_print_problems(stderr, "", problems);
	switch (status) {
	case 400: /* what the user asked for is not what the API takes */
		return PAWL_EXIT_USAGE;
	case 404:
		return PAWL_EXIT_NOT_FOUND;
	default:
		return PAWL_EXIT_FAILED;
	}
}

int
pawl_client_call(struct pawl_client *client, enum pawl_http_method method, struct pawl_str path,
		 const struct pawl_json *body, struct pawl_json *out)
{
	struct pawl_arena *arena = client->arena;
	struct pawl_http_header headers[3] = {
		{PAWL_STR("Authorization"),
		 pawl_arena_printf(arena, "Bearer %.*s", PAWL_STR_ARG(client->token))},
		{PAWL_STR("Accept"), PAWL_STR("application/json")},
		{PAWL_STR("Content-Type"), PAWL_STR("application/json")},
	};
	struct pawl_http_call_config config = {
		.method = pawl_str_c(pawl_http_method_name(method)),
		.url = pawl_arena_printf(arena, "%.*s%.*s", PAWL_STR_ARG(client->server),
					 PAWL_STR_ARG(path)),
		.headers = headers,
		.n_headers = body ? 3 : 2,
		.ca_pem = client->ca_pem,
		.timeout_ms = CALL_TIMEOUT_MS,
		.max_response_bytes = PAWL_API_BODY_MAX,
	};
	struct pawl_fetch_result result;

	*out = pawl_json_null();
	if (body)
		config.body = pawl_json_text(arena, body);
	pawl_fetch_wait(client->fetch, &config, arena, &result);
	if (result.error != PAWL_HTTP_CALL_OK) {
		fprintf(stderr, "pawl: %.*s: %s\n", PAWL_STR_ARG(client->server), result.message);
		if (result.error == PAWL_HTTP_CALL_CONNECT)
			fputs("pawl: is the server running? 'pawl serve' starts one\n", stderr);
		return PAWL_EXIT_FAILED;
	}
	if (result.body.len > 0 && pawl_json_read_back(arena, result.body, out, NULL) != PAWL_OK) {
		*out = pawl_json_null();
		if (result.status >= 200 && result.status <= 299) {
			fprintf(stderr,
				"pawl: %.*s: the answer is not JSON; is that a Pawl server?\n",
				PAWL_STR_ARG(client->server));
			return PAWL_EXIT_FAILED;
		}
	}
	if (result.status >= 200 && result.status <= 299)
		return PAWL_EXIT_OK;
	return report_refusal(client, result.status, out);
}

int
pawl_client_start_run(const struct pawl_args *args, struct pawl_str path,
		      const struct pawl_json *body)
{
	struct pawl_client *client;
	struct pawl_json answer;
	int status = pawl_client_new(args, &client);

	if (status != PAWL_EXIT_OK)
		return status;
	status = pawl_client_call(client, PAWL_HTTP_POST, path, body, &answer);
	if (status == PAWL_EXIT_OK && pawl_args_flag(args, "json")) {
		pawl_print_json(&answer);
	} else if (status == PAWL_EXIT_OK) {
		pawl_print_text(stdout, pawl_json_get_str(&answer, "id", PAWL_STR("")));
		fputc('\n', stdout);
	}
	pawl_client_free(client);
	return status;
}

int
pawl_client_delete(struct pawl_client *client, const struct pawl_args *args, struct pawl_str path,
		   const char *name)
{
	struct pawl_json answer;
	int status = pawl_client_call(client, PAWL_HTTP_DELETE, path, NULL, &answer);

	if (status == PAWL_EXIT_OK && pawl_args_flag(args, "json")) {
		pawl_print_json(&answer);
	} else if (status == PAWL_EXIT_OK) {
		pawl_print_text(stdout, pawl_str_c(name));
		puts(": deleted");
	}
	return status;
}

int
pawl_client_list(struct pawl_client *client, struct pawl_str path, uint64_t limit,
		 struct pawl_json *items)
{
	struct pawl_arena *arena = client->arena;
	struct pawl_json_builder all;
	struct pawl_str cursor = PAWL_STR("");
	uint64_t n = 0;
	int status;

	pawl_json_array_begin(&all, arena);
	do {
		uint64_t page = limit - n < PAGE_MAX ? limit - n : PAGE_MAX;
		const char *size =
			pawl_arena_dup_c(arena, pawl_arena_printf(arena, "%" PRIu64, page));
		struct pawl_str target = pawl_api_query(arena, path, "limit", size);
		const struct pawl_json *got;
		struct pawl_json answer;

		if (cursor.len > 0)
			target = pawl_api_query(arena, target, "cursor",
						pawl_arena_dup_c(arena, cursor));
		status = pawl_client_call(client, PAWL_HTTP_GET, target, NULL, &answer);
		if (status != PAWL_EXIT_OK)
			return status;
		got = pawl_json_get_c(&answer, "items");
		if (!pawl_json_is(got, PAWL_JSON_ARRAY))
			break;
		for (uint32_t i = 0; i < got->len && n < limit; i++, n++)
			pawl_json_push(&all, got->items[i]);
		cursor = pawl_json_get_str(&answer, "next", PAWL_STR(""));
	} while (cursor.len > 0 && n < limit);
	*items = pawl_json_end(&all);
	return PAWL_EXIT_OK;
}

/* ---- starts ----------------------------------------------------------------- */

int
pawl_client_put_start(const struct pawl_args *args, struct pawl_json_builder *b)
{
	const char *input = pawl_args_get(args, "input");
	struct pawl_json value;
	uint64_t number;

	if (input) {
		if (!pawl_file_load_json(args->arena, input, INPUT_BYTES_MAX, &value))
			return PAWL_EXIT_FAILED;
		pawl_json_set_c(b, "input", value);
	}
	if (pawl_args_given(args, "revision")) {
		if (!pawl_args_number(args, "revision", 1, INT32_MAX, &number))
			return PAWL_EXIT_USAGE;
		pawl_json_set_c(b, "revision", pawl_json_int(args->arena, (int64_t)number));
	}
	return PAWL_EXIT_OK;
}

/* ---- targets ---------------------------------------------------------------- */

struct pawl_str
pawl_api_path(struct pawl_arena *arena, const char *prefix, const char *operand, const char *suffix)
{
	struct pawl_str path;
	struct pawl_buf buf;

	pawl_buf_init(&buf, PATH_BYTES_MAX);
	pawl_buf_append_c(&buf, prefix);
	pawl_url_encode(&buf, pawl_str_c(operand));
	pawl_buf_append_c(&buf, suffix);
	path = pawl_arena_dup(arena, pawl_buf_peek(&buf));
	pawl_buf_fini(&buf);
	return path;
}

struct pawl_str
pawl_api_query(struct pawl_arena *arena, struct pawl_str path, const char *name, const char *value)
{
	struct pawl_str longer;
	struct pawl_buf buf;

	if (!value)
		return path;
	pawl_buf_init(&buf, PATH_BYTES_MAX);
	pawl_buf_append_str(&buf, path);
	pawl_buf_append_char(&buf, pawl_str_find_char(path, '?') == SIZE_MAX ? '?' : '&');
	pawl_buf_append_c(&buf, name);
	pawl_buf_append_char(&buf, '=');
	pawl_url_encode(&buf, pawl_str_c(value));
	longer = pawl_arena_dup(arena, pawl_buf_peek(&buf));
	pawl_buf_fini(&buf);
	return longer;
}
