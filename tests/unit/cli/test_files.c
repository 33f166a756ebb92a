#include "cli_testing.h"

#include <errno.h>

#include "cli/files.h"

static void
test_file_is_read_whole_up_to_its_bound(void **state)
{
	struct place *place = *state;
	const char *path = place_file(place, "a", "12345");
	struct pawl_str text;

	assert_int_equal(pawl_file_read(&place->arena, path, 5, &text), PAWL_OK);
	assert_true(pawl_str_eq_c(text, "12345"));
	assert_int_equal(pawl_file_read(&place->arena, path, 4, &text), PAWL_ETOOBIG);
	path = place_file(place, "empty", "");
	assert_int_equal(pawl_file_read(&place->arena, path, 4, &text), PAWL_OK);
	assert_int_equal(text.len, 0);
}

static void
test_what_is_no_file_says_why(void **state)
{
	struct place *place = *state;
	struct pawl_str text;

	assert_int_equal(pawl_file_read(&place->arena, "/nonexistent/file", 4, &text),
			 PAWL_ENOTFOUND);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(pawl_file_read(&place->arena, place->dir, 4, &text), PAWL_EIO);
	assert_int_equal(errno, EISDIR);
	assert_false(pawl_file_load(&place->arena, place->dir, 4, &text));
}

static void
test_operand_is_itself_or_a_file(void **state)
{
	struct place *place = *state;
	const char *path = place_file(place, "body", "{\"n\":1}");
	char operand[160];
	struct pawl_str text;

	snprintf(operand, sizeof(operand), "@%s", path);
	assert_true(pawl_file_load_operand(&place->arena, operand, 100, &text));
	assert_true(pawl_str_eq_c(text, "{\"n\":1}"));
	assert_true(pawl_file_load_operand(&place->arena, "a@b", 100, &text));
	assert_true(pawl_str_eq_c(text, "a@b"));
	assert_true(pawl_file_load_operand(&place->arena, "", 100, &text));
	assert_int_equal(text.len, 0);
	assert_false(pawl_file_load_operand(&place->arena, "@/nonexistent/file", 100, &text));
}

static void
test_json_file_has_to_be_json(void **state)
{
	struct place *place = *state;
	struct pawl_json value;

	assert_true(pawl_file_load_json(&place->arena, place_file(place, "good", " [1, 2] "), 100,
					&value));
	assert_int_equal(value.len, 2);
	assert_false(
		pawl_file_load_json(&place->arena, place_file(place, "bad", "[1, 2"), 100, &value));
	assert_false(
		pawl_file_load_json(&place->arena, place_file(place, "none", ""), 100, &value));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		PLACE_TEST(test_file_is_read_whole_up_to_its_bound),
		PLACE_TEST(test_what_is_no_file_says_why),
		PLACE_TEST(test_operand_is_itself_or_a_file),
		PLACE_TEST(test_json_file_has_to_be_json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
