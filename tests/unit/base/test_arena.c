#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/arena.h"
#include "child.h"

static void
test_pieces_are_aligned_and_do_not_overlap(void **state)
{
	struct pawl_arena arena;
	unsigned char *pieces[500];

	pawl_arena_init(&arena, 0);
	for (size_t i = 0; i < 500; i++) {
		pieces[i] = pawl_arena_alloc(&arena, i);
		assert_int_equal((uintptr_t)pieces[i] % 16, 0);
		memset(pieces[i], (int)(i & 0xff), i);
	}
	for (size_t i = 0; i < 500; i++) {
		for (size_t k = 0; k < i; k++)
			assert_int_equal(pieces[i][k], i & 0xff);
	}
	pawl_arena_fini(&arena);
}

static void
test_nothing_is_allocated_before_the_first_use(void **state)
{
	struct pawl_arena arena;

	pawl_arena_init(&arena, 1024);
	assert_null(arena.head);
	assert_int_equal(arena.total_bytes, 0);
	/* nothing to free */
}

static void
test_big_piece_leaves_the_current_block_in_use(void **state)
{
	struct pawl_arena arena;
	struct pawl_arena_block *block;

	pawl_arena_init(&arena, 4096);
	pawl_arena_alloc(&arena, 16);
	block = arena.head;
	memset(pawl_arena_alloc(&arena, 1000000), 1, 1000000);
	assert_ptr_equal(arena.head, block);
	pawl_arena_alloc(&arena, 16);
	assert_ptr_equal(arena.head, block);
	pawl_arena_fini(&arena);
}

static void
test_total_counts_what_was_handed_out(void **state)
{
	struct pawl_arena arena;

	pawl_arena_init(&arena, 64);
	for (int i = 0; i < 100; i++)
		pawl_arena_alloc(&arena, 100);
	assert_in_range(arena.total_bytes, 100 * 100, 100 * 144);
	pawl_arena_reset(&arena);
	assert_int_equal(arena.total_bytes, 0);
	pawl_arena_fini(&arena);
}

static void
test_reset_uses_one_block_again_and_drops_big_ones(void **state)
{
	struct pawl_arena arena;
	struct pawl_arena_block *kept;

	pawl_arena_init(&arena, 4096);
	pawl_arena_alloc(&arena, 50000);
	for (int i = 0; i < 100; i++)
		pawl_arena_alloc(&arena, 500);
	pawl_arena_reset(&arena);
	kept = arena.head;
	assert_non_null(kept);
	assert_null(kept->next);
	assert_int_equal(kept->cap, 4096);
	for (int round = 0; round < 10; round++) {
		memset(pawl_arena_alloc(&arena, 1000), 0xff, 1000);
		assert_ptr_equal(arena.head, kept);
		pawl_arena_reset(&arena);
	}
	pawl_arena_fini(&arena);
}

static void
test_reset_of_only_big_blocks_leaves_it_empty(void **state)
{
	struct pawl_arena arena;

	pawl_arena_init(&arena, 64);
	pawl_arena_alloc(&arena, 5000);
	pawl_arena_reset(&arena);
	assert_null(arena.head);
	assert_non_null(pawl_arena_alloc(&arena, 1));
	pawl_arena_fini(&arena);
}

static void
test_fini_takes_null_zeroed_and_twice(void **state)
{
	struct pawl_arena arena = {0};

	pawl_arena_fini(NULL);
	pawl_arena_fini(&arena);
	assert_non_null(pawl_arena_alloc(&arena, 10));
	pawl_arena_fini(&arena);
	pawl_arena_fini(&arena);
}

static void
test_calloc_gives_zeroes_in_a_used_block(void **state)
{
	struct pawl_arena arena;
	unsigned char *p;

	pawl_arena_init(&arena, 0);
	memset(pawl_arena_alloc(&arena, 1000), 0xff, 1000);
	pawl_arena_reset(&arena);
	p = pawl_arena_calloc(&arena, 10, 100);
	for (size_t i = 0; i < 1000; i++)
		assert_int_equal(p[i], 0);
	pawl_arena_fini(&arena);
}

static void
test_dup_copies_and_ends_with_zero(void **state)
{
	struct pawl_arena arena;
	char text[] = "a\0b";
	struct pawl_str s;
	char *c;

	pawl_arena_init(&arena, 0);
	s = pawl_arena_dup(&arena, pawl_str(text, 3));
	c = pawl_arena_dup_c(&arena, pawl_str(text, 3));
	text[0] = 'z';
	assert_int_equal(s.len, 3);
	assert_memory_equal(s.ptr, "a\0b", 4);
	assert_memory_equal(c, "a\0b", 4);
	s = pawl_arena_dup(&arena, pawl_str(NULL, 0));
	assert_int_equal(s.len, 0);
	assert_non_null(s.ptr);
	pawl_arena_fini(&arena);
}

static void
test_printf_of_any_length(void **state)
{
	const size_t widths[] = {0, 1, 254, 255, 256, 257, 5000};
	struct pawl_arena arena;

	pawl_arena_init(&arena, 512);
	for (size_t i = 0; i < sizeof(widths) / sizeof(widths[0]); i++) {
		struct pawl_str s = pawl_arena_printf(&arena, "%*s", (int)widths[i], "");

		assert_int_equal(s.len, widths[i]);
		assert_int_equal(s.ptr[s.len], '\0');
		for (size_t k = 0; k < s.len; k++)
			assert_int_equal(s.ptr[k], ' ');
	}
	pawl_arena_fini(&arena);
}

static void
alloc_of_everything(void)
{
	struct pawl_arena arena;

	pawl_arena_init(&arena, 0);
	pawl_arena_alloc(&arena, 16);
	pawl_arena_alloc(&arena, SIZE_MAX);
}

static void
calloc_that_wraps(void)
{
	struct pawl_arena arena;

	pawl_arena_init(&arena, 0);
	pawl_arena_calloc(&arena, SIZE_MAX / 8 + 2, 8);
}

static void
test_size_that_wraps_aborts(void **state)
{
	char text[4096];
	int status = run_child(alloc_of_everything, text, sizeof(text));

	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGABRT);
	status = run_child(calloc_that_wraps, text, sizeof(text));
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGABRT);
}

static void
test_reset_wipes_what_was_there(void **state)
{
	struct pawl_arena arena;
	char *before, *after;

	pawl_arena_init(&arena, 0);
	before = pawl_arena_dup_c(&arena, PAWL_STR("a credential"));
	pawl_arena_reset(&arena);
	after = pawl_arena_alloc(&arena, sizeof("a credential"));
	assert_ptr_equal(before, after);
	for (size_t i = 0; i < sizeof("a credential"); i++)
		assert_int_equal(after[i], 0);
	pawl_arena_fini(&arena);
}

/* Like any other, by whole pages. */
static void
test_arena_apart(void **state)
{
	struct pawl_arena arena;
	char *pieces[500];

	pawl_arena_init_apart(&arena);
	for (size_t i = 0; i < 500; i++) {
		pieces[i] = pawl_arena_alloc(&arena, i * 20 + 1);
		memset(pieces[i], (int)(i % 256), i * 20 + 1);
	}
	for (size_t i = 0; i < 500; i++) {
		assert_int_equal((unsigned char)pieces[i][0], i % 256);
		assert_int_equal((unsigned char)pieces[i][i * 20], i % 256);
	}
	pawl_arena_reset(&arena);
	assert_non_null(arena.head);
	assert_null(arena.head->next);
	pawl_arena_fini(&arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pieces_are_aligned_and_do_not_overlap),
		cmocka_unit_test(test_nothing_is_allocated_before_the_first_use),
		cmocka_unit_test(test_big_piece_leaves_the_current_block_in_use),
		cmocka_unit_test(test_total_counts_what_was_handed_out),
		cmocka_unit_test(test_reset_uses_one_block_again_and_drops_big_ones),
		cmocka_unit_test(test_reset_of_only_big_blocks_leaves_it_empty),
		cmocka_unit_test(test_fini_takes_null_zeroed_and_twice),
		cmocka_unit_test(test_calloc_gives_zeroes_in_a_used_block),
		cmocka_unit_test(test_dup_copies_and_ends_with_zero),
		cmocka_unit_test(test_printf_of_any_length),
		cmocka_unit_test(test_size_that_wraps_aborts),
		cmocka_unit_test(test_reset_wipes_what_was_there),
		cmocka_unit_test(test_arena_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
