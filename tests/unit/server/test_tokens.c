#include "server_testing.h"

#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/codec.h"

/* A server that has a store, and nothing else. */
struct fixture {
	char dir[64], token_path[128];
	struct pawl_server server;
};

static int
setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	struct pawl_problems problems = {0};
	struct pawl_store_config config = {0};

	snprintf(f->dir, sizeof(f->dir), "/tmp/pawl-tokens-XXXXXX");
	if (!mkdtemp(f->dir))
		return -1;
	snprintf(f->token_path, sizeof(f->token_path), "%s/admin-token", f->dir);
	config.url = pawl_str_c(f->dir);
	*state = f;
	return pawl_store_open(&config, 0, &f->server.store, &problems) == PAWL_OK ? 0 : -1;
}

static int
remove_entry(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	return remove(path);
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	pawl_store_close(f->server.store);
	assert_int_equal(nftw(f->dir, remove_entry, 8, FTW_DEPTH | FTW_PHYS), 0);
	free(f);
	return 0;
}

static bool
admits(struct pawl_api *api, const char *authorization, uint64_t *id)
{
	struct pawl_http_header header = {PAWL_STR("authorization"), pawl_str_c(authorization)};
	struct pawl_http_request req = {.headers = &header, .n_headers = 1};
	struct pawl_principal who = {0};
	bool is_known = pawl_api_authorize(api, &req, &who);

	*id = who.token_id;
	assert_int_equal(who.role, is_known ? PAWL_ROLE_OWNER : PAWL_ROLE_NONE);
	return is_known;
}

static void
read_first(const struct fixture *f, char out[64])
{
	FILE *file = fopen(f->token_path, "r");

	assert_non_null(file);
	assert_non_null(fgets(out, 64, file));
	fclose(file);
	out[strcspn(out, "\n")] = '\0';
}

static void
test_tokens_are_long_and_all_different(void **state)
{
	struct pawl_arena arena;
	struct pawl_str first, second;
	unsigned char hash[2][32], again[32];

	pawl_arena_init(&arena, 0);
	first = pawl_api_token_make(&arena, hash[0]);
	second = pawl_api_token_make(&arena, hash[1]);
	assert_int_equal(first.len, 48);
	assert_true(pawl_str_starts_with(first, PAWL_STR("pawl_")));
	assert_false(pawl_str_eq(first, second));
	assert_memory_not_equal(hash[0], hash[1], 32);
	pawl_api_token_hash(first, again);
	assert_memory_equal(hash[0], again, 32);
	pawl_arena_fini(&arena);
}

/* SHA-256 of "abc": FIPS 180-2, appendix B.1. */
static void
test_hash_is_sha256(void **state)
{
	unsigned char hash[32], want[32];

	assert_true(pawl_hex_decode(
		PAWL_STR("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
		want));
	pawl_api_token_hash(PAWL_STR("abc"), hash);
	assert_memory_equal(hash, want, 32);
}

static void
test_first_token_is_made_once_and_for_its_owner_only(void **state)
{
	struct fixture *f = *state;
	struct pawl_problems problems = {0};
	char first[64], second[64];
	struct stat st;
	FILE *file = fopen(f->token_path, "w");

	/* Left behind, and open to all. */
	assert_non_null(file);
	fclose(file);
	assert_int_equal(chmod(f->token_path, 0644), 0);
	assert_int_equal(pawl_api_first_token(&f->server, f->token_path, &problems), PAWL_OK);
	assert_int_equal(stat(f->token_path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	read_first(f, first);
	assert_int_equal(pawl_api_first_token(&f->server, f->token_path, &problems), PAWL_OK);
	read_first(f, second);
	assert_string_equal(first, second);
	assert_int_equal(problems.len, 0);
}

static void
test_file_that_cannot_be_written_makes_no_token(void **state)
{
	struct fixture *f = *state;
	struct pawl_problems problems = {0};
	struct pawl_store_list list = {.limit = 1};

	assert_int_equal(pawl_api_first_token(&f->server, "/nonexistent/token", &problems),
			 PAWL_EIO);
	assert_int_equal(problems.len, 1);
	pawl_problems_fini(&problems);
	pawl_store_op_init(&list.op, PAWL_STORE_TOKENS, NULL);
	assert_int_equal(pawl_store_wait(f->server.store, &list.op), PAWL_OK);
	assert_int_equal(list.n, 0);
	pawl_store_op_fini(&list.op);
}

static void
test_only_a_known_token_is_let_in(void **state)
{
	static const char *const wrong[] = {"",        "Bearer",       "Bearer ",
					    "Basic x", "Bearer pawl_", "bearer"};
	struct fixture *f = *state;
	struct pawl_problems problems = {0};
	struct pawl_http_request bare = {0};
	struct pawl_api *api;
	struct pawl_principal who = {0};
	char token[64], header[100];
	uint64_t id = 0, other;

	assert_int_equal(pawl_api_first_token(&f->server, f->token_path, &problems), PAWL_OK);
	read_first(f, token);
	api = pawl_api_new(&f->server);
	assert_false(pawl_api_authorize(api, &bare, &who));
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_false(admits(api, wrong[i], &id));
	assert_false(admits(api, token, &id));
	snprintf(header, sizeof(header), "Bearer %sx", token);
	assert_false(admits(api, header, &id));
	/* The scheme's name is without regard to case: RFC 9110 section 11.1. */
	snprintf(header, sizeof(header), "bEARER  %s ", token);
	assert_true(admits(api, header, &id));
	assert_int_not_equal(id, 0);
	pawl_api_token_forget(api, id + 1);
	assert_true(admits(api, header, &id));
	pawl_api_token_forget(api, id);
	assert_false(admits(api, header, &other));
	pawl_api_free(api);
}

#define FIXTURE_TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tokens_are_long_and_all_different),
		cmocka_unit_test(test_hash_is_sha256),
		FIXTURE_TEST(test_first_token_is_made_once_and_for_its_owner_only),
		FIXTURE_TEST(test_file_that_cannot_be_written_makes_no_token),
		FIXTURE_TEST(test_only_a_known_token_is_let_in),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
