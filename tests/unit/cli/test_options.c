#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "cli/options.h"

static const struct pawl_option options[] = {
	{"name", "NAME", "A name", "PAWL_TEST_NAME", .fallback = "nobody"},
	{"limit", "N", "A number", .fallback = "50"},
	{"wait", "DURATION", "A time", .fallback = "30s"},
	{"tag", "TAG", "A tag", .repeats = true},
	{"draft", .help = "A flag"},
	{NULL},
};

static const struct pawl_command command = {
	.name = "test",
	.operands = "FILE...",
	.summary = "Be tested",
	.options = options,
	.min_operands = 1,
	.max_operands = 2,
};

static struct pawl_arena arena;
static struct pawl_problems problems;

/* Words up to NULL. */
static enum pawl_err
parse(struct pawl_args *args, const char *first, ...)
{
	char *argv[16];
	int argc = 0;
	va_list ap;

	pawl_problems_fini(&problems);
	problems = (struct pawl_problems){0};
	va_start(ap, first);
	for (const char *word = first; word; word = va_arg(ap, const char *))
		argv[argc++] = (char *)word;
	va_end(ap);
	return pawl_args_parse(&command, argc, argv, &arena, args, &problems);
}

static bool
is_told(const char *text)
{
	for (size_t i = 0; i < problems.len; i++)
		if (strstr(problems.items[i].message, text))
			return true;
	return false;
}

static int
setup(void **state)
{
	pawl_arena_init(&arena, 0);
	unsetenv("PAWL_TEST_NAME");
	return 0;
}

static int
teardown(void **state)
{
	pawl_problems_fini(&problems);
	pawl_arena_fini(&arena);
	return 0;
}

static void
test_values_stand_behind_a_space_or_an_equals_sign(void **state)
{
	struct pawl_args args;

	assert_int_equal(parse(&args, "--name", "ann", "a", "--limit=7", "--draft", "b", NULL),
			 PAWL_OK);
	assert_string_equal(pawl_args_get(&args, "name"), "ann");
	assert_string_equal(pawl_args_get(&args, "limit"), "7");
	assert_true(pawl_args_flag(&args, "draft"));
	assert_int_equal(args.n_operands, 2);
	assert_string_equal(args.operands[1], "b");
	/* An empty value is one, and so is what looks like an option. */
	assert_int_equal(parse(&args, "--name=", "a", "--tag", "--draft", NULL), PAWL_OK);
	assert_string_equal(pawl_args_get(&args, "name"), "");
	assert_string_equal(pawl_args_get(&args, "tag"), "--draft");
	assert_false(pawl_args_flag(&args, "draft"));
}

static void
test_two_dashes_end_the_options_and_one_is_an_operand(void **state)
{
	struct pawl_args args;

	assert_int_equal(parse(&args, "-", "--", "--draft", NULL), PAWL_OK);
	assert_int_equal(args.n_operands, 2);
	assert_string_equal(args.operands[0], "-");
	assert_string_equal(args.operands[1], "--draft");
	assert_false(pawl_args_flag(&args, "draft"));
}

static void
test_every_problem_is_told(void **state)
{
	struct pawl_args args;

	assert_int_equal(parse(&args, "--limti=1", "-x", "--draft=yes", "--name", "a", "--name",
			       "b", "f", "--tag", NULL),
			 PAWL_EINVAL);
	assert_int_equal(problems.len, 5);
	assert_true(is_told("did you mean \"limit\""));
	assert_true(is_told("no option -x"));
	assert_true(is_told("--draft takes no value"));
	assert_true(is_told("--name is given twice"));
	assert_true(is_told("--tag needs a value (TAG)"));
}

static void
test_operands_are_counted_when_nothing_else_is_wrong(void **state)
{
	struct pawl_args args;

	assert_int_equal(parse(&args, NULL), PAWL_EINVAL);
	assert_true(is_told("FILE... is missing"));
	assert_int_equal(parse(&args, "a", "b", "c", NULL), PAWL_EINVAL);
	assert_true(is_told("\"c\" is one argument too many"));
	assert_int_equal(parse(&args, "a", "b", "--nmae", "c", NULL), PAWL_EINVAL);
	assert_int_equal(problems.len, 1);
	assert_true(is_told("no option --nmae"));
}

static void
test_help_asks_for_nothing_else(void **state)
{
	struct pawl_args args;

	assert_int_equal(parse(&args, "--help", NULL), PAWL_OK);
	assert_true(args.wants_help);
	assert_int_equal(parse(&args, "-h", NULL), PAWL_OK);
	assert_true(args.wants_help);
	assert_int_equal(parse(&args, "a", NULL), PAWL_OK);
	assert_false(args.wants_help);
}

static void
test_command_line_goes_before_environment_before_fallback(void **state)
{
	struct pawl_args args;

	assert_int_equal(parse(&args, "a", NULL), PAWL_OK);
	assert_string_equal(pawl_args_get(&args, "name"), "nobody");
	assert_null(pawl_args_given(&args, "name"));
	assert_null(pawl_args_get(&args, "tag"));
	setenv("PAWL_TEST_NAME", "", 1);
	assert_string_equal(pawl_args_get(&args, "name"), "nobody");
	setenv("PAWL_TEST_NAME", "env", 1);
	assert_string_equal(pawl_args_get(&args, "name"), "env");
	assert_null(pawl_args_given(&args, "name"));
	assert_int_equal(parse(&args, "a", "--name", "line", NULL), PAWL_OK);
	assert_string_equal(pawl_args_get(&args, "name"), "line");
}

static void
test_repeated_options_are_kept_in_order(void **state)
{
	struct pawl_args args;

	assert_int_equal(parse(&args, "--tag", "x", "a", "--tag=y", NULL), PAWL_OK);
	assert_int_equal(args.n_given, 2);
	assert_string_equal(args.given[0].value, "x");
	assert_string_equal(args.given[1].value, "y");
	assert_string_equal(pawl_args_get(&args, "tag"), "y");
}

static void
test_numbers_and_durations_are_held_to_their_bounds(void **state)
{
	struct pawl_args args;
	uint64_t n;
	int64_t ms;

	assert_int_equal(parse(&args, "a", "--limit", "100", "--wait", "1500ms", NULL), PAWL_OK);
	assert_true(pawl_args_number(&args, "limit", 1, 100, &n));
	assert_int_equal(n, 100);
	assert_false(pawl_args_number(&args, "limit", 1, 99, &n));
	assert_true(pawl_args_duration(&args, "wait", &ms));
	assert_int_equal(ms, 1500);
	assert_int_equal(parse(&args, "a", "--limit", "1x", "--wait", "soon", NULL), PAWL_OK);
	assert_false(pawl_args_number(&args, "limit", 0, UINT64_MAX, &n));
	assert_false(pawl_args_duration(&args, "wait", &ms));
}

/* The table that main, completion and the reference page are made from. */
static void
test_commands_are_in_order_and_explain_themselves(void **state)
{
	for (size_t i = 0; pawl_commands[i]; i++) {
		const struct pawl_command *c = pawl_commands[i];

		assert_ptr_equal(pawl_command_find(c->name), c);
		assert_non_null(c->run);
		assert_true(c->min_operands <= c->max_operands);
		assert_int_equal(c->max_operands > 0, c->operands[0] != '\0');
		assert_true(strlen(c->summary) > 10 && c->summary[strlen(c->summary) - 1] != '.');
		if (i > 0)
			assert_true(strcmp(pawl_commands[i - 1]->name, c->name) < 0);
		for (const struct pawl_option *o = c->options; o && o->name; o++) {
			assert_true(o->help && strlen(o->help) > 2);
			assert_string_not_equal(o->name, "help");
			for (const struct pawl_option *p = o + 1; p->name; p++)
				assert_string_not_equal(o->name, p->name);
		}
	}
	assert_null(pawl_command_find("nothing"));
	assert_null(pawl_command_find(""));
}

static void
test_help_shows_defaults_environment_and_repetition(void **state)
{
	char *text = NULL;
	size_t len;
	FILE *to = open_memstream(&text, &len);

	pawl_command_help(to, &command);
	fclose(to);
	assert_non_null(strstr(text, "Usage: pawl test FILE... [OPTION...]\n\nBe tested\n"));
	assert_non_null(strstr(text, "--name NAME"));
	assert_non_null(strstr(text, "[default: nobody] [$PAWL_TEST_NAME]\n"));
	assert_non_null(strstr(text, "A tag; may be repeated\n"));
	assert_non_null(strstr(text, "--help"));
	free(text);
}

#define ARENA_TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ARENA_TEST(test_values_stand_behind_a_space_or_an_equals_sign),
		ARENA_TEST(test_two_dashes_end_the_options_and_one_is_an_operand),
		ARENA_TEST(test_every_problem_is_told),
		ARENA_TEST(test_operands_are_counted_when_nothing_else_is_wrong),
		ARENA_TEST(test_help_asks_for_nothing_else),
		ARENA_TEST(test_command_line_goes_before_environment_before_fallback),
		ARENA_TEST(test_repeated_options_are_kept_in_order),
		ARENA_TEST(test_numbers_and_durations_are_held_to_their_bounds),
		ARENA_TEST(test_commands_are_in_order_and_explain_themselves),
		ARENA_TEST(test_help_shows_defaults_environment_and_repetition),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
