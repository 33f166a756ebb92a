/* The journal: what was accepted is appended here and synced before anybody is told so. The
 * tables of the database take it over later (the writer's import), and then its room is used
 * again. Appending costs a copy and one fdatasync of blocks that have been allocated before,
 * whatever the database is doing at that time.
 *
 * Files: DIR/journal-NNNN, segments of 1 MiB. A segment has a number that grows for ever, and is
 * a header and a chain of frames; a frame is what one commit wrote: a checksum and records. A
 * place in the journal (uint64_t) is a segment's number and an offset in it; places only grow.
 *
 * Threads: one appends and commits, one reads and releases; both may be at work at once.
 * Errors of the disk: the segment at hand is not written to again, and the next commit begins
 * another. Damage that is found while reading is logged, skipped, and its file kept. */
#ifndef PAWL_STORE_JOURNAL_H
#define PAWL_STORE_JOURNAL_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/err.h"

struct pawl_journal;

/* What a buffer for frames keeps of its memory from one to the next. */
#define PAWL_FRAME_BYTES_KEPT (4u << 20)

/* What is done to the files; tests put something that fails in its place. */
struct pawl_journal_io {
	ssize_t (*pwrite)(int fd, const void *data, size_t len, off_t at);
	int (*sync)(int fd);
};

struct pawl_journal_config {
	const char *dir;                  /* exists; borrowed */
	size_t max_bytes;                 /* of segments that are not released yet; 0: 1 GiB */
	const struct pawl_journal_io *io; /* NULL: the system's */
	uint64_t reached; /* the end was at least there, whatever is found; 0: not known */
};

/* `place`: where the record's frame begins. */
typedef void (*pawl_journal_visit)(void *ctx, uint64_t place, struct pawl_str record);

/* Opens what is in the directory and calls `visit` for every record from place `from` on. What lies
 * before it is not needed any more. */
PAWL_MUST_USE enum pawl_err pawl_journal_open(const struct pawl_journal_config *config,
					      uint64_t from, pawl_journal_visit visit, void *ctx,
					      struct pawl_journal **out,
					      struct pawl_problems *problems);
void pawl_journal_close(struct pawl_journal *journal);

/* ---- the thread that appends ------------------------------------------------ */

/* Adds a record to the frame that the next commit writes. */
void pawl_journal_append(struct pawl_journal *journal, const struct pawl_str *parts, size_t n);
/* Bytes that the next commit will write. */
size_t pawl_journal_pending(const struct pawl_journal *journal);
/* Writes and syncs what was appended; the frame is empty again, whatever the outcome.
 * PAWL_EFULL: no room on the disk, or max_bytes reached; PAWL_EIO. pawl_journal_failure says why,
 * in words, until the next commit. */
PAWL_MUST_USE enum pawl_err pawl_journal_commit(struct pawl_journal *journal);
const char *pawl_journal_failure(const struct pawl_journal *journal);
/* ---- any thread ---------------------------------------------------------------- */

/* Behind the last frame that is on disk. */
uint64_t pawl_journal_end(const struct pawl_journal *journal);

/* About how many bytes lie between the place `at` and the end. */
uint64_t pawl_journal_bytes_from(const struct pawl_journal *journal, uint64_t at);

/* Makes a segment for later, where there are fewer than `n` and the disk has room for more than
 * that. Takes as long as writing and syncing 1 MiB does. */
void pawl_journal_prepare(struct pawl_journal *journal, size_t n);

/* ---- the thread that reads ------------------------------------------------------ */

/* The frame at *at, or the next one that is whole, into `payload`; moves *at behind it. False:
 * there is none before the end; *at is the end. */
bool pawl_journal_read(struct pawl_journal *journal, uint64_t *at, struct pawl_buf *payload);
/* The next record of a payload, which it removes from it; false at the end. */
bool pawl_journal_record(struct pawl_str *payload, struct pawl_str *record);
/* What lies before `at` is not needed any more: it is on disk elsewhere. */
void pawl_journal_release(struct pawl_journal *journal, uint64_t at);
/* Gives the disk back what is only kept for later: others have no room. */
void pawl_journal_shrink(struct pawl_journal *journal);

#endif
