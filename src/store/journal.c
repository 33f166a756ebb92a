#include "store/journal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/assert.h"
#include "base/codec.h"
#include "base/log.h"
#include "store/journal_internal.h"

#define MAGIC       0x4a524e4c
#define HEADS_BYTES (PAWL_FRAME_ALIGN + sizeof(struct pawl_frame_head))
#define MAX_BYTES   (UINT64_C(1) << 30)
/* A disk with less room than this is left alone until a segment is really needed. */
#define PREPARE_ROOM (32u << 20)

/* ---- appending ---------------------------------------------------------------- */

static void
reset_frame(struct pawl_journal *journal)
{
	static const char heads[HEADS_BYTES];
	struct pawl_buf *frame = &journal->frame;

	pawl_buf_reset_to(frame, PAWL_FRAME_BYTES_KEPT);
	pawl_buf_append(frame, heads, sizeof(heads));
}

void
pawl_journal_append(struct pawl_journal *journal, const struct pawl_str *parts, size_t n)
{
	uint32_t len = 0;

	for (size_t i = 0; i < n; i++)
		len += (uint32_t)parts[i].len;
	pawl_buf_append(&journal->frame, &len, sizeof(len));
	for (size_t i = 0; i < n; i++)
		pawl_buf_append_str(&journal->frame, parts[i]);
}

size_t
pawl_journal_pending(const struct pawl_journal *journal)
{
	return journal->frame.len - HEADS_BYTES;
}

const char *
pawl_journal_failure(const struct pawl_journal *journal)
{
	return journal->failure;
}

uint64_t
pawl_journal_end(const struct pawl_journal *journal)
{
	return atomic_load(&journal->end);
}

uint64_t
pawl_journal_bytes_from(const struct pawl_journal *journal, uint64_t at)
{
	uint64_t end = pawl_journal_end(journal);

	return (pawl_place_number(end) - pawl_place_number(at)) * PAWL_SEGMENT_BYTES +
	       pawl_place_offset(end) - pawl_place_offset(at);
}

static enum pawl_err
fail(struct pawl_journal *journal, int err, const char *what)
{
	snprintf(journal->failure, sizeof(journal->failure), "journal: %s: %s", what,
		 strerror(err));
	return err == ENOSPC || err == EDQUOT || err == EFBIG ? PAWL_EFULL : PAWL_EIO;
}

static int
write_all(struct pawl_journal *journal, int fd, const char *data, size_t len, off_t at)
{
	while (len) {
		ssize_t n = journal->io.pwrite(fd, data, len, at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? errno : ENOSPC;
		data += n;
		at += n;
		len -= (size_t)n;
	}
	return journal->io.sync(fd) == 0 ? 0 : errno;
}

/* Under the lock. NULL: there is none. */
static struct pawl_segment *
last_segment(struct pawl_journal *journal)
{
	return journal->live.n ? &journal->live.items[journal->live.n - 1] : NULL;
}

/* Taking over what is in the journal needs room too, in the database and in its log: a disk must
 * not be filled with what then cannot get there. */
static bool
has_room(const struct pawl_journal *journal, uint64_t bytes)
{
	struct statvfs disk;

	return statvfs(journal->dir, &disk) != 0 ||
	       (uint64_t)disk.f_bavail * disk.f_frsize > PAWL_SEGMENT_BYTES + bytes;
}

/* A segment that nothing is in: one that was read, or a new one. */
static enum pawl_err
take_segment(struct pawl_journal *journal, struct pawl_segment *out)
{
	struct pawl_segment *last;
	uint64_t live_bytes = 0;
	bool is_over;
	int err = 0;

	pthread_mutex_lock(&journal->lock);
	for (size_t i = 0; i < journal->live.n; i++)
		live_bytes += journal->live.items[i].size;
	is_over = live_bytes >= journal->max_bytes;
	*out = (struct pawl_segment){.fd = -1};
	if (!is_over && journal->spare.n)
		*out = journal->spare.items[--journal->spare.n];
	last = last_segment(journal);
	if (!is_over && out->fd < 0 && !has_room(journal, 2 * live_bytes))
		err = ENOSPC;
	else if (!is_over && out->fd < 0)
		err = pawl_segment_create(journal, false, out);
	out->number = journal->last_number + 1;
	pawl_random(&out->salt, sizeof(out->salt));
	out->previous_end = last ? last->end : 0;
	pthread_mutex_unlock(&journal->lock);
	if (is_over) {
		snprintf(journal->failure, sizeof(journal->failure),
			 "journal: its limit of %zu bytes is reached: more is accepted than the "
			 "tables take over",
			 journal->max_bytes);
		return PAWL_EFULL;
	}
	return err ? fail(journal, err, "no new segment") : PAWL_OK;
}

/* Seals the frame for its place. */
static void
seal_frame(struct pawl_journal *journal, const struct pawl_segment *segment, uint32_t offset)
{
	struct pawl_buf *frame = &journal->frame;
	struct pawl_frame_head head = {.mark = PAWL_FRAME_MARK,
				       .payload_bytes = (uint32_t)(frame->len - HEADS_BYTES),
				       .place = pawl_place(segment->number, offset)};
	struct pawl_segment_head first;
	size_t len = pawl_frame_align(frame->len), padding = len - frame->len;
	char *end = pawl_buf_reserve(frame, padding);

	head.checksum = pawl_frame_checksum(segment, &head, frame->data + HEADS_BYTES);
	pawl_segment_head_init(&first, segment);
	memcpy(frame->data, &first, sizeof(first));
	memcpy(frame->data + PAWL_FRAME_ALIGN, &head, sizeof(head));
	memset(end, 0, padding);
	frame->len = len;
}

/* Into the last segment, behind what it has. */
static enum pawl_err
extend_segment(struct pawl_journal *journal, const struct pawl_segment *segment)
{
	const char *data;
	size_t len;
	int err;

	seal_frame(journal, segment, segment->end);
	data = journal->frame.data + PAWL_FRAME_ALIGN;
	len = journal->frame.len - PAWL_FRAME_ALIGN;
	err = write_all(journal, segment->fd, data, len, segment->end);
	if (err) {
		journal->has_to_roll = true;
		return fail(journal, err, "cannot write");
	}
	pthread_mutex_lock(&journal->lock);
	last_segment(journal)->end += (uint32_t)len;
	atomic_store(&journal->end, pawl_place(segment->number, last_segment(journal)->end));
	pthread_mutex_unlock(&journal->lock);
	return PAWL_OK;
}

static enum pawl_err
begin_segment(struct pawl_journal *journal)
{
	struct pawl_segment segment;
	enum pawl_err err = take_segment(journal, &segment);
	int rc;

	/* Whatever comes next has to find room for itself first, also if it is small. */
	journal->has_to_roll = true;
	if (err)
		return err;
	seal_frame(journal, &segment, PAWL_FRAME_ALIGN);
	rc = write_all(journal, segment.fd, journal->frame.data, journal->frame.len, 0);
	if (rc) {
		pawl_segment_remove(journal, &segment);
		return fail(journal, rc, "cannot write");
	}
	segment.end = (uint32_t)journal->frame.len;
	segment.size = segment.end > segment.size ? segment.end : segment.size;
	pthread_mutex_lock(&journal->lock);
	pawl_segments_push(&journal->live, &segment);
	journal->last_number = segment.number;
	atomic_store(&journal->end, pawl_place(segment.number, segment.end));
	pthread_mutex_unlock(&journal->lock);
	journal->has_to_roll = false;
	return PAWL_OK;
}

enum pawl_err
pawl_journal_commit(struct pawl_journal *journal)
{
	size_t len = pawl_frame_align(journal->frame.len) - PAWL_FRAME_ALIGN;
	struct pawl_segment segment = {.fd = -1};
	enum pawl_err err;

	PAWL_CHECK_OBJ(journal, MAGIC);
	if (pawl_buf_status(&journal->frame) != PAWL_OK) {
		err = fail(journal, EFBIG, "too much at once");
		reset_frame(journal);
		return err;
	}
	pthread_mutex_lock(&journal->lock);
	if (journal->live.n)
		segment = *last_segment(journal);
	pthread_mutex_unlock(&journal->lock);
	if (segment.fd < 0 || journal->has_to_roll || segment.end + len > PAWL_SEGMENT_BYTES)
		err = begin_segment(journal);
	else
		err = extend_segment(journal, &segment);
	reset_frame(journal);
	return err;
}

void
pawl_journal_prepare(struct pawl_journal *journal, size_t n)
{
	struct pawl_segment segment;
	bool has_spare;

	pthread_mutex_lock(&journal->lock);
	has_spare = journal->spare.n >= n;
	pthread_mutex_unlock(&journal->lock);
	/* No lock while the disk is written. */
	if (has_spare || !has_room(journal, PREPARE_ROOM) ||
	    pawl_segment_create(journal, true, &segment) != 0)
		return;
	pthread_mutex_lock(&journal->lock);
	pawl_segments_push(&journal->spare, &segment);
	pthread_mutex_unlock(&journal->lock);
}

/* ---- reading --------------------------------------------------------------------- */

/* The live segment that holds the frame at *at, which may move on to the next one; false at the
 * end. */
static bool
locate(struct pawl_journal *journal, uint64_t *at, struct pawl_segment *out)
{
	bool found = false;

	pthread_mutex_lock(&journal->lock);
	for (size_t i = 0; i < journal->live.n && !found; i++) {
		const struct pawl_segment *segment = &journal->live.items[i];

		if (*at < pawl_place(segment->number, PAWL_FRAME_ALIGN))
			*at = pawl_place(segment->number, PAWL_FRAME_ALIGN);
		found = *at < pawl_place(segment->number, segment->end);
		*out = *segment;
	}
	pthread_mutex_unlock(&journal->lock);
	return found;
}

static void
note_damage(struct pawl_journal *journal, const struct pawl_segment *segment, uint32_t from,
	    uint32_t to)
{
	uint64_t place = pawl_place(segment->number, from);

	pthread_mutex_lock(&journal->lock);
	for (size_t i = 0; i < journal->live.n; i++)
		if (journal->live.items[i].number == segment->number)
			journal->live.items[i].is_damaged = true;
	pthread_mutex_unlock(&journal->lock);
	if (place < journal->reported)
		return;
	journal->reported = place + 1;
	pawl_log(PAWL_LOG_ERROR, "journal_damaged", PAWL_F_INT("segment", segment->number),
		 PAWL_F_INT("slot", segment->slot), PAWL_F_INT("offset", from),
		 PAWL_F_INT("bytes", to - from));
}

bool
pawl_journal_read(struct pawl_journal *journal, uint64_t *at, struct pawl_buf *payload)
{
	struct pawl_segment segment;
	uint32_t offset, next;

	PAWL_CHECK_OBJ(journal, MAGIC);
	while (locate(journal, at, &segment)) {
		offset = pawl_place_offset(*at);
		if (pawl_frame_read(&segment, offset, segment.end, payload, &next)) {
			*at = pawl_place(segment.number, next);
			return true;
		}
		next = pawl_frame_find(&segment, offset, segment.end, payload);
		note_damage(journal, &segment, offset, next);
		*at = pawl_place(segment.number, next);
	}
	return false;
}

bool
pawl_journal_record(struct pawl_str *payload, struct pawl_str *record)
{
	uint32_t len;

	if (payload->len < sizeof(len))
		return false;
	memcpy(&len, payload->ptr, sizeof(len));
	if (len > payload->len - sizeof(len))
		return false;
	*record = pawl_str(payload->ptr + sizeof(len), len);
	*payload = pawl_str_sub(*payload, sizeof(len) + len, payload->len);
	return true;
}

static void
retire(struct pawl_journal *journal, struct pawl_segment *segment)
{
	if (segment->is_damaged)
		pawl_segment_set_aside(journal, segment);
	else if (segment->size == PAWL_SEGMENT_BYTES && journal->spare.n < PAWL_SPARES_MAX)
		pawl_segments_push(&journal->spare, segment);
	else
		pawl_segment_remove(journal, segment);
}

void
pawl_journal_release(struct pawl_journal *journal, uint64_t at)
{
	struct pawl_segments *live = &journal->live;
	size_t n = 0;

	pthread_mutex_lock(&journal->lock);
	while (n < live->n && live->items[n].number < pawl_place_number(at))
		retire(journal, &live->items[n++]);
	live->n -= n;
	if (n)
		memmove(live->items, live->items + n, live->n * sizeof(*live->items));
	pthread_mutex_unlock(&journal->lock);
}

void
pawl_journal_shrink(struct pawl_journal *journal)
{
	pthread_mutex_lock(&journal->lock);
	while (journal->spare.n)
		pawl_segment_remove(journal, &journal->spare.items[--journal->spare.n]);
	pthread_mutex_unlock(&journal->lock);
}

/* ---- opening ---------------------------------------------------------------------- */

/* The last segment ends where the last whole frame does: behind it there may be what was being
 * written when the process ended, and was never acknowledged. Of the others the next one says
 * where they end. */
static void
find_end(struct pawl_segment *segment, uint32_t offset, struct pawl_buf *payload)
{
	uint32_t next;

	segment->end = offset;
	while (segment->end < segment->size) {
		if (pawl_frame_read(segment, segment->end, segment->size, payload, &next)) {
			segment->end = next;
			continue;
		}
		next = pawl_frame_find(segment, segment->end, segment->size, payload);
		if (next == segment->size)
			break;
		/* Nothing whole can stand behind a torn end: this was damaged later, and whoever
		 * reads it will say so. */
		segment->end = next;
	}
}

static void
find_ends(struct pawl_journal *journal, uint64_t from)
{
	struct pawl_segments *live = &journal->live;
	struct pawl_buf payload;

	pawl_buf_init(&payload, UINT32_MAX);
	for (size_t i = 0; i < live->n; i++) {
		struct pawl_segment *segment = &live->items[i];
		uint32_t offset = PAWL_FRAME_ALIGN;

		if (segment->number == pawl_place_number(from) && pawl_place_offset(from) > offset)
			offset = pawl_place_offset(from);
		if (i + 1 == live->n) {
			find_end(segment, offset, &payload);
		} else if (live->items[i + 1].number == segment->number + 1) {
			segment->end = live->items[i + 1].previous_end;
		} else {
			find_end(segment, offset, &payload);
			pawl_log(PAWL_LOG_ERROR, "journal_damaged",
				 PAWL_F_INT("segment", segment->number + 1),
				 PAWL_F_C("reason", "the file of this segment is missing"));
		}
	}
	pawl_buf_fini(&payload);
	atomic_store(&journal->end, from);
	if (live->n &&
	    pawl_place(live->items[live->n - 1].number, live->items[live->n - 1].end) > from)
		atomic_store(&journal->end, pawl_place(live->items[live->n - 1].number,
						       live->items[live->n - 1].end));
}

static void
visit_all(struct pawl_journal *journal, uint64_t at, pawl_journal_visit visit, void *ctx)
{
	struct pawl_str rest, record;
	struct pawl_buf payload;

	pawl_buf_init(&payload, UINT32_MAX);
	for (uint64_t next = at; pawl_journal_read(journal, &next, &payload); at = next) {
		rest = pawl_buf_peek(&payload);
		while (pawl_journal_record(&rest, &record))
			visit(ctx, at, record);
	}
	pawl_buf_fini(&payload);
}

enum pawl_err
pawl_journal_open(const struct pawl_journal_config *config, uint64_t from, pawl_journal_visit visit,
		  void *ctx, struct pawl_journal **out, struct pawl_problems *problems)
{
	static const struct pawl_journal_io system_io = {pwrite, fdatasync};
	struct pawl_journal *journal = pawl_calloc(1, sizeof(*journal));
	enum pawl_err err;

	*out = NULL;
	journal->magic = MAGIC;
	journal->dir = pawl_strdup(config->dir);
	journal->max_bytes = config->max_bytes ? config->max_bytes : MAX_BYTES;
	journal->io = config->io ? *config->io : system_io;
	journal->last_number = pawl_place_number(from > config->reached ? from : config->reached);
	pthread_mutex_init(&journal->lock, NULL);
	pawl_buf_init(&journal->frame, UINT32_MAX / 2);
	reset_frame(journal);
	err = pawl_segments_open(journal, pawl_place_number(from), problems);
	if (err) {
		pawl_journal_close(journal);
		return err;
	}
	find_ends(journal, from);
	if (atomic_load(&journal->end) < config->reached)
		atomic_store(&journal->end, config->reached);
	visit_all(journal, from, visit, ctx);
	*out = journal;
	return PAWL_OK;
}

void
pawl_journal_close(struct pawl_journal *journal)
{
	if (!journal)
		return;
	PAWL_CHECK_OBJ(journal, MAGIC);
	pawl_segments_fini(&journal->live);
	pawl_segments_fini(&journal->spare);
	pawl_buf_fini(&journal->frame);
	pthread_mutex_destroy(&journal->lock);
	free(journal->dir);
	journal->magic = 0;
	free(journal);
}
