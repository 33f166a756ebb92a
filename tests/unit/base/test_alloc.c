#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "child.h"

static void
test_nothing_asked_for_is_still_an_address(void **state)
{
	void *a = pawl_malloc(0), *b = pawl_calloc(0, 8), *c = pawl_calloc(8, 0);
	void *d = pawl_realloc_array(NULL, 0, 16);

	assert_non_null(a);
	assert_non_null(b);
	assert_non_null(c);
	assert_non_null(d);
	free(a);
	free(b);
	free(c);
	free(d);
}

static void
test_calloc_gives_zeroes(void **state)
{
	unsigned char *p = pawl_calloc(100, 10);

	for (size_t i = 0; i < 1000; i++)
		assert_int_equal(p[i], 0);
	free(p);
}

static void
test_realloc_keeps_what_was_there(void **state)
{
	uint32_t *p = pawl_realloc_array(NULL, 4, sizeof(*p));

	for (uint32_t i = 0; i < 4; i++)
		p[i] = i * 7;
	p = pawl_realloc_array(p, 4096, sizeof(*p));
	for (uint32_t i = 0; i < 4; i++)
		assert_int_equal(p[i], i * 7);
	free(p);
}

static void
realloc_that_wraps(void)
{
	/* the product is 8 modulo 2^64 */
	free(pawl_realloc_array(NULL, SIZE_MAX / 8 + 2, 8));
}

static void
realloc_of_half_the_address_space(void)
{
	free(pawl_realloc_array(NULL, SIZE_MAX / 2 + 1, 1));
}

static void
memdup_of_everything(void)
{
	free(pawl_memdup0("", SIZE_MAX));
}

static void
test_size_that_wraps_ends_the_process_with_a_line(void **state)
{
	void (*const cases[])(void) = {realloc_that_wraps, realloc_of_half_the_address_space,
				       memdup_of_everything};
	char text[4096];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int status = run_child(cases[i], text, sizeof(text));

		assert_true(WIFSIGNALED(status));
		assert_int_equal(WTERMSIG(status), SIGABRT);
		assert_string_equal(text, "{\"level\":\"error\",\"event\":\"out_of_memory\"}\n");
	}
}

static void
test_memdup0_keeps_inner_zeroes_and_ends_with_one(void **state)
{
	char *p = pawl_memdup0("a\0b", 3);

	assert_memory_equal(p, "a\0b\0", 4);
	free(p);
	p = pawl_memdup0(NULL, 0);
	assert_string_equal(p, "");
	free(p);
}

static void
test_strdup_is_a_copy(void **state)
{
	char text[] = "hook", *p = pawl_strdup(text);

	text[0] = 'l';
	assert_string_equal(p, "hook");
	free(p);
}

static void
test_huge_page_is_zeroed_and_aligned(void **state)
{
	unsigned char *pages[3];

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		pages[i] = pawl_huge_new();
		assert_int_equal((uintptr_t)pages[i] % PAWL_HUGE_BYTES, 0);
		assert_int_equal(pages[i][0] | pages[i][PAWL_HUGE_BYTES - 1], 0);
		memset(pages[i], 1, PAWL_HUGE_BYTES);
	}
	for (size_t i = 0; i < 3; i++)
		pawl_huge_free(pages[i]);
	pawl_huge_free(NULL);
}

static void
test_free_secret_takes_null(void **state)
{
	pawl_free_secret(NULL, 0);
	pawl_free_secret(NULL, 10);
	pawl_free_secret(pawl_strdup("s3cret"), 6);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_asked_for_is_still_an_address),
		cmocka_unit_test(test_calloc_gives_zeroes),
		cmocka_unit_test(test_realloc_keeps_what_was_there),
		cmocka_unit_test(test_size_that_wraps_ends_the_process_with_a_line),
		cmocka_unit_test(test_memdup0_keeps_inner_zeroes_and_ends_with_one),
		cmocka_unit_test(test_strdup_is_a_copy),
		cmocka_unit_test(test_huge_page_is_zeroed_and_aligned),
		cmocka_unit_test(test_free_secret_takes_null),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
