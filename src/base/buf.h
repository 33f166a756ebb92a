/* Growable byte buffers with a mandatory maximum. What they let go of is wiped.
 *
 * Owner: whoever called init. A buffer that would pass its maximum drops the
 * append, remembers it, and reports PAWL_ETOOBIG from then on, so that a chain of
 * appends is checked once at its end. Out of memory aborts (see alloc.h).
 * Not thread-safe. */
#ifndef PAWL_BASE_BUF_H
#define PAWL_BASE_BUF_H

#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

struct pawl_buf {
	char *data; /* always NUL-terminated once anything was appended */
	size_t len;
	size_t cap; /* bytes at data, 0 or more than len; at most max + 1 */
	size_t max;
	bool overflow;
};

/* Embedded initialiser; nothing is allocated until the first append. */
void pawl_buf_init(struct pawl_buf *buf, size_t max_bytes);
void pawl_buf_fini(struct pawl_buf *buf);
/* Empties the buffer and keeps its memory; clears the overflow mark. */
void pawl_buf_reset(struct pawl_buf *buf);
/* The same, but keeps no more than so much memory. */
void pawl_buf_reset_to(struct pawl_buf *buf, size_t cap_max);

/* pawl_buf_append when there is no room yet. */
enum pawl_err pawl_buf_append_slow(struct pawl_buf *buf, const void *data, size_t len);

/* `data` must not lie in the buffer itself. */
static inline enum pawl_err
pawl_buf_append(struct pawl_buf *buf, const void *data, size_t len)
{
	if (buf->overflow || len >= buf->cap - buf->len)
		return pawl_buf_append_slow(buf, data, len);
	if (len)
		memcpy(buf->data + buf->len, data, len);
	buf->len += len;
	buf->data[buf->len] = '\0';
	return PAWL_OK;
}

static inline enum pawl_err
pawl_buf_append_str(struct pawl_buf *buf, struct pawl_str s)
{
	return pawl_buf_append(buf, s.ptr, s.len);
}

/* NULL appends nothing. */
static inline enum pawl_err
pawl_buf_append_c(struct pawl_buf *buf, const char *cstr)
{
	return pawl_buf_append_str(buf, pawl_str_c(cstr));
}

static inline enum pawl_err
pawl_buf_append_char(struct pawl_buf *buf, char c)
{
	return pawl_buf_append(buf, &c, 1);
}

enum pawl_err pawl_buf_append_u64(struct pawl_buf *buf, uint64_t v);
enum pawl_err pawl_buf_append_i64(struct pawl_buf *buf, int64_t v);
enum pawl_err pawl_buf_printf(struct pawl_buf *buf, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* `s` as a JSON string, quoted and escaped. Bytes that are not UTF-8 become U+FFFD. */
enum pawl_err pawl_buf_append_json_string(struct pawl_buf *buf, struct pawl_str s);
/* Room for `len` more bytes at data+len, or NULL past the maximum; add to ->len what was used. */
char *pawl_buf_reserve(struct pawl_buf *buf, size_t len);
/* Removes the first `len` bytes. */
void pawl_buf_consume(struct pawl_buf *buf, size_t len);
/* PAWL_ETOOBIG if any append was dropped since init or reset. */
enum pawl_err pawl_buf_status(const struct pawl_buf *buf);
/* Hands the bytes over, NUL-terminated and never NULL: the caller frees them with free();
 * the buffer is empty again. `len` may be NULL. */
char *pawl_buf_take(struct pawl_buf *buf, size_t *len);

static inline struct pawl_str
pawl_buf_peek(const struct pawl_buf *buf)
{
	return pawl_str(buf->data, buf->len);
}

#endif
