#include <stdio.h>
#include <time.h>

#include "base/clock.h"
#include "base/codec.h"
#include "base/id.h"
#include "base/parse.h"
#include "cli/client.h"
#include "cli/fetch.h"
#include "cli/files.h"
#include "cli/options.h"
#include "cli/presets.h"
#include "cli/print.h"
#include "trigger/auth/scheme.h"

#define BODY_BYTES_MAX     ((size_t)256 << 20)
#define RESPONSE_BYTES_MAX ((size_t)16 << 20)
#define HEADERS_MAX        64
#define SIGNED_HEADERS_MAX 8
#define BACKOFF_FIRST_MS   500
#define BACKOFF_MAX_MS     60000

static const struct pawl_option options[] = {
	PAWL_CA_OPTION,
	{"scheme", "NAME", "Sign as this preset does: github, stripe, slack, hmac ..."},
	PAWL_PRESETS_OPTION,
	{"secret", "SECRET", "The signing secret, or private key", "PAWL_SECRET"},
	{"data", "TEXT", "The body; @FILE reads a file, @- standard input", .fallback = "{}"},
	{"header", "HEADER", "\"Name: value\"", .repeats = true},
	{"method", "METHOD", "The request's method", .fallback = "POST"},
	{"id", "ID", "The delivery's id, the same for every try; made up unless given"},
	{"retries", "N", "How often to try again", .fallback = "5"},
	{"timeout", "DURATION", "For each try", .fallback = "30s"},
	{"max-wait", "DURATION", "Longest pause that a Retry-After may ask for", .fallback = "5m"},
	{"json", .help = "Print JSON: status, attempts and answer"},
	{NULL},
};

struct delivery {
	struct pawl_str ca_pem; /* empty: the system's */
	const struct pawl_args *args;
	const struct pawl_scheme *scheme; /* NULL: not signed */
	struct pawl_scheme_key key;
	struct pawl_str id, body;
	struct pawl_http_header headers[HEADERS_MAX + SIGNED_HEADERS_MAX];
	size_t n_headers;
	uint64_t retries;
	int64_t timeout_ms, max_wait_ms;
};

/* ---- what to send --------------------------------------------------------------- */

static int
choose_scheme(struct delivery *d)
{
	const char *name = pawl_args_get(d->args, "scheme");
	const char *secret = pawl_args_get(d->args, "secret"), *message = NULL;
	const char *const *names = pawl_scheme_preset_names();

	if (!name)
		return PAWL_EXIT_OK;
	d->scheme = pawl_scheme_preset(pawl_str_c(name));
	if (!d->scheme) {
		fprintf(stderr, "pawl send: --scheme: \"%s\" is none of", name);
		for (size_t i = 0; names[i]; i++)
			fprintf(stderr, "%s %s", i > 0 ? "," : "", names[i]);
		fputc('\n', stderr);
		return PAWL_EXIT_USAGE;
	}
	if (!secret)
		return pawl_usage(d->args, "--scheme needs --secret or PAWL_SECRET");
	if (!pawl_scheme_signing_key(d->scheme, pawl_str_c(secret), d->args->arena, &d->key,
				     &message))
		return pawl_usage(d->args, "--secret: %s", message);
	return PAWL_EXIT_OK;
}

/* Adds the headers of a signature that is made now: the timestamp is part of what most schemes
 * sign. */
static size_t
sign(struct delivery *d)
{
	const struct pawl_scheme_draft draft = {.id = d->id,
						.url = pawl_str_c(d->args->operands[0]),
						.body = d->body,
						.at_us = pawl_clock_now_us()};

	return pawl_scheme_sign(d->scheme, &d->key, &draft, d->args->arena,
				d->headers + d->n_headers, SIGNED_HEADERS_MAX);
}

static int
add_headers(struct delivery *d)
{
	bool has_type = false;

	for (size_t i = 0; i < d->args->n_given; i++) {
		const struct pawl_arg *given = &d->args->given[i];
		struct pawl_str value = pawl_str_c(given->value), name = {0};

		if (strcmp(given->option->name, "header") != 0)
			continue;
		if (!pawl_str_split(&value, ':', &name) || !value.ptr || name.len == 0)
			return pawl_usage(d->args, "--header: \"%s\" is not \"Name: value\"",
					  given->value);
		if (d->n_headers == HEADERS_MAX - 1)
			return pawl_usage(d->args, "more than %d headers", HEADERS_MAX - 1);
		has_type = has_type || pawl_str_eq_nocase(name, PAWL_STR("Content-Type"));
		d->headers[d->n_headers++] = (struct pawl_http_header){name, pawl_str_trim(value)};
	}
	if (!has_type)
		d->headers[d->n_headers++] = (struct pawl_http_header){
			PAWL_STR("Content-Type"), PAWL_STR("application/json")};
	return PAWL_EXIT_OK;
}

static int
prepare(struct delivery *d)
{
	const char *id = pawl_args_get(d->args, "id");
	char text[PAWL_ID_TEXT_MAX];
	int status;

	if (!pawl_args_number(d->args, "retries", 0, 1000, &d->retries) ||
	    !pawl_args_duration(d->args, "timeout", &d->timeout_ms) ||
	    !pawl_args_duration(d->args, "max-wait", &d->max_wait_ms))
		return PAWL_EXIT_USAGE;
	if ((status = choose_scheme(d)) != PAWL_EXIT_OK ||
	    (status = add_headers(d)) != PAWL_EXIT_OK)
		return status;
	pawl_id_format(pawl_id_new(), text);
	d->id = id ? pawl_str_c(id) : pawl_arena_printf(d->args->arena, "msg_%s", text);
	if (!pawl_file_load_operand(d->args->arena, pawl_args_get(d->args, "data"), BODY_BYTES_MAX,
				    &d->body))
		return PAWL_EXIT_FAILED;
	if (d->scheme && sign(d) == 0)
		return pawl_usage(d->args,
				  "--scheme: %s cannot be signed with this secret: its signature "
				  "stands in the body, or the secret is a public key",
				  pawl_scheme_name(d->scheme));
	return PAWL_EXIT_OK;
}

/* ---- trying ----------------------------------------------------------------------- */

/* What may be different the next time. */
static bool
is_worth_retrying(const struct pawl_fetch_result *result)
{
	switch (result->error) {
	case PAWL_HTTP_CALL_OK:
		return result->status == 408 || result->status == 425 || result->status == 429 ||
		       result->status >= 500;
	case PAWL_HTTP_CALL_RESOLVE:
	case PAWL_HTTP_CALL_CONNECT:
	case PAWL_HTTP_CALL_TIMEOUT:
	case PAWL_HTTP_CALL_NETWORK:
		return true;
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

/* Seconds or an HTTP date (RFC 9110 section 10.2.3); false when it is neither. */
static bool
parse_retry_after(struct pawl_arena *arena, struct pawl_str value, int64_t *out_ms)
{
	struct tm tm = {0};
	uint64_t seconds;
	int64_t left_ms;
	const char *end;

	if (value.len == 0)
		return false;
	if (pawl_parse_u64_range(value, 0, INT64_MAX / 1000, &seconds)) {
		*out_ms = (int64_t)seconds * 1000;
		return true;
	}
	end = strptime(pawl_arena_dup_c(arena, value), "%a, %d %b %Y %H:%M:%S GMT", &tm);
	if (!end || *end != '\0')
		return false;
	left_ms = (int64_t)timegm(&tm) * 1000 - pawl_clock_now_us() / 1000;
	*out_ms = left_ms > 0 ? left_ms : 0;
	return true;
}

/* Doubles, with up to a quarter off, so that senders that failed together come back apart. */
static int64_t
backoff_ms(uint64_t attempt)
{
	int64_t delay = BACKOFF_FIRST_MS;
	uint16_t noise;

	for (uint64_t i = 1; i < attempt && delay < BACKOFF_MAX_MS; i++)
		delay *= 2;
	if (delay > BACKOFF_MAX_MS)
		delay = BACKOFF_MAX_MS;
	pawl_random(&noise, sizeof(noise));
	return delay - delay / 4 * noise / UINT16_MAX;
}

static void
sleep_ms(int64_t ms)
{
	struct timespec left = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};

	while (nanosleep(&left, &left) != 0)
		;
}

static void
try_once(struct delivery *d, struct pawl_fetch *fetch, struct pawl_fetch_result *result)
{
	struct pawl_arena *arena = d->args->arena;
	struct pawl_http_call_config config = {
		.method = pawl_str_c(pawl_args_get(d->args, "method")),
		.url = pawl_str_c(d->args->operands[0]),
		.headers = d->headers,
		.n_headers = d->n_headers,
		.body = d->body,
		.ca_pem = d->ca_pem,
		.timeout_ms = d->timeout_ms,
		.max_response_bytes = RESPONSE_BYTES_MAX,
	};

	if (d->scheme)
		config.n_headers += sign(d);
	pawl_fetch_wait(fetch, &config, arena, result);
}

static void
describe(FILE *to, const struct pawl_fetch_result *result)
{
	if (result->error != PAWL_HTTP_CALL_OK)
		fputs(result->message, to);
	else
		fprintf(to, "%d %s", result->status, pawl_http_status_text(result->status));
}

/* Returns the number of tries; the last one's outcome is in *result. */
static uint64_t
deliver(struct delivery *d, struct pawl_fetch *fetch, struct pawl_fetch_result *result)
{
	int64_t wait_ms, asked_ms;
	uint64_t attempt = 1;

	for (;; attempt++) {
		try_once(d, fetch, result);
		if (!is_worth_retrying(result) || attempt > d->retries)
			return attempt;
		wait_ms = backoff_ms(attempt);
		if (parse_retry_after(d->args->arena, result->retry_after, &asked_ms)) {
			if (asked_ms > d->max_wait_ms) {
				fputs("pawl send: Retry-After is longer than --max-wait\n", stderr);
				return attempt;
			}
			wait_ms = asked_ms > wait_ms ? asked_ms : wait_ms;
		}
		fputs("pawl send: ", stderr);
		describe(stderr, result);
		fprintf(stderr, "; again in %.1f s\n", (double)wait_ms / 1000);
		sleep_ms(wait_ms);
	}
}

static void
print_json(const struct delivery *d, const struct pawl_fetch_result *result, uint64_t attempts)
{
	struct pawl_arena *arena = d->args->arena;
	struct pawl_json body = pawl_json_null(), answer;
	struct pawl_json_builder b;

	if (result->body.len > 0 && pawl_json_parse(arena, result->body, &body, NULL) != PAWL_OK)
		body = pawl_json_string_dup(arena, result->body);
	pawl_json_object_begin(&b, arena);
	pawl_json_set_c(&b, "status",
			result->status ? pawl_json_int(arena, result->status) : pawl_json_null());
	pawl_json_set_c(&b, "attempts", pawl_json_int(arena, (int64_t)attempts));
	if (d->scheme)
		pawl_json_set_c(&b, "id", pawl_json_string(d->id));
	if (result->error != PAWL_HTTP_CALL_OK)
		pawl_json_set_c(&b, "error", pawl_json_string_c(result->message));
	pawl_json_set_c(&b, "body", body);
	answer = pawl_json_end(&b);
	pawl_print_json(&answer);
}

static void
print_answer(const struct pawl_fetch_result *result)
{
	FILE *to = result->error == PAWL_HTTP_CALL_OK ? stdout : stderr;

	if (to == stderr)
		fputs("pawl send: ", to);
	describe(to, result);
	fputc('\n', to);
	if (result->body.len == 0)
		return;
	fwrite(result->body.ptr, 1, result->body.len, stdout);
	fputc('\n', stdout);
}

static int
send_all(struct delivery *d)
{
	struct pawl_fetch_result result;
	struct pawl_fetch *fetch;
	uint64_t attempts;

	if (pawl_fetch_new(&fetch) != PAWL_OK) {
		fputs("pawl: no thread can be started\n", stderr);
		return PAWL_EXIT_FAILED;
	}
	attempts = deliver(d, fetch, &result);
	pawl_fetch_free(fetch);
	if (pawl_args_flag(d->args, "json"))
		print_json(d, &result, attempts);
	else
		print_answer(&result);
	if (result.error == PAWL_HTTP_CALL_BAD_URL)
		return PAWL_EXIT_USAGE;
	if (result.error != PAWL_HTTP_CALL_OK)
		return PAWL_EXIT_FAILED;
	if (result.status == 404)
		return PAWL_EXIT_NOT_FOUND;
	return result.status >= 200 && result.status <= 299 ? PAWL_EXIT_OK : PAWL_EXIT_FAILED;
}

static int
run(const struct pawl_args *args)
{
	struct delivery delivery = {.args = args};
	int status;

	if (!pawl_presets_open(args))
		return PAWL_EXIT_FAILED;
	status = prepare(&delivery);
	if (status == PAWL_EXIT_OK)
		status = pawl_client_read_ca(args, &delivery.ca_pem);
	if (status == PAWL_EXIT_OK)
		status = send_all(&delivery);
	pawl_scheme_key_fini(&delivery.key);
	pawl_schemes_fini();
	return status;
}

const struct pawl_command pawl_command_send = {
	.name = "send",
	.operands = "URL",
	.summary = "Send a signed webhook, as a provider would",
	.details = "Tries again after 408, 425, 429, 5xx and broken connections, with growing "
		   "pauses, and\n"
		   "not sooner than Retry-After says. A secret is best given in PAWL_SECRET.",
	.options = options,
	.min_operands = 1,
	.max_operands = 1,
	.run = run,
};
