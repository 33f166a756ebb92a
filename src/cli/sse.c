#include "cli/sse.h"

#define LINE_BYTES_MAX ((size_t)1 << 20)
#define DATA_BYTES_MAX ((size_t)4 << 20)
#define ID_BYTES_MAX   ((size_t)256)

void
pawl_sse_init(struct pawl_sse *sse)
{
	pawl_buf_init(&sse->line, LINE_BYTES_MAX);
	pawl_buf_init(&sse->event, LINE_BYTES_MAX);
	pawl_buf_init(&sse->data, DATA_BYTES_MAX);
	pawl_buf_init(&sse->id, ID_BYTES_MAX);
	pawl_buf_init(&sse->last_id, ID_BYTES_MAX);
	sse->is_dropped = sse->after_cr = false;
}

void
pawl_sse_fini(struct pawl_sse *sse)
{
	pawl_buf_fini(&sse->line);
	pawl_buf_fini(&sse->event);
	pawl_buf_fini(&sse->data);
	pawl_buf_fini(&sse->id);
	pawl_buf_fini(&sse->last_id);
}

void
pawl_sse_reset(struct pawl_sse *sse)
{
	pawl_buf_reset(&sse->line);
	pawl_buf_reset(&sse->event);
	pawl_buf_reset(&sse->data);
	pawl_buf_reset(&sse->id);
	pawl_buf_append_str(&sse->id, pawl_buf_peek(&sse->last_id));
	sse->is_dropped = sse->after_cr = false;
}

static void
take_field(struct pawl_sse *sse, struct pawl_str line)
{
	struct pawl_str value = line, name;

	(void)pawl_str_split(&value, ':', &name);
	if (!value.ptr)
		value = PAWL_STR("");
	if (value.len > 0 && value.ptr[0] == ' ')
		value = pawl_str_sub(value, 1, value.len);
	if (pawl_str_eq_c(name, "event")) {
		pawl_buf_reset(&sse->event);
		pawl_buf_append_str(&sse->event, value);
	} else if (pawl_str_eq_c(name, "data")) {
		pawl_buf_append_str(&sse->data, value);
		pawl_buf_append_char(&sse->data, '\n');
	} else if (pawl_str_eq_c(name, "id") && pawl_str_find_char(value, '\0') == SIZE_MAX) {
		pawl_buf_reset(&sse->id);
		pawl_buf_append_str(&sse->id, value);
	}
}

/* A whole line; an empty one ends the event. */
static bool
take_line(struct pawl_sse *sse, bool (*fn)(void *, struct pawl_str, struct pawl_str), void *ctx)
{
	struct pawl_str line = pawl_buf_peek(&sse->line), event = pawl_buf_peek(&sse->event);
	bool go_on = true;

	if (line.len > 0) {
		if (sse->line.overflow)
			sse->is_dropped = true;
		else
			take_field(sse, line);
	} else {
		pawl_buf_reset(&sse->last_id);
		pawl_buf_append_str(&sse->last_id, pawl_buf_peek(&sse->id));
		if (sse->data.len > 0 && !sse->is_dropped && pawl_buf_status(&sse->data) == PAWL_OK)
			go_on = fn(ctx, event.len > 0 ? event : PAWL_STR("message"),
				   pawl_str(sse->data.data, sse->data.len - 1));
		pawl_buf_reset(&sse->event);
		pawl_buf_reset(&sse->data);
		sse->is_dropped = false;
	}
	pawl_buf_reset(&sse->line);
	return go_on;
}

bool
pawl_sse_feed(struct pawl_sse *sse, struct pawl_str bytes,
	      bool (*fn)(void *ctx, struct pawl_str event, struct pawl_str data), void *ctx)
{
	for (size_t i = 0; i < bytes.len; i++) {
		char c = bytes.ptr[i];
		bool was_cr = sse->after_cr;

		sse->after_cr = c == '\r';
		if (c == '\n' && was_cr)
			continue;
		if (c != '\n' && c != '\r')
			(void)pawl_buf_append_char(&sse->line, c);
		else if (!take_line(sse, fn, ctx))
			return false;
	}
	return true;
}
