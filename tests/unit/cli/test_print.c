#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/print.h"

static struct pawl_arena arena;

static int
setup(void **state)
{
	pawl_arena_init(&arena, 0);
	return 0;
}

static int
teardown(void **state)
{
	pawl_arena_fini(&arena);
	return 0;
}

static struct pawl_json
parsed(const char *text)
{
	struct pawl_json value;

	assert_int_equal(pawl_json_parse(&arena, pawl_str_c(text), &value, NULL), PAWL_OK);
	return value;
}

/* What `print` writes to standard output. */
static const char *
printed(void (*print)(const struct pawl_json *value), const struct pawl_json *value)
{
	static char text[4096];
	FILE *file = tmpfile();
	int kept = dup(STDOUT_FILENO);
	size_t len;

	assert_non_null(file);
	fflush(stdout);
	assert_true(dup2(fileno(file), STDOUT_FILENO) >= 0);
	print(value);
	fflush(stdout);
	assert_true(dup2(kept, STDOUT_FILENO) >= 0);
	close(kept);
	rewind(file);
	len = fread(text, 1, sizeof(text) - 1, file);
	text[len] = '\0';
	fclose(file);
	return text;
}

static void
test_control_characters_do_not_reach_a_terminal(void **state)
{
	static const struct {
		struct pawl_str text;
		const char *shown;
	} cases[] = {
		{{"plain", 5}, "plain"},
		{{"\033[31mred", 8}, "?[31mred"},
		{{"a\nb\tc\r", 6}, "a?b?c?"},
		{{"\0\x7f", 2}, "??"},
		{{"\xc2\x9b"
		  "1m",
		  4},
		 "?1m"}, /* CSI of one byte */
		{{"\xc2\xa0\xc3\xa9\xe2\x82\xac", 7}, "\xc2\xa0\xc3\xa9\xe2\x82\xac"},
		{{"\xc2", 1}, "\xc2"},
		{{NULL, 0}, ""},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *text = NULL;
		size_t len;
		FILE *to = open_memstream(&text, &len);

		pawl_print_text(to, cases[i].text);
		fclose(to);
		assert_string_equal(text, cases[i].shown);
		free(text);
	}
}

static const struct pawl_column columns[] = {
	{"ID", "/id"},
	{"NAME", "/inner/name"},
	{"AT", "/at", PAWL_COLUMN_TIME},
	{"TOOK", "/took", PAWL_COLUMN_MS},
};

static void
print_table(const struct pawl_json *value)
{
	pawl_print_table(value, columns, sizeof(columns) / sizeof(columns[0]), "None.");
}

static void
test_table_is_as_wide_as_its_cells(void **state)
{
	struct pawl_json rows =
		parsed("[{\"id\":\"1\",\"inner\":{\"name\":\"\xc3\xa9t\xc3\xa9\"},"
		       "\"at\":\"2026-01-02T03:04:05.678Z\",\"took\":1.5},"
		       "{\"id\":\"12345\",\"inner\":null,\"at\":null,\"took\":61500},"
		       "{\"id\":true,\"inner\":{\"name\":{\"a\":[1]}},\"took\":999}]");

	assert_string_equal(printed(print_table, &rows),
			    "ID     NAME       AT                   TOOK\n"
			    "1      \xc3\xa9t\xc3\xa9        2026-01-02 03:04:05  1.50ms\n"
			    "12345  -          -                    1m01s\n"
			    "yes    {\"a\":[1]}  -                    999ms\n");
}

static void
test_table_without_rows_says_so(void **state)
{
	struct pawl_json none = parsed("[]");

	assert_string_equal(printed(print_table, &none), "None.\n");
}

static void
print_long(const struct pawl_json *value)
{
	static const struct pawl_column column = {"X", "/x"};

	pawl_print_table(value, &column, 1, "");
}

static void
test_long_cell_is_cut_between_characters(void **state)
{
	struct pawl_buf json;
	struct pawl_json rows;
	const char *text;

	pawl_buf_init(&json, 4096);
	pawl_buf_append_c(&json, "[{\"x\":\"");
	for (int i = 0; i < 100; i++)
		pawl_buf_append_c(&json, "\xc3\xa9");
	pawl_buf_append_c(&json, "\"}]");
	pawl_buf_append_char(&json, '\0');
	rows = parsed(json.data);
	text = printed(print_long, &rows);
	assert_int_equal(strlen(text), 2 + 72 * 2 + 3 + 1);
	assert_string_equal(text + strlen(text) - 6, "\xc3\xa9\xe2\x80\xa6\n");
	pawl_buf_fini(&json);
}

static void
print_fields(const struct pawl_json *value)
{
	for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++)
		pawl_print_field(columns[i].title, value, &columns[i]);
}

static void
test_fields_that_are_not_there_are_left_out(void **state)
{
	struct pawl_json value = parsed("{\"id\":\"7\",\"inner\":{\"name\":null},\"took\":1234}");

	assert_string_equal(printed(print_fields, &value), "ID           7\n"
							   "TOOK         1.23s\n");
}

static void
test_json_keeps_numbers_as_they_were_written(void **state)
{
	struct pawl_json value = parsed("{\"n\":[18446744073709551615,1e400,0.10]}");

	assert_string_equal(printed(pawl_print_json_line, &value),
			    "{\"n\":[18446744073709551615,1e400,0.10]}\n");
	assert_string_equal(printed(pawl_print_json, &value),
			    "{\n  \"n\": [\n    18446744073709551615,\n    1e400,\n    0.10\n  ]\n"
			    "}\n");
}

static void
test_problems_have_their_place(void **state)
{
	struct pawl_json problems = parsed("[{\"pointer\":\"/a\",\"message\":\"is\\nwrong\"},"
					   "{\"pointer\":\"\",\"message\":\"is missing\"}]");
	char *text = NULL;
	size_t len;
	FILE *to = open_memstream(&text, &len);

	pawl_print_problems(to, "f: ", &problems);
	fclose(to);
	assert_string_equal(text, "f: /a: is?wrong\nf: (document): is missing\n");
	free(text);
}

#define ARENA_TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_control_characters_do_not_reach_a_terminal),
		ARENA_TEST(test_table_is_as_wide_as_its_cells),
		ARENA_TEST(test_table_without_rows_says_so),
		ARENA_TEST(test_long_cell_is_cut_between_characters),
		ARENA_TEST(test_fields_that_are_not_there_are_left_out),
		ARENA_TEST(test_json_keeps_numbers_as_they_were_written),
		ARENA_TEST(test_problems_have_their_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
