#include "cli/client.h"
#include "cli/print.h"

#define RUNS_MAX 200

static const struct pawl_option options[] = {
	{"revision", "N", "Under this revision; under the draft when absent"},
	{"status", "STATUS", "Only completed, failed, timed_out or canceled runs"},
	{"class", "CLASS", "Only runs of this class of failure: network, http_5xx, timeout ..."},
	{"code", "CODE", "Only runs whose error has this code"},
	{"event", "TYPE", "Only runs whose request brought this type of event"},
	{"from", "TIME", "Queued at or after it (RFC 3339)"},
	{"to", "TIME", "Queued before it"},
	{"limit", "N", "At most so many, newest first; 20 when absent"},
	PAWL_CLIENT_OPTIONS,
	{NULL},
};

static const char *const texts[] = {"status", "class", "code", "event", "from", "to"};
static const char *const numbers[] = {"revision", "limit"};

/* False: what is wrong has been printed. */
static bool
make_body(const struct pawl_args *args, struct pawl_json *body)
{
	struct pawl_json_builder b, runs;
	uint64_t number;

	pawl_json_object_begin(&b, args->arena);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (pawl_args_get(args, texts[i]))
			pawl_json_set_c(&b, texts[i],
					pawl_json_string_c(pawl_args_get(args, texts[i])));
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		if (!pawl_args_given(args, numbers[i]))
			continue;
		if (!pawl_args_number(args, numbers[i], 1, INT32_MAX, &number))
			return false;
		pawl_json_set_c(&b, numbers[i], pawl_json_int(args->arena, (int64_t)number));
	}
	pawl_json_array_begin(&runs, args->arena);
	for (size_t i = 1; i < args->n_operands; i++)
		pawl_json_push(&runs, pawl_json_string_c(args->operands[i]));
	if (args->n_operands > 1)
		pawl_json_set_c(&b, "runs", pawl_json_end(&runs));
	*body = pawl_json_end(&b);
	return true;
}

/* ---- for people ----------------------------------------------------------------------- */

static void
print_value(const struct pawl_args *args, const struct pawl_json *value)
{
	pawl_print_text(stdout, value ? pawl_json_text(args->arena, value) : PAWL_STR("(nothing)"));
}

/* "  WHAT POINTER: OLD -> NEW", a line for each. */
static void
print_differences(const struct pawl_args *args, struct pawl_str what, const struct pawl_json *list)
{
	for (uint32_t i = 0; pawl_json_is(list, PAWL_JSON_ARRAY) && i < list->len; i++) {
		const struct pawl_json *one = &list->items[i];
		struct pawl_str pointer = pawl_json_get_str(one, "pointer", PAWL_STR(""));

		printf("  ");
		pawl_print_text(stdout, what);
		fputs(pointer.len ? " " : "", stdout);
		pawl_print_text(stdout, pointer);
		printf(": ");
		print_value(args, pawl_json_get_c(one, "old"));
		printf(" -> ");
		print_value(args, pawl_json_get_c(one, "new"));
		putchar('\n');
	}
}

static void
print_inputs(const struct pawl_args *args, const struct pawl_json *list)
{
	for (uint32_t i = 0; pawl_json_is(list, PAWL_JSON_ARRAY) && i < list->len; i++)
		print_differences(
			args,
			pawl_arena_printf(args->arena, "%.*s would send",
					  PAWL_STR_ARG(pawl_json_get_str(&list->items[i], "node",
									 PAWL_STR("")))),
			pawl_json_get_c(&list->items[i], "differences"));
}

static void
print_run(const struct pawl_args *args, const struct pawl_json *run)
{
	struct pawl_str old = pawl_json_get_str(run, "old_status", PAWL_STR(""));
	struct pawl_str new = pawl_json_get_str(run, "new_status", PAWL_STR(""));
	struct pawl_str reason = pawl_json_get_str(run, "reason", PAWL_STR(""));

	pawl_print_text(stdout, pawl_json_get_str(run, "run_id", PAWL_STR("")));
	printf("  ");
	pawl_print_text(stdout, pawl_json_get_str(run, "status", PAWL_STR("")));
	fputs(reason.len ? ": " : "", stdout);
	pawl_print_text(stdout, reason);
	putchar('\n');
	if (new.len && !pawl_str_eq(old, new))
		printf("  status: %.*s -> %.*s\n", PAWL_STR_ARG(old), PAWL_STR_ARG(new));
	print_differences(args, PAWL_STR("output"), pawl_json_get_c(run, "output"));
	print_differences(args, PAWL_STR("error"), pawl_json_get_c(run, "error"));
	print_differences(args, PAWL_STR("path"), pawl_json_get_c(run, "path"));
	print_inputs(args, pawl_json_get_c(run, "inputs"));
	if (pawl_json_get_bool(run, "cut", false))
		printf("  ... and more\n");
}

static long long
count(const struct pawl_json *answer, const char *name)
{
	int64_t n = 0;

	(void)pawl_json_to_i64(pawl_json_get_c(answer, name), &n);
	return n;
}

static void
print_answer(const struct pawl_args *args, const struct pawl_json *answer)
{
	const struct pawl_json *runs = pawl_json_get_c(answer, "runs");

	for (uint32_t i = 0; pawl_json_is(runs, PAWL_JSON_ARRAY) && i < runs->len; i++)
		print_run(args, &runs->items[i]);
	printf("%lld tried: %lld same, %lld changed, %lld failed, %lld without a recording%s\n",
	       count(answer, "tried"), count(answer, "same"), count(answer, "changed"),
	       count(answer, "failed"), count(answer, "no_recording"),
	       pawl_json_get_bool(answer, "cut", false) ? "; it took too long for the rest" : "");
}

static int
run(const struct pawl_args *args)
{
	struct pawl_json body, answer;
	struct pawl_client *client;
	int status;

	if (!make_body(args, &body))
		return PAWL_EXIT_USAGE;
	status = pawl_client_new(args, &client);
	if (status != PAWL_EXIT_OK)
		return status;
	status = pawl_client_call(
		client, PAWL_HTTP_POST,
		pawl_api_path(args->arena, "/api/v1/workflows/", args->operands[0], "/what-if"),
		&body, &answer);
	if (status == PAWL_EXIT_OK) {
		if (pawl_args_flag(args, "json"))
			pawl_print_json(&answer);
		else
			print_answer(args, &answer);
		if (count(&answer, "same") < count(&answer, "tried") ||
		    pawl_json_get_bool(&answer, "cut", false))
			status = PAWL_EXIT_FAILED;
	}
	pawl_client_free(client);
	return status;
}

const struct pawl_command pawl_command_what_if = {
	.name = "what-if",
	.operands = "WORKFLOW [RUN...]",
	.summary = "See what would become of recorded runs under the draft",
	.details = "Nodes that talk to the world, and waits, are answered from the recordings: "
		   "nothing is sent or stored. A request's run has the request's id. The exit "
		   "status is 0 when every run would end as it did, and 1 when one would not, or "
		   "could not be told.",
	.options = options,
	.min_operands = 1,
	.max_operands = RUNS_MAX + 1,
	.run = run,
};
