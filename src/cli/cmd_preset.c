#include <stdio.h>

#include "base/clock.h"
#include "base/parse.h"
#include "cli/files.h"
#include "cli/options.h"
#include "cli/presets.h"
#include "cli/print.h"
#include "trigger/auth/diagnose.h"
#include "trigger/auth/presets.h"

#define BODY_BYTES_MAX   ((size_t)64 << 20)
#define HEADER_BYTES_MAX ((size_t)256 << 10)
#define HEADERS_MAX      100
#define DEFAULT_URL      "https://pawl.example/hook/token"

static const struct pawl_option options[] = {
	PAWL_PRESETS_OPTION,
	{"headers", "FILE", "test: the headers of a request, \"Name: value\" lines"},
	{"body", "FILE", "test: its body"},
	{"secret", "SECRET", "test: what is configured here", "PAWL_SECRET"},
	{"url", "URL", "test: the URL that the sender called", .fallback = DEFAULT_URL},
	{"at", "TIME", "test: when it was received (RFC 3339); now unless given"},
	{"json", .help = "Print JSON"},
	{NULL},
};

static const struct pawl_column columns[] = {
	{"NAME", "/name"},
	{"PROVIDER", "/label"},
	{"ORIGIN", "/origin"},
	{"DESCRIPTION", "/description"},
};

/* ---- list and show ------------------------------------------------------------------ */

static int
list_presets(const struct pawl_args *args)
{
	static const char *const texts[] = {"label", "description", "source"};
	const char *const *names = pawl_scheme_preset_names();
	struct pawl_json_builder items, b;
	struct pawl_preset_info info;
	struct pawl_json list;

	pawl_json_array_begin(&items, args->arena);
	for (; *names; names++) {
		if (!pawl_preset_find(pawl_str_c(*names), &info))
			continue;
		pawl_json_object_begin(&b, args->arena);
		pawl_json_set_c(&b, "name", pawl_json_string_c(info.name));
		pawl_json_set_c(&b, "origin",
				pawl_json_string_c(info.is_builtin ? "built in" : "file"));
		for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
			pawl_json_set_c(&b, texts[i],
					pawl_json_string(pawl_json_get_str(info.document, texts[i],
									   PAWL_STR(""))));
		pawl_json_push(&items, pawl_json_end(&b));
	}
	list = pawl_json_end(&items);
	if (pawl_args_flag(args, "json"))
		pawl_print_json(&list);
	else
		pawl_print_table(&list, columns, sizeof(columns) / sizeof(columns[0]),
				 "No presets.");
	return PAWL_EXIT_OK;
}

static int
not_found(const char *name)
{
	fprintf(stderr, "pawl preset: there is no preset \"%s\"; \"pawl preset list\" shows all\n",
		name);
	return PAWL_EXIT_NOT_FOUND;
}

static int
show_preset(const char *name)
{
	struct pawl_preset_info info;

	if (!pawl_preset_find(pawl_str_c(name), &info))
		return not_found(name);
	pawl_print_json(info.document);
	return PAWL_EXIT_OK;
}

/* ---- test: vectors -------------------------------------------------------------------- */

static int
tell(const char *what, size_t n, const struct pawl_problems *problems)
{
	for (size_t i = 0; i < problems->len; i++)
		fprintf(stderr, "%s%s%s: %s\n", what, problems->items[i].where[0] ? "#" : "",
			problems->items[i].where, problems->items[i].message);
	if (problems->len > 0)
		return PAWL_EXIT_FAILED;
	printf("%s: %zu vector%s verified\n", what, n, n == 1 ? "" : "s");
	return PAWL_EXIT_OK;
}

/* What is tested: a preset by its name, or a file. */
struct subject {
	const struct pawl_scheme *scheme;
	struct pawl_scheme *own; /* a file's */
	struct pawl_json vectors;
};

static bool
is_path(const char *operand)
{
	struct pawl_str s = pawl_str_c(operand);

	return pawl_str_find_char(s, '/') != SIZE_MAX || pawl_str_ends_with(s, PAWL_STR(".json"));
}

static int
read_subject_file(const struct pawl_args *args, const char *path, struct subject *out)
{
	struct pawl_problems problems = {0};
	const struct pawl_json *vectors;
	struct pawl_json document;
	bool overrides;

	if (!pawl_file_load_json(args->arena, path, PAWL_PRESET_BYTES_MAX, &document))
		return PAWL_EXIT_FAILED;
	out->own = pawl_preset_compile(&document, &overrides, &problems);
	out->scheme = out->own;
	vectors = pawl_json_get_c(&document, "vectors");
	out->vectors = vectors ? *vectors : pawl_json_null();
	if (!out->own)
		(void)tell(path, 0, &problems);
	pawl_problems_fini(&problems);
	return out->own ? PAWL_EXIT_OK : PAWL_EXIT_FAILED;
}

static int
read_subject(const struct pawl_args *args, const char *operand, struct subject *out)
{
	struct pawl_preset_info info;
	const char *dir = pawl_args_get(args, "presets");

	if (is_path(operand))
		return read_subject_file(args, operand, out);
	if (!pawl_preset_find(pawl_str_c(operand), &info))
		return not_found(operand);
	if (!info.is_builtin)
		return read_subject_file(
			args,
			pawl_file_path(args->arena, pawl_str_c(dir),
				       pawl_arena_printf(args->arena, "%s.json", operand)),
			out);
	out->scheme = pawl_scheme_preset(pawl_str_c(operand));
	for (size_t i = 0; pawl_preset_names[i]; i++) {
		if (strcmp(pawl_preset_names[i], operand) == 0 &&
		    pawl_json_parse(args->arena, pawl_str_c(pawl_preset_vectors[i]), &out->vectors,
				    NULL) != PAWL_OK)
			return PAWL_EXIT_FAILED;
	}
	return PAWL_EXIT_OK;
}

static int
test_vectors(const char *operand, const struct subject *subject)
{
	struct pawl_problems problems = {0};
	size_t n = pawl_preset_check_vectors(subject->scheme, &subject->vectors, &problems);
	int status;

	if (n == 0)
		pawl_problems_add(&problems, "/vectors",
				  "there is none: a preset without a delivery that it accepts is "
				  "not loaded");
	status = tell(operand, n, &problems);
	pawl_problems_fini(&problems);
	return status;
}

/* ---- test: a saved request ------------------------------------------------------------- */

static bool
read_headers(const struct pawl_args *args, struct pawl_http_header *headers, size_t *n)
{
	struct pawl_str text, line, name;

	*n = 0;
	if (!pawl_file_load(args->arena, pawl_args_get(args, "headers"), HEADER_BYTES_MAX, &text))
		return false;
	while (pawl_str_split(&text, '\n', &line)) {
		if (pawl_str_trim(line).len == 0)
			continue;
		if (!pawl_str_split(&line, ':', &name) || !line.ptr || *n == HEADERS_MAX) {
			fprintf(stderr,
				"pawl preset: --headers: \"%.*s\" is not \"Name: value\", "
				"or there are more than %d\n",
				PAWL_STR_ARG(name), HEADERS_MAX);
			return false;
		}
		headers[(*n)++] =
			(struct pawl_http_header){pawl_str_trim(name), pawl_str_trim(line)};
	}
	return true;
}

static bool
read_request(const struct pawl_args *args, struct pawl_http_header *headers,
	     struct pawl_request_facts *out)
{
	struct pawl_str url = pawl_str_c(pawl_args_get(args, "url"));
	const char *at = pawl_args_get(args, "at"), *body = pawl_args_get(args, "body");
	size_t start = pawl_str_find(url, PAWL_STR("://")), slash;

	*out = (struct pawl_request_facts){.method = PAWL_HTTP_POST,
					   .headers = headers,
					   .body = PAWL_STR(""),
					   .now_us = pawl_clock_now_us()};
	if (at && !pawl_time_parse(pawl_str_c(at), &out->now_us)) {
		fprintf(stderr, "pawl preset: --at: \"%s\" is no time (RFC 3339)\n", at);
		return false;
	}
	start = start == SIZE_MAX ? 0 : start + 3;
	slash = pawl_str_find_char(pawl_str_sub(url, start, url.len), '/');
	slash = slash == SIZE_MAX ? url.len : start + slash;
	out->public_url = pawl_str_sub(url, 0, slash);
	out->target = pawl_str_sub(url, slash, url.len);
	slash = pawl_str_find_char(out->target, '?');
	if (slash != SIZE_MAX)
		out->query = pawl_str_sub(out->target, slash + 1, out->target.len);
	return read_headers(args, headers, &out->n_headers) &&
	       (!body || pawl_file_load(args->arena, body, BODY_BYTES_MAX, &out->body));
}

static void
print_verdict(const struct pawl_args *args, const struct pawl_refusal *refusal,
	      const struct pawl_diagnosis *diagnosis)
{
	struct pawl_json_builder b, d;
	struct pawl_json value;

	if (!pawl_args_flag(args, "json")) {
		if (!refusal->code)
			puts("accepted");
		else
			printf("refused: %s: %s\n%s%s%s\n", refusal->code, refusal->message,
			       diagnosis->code ? diagnosis->code : "", diagnosis->code ? ": " : "",
			       diagnosis->message);
		return;
	}
	pawl_json_object_begin(&b, args->arena);
	pawl_json_set_c(&b, "accepted", pawl_json_bool(!refusal->code));
	if (refusal->code) {
		pawl_json_set_c(&b, "reason", pawl_json_string_c(refusal->code));
		pawl_json_object_begin(&d, args->arena);
		pawl_json_set_c(&d, "code",
				diagnosis->code ? pawl_json_string_c(diagnosis->code)
						: pawl_json_null());
		pawl_json_set_c(&d, "message", pawl_json_string_c(diagnosis->message));
		pawl_json_set_c(&b, "diagnosis", pawl_json_end(&d));
	}
	value = pawl_json_end(&b);
	pawl_print_json(&value);
}

static int
test_request(const struct pawl_args *args, const struct pawl_scheme *scheme)
{
	struct pawl_http_header headers[HEADERS_MAX];
	const char *secret = pawl_args_get(args, "secret"), *message;
	struct pawl_request_facts facts;
	struct pawl_diagnosis diagnosis = {0};
	struct pawl_refusal refusal = {0};
	struct pawl_scheme_key key = {0};

	if (!secret)
		return pawl_usage(args, "--headers needs --secret or PAWL_SECRET as well");
	if (!read_request(args, headers, &facts))
		return PAWL_EXIT_FAILED;
	if (!pawl_scheme_key(scheme, pawl_str_c(secret), args->arena, &key, &message))
		refusal = (struct pawl_refusal){"bad_secret", message};
	else
		(void)pawl_scheme_verify(scheme, &key, 1, &facts, args->arena, &refusal);
	if (refusal.code)
		pawl_diagnose(&(struct pawl_diagnosis_input){.scheme = scheme,
							     .secret = pawl_str_c(secret),
							     .facts = &facts},
			      args->arena, &diagnosis);
	print_verdict(args, &refusal, &diagnosis);
	pawl_scheme_key_fini(&key);
	return refusal.code ? PAWL_EXIT_FAILED : PAWL_EXIT_OK;
}

static int
test_preset(const struct pawl_args *args, const char *operand)
{
	struct subject subject = {0};
	int status = read_subject(args, operand, &subject);

	if (status == PAWL_EXIT_OK && pawl_args_given(args, "headers"))
		status = test_request(args, subject.scheme);
	else if (status == PAWL_EXIT_OK)
		status = test_vectors(operand, &subject);
	pawl_scheme_free(subject.own);
	return status;
}

static int
run(const struct pawl_args *args)
{
	const char *verb = args->operands[0];
	bool is_list = strcmp(verb, "list") == 0;
	int status;

	if (!is_list && strcmp(verb, "show") != 0 && strcmp(verb, "test") != 0)
		return pawl_usage(args, "\"%s\" is none of list, show, test", verb);
	if (args->n_operands != (is_list ? 1 : 2))
		return pawl_usage(args, is_list ? "list takes nothing more"
						: "show and test need a preset's name");
	if (!pawl_presets_open(args))
		return PAWL_EXIT_FAILED;
	if (is_list)
		status = list_presets(args);
	else if (strcmp(verb, "show") == 0)
		status = show_preset(args->operands[1]);
	else
		status = test_preset(args, args->operands[1]);
	pawl_schemes_fini();
	return status;
}

const struct pawl_command pawl_command_preset = {
	.name = "preset",
	.operands = "list|show NAME|test NAME|test FILE",
	.summary = "List, show or test signature presets, built in and your own",
	.details = "test verifies a preset's own vectors; with --headers, --body and --secret a "
		   "request that\n"
		   "was saved, and says why its signature does not fit.",
	.options = options,
	.min_operands = 1,
	.max_operands = 2,
	.run = run,
};
