/* Event streams: however the bytes are cut, the same events come out, and the same last id. */
#include <stdlib.h>
#include <string.h>

#include "cli/sse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct heard {
	struct pawl_sse sse;
	struct pawl_buf text;
};

static bool
on_event(void *ctx, struct pawl_str event, struct pawl_str data)
{
	struct heard *heard = ctx;

	pawl_buf_append_u64(&heard->text, event.len);
	pawl_buf_append_str(&heard->text, event);
	pawl_buf_append_u64(&heard->text, data.len);
	pawl_buf_append_str(&heard->text, data);
	return true;
}

/* In pieces of `step` bytes. */
static void
hear(struct heard *heard, const char *bytes, size_t size, size_t step)
{
	pawl_sse_init(&heard->sse);
	pawl_buf_init(&heard->text, (size_t)64 << 20);
	for (size_t from = 0; from < size; from += step) {
		size_t len = size - from < step ? size - from : step;

		if (!pawl_sse_feed(&heard->sse, pawl_str(bytes + from, len), on_event, heard))
			abort();
	}
}

static void
forget(struct heard *heard)
{
	pawl_sse_fini(&heard->sse);
	pawl_buf_fini(&heard->text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *bytes = (const char *)data;
	struct heard whole, cut;

	if (size == 0)
		return 0;
	hear(&whole, bytes, size, size);
	hear(&cut, bytes, size, 1 + data[0] % 7);
	if (!pawl_str_eq(pawl_buf_peek(&whole.text), pawl_buf_peek(&cut.text)) ||
	    !pawl_str_eq(pawl_buf_peek(&whole.sse.last_id), pawl_buf_peek(&cut.sse.last_id)))
		abort();
	forget(&whole);
	forget(&cut);
	return 0;
}
