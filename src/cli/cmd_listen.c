/* Brings a workflow's requests to a port of this machine.
 *
 * The stream of events only says that there is something new; what, is read from the request log,
 * whose ids grow: so nothing is lost or sent twice, whatever became of the connection. */
#include <stdio.h>

#include "base/clock.h"
#include "base/codec.h"
#include "base/id.h"
#include "base/parse.h"
#include "cli/fetch.h"
#include "cli/follow.h"
#include "cli/print.h"

#define RESPONSE_BYTES_MAX ((size_t)16 << 20)
#define FIRST_LOOK         64
#define LOOK_MAX           1000000

static const struct pawl_option options[] = {
	{"forward-to", "URL", "Where to send them: http://localhost:3000/path"},
	{"since", "DURATION", "Begin with those that came so long ago"},
	{"all", .help = "Also those that were refused"},
	{"print", .help = "Print headers and bodies"},
	{"timeout", "DURATION", "For each answer", .fallback = "30s"},
	{"count", "N", "End after so many requests; 0: never", .fallback = "0"},
	PAWL_CLIENT_OPTIONS,
	{NULL},
};

struct listen {
	const struct pawl_args *args;
	struct pawl_client *client;
	struct pawl_fetch *fetch;
	struct pawl_arena *arena; /* of one look */
	struct pawl_str base, query;
	const char *from; /* time to begin at; NULL: now */
	uint64_t last_id; /* everything up to here was dealt with */
	uint64_t count, n_sent;
	int64_t timeout_ms;
	bool wants_all, wants_json, wants_print, has_begun, was_masked;
};

/* ---- one request --------------------------------------------------------------------- */

/* Of this hop, or the client's own (RFC 9110 section 7.6.1). */
static bool
is_of_the_hop(struct pawl_str name)
{
	static const char *const names[] = {"host",       "content-length",    "connection",
					    "keep-alive", "transfer-encoding", "te",
					    "trailer",    "proxy-connection",  "upgrade",
					    "expect",     "accept-encoding"};

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (pawl_str_eq_nocase(name, pawl_str_c(names[i])))
			return true;
	return false;
}

/* The server shows no credentials: what would arrive is not what was sent. */
static void
say_masked(struct listen *listen, struct pawl_str name)
{
	if (listen->was_masked)
		return;
	listen->was_masked = true;
	fputs("pawl listen: credentials are not shown by the server, and not forwarded: ", stderr);
	pawl_print_text(stderr, name);
	fputc('\n', stderr);
}

static void
add_headers(struct listen *listen, const struct pawl_json *request,
	    struct pawl_http_call_config *config)
{
	const struct pawl_json *list = pawl_json_get_c(request, "headers");
	uint32_t n = pawl_json_is(list, PAWL_JSON_ARRAY) ? list->len : 0;
	struct pawl_http_header *out = pawl_arena_calloc(listen->arena, n + 1, sizeof *out);

	config->headers = out;
	for (uint32_t i = 0; i < n; i++) {
		struct pawl_str none = PAWL_STR("");
		struct pawl_str name = pawl_json_get_str(&list->items[i], "name", none);
		struct pawl_str value = pawl_json_get_str(&list->items[i], "value", none);

		if (is_of_the_hop(name))
			continue;
		if (pawl_str_eq_c(value, "***"))
			say_masked(listen, name);
		else
			out[config->n_headers++] = (struct pawl_http_header){name, value};
	}
	out[config->n_headers++] = (struct pawl_http_header){
		PAWL_STR("Pawl-Request-Id"), pawl_json_get_str(request, "id", PAWL_STR(""))};
}

/* What follows the token: "/more?a=1" of "/hook/0123/more?a=1". */
static struct pawl_str
suffix_of(struct pawl_str target)
{
	size_t slash;

	for (int i = 0; i < 2; i++) {
		slash = pawl_str_find_char(pawl_str_sub(target, 1, target.len), '/');
		if (slash == SIZE_MAX)
			return PAWL_STR("");
		target = pawl_str_sub(target, slash + 1, target.len);
	}
	return target;
}

static struct pawl_str
build_url(const struct listen *listen, struct pawl_str target)
{
	size_t mark = pawl_str_find_char(target, '?');
	struct pawl_str query =
		mark == SIZE_MAX ? PAWL_STR("") : pawl_str_sub(target, mark + 1, target.len);
	const char *question = query.len || listen->query.len ? "?" : "";
	const char *and = query.len && listen->query.len ? "&" : "";
	struct pawl_str suffix = suffix_of(pawl_str_sub(target, 0, mark));

	return pawl_arena_printf(listen->arena, "%.*s%.*s%s%.*s%s%.*s", PAWL_STR_ARG(listen->base),
				 PAWL_STR_ARG(suffix), question, PAWL_STR_ARG(listen->query), and,
				 PAWL_STR_ARG(query));
}

static struct pawl_str
body_of(struct listen *listen, const struct pawl_json *request)
{
	struct pawl_str base64 = pawl_json_get_str(request, "body_base64", PAWL_STR(""));
	struct pawl_str body = pawl_json_get_str(request, "body", PAWL_STR(""));
	struct pawl_str bytes;

	return base64.len && pawl_base64_decode(listen->arena, base64, PAWL_BASE64_STD, &bytes)
		       ? bytes
		       : body;
}

static void
print_whole(const struct pawl_http_call_config *config, const struct pawl_fetch_result *result)
{
	for (size_t i = 0; i < config->n_headers; i++) {
		fputs("    ", stdout);
		pawl_print_text(stdout, config->headers[i].name);
		fputs(": ", stdout);
		pawl_print_text(stdout, config->headers[i].value);
		fputc('\n', stdout);
	}
	if (config->body.len) {
		fputs("    ", stdout);
		pawl_print_text(stdout, config->body);
		fputc('\n', stdout);
	}
	if (result->error == PAWL_HTTP_CALL_OK && result->body.len) {
		fputs("  > ", stdout);
		pawl_print_text(stdout, result->body);
		fputc('\n', stdout);
	}
}

static void
print_line(const struct listen *listen, const struct pawl_json *request,
	   const struct pawl_http_call_config *config, const struct pawl_fetch_result *result,
	   int64_t took_ms)
{
	struct pawl_str at = pawl_json_get_str(request, "received_at", PAWL_STR(""));

	printf("%.*s ", PAWL_STR_ARG(pawl_str_sub(at, 11, 19)));
	pawl_print_text(stdout, pawl_json_get_str(request, "id", PAWL_STR("")));
	printf(" %.*s ", PAWL_STR_ARG(config->method));
	pawl_print_text(stdout, config->url);
	if (result->error == PAWL_HTTP_CALL_OK) {
		printf(" -> %d in %lld ms\n", result->status, (long long)took_ms);
	} else {
		printf(" -> no answer: ");
		pawl_print_text(stdout, pawl_str_c(result->message));
		fputc('\n', stdout);
	}
	if (listen->wants_print)
		print_whole(config, result);
	fflush(stdout);
}

static void
print_json(struct listen *listen, const struct pawl_json *request,
	   const struct pawl_http_call_config *config, const struct pawl_fetch_result *result,
	   int64_t took_ms)
{
	bool ok = result->error == PAWL_HTTP_CALL_OK;
	struct pawl_json_builder b;
	struct pawl_json line;

	pawl_json_object_begin(&b, listen->arena);
	pawl_json_set_c(&b, "request", *pawl_json_get_c(request, "id"));
	pawl_json_set_c(&b, "method", pawl_json_string(config->method));
	pawl_json_set_c(&b, "url", pawl_json_string_dup(listen->arena, config->url));
	pawl_json_set_c(&b, "status",
			ok ? pawl_json_int(listen->arena, result->status) : pawl_json_null());
	pawl_json_set_c(&b, "error", ok ? pawl_json_null() : pawl_json_string_c(result->message));
	pawl_json_set_c(&b, "ms", pawl_json_int(listen->arena, took_ms));
	line = pawl_json_end(&b);
	pawl_print_json_line(&line);
}

static void
forward(struct listen *listen, const struct pawl_json *request)
{
	struct pawl_http_call_config config = {
		.method = pawl_json_get_str(request, "method", PAWL_STR("POST")),
		.url = build_url(listen, pawl_json_get_str(request, "target", PAWL_STR(""))),
		.body = body_of(listen, request),
		.ca_pem = pawl_client_ca(listen->client),
		.timeout_ms = listen->timeout_ms,
		.max_response_bytes = RESPONSE_BYTES_MAX,
		.send_once = true,
	};
	int64_t began_us = pawl_clock_mono_us(), took_ms;
	struct pawl_fetch_result result;

	add_headers(listen, request, &config);
	pawl_fetch_wait(listen->fetch, &config, listen->arena, &result);
	took_ms = (pawl_clock_mono_us() - began_us) / 1000;
	if (listen->wants_json)
		print_json(listen, request, &config, &result, took_ms);
	else
		print_line(listen, request, &config, &result, took_ms);
	listen->n_sent++;
}

/* ---- what is new ---------------------------------------------------------------------- */

static uint64_t
id_of(const struct pawl_json *item)
{
	uint64_t id = 0;

	(void)pawl_parse_u64(pawl_json_get_str(item, "id", PAWL_STR("")), &id);
	return id;
}

/* What was released from quarantine has an old id, and is told by an event of its own: whoever
 * looks for new ones leaves it to that. */
static bool
is_told_apart(const struct listen *listen, const struct pawl_json *item)
{
	const struct pawl_json *flags = pawl_json_get_c(item, "flags");

	if (!listen->has_begun || listen->wants_all || !pawl_json_is(flags, PAWL_JSON_ARRAY))
		return false;
	for (uint32_t i = 0; i < flags->len; i++)
		if (pawl_str_eq_c(pawl_json_str(&flags->items[i]), "released"))
			return true;
	return false;
}

static bool
is_wanted(const struct listen *listen, const struct pawl_json *item)
{
	struct pawl_str trigger = pawl_json_get_str(item, "trigger", PAWL_STR("webhook"));
	struct pawl_str verdict = pawl_json_get_str(item, "verdict", PAWL_STR(""));

	if (!pawl_str_eq_c(trigger, "webhook") && !pawl_str_eq_c(trigger, "service"))
		return false;
	if (is_told_apart(listen, item))
		return false;
	return listen->wants_all || !pawl_str_eq_c(verdict, "refused");
}

/* The newest requests, as far back as there are new ones; null when the server cannot be asked. */
static struct pawl_json
look(struct listen *listen)
{
	struct pawl_str path = pawl_api_query(listen->arena, PAWL_STR("/api/v1/requests"),
					      "workflow", listen->args->operands[0]);
	uint64_t n = listen->has_begun || listen->from ? FIRST_LOOK : 1;
	struct pawl_json items;

	if (!listen->last_id)
		path = pawl_api_query(listen->arena, path, "from", listen->from);
	for (;; n *= 4) {
		if (pawl_client_list(listen->client, path, n, &items) != PAWL_EXIT_OK)
			return pawl_json_null();
		if (items.len < n || n == 1 || n > LOOK_MAX ||
		    id_of(&items.items[items.len - 1]) <= listen->last_id)
			return items;
	}
}

/* False: the server cannot be asked. */
static bool
forward_id(struct listen *listen, uint64_t id)
{
	struct pawl_json request;
	char text[PAWL_ID_TEXT_MAX];
	int status;

	pawl_id_format(id, text);
	status = pawl_client_call(listen->client, PAWL_HTTP_GET,
				  pawl_api_path(listen->arena, "/api/v1/requests/", text, ""), NULL,
				  &request);
	if (status == PAWL_EXIT_OK)
		forward(listen, &request);
	return status == PAWL_EXIT_OK || status == PAWL_EXIT_NOT_FOUND;
}

static bool
is_enough(const struct listen *listen)
{
	return ferror(stdout) || (listen->count && listen->n_sent >= listen->count);
}

/* False: enough. */
static bool
forward_new(struct listen *listen, const struct pawl_json *items)
{
	for (uint32_t i = items->len; i-- > 0;) {
		const struct pawl_json *item = &items->items[i];

		if (id_of(item) <= listen->last_id)
			continue;
		if (is_wanted(listen, item) && !forward_id(listen, id_of(item)))
			return true; /* tried again when the stream is back */
		listen->last_id = id_of(item);
		if (is_enough(listen))
			return false;
	}
	return true;
}

/* What the server says meanwhile is gone with `arena`. */
static void
begin_look(struct listen *listen, struct pawl_arena *arena)
{
	pawl_arena_init(arena, 0);
	listen->arena = arena;
	pawl_client_set_arena(listen->client, arena);
}

static void
end_look(struct listen *listen)
{
	pawl_client_set_arena(listen->client, listen->args->arena);
	pawl_arena_fini(listen->arena);
}

static bool
catch_up(struct listen *listen)
{
	struct pawl_arena arena;
	struct pawl_json items;
	bool goes_on = true;

	begin_look(listen, &arena);
	items = look(listen);
	if (items.type == PAWL_JSON_ARRAY && (listen->has_begun || listen->from))
		goes_on = forward_new(listen, &items);
	else if (items.type == PAWL_JSON_ARRAY && items.len)
		listen->last_id = id_of(&items.items[0]);
	listen->has_begun |= items.type == PAWL_JSON_ARRAY;
	end_look(listen);
	return goes_on;
}

static bool
forward_released(struct listen *listen, uint64_t id)
{
	struct pawl_arena arena;

	begin_look(listen, &arena);
	(void)forward_id(listen, id);
	end_look(listen);
	return !is_enough(listen);
}

static bool
on_connect(void *ctx)
{
	struct listen *listen = ctx;
	bool is_first = !listen->has_begun, goes_on = catch_up(listen);

	/* From here on a request is new. */
	if (is_first)
		fprintf(stderr, "pawl listen: forwarding %s to %.*s\n", listen->args->operands[0],
			PAWL_STR_ARG(listen->base));
	return goes_on;
}

static bool
on_event(void *ctx, struct pawl_str event, struct pawl_str text)
{
	struct listen *listen = ctx;
	struct pawl_arena arena;
	struct pawl_json data;
	uint64_t id = 0;
	bool is_released;

	if (pawl_str_eq_c(event, "gap"))
		return catch_up(listen);
	if (!pawl_str_eq_c(event, "request"))
		return true;
	pawl_arena_init(&arena, 0);
	if (pawl_json_parse(&arena, text, &data, NULL) == PAWL_OK)
		id = id_of(&data);
	is_released = id && pawl_json_get_bool(&data, "released", false);
	pawl_arena_fini(&arena);
	if (is_released)
		return listen->wants_all || forward_released(listen, id);
	if (id <= listen->last_id)
		return true;
	/* The first look has failed: this request is new all the same. */
	if (!listen->has_begun && !listen->from) {
		listen->last_id = id - 1;
		listen->has_begun = true;
	}
	return catch_up(listen);
}

/* ---- the command ------------------------------------------------------------------------ */

static int
read_place(struct listen *listen)
{
	const char *url = pawl_args_get(listen->args, "forward-to");
	struct pawl_str rest = pawl_str_c(url);
	size_t mark;

	if (!url)
		return pawl_usage(listen->args, "--forward-to says where the requests go");
	if (!pawl_str_starts_with(rest, PAWL_STR("http://")) &&
	    !pawl_str_starts_with(rest, PAWL_STR("https://")))
		return pawl_usage(listen->args,
				  "--forward-to: \"%s\" is no http:// or https:// URL", url);
	mark = pawl_str_find_char(rest, '?');
	if (mark != SIZE_MAX)
		listen->query = pawl_str_sub(rest, mark + 1, rest.len);
	rest = pawl_str_sub(rest, 0, mark);
	listen->base = rest;
	return PAWL_EXIT_OK;
}

static int
read_options(struct listen *listen)
{
	const char *since = pawl_args_get(listen->args, "since");
	char at[PAWL_TIME_TEXT_MAX];
	int64_t ms = 0;
	size_t len;

	if (!pawl_args_number(listen->args, "count", 0, UINT32_MAX, &listen->count))
		return PAWL_EXIT_USAGE;
	if (!pawl_args_duration(listen->args, "timeout", &listen->timeout_ms) ||
	    (since && !pawl_args_duration(listen->args, "since", &ms)))
		return PAWL_EXIT_USAGE;
	if (since) {
		len = pawl_time_format(pawl_clock_now_us() - ms * 1000, at);
		listen->from = pawl_arena_dup_c(listen->args->arena, pawl_str(at, len));
	}
	return read_place(listen);
}

static int
run(const struct pawl_args *args)
{
	struct listen listen = {.args = args,
				.wants_all = pawl_args_flag(args, "all"),
				.wants_json = pawl_args_flag(args, "json"),
				.wants_print = pawl_args_flag(args, "print")};
	struct pawl_follow follow = {.command = "listen",
				     .workflow = pawl_str_c(args->operands[0]),
				     .on_connect = on_connect,
				     .on_event = on_event,
				     .ctx = &listen};
	int status = read_options(&listen);

	if (status == PAWL_EXIT_OK)
		status = pawl_client_new(args, &listen.client);
	if (status != PAWL_EXIT_OK)
		return status;
	if (pawl_fetch_new(&listen.fetch) == PAWL_OK)
		status = pawl_follow(args, listen.client, &follow);
	else
		status = PAWL_EXIT_FAILED;
	pawl_fetch_free(listen.fetch);
	pawl_client_free(listen.client);
	return status == PAWL_EXIT_OK && ferror(stdout) ? PAWL_EXIT_FAILED : status;
}

const struct pawl_command pawl_command_listen = {
	.name = "listen",
	.operands = "WORKFLOW",
	.summary = "Forward a workflow's requests to a local port, as they came",
	.details =
		"Signatures arrive as they were sent, so that they can be verified; credentials, "
		"which the server does not show, do not arrive. With --json: one object per "
		"line.",
	.options = options,
	.min_operands = 1,
	.max_operands = 1,
	.run = run,
};
