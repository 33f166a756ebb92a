#include <stdio.h>

#include "base/clock.h"
#include "cli/follow.h"
#include "cli/print.h"

/* Where the hours stand in RFC 3339. */
#define CLOCK_AT 11

static const struct pawl_option options[] = {
	{"workflow", "NAME", "Only this workflow (name or id)"},
	{"event", "KIND", "Only request, run or node events; may be repeated", .repeats = true},
	{"status", "STATUS",
	 "Only what has this status, or requests with this verdict; may be repeated",
	 .repeats = true},
	{"count", "N", "End after so many events; 0: never", .fallback = "0"},
	PAWL_CLIENT_OPTIONS,
	{NULL},
};

struct tail {
	const struct pawl_args *args;
	bool json;
	uint64_t count, seen;
};

/* Is one of the option's values `text`, or was none given? */
static bool
is_wanted(const struct tail *tail, const char *option, struct pawl_str text, struct pawl_str other)
{
	bool was_given = false;

	for (size_t i = 0; i < tail->args->n_given; i++) {
		const struct pawl_arg *given = &tail->args->given[i];

		if (strcmp(given->option->name, option) != 0)
			continue;
		was_given = true;
		if (pawl_str_eq_c(text, given->value) || pawl_str_eq_c(other, given->value))
			return true;
	}
	return !was_given;
}

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
	char now[PAWL_TIME_TEXT_MAX];

	pawl_time_format(pawl_clock_now_us(), now);
	printf("%.8s %-8.*s", now + CLOCK_AT, PAWL_STR_ARG(event));
	print_part(" ", member(data, "id"));
	print_part(" ", member(data, "run_id"));
	print_part(" ", member(data, "node"));
	print_part(" ", member(data, "verdict"));
	print_part(" ", member(data, "status"));
	if (pawl_json_get_bool(data, "released", false))
		fputs(" released", stdout);
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
	} else if (pawl_json_parse(&arena, text, &data, NULL) == PAWL_OK &&
		   is_wanted(tail, "event", event, event) &&
		   is_wanted(tail, "status", member(&data, "status"), member(&data, "verdict"))) {
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

static int
run(const struct pawl_args *args)
{
	struct tail tail = {.args = args, .json = pawl_args_flag(args, "json")};
	struct pawl_follow follow = {.command = "tail",
				     .workflow = pawl_str_c(pawl_args_get(args, "workflow")),
				     .on_event = on_event,
				     .ctx = &tail};
	struct pawl_client *client;
	int status;

	if (!pawl_args_number(args, "count", 0, UINT32_MAX, &tail.count))
		return PAWL_EXIT_USAGE;
	status = pawl_client_new(args, &client);
	if (status != PAWL_EXIT_OK)
		return status;
	status = pawl_follow(args, client, &follow);
	pawl_client_free(client);
	return status == PAWL_EXIT_OK && ferror(stdout) ? PAWL_EXIT_FAILED : status;
}

const struct pawl_command pawl_command_tail = {
	.name = "tail",
	.operands = "",
	.summary = "Follow requests, runs and nodes as they happen",
	.details = "With --json: one object per line, {\"event\":...,\"data\":{...}}.",
	.options = options,
	.run = run,
};
