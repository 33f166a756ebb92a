#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/list.h"

struct item {
	int number;
	struct pawl_list link;
};

static int
number_of(struct pawl_list *link)
{
	return pawl_container_of(link, struct item, link)->number;
}

/* The numbers as decimal digits, forwards and backwards. */
static void
check_list(struct pawl_list *head, int forwards, int backwards)
{
	int seen = 0;

	PAWL_LIST_FOREACH(pos, head)
	seen = seen * 10 + number_of(pos);
	assert_int_equal(seen, forwards);
	seen = 0;
	for (struct pawl_list *pos = head->prev; pos != head; pos = pos->prev)
		seen = seen * 10 + number_of(pos);
	assert_int_equal(seen, backwards);
}

static void
fill(struct pawl_list *head, struct item *items, int n, int first)
{
	pawl_list_init(head);
	for (int i = 0; i < n; i++) {
		items[i].number = first + i;
		pawl_list_append(head, &items[i].link);
	}
}

static void
test_append_keeps_order_and_shift_takes_the_first(void **state)
{
	struct pawl_list head;
	struct item items[3];

	fill(&head, items, 3, 1);
	check_list(&head, 123, 321);
	assert_int_equal(number_of(pawl_list_shift(&head)), 1);
	assert_int_equal(number_of(pawl_list_shift(&head)), 2);
	assert_false(pawl_list_is_empty(&head));
	assert_int_equal(number_of(pawl_list_shift(&head)), 3);
	assert_true(pawl_list_is_empty(&head));
	assert_null(pawl_list_shift(&head));
}

static void
test_second_remove_does_no_harm(void **state)
{
	struct pawl_list head;
	struct item items[3];

	fill(&head, items, 3, 1);
	pawl_list_remove(&items[1].link);
	pawl_list_remove(&items[1].link);
	check_list(&head, 13, 31);
	pawl_list_append(&head, &items[1].link);
	check_list(&head, 132, 231);
}

static void
test_safe_loop_survives_removal_of_each(void **state)
{
	struct pawl_list head;
	struct item items[5];
	int seen = 0;

	fill(&head, items, 5, 1);
	PAWL_LIST_FOREACH_SAFE(pos, &head)
	{
		seen++;
		if (number_of(pos) != 3)
			pawl_list_remove(pos);
	}
	assert_int_equal(seen, 5);
	check_list(&head, 3, 3);
}

static void
test_splice_moves_all_and_empties_the_source(void **state)
{
	struct pawl_list to, from, none;
	struct item a[2], b[2];

	fill(&to, a, 2, 1);
	fill(&from, b, 2, 3);
	pawl_list_init(&none);
	pawl_list_splice(&to, &none);
	check_list(&to, 12, 21);
	pawl_list_splice(&to, &from);
	check_list(&to, 1234, 4321);
	assert_true(pawl_list_is_empty(&from));
	pawl_list_splice(&none, &to);
	check_list(&none, 1234, 4321);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_append_keeps_order_and_shift_takes_the_first),
		cmocka_unit_test(test_second_remove_does_no_harm),
		cmocka_unit_test(test_safe_loop_survives_removal_of_each),
		cmocka_unit_test(test_splice_moves_all_and_empties_the_source),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
