/* Frames on disk: which of them are whole. */
#include <errno.h>
#include <unistd.h>

#include <xxhash.h>

#include "store/journal_internal.h"

/* More than any frame holds; what claims to be larger is not read into memory. */
#define PAYLOAD_MAX (UINT32_MAX - (1u << 20))

uint64_t
pawl_frame_checksum(const struct pawl_segment *segment, const struct pawl_frame_head *head,
		    const char *payload)
{
	uint64_t seed = XXH3_64bits_withSeed(head, offsetof(struct pawl_frame_head, checksum),
					     segment->salt);

	return XXH3_64bits_withSeed(payload, head->payload_bytes, seed);
}

static bool
read_all(int fd, void *data, size_t len, off_t at)
{
	char *cursor = data;

	while (len) {
		ssize_t n = pread(fd, cursor, len, at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		cursor += n;
		at += n;
		len -= (size_t)n;
	}
	return true;
}

bool
pawl_frame_read(const struct pawl_segment *segment, uint32_t offset, uint32_t limit,
		struct pawl_buf *payload, uint32_t *next)
{
	struct pawl_frame_head head;
	size_t len;
	char *data;

	pawl_buf_reset(payload);
	if (limit < sizeof(head) || offset > limit - sizeof(head) ||
	    !read_all(segment->fd, &head, sizeof(head), offset))
		return false;
	len = pawl_frame_align(sizeof(head) + (size_t)head.payload_bytes);
	if (head.mark != PAWL_FRAME_MARK || head.place != pawl_place(segment->number, offset) ||
	    head.payload_bytes > PAYLOAD_MAX || len > limit - offset)
		return false;
	data = pawl_buf_reserve(payload, head.payload_bytes);
	if (!data || !read_all(segment->fd, data, head.payload_bytes, offset + sizeof(head)) ||
	    pawl_frame_checksum(segment, &head, data) != head.checksum)
		return false;
	payload->len = head.payload_bytes;
	*next = offset + (uint32_t)len;
	return true;
}

uint32_t
pawl_frame_find(const struct pawl_segment *segment, uint32_t offset, uint32_t limit,
		struct pawl_buf *payload)
{
	uint32_t next;

	for (offset += PAWL_FRAME_ALIGN; offset < limit; offset += PAWL_FRAME_ALIGN)
		if (pawl_frame_read(segment, offset, limit, payload, &next))
			return offset;
	return limit;
}
