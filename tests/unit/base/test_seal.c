#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/seal.h"

#define WHAT  PAWL_STR("secret/github")
#define PLAIN PAWL_STR("It's a Secret to Everybody")

static char dir[] = "/tmp/pawl-seal-XXXXXX";

static const char *
path_of(const char *name)
{
	static char path[64];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return path;
}

static struct pawl_sealer *
open_key(const char *name)
{
	struct pawl_sealer *sealer;
	bool created;

	assert_int_equal(pawl_sealer_open(path_of(name), true, &sealer, &created, NULL), PAWL_OK);
	return sealer;
}

static bool
opens(const struct pawl_sealer *sealer, struct pawl_str what, struct pawl_str sealed)
{
	struct pawl_arena arena;
	struct pawl_str plain;
	bool ok;

	pawl_arena_init(&arena, 0);
	ok = pawl_unseal(sealer, what, sealed, &arena, &plain);
	if (ok)
		assert_true(pawl_str_eq(plain, PLAIN));
	pawl_arena_fini(&arena);
	return ok;
}

static void
test_what_is_sealed_opens_again_and_nothing_else(void **state)
{
	struct pawl_sealer *sealer = open_key("a"), *other = open_key("b");
	struct pawl_buf sealed, again;

	pawl_buf_init(&sealed, 1024);
	pawl_buf_init(&again, 1024);
	pawl_seal(sealer, WHAT, PLAIN, &sealed);
	pawl_seal(sealer, WHAT, PLAIN, &again);
	assert_int_equal(sealed.len, PLAIN.len + PAWL_SEAL_OVERHEAD);
	assert_null(memmem(sealed.data, sealed.len, "Secret", 6));
	/* Nobody can tell that two of them hold the same. */
	assert_memory_not_equal(sealed.data + 9, again.data + 9, sealed.len - 9);
	assert_true(opens(sealer, WHAT, pawl_buf_peek(&sealed)));
	assert_false(opens(sealer, PAWL_STR("secret/gitlab"), pawl_buf_peek(&sealed)));
	assert_false(opens(other, WHAT, pawl_buf_peek(&sealed)));
	for (size_t i = 0; i < sealed.len; i++) {
		assert_false(opens(sealer, WHAT, pawl_str(sealed.data, i)));
		sealed.data[i] ^= 1;
		assert_false(opens(sealer, WHAT, pawl_buf_peek(&sealed)));
		sealed.data[i] ^= 1;
	}
	pawl_buf_fini(&sealed);
	pawl_buf_fini(&again);
	pawl_sealer_close(sealer);
	pawl_sealer_close(other);
}

static void
test_a_text_goes_over_to_another_key(void **state)
{
	struct pawl_sealer *sealer = open_key("a"), *other = open_key("b");
	struct pawl_buf sealed;
	struct pawl_arena arena;
	struct pawl_str fresh;

	(void)state;
	pawl_arena_init(&arena, 0);
	pawl_buf_init(&sealed, 1000);
	pawl_seal(sealer, WHAT, PLAIN, &sealed);
	assert_true(pawl_reseal(sealer, other, WHAT, pawl_buf_peek(&sealed), &arena, &fresh));
	assert_true(opens(other, WHAT, fresh));
	assert_false(opens(sealer, WHAT, fresh));
	assert_true(opens(sealer, WHAT, pawl_buf_peek(&sealed)));
	assert_false(pawl_reseal(sealer, other, WHAT, fresh, &arena, &fresh));
	assert_false(pawl_reseal(other, sealer, PAWL_STR("other"), fresh, &arena, &fresh));
	pawl_buf_fini(&sealed);
	pawl_arena_fini(&arena);
	pawl_sealer_close(sealer);
	pawl_sealer_close(other);
}

static void
test_a_key_is_made_once_and_kept(void **state)
{
	struct pawl_sealer *sealer;
	struct stat st;
	char id[32];
	bool created;

	assert_int_equal(pawl_sealer_open(path_of("new"), false, &sealer, &created, NULL),
			 PAWL_ENOTFOUND);
	assert_int_equal(pawl_sealer_open(path_of("new"), true, &sealer, &created, NULL), PAWL_OK);
	assert_true(created);
	assert_int_equal(stat(path_of("new"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	snprintf(id, sizeof(id), "%s", pawl_sealer_key_id(sealer));
	assert_int_equal(strlen(id), 16);
	pawl_sealer_close(sealer);
	assert_int_equal(pawl_sealer_open(path_of("new"), true, &sealer, &created, NULL), PAWL_OK);
	assert_false(created);
	assert_string_equal(pawl_sealer_key_id(sealer), id);
	pawl_sealer_close(sealer);
}

static enum pawl_err
try_file(const char *bytes, size_t len, mode_t mode)
{
	int fd = open(path_of("odd"), O_WRONLY | O_CREAT | O_TRUNC, 0600);
	struct pawl_problems problems = {0};
	struct pawl_sealer *sealer;
	enum pawl_err err;
	bool created;

	assert_int_equal(write(fd, bytes, len), len);
	fchmod(fd, mode);
	close(fd);
	err = pawl_sealer_open(path_of("odd"), true, &sealer, &created, &problems);
	assert_int_equal(problems.len, err ? 1 : 0);
	pawl_problems_fini(&problems);
	pawl_sealer_close(sealer);
	return err;
}

static void
test_files_that_are_no_key(void **state)
{
	static const char hex[] =
		"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n";

	assert_int_equal(try_file(hex, 65, 0600), PAWL_OK);
	assert_int_equal(try_file(hex, 64, 0400), PAWL_OK);
	assert_int_equal(try_file(hex, 32, 0600), PAWL_OK); /* 32 bytes, whatever they are */
	assert_int_equal(try_file(hex, 63, 0600), PAWL_EINVAL);
	assert_int_equal(try_file(hex, 0, 0600), PAWL_EINVAL);
	assert_int_equal(try_file(hex, 65, 0640), PAWL_EINVAL);
	assert_int_equal(try_file(hex, 65, 0604), PAWL_EINVAL);
}

static void
assert_copy(struct pawl_str secret)
{
	char *copy = pawl_secret_dup(secret);

	assert_memory_equal(copy, secret.ptr, secret.len);
	assert_int_equal(copy[secret.len], 0);
	pawl_secret_dup_free(copy);
}

/* By pages without a heap, from it, and by pages again for what it has no room for. */
static void
test_copies_of_secrets(void **state)
{
	static char large[3 << 20];
	char *early = pawl_secret_dup(PAWL_STR("before there is a heap"));

	memset(large, 'x', sizeof(large));
	pawl_secret_heap_init();
	assert_copy(PAWL_STR("key"));
	assert_copy(PAWL_STR(""));
	assert_copy(PAWL_STR("with\0zeros"));
	assert_copy(pawl_str(large, sizeof(large)));
	assert_string_equal(early, "before there is a heap");
	pawl_secret_dup_free(early);
	pawl_secret_dup_free(NULL);
}

static int
make_dir(void **state)
{
	return mkdtemp(dir) ? 0 : -1;
}

static int
remove_dir(void **state)
{
	static const char *const names[] = {"a", "b", "new", "odd"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		unlink(path_of(names[i]));
	return rmdir(dir);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_sealed_opens_again_and_nothing_else),
		cmocka_unit_test(test_a_text_goes_over_to_another_key),
		cmocka_unit_test(test_a_key_is_made_once_and_kept),
		cmocka_unit_test(test_files_that_are_no_key),
		cmocka_unit_test(test_copies_of_secrets),
	};

	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
