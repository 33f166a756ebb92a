/* The files of the journal: made, found, opened, set aside. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <xxhash.h>

#include "base/alloc.h"
#include "base/log.h"
#include "store/journal_internal.h"

#define NAME       "journal-"
#define SLOTS_MAX  65536
#define PATH_BYTES 4200

static void
slot_path(const struct pawl_journal *journal, unsigned slot, char path[PATH_BYTES])
{
	snprintf(path, PATH_BYTES, "%s/" NAME "%04u", journal->dir, slot);
}

static uint64_t
head_checksum(const struct pawl_segment_head *head)
{
	return XXH3_64bits(head, offsetof(struct pawl_segment_head, checksum));
}

void
pawl_segment_head_init(struct pawl_segment_head *head, const struct pawl_segment *segment)
{
	*head = (struct pawl_segment_head){.mark = PAWL_SEGMENT_MARK,
					   .number = segment->number,
					   .previous_end = segment->previous_end,
					   .salt = segment->salt};
	head->checksum = head_checksum(head);
}

void
pawl_segments_push(struct pawl_segments *list, const struct pawl_segment *segment)
{
	if (list->n == list->cap) {
		list->cap = list->cap ? 2 * list->cap : 16;
		list->items = pawl_realloc_array(list->items, list->cap, sizeof(*list->items));
	}
	list->items[list->n++] = *segment;
}

void
pawl_segments_fini(struct pawl_segments *list)
{
	for (size_t i = 0; i < list->n; i++)
		close(list->items[i].fd);
	free(list->items);
	*list = (struct pawl_segments){0};
}

/* ---- making and removing ---------------------------------------------------- */

static int
fill_with_zeros(struct pawl_journal *journal, int fd)
{
	static const char zeros[64 * 1024];

	for (off_t at = 0; at < PAWL_SEGMENT_BYTES; at += sizeof(zeros)) {
		ssize_t n = journal->io.pwrite(fd, zeros, sizeof(zeros), at);

		if (n != (ssize_t)sizeof(zeros))
			return n < 0 ? errno : ENOSPC;
	}
	return journal->io.sync(fd) == 0 ? 0 : errno;
}

static int
sync_dir(const struct pawl_journal *journal)
{
	int fd = open(journal->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC), err = 0;

	if (fd < 0 || fsync(fd) != 0)
		err = errno;
	if (fd >= 0)
		close(fd);
	return err;
}

int
pawl_segment_create(struct pawl_journal *journal, bool zeroed, struct pawl_segment *out)
{
	char path[PATH_BYTES];
	int fd = -1, err;

	for (unsigned tries = 0; fd < 0 && tries < SLOTS_MAX; tries++) {
		out->slot = atomic_fetch_add(&journal->next_slot, 1) % SLOTS_MAX;
		slot_path(journal, out->slot, path);
		fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
		if (fd < 0 && errno != EEXIST)
			return errno;
	}
	if (fd < 0)
		return EEXIST;
	/* The room is there from now on: a full disk is noticed here, and not half-way. */
	err = zeroed ? fill_with_zeros(journal, fd) : posix_fallocate(fd, 0, PAWL_SEGMENT_BYTES);
	if (!err)
		err = sync_dir(journal);
	if (err) {
		close(fd);
		unlink(path);
		return err;
	}
	*out = (struct pawl_segment){.slot = out->slot, .fd = fd, .size = PAWL_SEGMENT_BYTES};
	return 0;
}

void
pawl_segment_remove(struct pawl_journal *journal, struct pawl_segment *segment)
{
	char path[PATH_BYTES];

	slot_path(journal, segment->slot, path);
	close(segment->fd);
	if (unlink(path) != 0)
		pawl_log(PAWL_LOG_WARN, "journal_tidy_failed", PAWL_F_C("path", path),
			 PAWL_F_C("reason", strerror(errno)));
}

void
pawl_segment_set_aside(struct pawl_journal *journal, struct pawl_segment *segment)
{
	char path[PATH_BYTES], kept[PATH_BYTES];

	slot_path(journal, segment->slot, path);
	snprintf(kept, sizeof(kept), "%s/damaged-" NAME "%llu", journal->dir,
		 (unsigned long long)segment->number);
	close(segment->fd);
	if (rename(path, kept) != 0)
		pawl_log(PAWL_LOG_WARN, "journal_tidy_failed", PAWL_F_C("path", path),
			 PAWL_F_C("reason", strerror(errno)));
}

/* ---- finding ------------------------------------------------------------------ */

static bool
parse_name(const char *name, unsigned *slot)
{
	char *end;
	unsigned long n;

	if (strncmp(name, NAME, sizeof(NAME) - 1) != 0 || name[sizeof(NAME) - 1] == '\0')
		return false;
	n = strtoul(name + sizeof(NAME) - 1, &end, 10);
	*slot = (unsigned)n;
	return *end == '\0' && n < SLOTS_MAX;
}

/* Number 0: nothing was ever written to it, or its head is damaged. */
static int
open_segment(const struct pawl_journal *journal, unsigned slot, struct pawl_segment *out)
{
	struct pawl_segment_head head = {0};
	char path[PATH_BYTES];
	struct stat st;

	slot_path(journal, slot, path);
	*out = (struct pawl_segment){.slot = slot, .end = PAWL_FRAME_ALIGN};
	out->fd = open(path, O_RDWR | O_CLOEXEC);
	if (out->fd < 0)
		return errno;
	if (fstat(out->fd, &st) == 0)
		out->size = st.st_size > UINT32_MAX ? UINT32_MAX : (uint32_t)st.st_size;
	if (pread(out->fd, &head, sizeof(head), 0) == (ssize_t)sizeof(head) &&
	    head.mark == PAWL_SEGMENT_MARK && head.checksum == head_checksum(&head)) {
		out->number = head.number;
		out->previous_end = (uint32_t)head.previous_end;
		out->salt = head.salt;
	}
	return 0;
}

static int
compare_numbers(const void *a, const void *b)
{
	uint64_t x = ((const struct pawl_segment *)a)->number;
	uint64_t y = ((const struct pawl_segment *)b)->number;

	return x < y ? -1 : x > y;
}

/* A new journal has no file at all yet: a directory that cannot be read is the only error. */
enum pawl_err
pawl_segments_open(struct pawl_journal *journal, uint64_t number, struct pawl_problems *problems)
{
	DIR *dir = opendir(journal->dir);
	struct pawl_segment segment;
	struct dirent *entry;
	unsigned slot;
	int err = dir ? 0 : errno;

	while (!err && (entry = readdir(dir))) {
		if (!parse_name(entry->d_name, &slot))
			continue;
		err = open_segment(journal, slot, &segment);
		if (err)
			break;
		if (segment.number > journal->last_number)
			journal->last_number = segment.number;
		if (segment.number && segment.number >= number)
			pawl_segments_push(&journal->live, &segment);
		else if (segment.size == PAWL_SEGMENT_BYTES && journal->spare.n < PAWL_SPARES_MAX)
			pawl_segments_push(&journal->spare, &segment);
		else
			pawl_segment_remove(journal, &segment);
	}
	if (dir)
		closedir(dir);
	if (err) {
		pawl_problems_add(problems, journal->dir, "cannot open the journal: %s",
				  strerror(err));
		return err == EACCES || err == EPERM ? PAWL_EDENIED : PAWL_EIO;
	}
	if (journal->live.n)
		qsort(journal->live.items, journal->live.n, sizeof(segment), compare_numbers);
	return PAWL_OK;
}
