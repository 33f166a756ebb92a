/* Segments and frames as they are on disk. Private to journal*.c. */
#ifndef PAWL_STORE_JOURNAL_INTERNAL_H
#define PAWL_STORE_JOURNAL_INTERNAL_H

#include <pthread.h>
#include <stdatomic.h>

#include "store/journal.h"

#define PAWL_SEGMENT_MARK  UINT64_C(0x314c4e524a4c5750) /* "PWLJRNL1" */
#define PAWL_FRAME_MARK    0x314d5246u                  /* "FRM1" */
#define PAWL_SEGMENT_BYTES (1u << 20)
/* Frames begin at multiples of this: a torn write never reaches into an earlier frame. */
#define PAWL_FRAME_ALIGN 512u
/* Segments that are kept for later when their content is not needed any more: the next crowd finds
 * them made, and what makes them, zeros in the page cache, is half of what the writer does in one.
 */
#define PAWL_SPARES_MAX 64

/* At offset 0, padded to PAWL_FRAME_ALIGN. In the byte order of the machine: another one is
 * noticed by the mark. */
struct pawl_segment_head {
	uint64_t mark;
	uint64_t number;
	uint64_t previous_end; /* offset behind the last frame of the segment before */
	/* Random, and seeds the checksums of the frames: a body that was made to look like a frame
	 * is none, also in a torn end. */
	uint64_t salt;
	uint64_t checksum; /* of what stands above */
};

struct pawl_frame_head {
	uint32_t mark;
	uint32_t payload_bytes;
	uint64_t place;    /* its own: what an earlier use of the file left behind does not match */
	uint64_t checksum; /* of what stands above, and the payload */
};

struct pawl_segment {
	uint64_t number, salt;
	unsigned slot; /* NNNN of its file */
	int fd;
	uint32_t end; /* behind the last frame */
	uint32_t size;
	uint32_t previous_end;
	bool is_damaged; /* its file is kept */
};

struct pawl_segments {
	struct pawl_segment *items;
	size_t n, cap;
};

struct pawl_journal {
	unsigned magic;
	char *dir;
	size_t max_bytes;
	struct pawl_journal_io io;

	/* The appender's: a segment's head, a frame's head, and the records. */
	struct pawl_buf frame;
	bool has_to_roll; /* the last segment is not to be written to again */
	char failure[200];

	uint64_t reported; /* the reader's: damage before this place was told of */
	atomic_uint next_slot;
	atomic_uint_least64_t end;
	pthread_mutex_t lock;       /* guards what stands below */
	struct pawl_segments live;  /* by number, without gaps but for damage */
	struct pawl_segments spare; /* their content is not needed */
	uint64_t last_number;       /* greatest that was ever given */
};

static inline uint64_t
pawl_place(uint64_t number, uint32_t offset)
{
	return number << 32 | offset;
}

static inline uint64_t
pawl_place_number(uint64_t place)
{
	return place >> 32;
}

static inline uint32_t
pawl_place_offset(uint64_t place)
{
	return (uint32_t)place;
}

static inline size_t
pawl_frame_align(size_t bytes)
{
	return (bytes + PAWL_FRAME_ALIGN - 1) / PAWL_FRAME_ALIGN * PAWL_FRAME_ALIGN;
}

/* ---- journal_segment.c: files ------------------------------------------------- */

void pawl_segment_head_init(struct pawl_segment_head *head, const struct pawl_segment *segment);
/* Opens every file of the journal: those from `number` on become live, the others spare. */
enum pawl_err pawl_segments_open(struct pawl_journal *journal, uint64_t number,
				 struct pawl_problems *problems);
/* A new file, not in any list. `zeroed`: its blocks are written, which makes later syncs cheap
 * and this call slow. 0, or an errno. */
int pawl_segment_create(struct pawl_journal *journal, bool zeroed, struct pawl_segment *out);
/* Closes it and removes its file. */
void pawl_segment_remove(struct pawl_journal *journal, struct pawl_segment *segment);
/* Closes it and gives its file a name under which nobody uses it again. */
void pawl_segment_set_aside(struct pawl_journal *journal, struct pawl_segment *segment);
void pawl_segments_push(struct pawl_segments *list, const struct pawl_segment *segment);
/* Closes all, and keeps the files. */
void pawl_segments_fini(struct pawl_segments *list);

/* ---- journal_frame.c: finding the whole frames ----------------------------------- */

uint64_t pawl_frame_checksum(const struct pawl_segment *segment, const struct pawl_frame_head *head,
			     const char *payload);
/* The payload of the frame at `offset`, which ends before `limit`; *next is set behind it. */
bool pawl_frame_read(const struct pawl_segment *segment, uint32_t offset, uint32_t limit,
		     struct pawl_buf *payload, uint32_t *next);
/* The next offset behind `offset` and before `limit` at which a whole frame stands; else limit. */
uint32_t pawl_frame_find(const struct pawl_segment *segment, uint32_t offset, uint32_t limit,
			 struct pawl_buf *payload);

#endif
