#include "flow_testing.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "flow/secrets.h"

static char dir[64];

static int
setup(void **state)
{
	setup_arena(state);
	snprintf(dir, sizeof(dir), "/tmp/pawl-secrets-XXXXXX");
	return mkdtemp(dir) ? 0 : -1;
}

static const char *
path_of(const char *name)
{
	return pawl_arena_dup_c(&arena, pawl_arena_printf(&arena, "%s/%s", dir, name));
}

static void
put(const char *name, const char *bytes, size_t len)
{
	int fd = open(path_of(name), O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, len), (ssize_t)len);
	close(fd);
}

static int
teardown(void **state)
{
	static const char *const names[] = {"token",    "raw",  "empty", ".hidden",
					    "bad name", "link", "large"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		unlink(path_of(names[i]));
	rmdir(path_of("folder"));
	rmdir(dir);
	return teardown_arena(state);
}

static const char *
get(struct pawl_secrets *secrets, const char *name)
{
	struct pawl_str value;

	if (!pawl_secrets_get(secrets, pawl_str_c(name), &arena, &value))
		return NULL;
	return pawl_arena_dup_c(&arena, value);
}

static void
test_one_trailing_newline_is_not_part_of_the_value(void **state)
{
	struct pawl_secrets *secrets;

	put("token", "hunter2\n", 8);
	put("raw", "a\n\n", 3);
	put("empty", "", 0);
	secrets = pawl_secrets_open(dir, NULL, &problems);
	assert_problems(0);
	assert_string_equal(get(secrets, "token"), "hunter2");
	assert_string_equal(get(secrets, "raw"), "a\n");
	assert_string_equal(get(secrets, "empty"), "");
	assert_null(get(secrets, "absent"));
	pawl_secrets_close(secrets);
}

static void
test_only_files_with_good_names_count(void **state)
{
	struct pawl_secrets *secrets;

	put(".hidden", "x", 1);
	put("bad name", "x", 1);
	put("token", "x", 1);
	assert_int_equal(symlink("token", path_of("link")), 0);
	assert_int_equal(mkdir(path_of("folder"), 0700), 0);
	secrets = pawl_secrets_open(dir, NULL, &problems);
	assert_problems(0);
	assert_null(get(secrets, ".hidden"));
	assert_null(get(secrets, "bad name"));
	assert_null(get(secrets, "folder"));
	assert_string_equal(get(secrets, "link"), "x");
	pawl_secrets_close(secrets);
}

static void
test_reload_reads_again_and_forgets(void **state)
{
	struct pawl_secrets *secrets;

	put("token", "one", 3);
	put("raw", "two", 3);
	secrets = pawl_secrets_open(dir, NULL, &problems);
	put("token", "three", 5);
	unlink(path_of("raw"));
	assert_string_equal(get(secrets, "token"), "one");
	pawl_secrets_reload(secrets, NULL);
	assert_string_equal(get(secrets, "token"), "three");
	assert_null(get(secrets, "raw"));
	pawl_secrets_close(secrets);
}

static void
test_no_directory_means_no_secrets(void **state)
{
	struct pawl_secrets *secrets = pawl_secrets_open("/nonexistent/x", NULL, &problems);

	assert_problems(0);
	assert_null(get(secrets, "token"));
	pawl_secrets_close(secrets);
	pawl_secrets_close(NULL);
}

static void
test_a_directory_open_to_others_is_a_problem(void **state)
{
	struct pawl_secrets *secrets;

	assert_int_equal(chmod(dir, 0755), 0);
	secrets = pawl_secrets_open(dir, NULL, &problems);
	assert_problem(dir, "chmod 700");
	pawl_secrets_close(secrets);
}

static void
test_a_value_that_is_too_large_is_refused(void **state)
{
	char *bytes = calloc(1, 65537);
	struct pawl_secrets *secrets;

	put("large", bytes, 65537);
	put("token", bytes, 65536);
	secrets = pawl_secrets_open(dir, NULL, &problems);
	assert_problems(1);
	assert_problem(dir, "\"large\"");
	assert_null(get(secrets, "large"));
	assert_non_null(get(secrets, "token"));
	pawl_secrets_close(secrets);
	free(bytes);
}

static void
test_only_allowed_names_of_the_environment_are_seen(void **state)
{
	struct pawl_secrets *secrets = pawl_secrets_open("", "PAWL_T_A, PAWL_T_NONE", &problems);
	struct pawl_str value;

	setenv("PAWL_T_A", "a", 1);
	setenv("PAWL_T_B", "b", 1);
	unsetenv("PAWL_T_NONE");
	assert_true(pawl_secrets_get_env(secrets, PAWL_STR("PAWL_T_A"), &arena, &value));
	assert_true(pawl_str_eq_c(value, "a"));
	assert_false(pawl_secrets_get_env(secrets, PAWL_STR("PAWL_T_B"), &arena, &value));
	assert_false(pawl_secrets_get_env(secrets, PAWL_STR("PAWL_T_NONE"), &arena, &value));
	assert_false(pawl_secrets_get_env(secrets, PAWL_STR(""), &arena, &value));
	pawl_secrets_close(secrets);
}

static bool
is_hidden(struct pawl_secrets *secrets, const char *value)
{
	struct pawl_redactor *r = pawl_secrets_redactor(secrets);
	bool hidden = pawl_redact_finds(r, pawl_str_c(value));

	pawl_redactor_unref(r);
	return hidden;
}

static void
test_every_value_that_there_was_is_hidden(void **state)
{
	const struct pawl_secret_version versions[] = {
		{.name = PAWL_STR("s"), .value = PAWL_STR("the-second-version"), .id = 2},
		{.name = PAWL_STR("s"), .value = PAWL_STR("the-first-version"), .id = 1}};
	struct pawl_redactor *one, *other;
	struct pawl_secrets *secrets;

	assert_null(pawl_secrets_redactor(NULL));
	put("token", "of-a-file\n", 10);
	put("empty", "", 0);
	secrets = pawl_secrets_open(dir, NULL, &problems);
	assert_true(is_hidden(secrets, "<of-a-file>"));
	assert_false(is_hidden(secrets, "the-first-version"));
	pawl_secrets_set_stored(secrets, versions, 2);
	assert_true(is_hidden(secrets, "the-first-version"));
	assert_true(is_hidden(secrets, "the-second-version"));
	put("token", "another-one", 11);
	pawl_secrets_reload(secrets, NULL);
	pawl_secrets_set_stored(secrets, NULL, 0);
	pawl_secrets_note(secrets, PAWL_STR("a-literal"));
	pawl_secrets_note(secrets, PAWL_STR("short"));
	/* Those that are gone, too. */
	assert_true(is_hidden(secrets, "of-a-file"));
	assert_true(is_hidden(secrets, "another-one"));
	assert_true(is_hidden(secrets, "the-first-version"));
	assert_true(is_hidden(secrets, "a-literal"));
	assert_false(is_hidden(secrets, "short"));
	/* Nothing new: the same again. */
	pawl_secrets_note(secrets, PAWL_STR("a-literal"));
	one = pawl_secrets_redactor(secrets);
	other = pawl_secrets_redactor(secrets);
	assert_ptr_equal(one, other);
	pawl_redactor_unref(other);
	pawl_secrets_close(secrets);
	assert_true(pawl_redact_finds(one, PAWL_STR("a-literal")));
	pawl_redactor_unref(one);
}

#define secrets_test(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		secrets_test(test_one_trailing_newline_is_not_part_of_the_value),
		secrets_test(test_only_files_with_good_names_count),
		secrets_test(test_reload_reads_again_and_forgets),
		secrets_test(test_no_directory_means_no_secrets),
		secrets_test(test_a_directory_open_to_others_is_a_problem),
		secrets_test(test_a_value_that_is_too_large_is_refused),
		secrets_test(test_only_allowed_names_of_the_environment_are_seen),
		secrets_test(test_every_value_that_there_was_is_hidden),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
