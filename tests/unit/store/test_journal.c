/* The journal by itself: what was committed is read again, whatever stands behind it or was done
 * to it, and its files do not grow without need. */
#include "store_testing.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "store/journal.h"

#define SEGMENT (1 << 20)

static struct pawl_journal *
open_journal(const char *dir, uint64_t from, size_t max_bytes, pawl_journal_visit visit, void *ctx)
{
	struct pawl_journal_config config = {.dir = dir, .max_bytes = max_bytes};
	struct pawl_journal *journal;

	assert_int_equal(pawl_journal_open(&config, from, visit, ctx, &journal, NULL), PAWL_OK);
	return journal;
}

static void
ignore(void *ctx, uint64_t place, struct pawl_str record)
{
}

static struct pawl_journal *
reopen(struct pawl_journal *journal, const char *dir, uint64_t from)
{
	pawl_journal_close(journal);
	return open_journal(dir, from, 0, ignore, NULL);
}

static enum pawl_err
commit(struct pawl_journal *journal, struct pawl_str text)
{
	const struct pawl_str parts[] = {pawl_str_sub(text, 0, text.len / 2),
					 pawl_str_sub(text, text.len / 2, text.len)};

	pawl_journal_append(journal, parts, 2);
	return pawl_journal_commit(journal);
}

/* A frame of one record of `bytes`, which begins with its number. */
static void
commit_number(struct pawl_journal *journal, uint32_t number, size_t bytes)
{
	char *text = calloc(1, bytes);

	memcpy(text, &number, sizeof(number));
	assert_int_equal(commit(journal, pawl_str(text, bytes)), PAWL_OK);
	free(text);
}

/* The numbers of all records from *at on; returns how many. */
static size_t
read_numbers(struct pawl_journal *journal, uint64_t *at, uint32_t *numbers, size_t max)
{
	struct pawl_str rest, record;
	struct pawl_buf payload;
	size_t n = 0;

	pawl_buf_init(&payload, UINT32_MAX);
	while (pawl_journal_read(journal, at, &payload)) {
		rest = pawl_buf_peek(&payload);
		while (pawl_journal_record(&rest, &record)) {
			assert_true(record.len >= sizeof(uint32_t) && n < max);
			memcpy(&numbers[n++], record.ptr, sizeof(uint32_t));
		}
		assert_int_equal(rest.len, 0);
	}
	pawl_buf_fini(&payload);
	return n;
}

static void
check_numbers(struct pawl_journal *journal, uint64_t at, uint32_t from, uint32_t to)
{
	static uint32_t numbers[10000];
	size_t n = read_numbers(journal, &at, numbers, 10000);

	assert_int_equal(n, to - from);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(numbers[i], from + i);
	assert_true(at == pawl_journal_end(journal));
}

static size_t
count_files(const char *dir, const char *prefix)
{
	DIR *d = opendir(dir);
	struct dirent *entry;
	size_t n = 0;

	while ((entry = readdir(d)))
		n += strncmp(entry->d_name, prefix, strlen(prefix)) == 0;
	closedir(d);
	return n;
}

static void
test_new_journal_is_empty(void **state)
{
	struct pawl_journal *journal = open_journal(*state, 0, 0, ignore, NULL);

	check_numbers(journal, 0, 0, 0);
	journal = reopen(journal, *state, 0);
	check_numbers(journal, 0, 0, 0);
	pawl_journal_close(journal);
}

static void
test_what_was_committed_is_read_in_order(void **state)
{
	struct pawl_journal *journal = open_journal(*state, 0, 0, ignore, NULL);
	uint64_t middle;

	for (uint32_t i = 0; i < 100; i++)
		commit_number(journal, i, 10 + 37 * i);
	middle = pawl_journal_end(journal);
	for (uint32_t i = 100; i < 120; i++)
		commit_number(journal, i, 1000);
	check_numbers(journal, 0, 0, 120);
	journal = reopen(journal, *state, 0);
	check_numbers(journal, 0, 0, 120);
	journal = reopen(journal, *state, middle);
	check_numbers(journal, middle, 100, 120);
	commit_number(journal, 120, 5);
	check_numbers(journal, middle, 100, 121);
	pawl_journal_close(journal);
}

static void
count(void *ctx, uint64_t place, struct pawl_str record)
{
	++*(size_t *)ctx;
}

static void
test_open_visits_every_record(void **state)
{
	struct pawl_journal *journal = open_journal(*state, 0, 0, ignore, NULL);
	const struct pawl_str word = PAWL_STR("four");
	size_t n = 0;

	for (int i = 0; i < 10; i++)
		pawl_journal_append(journal, &word, 1);
	assert_true(pawl_journal_pending(journal) >= 80);
	assert_int_equal(pawl_journal_commit(journal), PAWL_OK);
	assert_int_equal(pawl_journal_pending(journal), 0);
	assert_int_equal(commit(journal, word), PAWL_OK);
	pawl_journal_close(journal);
	pawl_journal_close(open_journal(*state, 0, 0, count, &n));
	assert_int_equal(n, 11);
}

static void
test_a_record_may_be_larger_than_a_segment(void **state)
{
	struct pawl_journal *journal = open_journal(*state, 0, 0, ignore, NULL);

	commit_number(journal, 0, 10);
	commit_number(journal, 1, 5 * SEGMENT);
	commit_number(journal, 2, 10);
	commit_number(journal, 3, SEGMENT);
	check_numbers(journal, 0, 0, 4);
	journal = reopen(journal, *state, 0);
	check_numbers(journal, 0, 0, 4);
	/* Their files are not kept for later. */
	pawl_journal_release(journal, pawl_journal_end(journal));
	assert_int_equal(count_files(*state, "journal-"), 3);
	pawl_journal_close(journal);
}

static void
test_released_segments_are_used_again(void **state)
{
	struct pawl_journal *journal = open_journal(*state, 0, 0, ignore, NULL);
	uint64_t at = 0;

	for (uint32_t i = 0; i < 400; i++) {
		uint32_t number;

		commit_number(journal, i, 100000);
		assert_int_equal(read_numbers(journal, &at, &number, 1), 1);
		assert_int_equal(number, i);
		pawl_journal_release(journal, at);
		/* What an earlier use left in the file is not taken for a frame. */
		if (i % 7 == 0) {
			journal = reopen(journal, *state, at);
			assert_true(pawl_journal_end(journal) == at);
		}
	}
	assert_true(count_files(*state, "journal-") <= 3);
	pawl_journal_close(journal);
}

static void
test_limit_refuses_until_something_is_released(void **state)
{
	struct pawl_journal *journal = open_journal(*state, 0, 3 * SEGMENT, ignore, NULL);
	enum pawl_err err = PAWL_OK;
	static char body[100000];
	uint32_t n = 0;

	while (!err && n < 100) {
		memcpy(body, &n, sizeof(n));
		err = commit(journal, pawl_str(body, sizeof(body)));
		n += !err;
	}
	assert_int_equal(err, PAWL_EFULL);
	assert_non_null(strstr(pawl_journal_failure(journal), "limit"));
	assert_true(n >= 27 && n <= 33);
	check_numbers(journal, 0, 0, n);
	pawl_journal_release(journal, pawl_journal_end(journal));
	commit_number(journal, n, 100);
	pawl_journal_close(journal);
}

/* ---- what happens to the files -------------------------------------------------------------- */

static void
change_file(const char *dir, const char *name, off_t at, const void *data, size_t len)
{
	char *path = path_in(dir, name);
	int fd = open(path, O_WRONLY);

	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, data, len, at), len);
	close(fd);
	free(path);
}

static void
test_torn_end_is_not_there(void **state)
{
	struct pawl_journal *journal = open_journal(*state, 0, 0, ignore, NULL);
	uint64_t end;

	for (uint32_t i = 0; i < 5; i++)
		commit_number(journal, i, 2000);
	end = pawl_journal_end(journal);
	commit_number(journal, 5, 3000);
	pawl_journal_close(journal);
	/* As if its last block had not reached the disk. */
	change_file(*state, "journal-0000", (off_t)(end & UINT32_MAX) + 2560, "torn", 4);
	journal = open_journal(*state, 0, 0, ignore, NULL);
	assert_true(pawl_journal_end(journal) == end);
	check_numbers(journal, 0, 0, 5);
	commit_number(journal, 5, 100);
	journal = reopen(journal, *state, 0);
	check_numbers(journal, 0, 0, 6);
	pawl_journal_close(journal);
	assert_int_equal(count_files(*state, "damaged-"), 0);
}

static void
test_damage_costs_what_it_hit_and_no_more(void **state)
{
	struct pawl_journal *journal = open_journal(*state, 0, 0, ignore, NULL);
	uint32_t numbers[10];
	uint64_t third = 0, at = 0;

	for (uint32_t i = 0; i < 6; i++) {
		if (i == 2)
			third = pawl_journal_end(journal);
		commit_number(journal, i, 2000);
	}
	pawl_journal_close(journal);
	change_file(*state, "journal-0000", (off_t)(third & UINT32_MAX) + 700, "damage", 6);
	journal = open_journal(*state, 0, 0, ignore, NULL);
	assert_int_equal(read_numbers(journal, &at, numbers, 10), 5);
	assert_int_equal(numbers[1], 1);
	assert_int_equal(numbers[2], 3);
	/* The file is kept for who wants to look into it. */
	commit_number(journal, 6, SEGMENT);
	pawl_journal_release(journal, pawl_journal_end(journal));
	assert_int_equal(count_files(*state, "damaged-"), 1);
	pawl_journal_close(journal);
}

static void
test_missing_segment_is_passed_over(void **state)
{
	struct pawl_journal *journal = open_journal(*state, 0, 0, ignore, NULL);
	char *path = path_in(*state, "journal-0001");
	uint32_t numbers[40];
	uint64_t at = 0;
	size_t n;

	for (uint32_t i = 0; i < 30; i++)
		commit_number(journal, i, 100000);
	pawl_journal_close(journal);
	assert_int_equal(unlink(path), 0);
	journal = open_journal(*state, 0, 0, ignore, NULL);
	n = read_numbers(journal, &at, numbers, 40);
	assert_true(n > 15 && n < 30);
	assert_int_equal(numbers[0], 0);
	assert_int_equal(numbers[n - 1], 29);
	commit_number(journal, 30, 10);
	assert_int_equal(read_numbers(journal, &at, numbers, 40), 1);
	pawl_journal_close(journal);
	free(path);
}

/* A body may hold whatever its sender likes, also a copy of a frame. */
static void
test_frame_inside_of_a_record_is_no_frame(void **state)
{
	struct pawl_journal *journal = open_journal(*state, 0, 0, ignore, NULL);
	char *path = path_in(*state, "journal-0000");
	static char file[8192];
	uint32_t numbers[10];
	uint64_t end, at = 0;
	int fd;

	commit_number(journal, 0, 600);
	fd = open(path, O_RDONLY);
	assert_int_equal(pread(fd, file, sizeof(file), 0), sizeof(file));
	close(fd);
	end = pawl_journal_end(journal);
	assert_int_equal(commit(journal, pawl_str(file, sizeof(file))), PAWL_OK);
	pawl_journal_close(journal);
	change_file(*state, "journal-0000", (off_t)(end & UINT32_MAX), "torn", 4);
	journal = open_journal(*state, 0, 0, ignore, NULL);
	assert_int_equal(read_numbers(journal, &at, numbers, 10), 1);
	assert_true(pawl_journal_end(journal) == end);
	pawl_journal_close(journal);
	free(path);
}

static void
test_foreign_files_are_left_alone(void **state)
{
	const char *const names[] = {"journal-", "journal-x", "journal-0001.bak", "journal"};
	struct pawl_journal *journal;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char *path = path_in(*state, names[i]);

		close(open(path, O_CREAT | O_WRONLY, 0600));
		free(path);
	}
	journal = open_journal(*state, 0, 0, ignore, NULL);
	commit_number(journal, 0, 10);
	pawl_journal_close(journal);
	assert_int_equal(count_files(*state, "journal"), 5);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		DIR_TEST(test_new_journal_is_empty),
		DIR_TEST(test_what_was_committed_is_read_in_order),
		DIR_TEST(test_open_visits_every_record),
		DIR_TEST(test_a_record_may_be_larger_than_a_segment),
		DIR_TEST(test_released_segments_are_used_again),
		DIR_TEST(test_limit_refuses_until_something_is_released),
		DIR_TEST(test_torn_end_is_not_there),
		DIR_TEST(test_damage_costs_what_it_hit_and_no_more),
		DIR_TEST(test_missing_segment_is_passed_over),
		DIR_TEST(test_frame_inside_of_a_record_is_no_frame),
		DIR_TEST(test_foreign_files_are_left_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
