#include "flow/pointer.h"

void
pawl_pointer_init(struct pawl_pointer *pointer, const char *prefix)
{
	pawl_buf_init(&pointer->buf, PAWL_POINTER_MAX);
	pawl_buf_append_c(&pointer->buf, prefix ? prefix : "");
}

void
pawl_pointer_fini(struct pawl_pointer *pointer)
{
	pawl_buf_fini(&pointer->buf);
}

size_t
pawl_pointer_push(struct pawl_pointer *pointer, struct pawl_str key)
{
	size_t mark = pointer->buf.len;

	pawl_buf_append_char(&pointer->buf, '/');
	for (size_t i = 0; i < key.len; i++) {
		char c = key.ptr[i];

		if (c == '~')
			pawl_buf_append_c(&pointer->buf, "~0");
		else if (c == '/')
			pawl_buf_append_c(&pointer->buf, "~1");
		else
			pawl_buf_append_char(&pointer->buf, c);
	}
	return mark;
}

size_t
pawl_pointer_push_c(struct pawl_pointer *pointer, const char *key)
{
	return pawl_pointer_push(pointer, pawl_str_c(key));
}

size_t
pawl_pointer_push_index(struct pawl_pointer *pointer, size_t index)
{
	size_t mark = pointer->buf.len;

	pawl_buf_append_char(&pointer->buf, '/');
	pawl_buf_append_u64(&pointer->buf, index);
	return mark;
}

void
pawl_pointer_pop(struct pawl_pointer *pointer, size_t mark)
{
	pointer->buf.len = mark;
	pointer->buf.overflow = false;
	if (pointer->buf.data)
		pointer->buf.data[mark] = '\0';
}

const char *
pawl_pointer_get(const struct pawl_pointer *pointer)
{
	return pointer->buf.data ? pointer->buf.data : "";
}
