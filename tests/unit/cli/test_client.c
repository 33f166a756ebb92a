#include "cli_testing.h"

#include "cli/client.h"

static const struct pawl_option options[] = {
	PAWL_CLIENT_OPTIONS,
	{NULL},
};
static const struct pawl_command command = {.name = "test", .operands = "", .options = options};

static const char *const variables[] = {"PAWL_SERVER", "PAWL_TOKEN", "PAWL_READY_FILE",
					"PAWL_DATA"};

static int
setup(void **state)
{
	for (size_t i = 0; i < sizeof(variables) / sizeof(variables[0]); i++)
		unsetenv(variables[i]);
	return place_setup(state);
}

/* Which server and token a command with these words would use; NULL: it gives up. */
static void
assert_found(struct place *place, const char *server, const char *token, const char *first, ...)
{
	struct pawl_problems problems = {0};
	struct pawl_client *client;
	struct pawl_args args;
	char *argv[16];
	int argc = 0, status;
	va_list ap;

	va_start(ap, first);
	for (const char *word = first; word; word = va_arg(ap, const char *))
		argv[argc++] = (char *)word;
	va_end(ap);
	assert_int_equal(pawl_args_parse(&command, argc, argv, &place->arena, &args, &problems),
			 PAWL_OK);
	status = pawl_client_new(&args, &client);
	if (!server) {
		assert_int_equal(status, PAWL_EXIT_FAILED);
		assert_null(client);
		return;
	}
	assert_int_equal(status, PAWL_EXIT_OK);
	assert_true(pawl_str_eq_c(pawl_client_server(client), server));
	assert_true(pawl_str_eq_c(pawl_client_token(client), token));
	pawl_client_free(client);
}

/* A data directory as a server leaves it. */
static void
make_data(struct place *place)
{
	place_file(place, "ready.json",
		   "{\"url\":\"http://127.0.0.1:4711\",\"admin_token_file\":\"admin-token\"}");
	place_file(place, "admin-token", "pawl_kept\n");
	setenv("PAWL_DATA", place->dir, 1);
}

static void
test_what_is_said_goes_before_what_is_found(void **state)
{
	struct place *place = *state;

	make_data(place);
	assert_found(place, "http://127.0.0.1:4711", "pawl_kept", NULL);
	assert_found(place, "http://127.0.0.1:4711", "said", "--token", "said", NULL);
	assert_found(place, "https://there.example", "said", "--server", "https://there.example//",
		     "--token", "said", NULL);
	setenv("PAWL_SERVER", "http://env.example", 1);
	setenv("PAWL_TOKEN", "from-env", 1);
	assert_found(place, "http://env.example", "from-env", NULL);
	assert_found(place, "http://env.example", "said", "--token", "said", NULL);
	/* A directory that is named goes before the environment. */
	assert_found(place, "http://127.0.0.1:4711", "pawl_kept", "--data", place->dir, NULL);
	assert_found(place, "http://127.0.0.1:4711", "pawl_kept", "--ready-file", place->paths[0],
		     NULL);
}

static void
test_found_token_stays_on_this_machine(void **state)
{
	static const char *const here[] = {"http://127.0.0.1:1", "http://127.1.2.3/",
					   "http://localhost", "http://localhost:8080/",
					   "http://[::1]:8080"};
	static const char *const elsewhere[] = {
		"http://10.0.0.1",          "http://localhost.example",
		"http://127.0.0.1.example", "http://127.0.0.1@other",
		"http://localhost:1@other", "https://hooks.example",
		"http://0.0.0.0:8080",      "http://[::2]"};
	struct place *place = *state;
	char server[64];

	make_data(place);
	for (size_t i = 0; i < sizeof(here) / sizeof(here[0]); i++) {
		snprintf(server, sizeof(server), "%s", here[i]);
		if (server[strlen(server) - 1] == '/')
			server[strlen(server) - 1] = '\0';
		assert_found(place, server, "pawl_kept", "--server", here[i], NULL);
	}
	for (size_t i = 0; i < sizeof(elsewhere) / sizeof(elsewhere[0]); i++) {
		assert_found(place, NULL, NULL, "--server", elsewhere[i], NULL);
		assert_found(place, elsewhere[i], "pawl_kept", "--server", elsewhere[i], "--data",
			     place->dir, NULL);
	}
}

static void
test_nothing_found_is_said(void **state)
{
	struct place *place = *state;

	setenv("PAWL_DATA", place->dir, 1);
	assert_found(place, NULL, NULL, NULL);
	assert_found(place, NULL, NULL, "--ready-file", "/nonexistent/ready", NULL);
	assert_found(place, "http://127.0.0.1:8080", "t", "--token", "t", NULL);
}

static void
test_targets_are_escaped(void **state)
{
	struct place *place = *state;
	struct pawl_arena *arena = &place->arena;
	struct pawl_str path = PAWL_STR("/runs");

	assert_true(pawl_str_eq_c(pawl_api_path(arena, "/workflows/", "a/b c?\xc3\xa9", "/publish"),
				  "/workflows/a%2Fb%20c%3F%C3%A9/publish"));
	path = pawl_api_query(arena, path, "workflow", "a&b=c");
	path = pawl_api_query(arena, path, "status", NULL);
	path = pawl_api_query(arena, path, "limit", "5");
	assert_true(pawl_str_eq_c(path, "/runs?workflow=a%26b%3Dc&limit=5"));
}

#define CLIENT_TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, place_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CLIENT_TEST(test_what_is_said_goes_before_what_is_found),
		CLIENT_TEST(test_found_token_stays_on_this_machine),
		CLIENT_TEST(test_nothing_found_is_said),
		CLIENT_TEST(test_targets_are_escaped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
