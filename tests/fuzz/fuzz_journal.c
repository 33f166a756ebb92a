/* The journal trusts nothing on the disk: whatever its files hold, opening and reading end, and
 * records that come out can be decoded or are refused.
 *
 * The first byte says how: 0, the rest is the journal's only file as it is; else it is the payload
 * of a frame that is whole, of one record where the byte is odd. */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "fuzz.h"
#include "store/journal.h"
#include "store/request_record.h"

static void
visit(void *ctx, uint64_t place, struct pawl_str record)
{
	struct pawl_request_record head;
	struct pawl_str parts[PAWL_REQUEST_PARTS];
	struct pawl_request_row row;
	size_t len = 0;

	++*(size_t *)ctx;
	if (pawl_request_record_decode(record, &row) != PAWL_OK)
		return;
	pawl_request_record_encode(&row, &head, parts);
	for (size_t i = 0; i < PAWL_REQUEST_PARTS; i++)
		len += parts[i].len;
	/* Format 1 is read, and written no more. */
	require(len == record.len || record.ptr[0] == 1);
}

static void
visit_payload(struct pawl_str payload)
{
	struct pawl_str record;
	size_t n = 0;

	while (pawl_journal_record(&payload, &record))
		visit(&n, 0, record);
}

static void
clear(const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		unlinkat(dirfd(dir), entry->d_name, 0);
	if (dir)
		closedir(dir);
}

static struct pawl_journal *
open_journal(const char *dir, size_t *n)
{
	struct pawl_journal_config config = {.dir = dir};
	struct pawl_journal *journal;

	*n = 0;
	require(pawl_journal_open(&config, 0, visit, n, &journal, NULL) == PAWL_OK);
	return journal;
}

/* A good record goes in behind whatever is there, and comes out again. */
static void
check_file(const char *dir, struct pawl_str file)
{
	const struct pawl_str word = PAWL_STR("word");
	struct pawl_journal *journal;
	char path[128];
	size_t before, after;
	int fd;

	clear(dir);
	snprintf(path, sizeof(path), "%s/journal-0000", dir);
	fd = open(path, O_CREAT | O_WRONLY | O_TRUNC, 0600);
	require(fd >= 0 && write(fd, file.ptr, file.len) == (ssize_t)file.len);
	close(fd);
	journal = open_journal(dir, &before);
	pawl_journal_append(journal, &word, 1);
	require(pawl_journal_commit(journal) == PAWL_OK);
	pawl_journal_close(journal);
	journal = open_journal(dir, &after);
	require(after == before + 1);
	pawl_journal_release(journal, pawl_journal_end(journal));
	pawl_journal_close(journal);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char dir[] = "/tmp/pawl-fuzz-XXXXXX";
	static bool has_dir;
	struct pawl_str rest;
	size_t n = 0;

	if (size == 0)
		return 0;
	rest = pawl_str((const char *)data + 1, size - 1);
	if (data[0] & 1)
		visit(&n, 0, rest);
	else if (data[0])
		visit_payload(rest);
	if (data[0])
		return 0;
	if (!has_dir)
		require(mkdtemp(dir) != NULL);
	has_dir = true;
	check_file(dir, rest);
	return 0;
}
