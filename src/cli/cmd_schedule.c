#include <stdio.h>

#include "base/clock.h"
#include "cli/client.h"
#include "cli/print.h"
#include "trigger/schedule.h"

static const struct pawl_option options[] = {
	{"zone", "ZONE", "Of an expression: whose clocks show its times", .fallback = "UTC"},
	{"n", "N", "So many times", .fallback = "10"},
	PAWL_CLIENT_OPTIONS,
	{NULL},
};

static const struct pawl_column columns[] = {
	{"LOCAL TIME", "/local_time"},
	{"UTC", "/at", PAWL_COLUMN_TIME},
};

/* An expression has at least five fields, or begins with an @; with fewer it is still meant to be
 * one when it has a star and nothing that only a name has. */
static bool
is_expression(const char *text)
{
	struct pawl_str rest = pawl_str_trim(pawl_str_c(text)), word;
	size_t n = 0;

	while (pawl_str_split(&rest, ' ', &word))
		n += word.len > 0;
	return text[0] == '@' || n >= 5 ||
	       (strchr(text, '*') && text[strspn(text, "0123456789*/,-?# ")] == '\0');
}

static struct pawl_json
times_of(struct pawl_arena *arena, const struct pawl_schedule *schedule, uint64_t n)
{
	int64_t at_us = pawl_clock_now_us();
	struct pawl_json_builder list, b;
	char text[PAWL_TIME_TEXT_MAX];

	pawl_json_array_begin(&list, arena);
	while (n-- && pawl_schedule_next(schedule, at_us, &at_us)) {
		size_t len = pawl_time_format(at_us, text);

		pawl_json_object_begin(&b, arena);
		pawl_json_set_c(&b, "at", pawl_json_string_dup(arena, pawl_str(text, len)));
		pawl_json_set_c(&b, "local_time",
				pawl_json_string(pawl_schedule_local(schedule, at_us, arena)));
		pawl_json_push(&list, pawl_json_end(&b));
	}
	return pawl_json_end(&list);
}

/* Needs no server. */
static int
show_expression(const struct pawl_args *args, uint64_t n)
{
	struct pawl_problems problems = {0};
	struct pawl_schedule *schedule = pawl_schedule_of_cron(
		pawl_str_c(args->operands[0]), pawl_str_c(pawl_args_get(args, "zone")), &problems);
	struct pawl_json times;

	for (size_t i = 0; i < problems.len; i++)
		fprintf(stderr, "pawl: %s%s%s\n", problems.items[i].where,
			*problems.items[i].where ? ": " : "", problems.items[i].message);
	pawl_problems_fini(&problems);
	if (!schedule)
		return PAWL_EXIT_FAILED;
	times = times_of(args->arena, schedule, n);
	pawl_schedule_free(schedule);
	if (pawl_args_flag(args, "json"))
		pawl_print_json(&times);
	else
		pawl_print_table(&times, columns, 2, "It does not come true any more.");
	return PAWL_EXIT_OK;
}

static void
show(const struct pawl_json *schedule)
{
	static const struct pawl_column fields[] = {{"", "/time_zone"},
						    {"", "/last_at", PAWL_COLUMN_TIME}};

	if (!pawl_json_get_bool(schedule, "active", false))
		printf("The workflow is not active: nothing starts.\n");
	pawl_print_field("time zone", schedule, &fields[0]);
	pawl_print_field("last run for", schedule, &fields[1]);
	pawl_print_table(pawl_json_get_c(schedule, "next"), columns, 2, "No more times.");
}

static int
run(const struct pawl_args *args)
{
	struct pawl_client *client;
	struct pawl_json schedule;
	struct pawl_str path;
	uint64_t n;
	int status;

	if (!pawl_args_number(args, "n", 1, 1000, &n))
		return PAWL_EXIT_USAGE;
	if (is_expression(args->operands[0]))
		return show_expression(args, n);
	status = pawl_client_new(args, &client);
	if (status != PAWL_EXIT_OK)
		return status;
	path = pawl_api_query(
		args->arena,
		pawl_api_path(args->arena, "/api/v1/workflows/", args->operands[0], "/schedule"),
		"limit", pawl_args_get(args, "n"));
	status = pawl_client_call(client, PAWL_HTTP_GET, path, NULL, &schedule);
	if (status == PAWL_EXIT_OK && pawl_args_flag(args, "json"))
		pawl_print_json(&schedule);
	else if (status == PAWL_EXIT_OK)
		show(&schedule);
	pawl_client_free(client);
	return status;
}

const struct pawl_command pawl_command_schedule = {
	.name = "schedule",
	.operands = "WORKFLOW|EXPRESSION",
	.summary = "Show when a workflow starts next, or when a cron expression comes true",
	.details = "An expression has five fields (cron) or six or seven (Quartz) and needs no "
		   "server: pawl schedule '30 9 * * MON-FRI' --zone Europe/Berlin",
	.options = options,
	.min_operands = 1,
	.max_operands = 1,
	.run = run,
};
