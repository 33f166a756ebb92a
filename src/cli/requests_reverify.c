#include "cli/requests_reverify.h"

#include <stdio.h>

#include "cli/print.h"

#define WORKFLOWS_MAX 1000000

static const struct pawl_column columns[] = {
	{"WORKFLOW", "/workflow"},     {"CHECKED", "/checked"},       {"RELEASED", "/released"},
	{"DUPLICATES", "/duplicates"}, {"STILL REFUSED", "/refused"}, {"BECAUSE", "/because"},
};

static const char *const sums[] = {"checked", "released", "duplicates", "refused"};
#define N_SUMS (sizeof(sums) / sizeof(sums[0]))

/* Words and how often, over all answers. */
static struct pawl_json
add_reasons(struct pawl_arena *arena, const struct pawl_json *before, const struct pawl_json *more)
{
	struct pawl_json_builder b;
	int64_t n, m;

	pawl_json_object_begin(&b, arena);
	for (uint32_t i = 0; i < before->len; i++)
		pawl_json_set(&b, before->members[i].key, before->members[i].value);
	for (uint32_t i = 0; pawl_json_is(more, PAWL_JSON_OBJECT) && i < more->len; i++) {
		n = m = 0;
		(void)pawl_json_to_i64(&more->members[i].value, &n);
		(void)pawl_json_to_i64(pawl_json_get(before, more->members[i].key), &m);
		pawl_json_set(&b, more->members[i].key, pawl_json_int(arena, n + m));
	}
	return pawl_json_end(&b);
}

/* "bad_signature: 3, stale_timestamp: 1"; null where there is nothing. */
static struct pawl_json
because(struct pawl_arena *arena, const struct pawl_json *reasons)
{
	struct pawl_str text = PAWL_STR("");

	for (uint32_t i = 0; pawl_json_is(reasons, PAWL_JSON_OBJECT) && i < reasons->len; i++) {
		int64_t n = 0;

		(void)pawl_json_to_i64(&reasons->members[i].value, &n);
		text = pawl_arena_printf(arena, "%.*s%s%.*s: %lld", PAWL_STR_ARG(text),
					 i > 0 ? ", " : "", PAWL_STR_ARG(reasons->members[i].key),
					 (long long)n);
	}
	return text.len > 0 ? pawl_json_string(text) : pawl_json_null();
}

/* The rows as people read them. */
static void
print_rows(const struct pawl_args *args, const struct pawl_json *rows)
{
	struct pawl_json_builder list, b;
	struct pawl_json shown;
	int64_t refused = 0;

	pawl_json_array_begin(&list, args->arena);
	for (uint32_t i = 0; i < rows->len; i++) {
		const struct pawl_json *row = &rows->items[i];
		int64_t n = 0;

		pawl_json_object_begin(&b, args->arena);
		for (uint32_t m = 0; m < row->len; m++)
			pawl_json_set(&b, row->members[m].key, row->members[m].value);
		pawl_json_set_c(&b, "because",
				because(args->arena, pawl_json_get_c(row, "reasons")));
		pawl_json_push(&list, pawl_json_end(&b));
		(void)pawl_json_to_i64(pawl_json_get_c(row, "refused"), &n);
		refused += n;
	}
	shown = pawl_json_end(&list);
	pawl_print_table(&shown, columns, sizeof(columns) / sizeof(columns[0]),
			 "No workflow has a webhook.");
	if (pawl_args_flag(args, "dry-run") && rows->len > 0)
		puts("A dry run: nothing was released.");
	if (refused > 0)
		puts("What is still refused: pawl requests --verdict refused lists it, "
		     "pawl requests why ID explains it.");
}

static struct pawl_json
make_body(const struct pawl_args *args, struct pawl_str after)
{
	struct pawl_json_builder b;

	pawl_json_object_begin(&b, args->arena);
	pawl_json_set_c(&b, "dry_run", pawl_json_bool(pawl_args_flag(args, "dry-run")));
	if (after.len)
		pawl_json_set_c(&b, "after", pawl_json_string(after));
	return pawl_json_end(&b);
}

/* One workflow, to its end. */
static int
reverify(const struct pawl_args *args, struct pawl_client *client, const char *workflow,
	 struct pawl_json *out)
{
	struct pawl_str path =
		pawl_api_path(args->arena, "/api/v1/workflows/", workflow, "/reverify");
	struct pawl_json reasons = {.type = PAWL_JSON_OBJECT}, body, answer;
	struct pawl_str after = PAWL_STR("");
	struct pawl_json_builder b;
	int64_t totals[N_SUMS] = {0};

	do {
		int status;

		body = make_body(args, after);
		status = pawl_client_call(client, PAWL_HTTP_POST, path, &body, &answer);
		if (status != PAWL_EXIT_OK)
			return status;
		for (size_t i = 0; i < N_SUMS; i++) {
			int64_t n = 0;

			(void)pawl_json_to_i64(pawl_json_get_c(&answer, sums[i]), &n);
			totals[i] += n;
		}
		reasons = add_reasons(args->arena, &reasons, pawl_json_get_c(&answer, "reasons"));
		after = pawl_json_get_str(&answer, "next", PAWL_STR(""));
	} while (after.len);
	pawl_json_object_begin(&b, args->arena);
	pawl_json_set_c(&b, "workflow", pawl_json_string_c(workflow));
	pawl_json_set_c(&b, "dry_run", pawl_json_bool(pawl_args_flag(args, "dry-run")));
	for (size_t i = 0; i < N_SUMS; i++)
		pawl_json_set_c(&b, sums[i], pawl_json_int(args->arena, totals[i]));
	pawl_json_set_c(&b, "reasons", reasons);
	*out = pawl_json_end(&b);
	return PAWL_EXIT_OK;
}

/* Those that have a quarantine: active, or paused, behind a webhook. */
static bool
has_quarantine(const struct pawl_json *workflow)
{
	struct pawl_str trigger = pawl_json_get_str(workflow, "trigger", PAWL_STR(""));
	struct pawl_str state = pawl_json_get_str(workflow, "status", PAWL_STR(""));

	return pawl_str_eq_c(trigger, "webhook") && !pawl_str_eq_c(state, "inactive");
}

static int
reverify_all(const struct pawl_args *args, struct pawl_client *client,
	     struct pawl_json_builder *rows)
{
	struct pawl_json workflows, row;
	int status =
		pawl_client_list(client, PAWL_STR("/api/v1/workflows"), WORKFLOWS_MAX, &workflows);

	for (uint32_t i = 0; status == PAWL_EXIT_OK && i < workflows.len; i++) {
		const struct pawl_json *one = &workflows.items[i];

		if (!has_quarantine(one))
			continue;
		status = reverify(
			args, client,
			pawl_arena_dup_c(args->arena, pawl_json_get_str(one, "name", PAWL_STR(""))),
			&row);
		if (status == PAWL_EXIT_OK)
			pawl_json_push(rows, row);
	}
	return status;
}

int
pawl_requests_reverify(const struct pawl_args *args, struct pawl_client *client)
{
	const char *workflow = pawl_args_get(args, "workflow");
	struct pawl_json_builder b;
	struct pawl_json row, rows;
	int status;

	pawl_json_array_begin(&b, args->arena);
	if (workflow) {
		status = reverify(args, client, workflow, &row);
		if (status == PAWL_EXIT_OK)
			pawl_json_push(&b, row);
	} else {
		status = reverify_all(args, client, &b);
	}
	rows = pawl_json_end(&b);
	if (status != PAWL_EXIT_OK)
		return status;
	if (pawl_args_flag(args, "json"))
		pawl_print_json(&rows);
	else
		print_rows(args, &rows);
	return PAWL_EXIT_OK;
}
