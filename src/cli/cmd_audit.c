#include <inttypes.h>

#include "base/parse.h"
#include "cli/client.h"
#include "cli/print.h"
#include "server/audit_check.h"

#define PAGE "1000"

static const struct pawl_option options[] = {
	{"limit", "N", "list: at most so many, newest first", .fallback = "50"},
	{"actor", "NAME", "list: only what this one did, like user:ada"},
	{"action", "NAME", "list: only this operation, like cancelRun"},
	{"result", "RESULT", "list: only what is ok, or was refused"},
	{"search", "TEXT", "list: only with it in what was named or changed, or the address"},
	{"from", "TIME", "list: not before it (RFC 3339)"},
	{"to", "TIME", "list: before it"},
	{"noted", "HASH", "verify: this hash, which was written down before, has to be there"},
	{"offline", .help = "verify: read the files in --data, and ask no server"},
	PAWL_CLIENT_OPTIONS,
	{NULL},
};

static const struct pawl_column columns[] = {
	{"SEQ", "/seq"},          {"AT", "/at", PAWL_COLUMN_TIME}, {"ACTOR", "/actor"},
	{"ADDRESS", "/address"},  {"ACTION", "/action"},           {"TARGET", "/target"},
	{"NAME", "/object/name"}, {"RESULT", "/result"},
};

static int
list(const struct pawl_args *args, struct pawl_client *client)
{
	static const char *const filters[] = {"actor", "action", "result", "search", "from", "to"};
	struct pawl_str path = PAWL_STR("/api/v1/audit");
	struct pawl_json items;
	uint64_t limit;
	int status;

	if (!pawl_args_number(args, "limit", 1, 1000000, &limit))
		return PAWL_EXIT_USAGE;
	for (size_t i = 0; i < sizeof(filters) / sizeof(filters[0]); i++)
		path = pawl_api_query(args->arena, path, filters[i],
				      pawl_args_get(args, filters[i]));
	status = pawl_client_list(client, path, limit, &items);
	if (status == PAWL_EXIT_OK && pawl_args_flag(args, "json"))
		pawl_print_json(&items);
	else if (status == PAWL_EXIT_OK)
		pawl_print_table(&items, columns, sizeof(columns) / sizeof(columns[0]),
				 "Nothing was done yet.");
	return status;
}

/* ---- verify ------------------------------------------------------------------ */

static bool
check_item(struct pawl_audit_check *check, const struct pawl_json *item)
{
	struct pawl_str none = PAWL_STR("");
	uint64_t seq;

	if (!pawl_parse_u64(pawl_json_get_str(item, "seq", none), &seq))
		return false;
	pawl_audit_check_entry(check, seq, pawl_json_get_str(item, "entry", none),
			       pawl_json_get_str(item, "hash", none));
	return true;
}

/* Page by page: the log may be longer than what should be in memory. */
static int
check_server(struct pawl_client *client, struct pawl_audit_check *check)
{
	struct pawl_str path = PAWL_STR("/api/v1/audit?limit=" PAGE), cursor = PAWL_STR("");
	char next[32] = "";
	int status;

	do {
		struct pawl_arena arena;
		struct pawl_json answer;
		const struct pawl_json *items;

		pawl_arena_init(&arena, 0);
		pawl_client_set_arena(client, &arena);
		status = pawl_client_call(
			client, PAWL_HTTP_GET,
			pawl_api_query(&arena, path, "cursor", next[0] ? next : NULL), NULL,
			&answer);
		items = pawl_json_get_c(&answer, "items");
		for (uint32_t i = 0; status == PAWL_EXIT_OK && i < items->len; i++)
			if (!check_item(check, &items->items[i]))
				status = PAWL_EXIT_FAILED;
		cursor = pawl_json_get_str(&answer, "next", PAWL_STR(""));
		snprintf(next, sizeof(next), "%.*s", PAWL_STR_ARG(cursor));
		pawl_arena_fini(&arena);
	} while (status == PAWL_EXIT_OK && next[0]);
	return status;
}

static int
check_offline(const struct pawl_args *args, struct pawl_audit_check *check)
{
	struct pawl_problems problems = {0};
	enum pawl_err err =
		pawl_audit_check_files(check, pawl_str_c(pawl_args_get(args, "data")), &problems);

	for (size_t i = 0; i < problems.len; i++)
		fprintf(stderr, "pawl: %s: %s\n", problems.items[i].where,
			problems.items[i].message);
	pawl_problems_fini(&problems);
	return err == PAWL_OK ? PAWL_EXIT_OK : PAWL_EXIT_FAILED;
}

static int
report(const struct pawl_args *args, struct pawl_audit_check *check)
{
	bool is_whole = pawl_audit_check_end(check);
	struct pawl_json_builder b;
	struct pawl_json value;

	if (pawl_args_flag(args, "json")) {
		pawl_json_object_begin(&b, args->arena);
		pawl_json_set_c(&b, "valid", pawl_json_bool(is_whole));
		pawl_json_set_c(&b, "entries", pawl_json_int(args->arena, (int64_t)check->n));
		pawl_json_set_c(&b, "head", pawl_json_string_c(check->head));
		pawl_json_set_c(&b, "broken_seq",
				check->broken_seq
					? pawl_json_int(args->arena, (int64_t)check->broken_seq)
					: pawl_json_null());
		pawl_json_set_c(&b, "problem",
				check->problem ? pawl_json_string_c(check->problem)
					       : pawl_json_null());
		value = pawl_json_end(&b);
		pawl_print_json(&value);
	} else if (is_whole) {
		printf("%" PRIu64 " entries, whole. The newest has the hash\n%s\n", check->n,
		       check->head);
	}
	if (check->broken_seq)
		fprintf(stderr, "pawl: entry %" PRIu64 " is the first that is broken: %s\n",
			check->broken_seq, check->problem);
	else if (!is_whole)
		fprintf(stderr, "pawl: no entry has the noted hash: entries were removed from the "
				"end, or all were written anew\n");
	return is_whole ? PAWL_EXIT_OK : PAWL_EXIT_FAILED;
}

static int
run(const struct pawl_args *args)
{
	bool is_verify = strcmp(args->operands[0], "verify") == 0;
	struct pawl_client *client = NULL;
	struct pawl_audit_check check;
	int status;

	if (!is_verify && strcmp(args->operands[0], "list") != 0)
		return pawl_usage(args, "\"%s\" is none of list, verify", args->operands[0]);
	pawl_audit_check_begin(&check, pawl_str_c(pawl_args_get(args, "noted")));
	if (is_verify && pawl_args_flag(args, "offline")) {
		status = check_offline(args, &check);
		return status == PAWL_EXIT_OK ? report(args, &check) : status;
	}
	status = pawl_client_new(args, &client);
	if (status != PAWL_EXIT_OK)
		return status;
	status = is_verify ? check_server(client, &check) : list(args, client);
	if (is_verify && status == PAWL_EXIT_OK)
		status = report(args, &check);
	pawl_client_free(client);
	return status;
}

const struct pawl_command pawl_command_audit = {
	.name = "audit",
	.operands = "list|verify",
	.summary = "Show who did what, and check that the log is whole",
	.details = "verify prints the hash of the newest entry: write it down elsewhere, and give "
		   "it\nas --noted later. Without it, entries that were removed from the end are "
		   "not missed.",
	.options = options,
	.min_operands = 1,
	.max_operands = 1,
	.run = run,
};
