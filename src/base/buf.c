#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/assert.h"
#include "base/utf8.h"

#define FIRST_CAP ((size_t)64)
/* From there on the C library moves pages instead of copying, and leaves no copy behind. */
#define MOVED_CAP ((size_t)1 << 20)

/* From `at` on. */
static void
wipe(struct pawl_buf *buf, size_t at)
{
	if (buf->len > at)
		explicit_bzero(buf->data + at, buf->len - at);
}

void
pawl_buf_init(struct pawl_buf *buf, size_t max_bytes)
{
	*buf = (struct pawl_buf){.max = max_bytes};
}

void
pawl_buf_fini(struct pawl_buf *buf)
{
	if (!buf)
		return;
	wipe(buf, 0);
	free(buf->data);
	*buf = (struct pawl_buf){.max = buf->max};
}

void
pawl_buf_reset(struct pawl_buf *buf)
{
	wipe(buf, 0);
	buf->len = 0;
	buf->overflow = false;
	if (buf->data)
		buf->data[0] = '\0';
}

void
pawl_buf_reset_to(struct pawl_buf *buf, size_t cap_max)
{
	if (buf->cap > cap_max)
		pawl_buf_fini(buf);
	else
		pawl_buf_reset(buf);
}

static void
move(struct pawl_buf *buf, size_t cap)
{
	char *data;

	if (!buf->data || buf->cap >= MOVED_CAP) {
		buf->data = pawl_realloc_array(buf->data, cap, 1);
	} else {
		data = pawl_malloc(cap);
		memcpy(data, buf->data, buf->len);
		data[buf->len] = '\0';
		wipe(buf, 0);
		free(buf->data);
		buf->data = data;
	}
	buf->cap = cap;
}

/* Room for len bytes and the NUL, or the overflow mark. */
static bool
grow(struct pawl_buf *buf, size_t len)
{
	size_t limit = buf->max < PTRDIFF_MAX ? buf->max + 1 : PTRDIFF_MAX;
	size_t need, cap;

	if (buf->overflow || len > limit - 1 || buf->len > limit - 1 - len) {
		buf->overflow = true;
		return false;
	}
	need = buf->len + len + 1;
	if (need <= buf->cap)
		return true;
	cap = buf->cap < FIRST_CAP ? FIRST_CAP : buf->cap;
	while (cap < need)
		cap = cap > limit / 2 ? limit : cap * 2;
	if (cap > limit)
		cap = limit;
	move(buf, cap);
	return true;
}

enum pawl_err
pawl_buf_append_slow(struct pawl_buf *buf, const void *data, size_t len)
{
	if (!grow(buf, len))
		return PAWL_ETOOBIG;
	if (len)
		memcpy(buf->data + buf->len, data, len);
	buf->len += len;
	buf->data[buf->len] = '\0';
	return PAWL_OK;
}

enum pawl_err
pawl_buf_append_u64(struct pawl_buf *buf, uint64_t v)
{
	char digits[20];
	size_t at = sizeof(digits);

	do {
		digits[--at] = (char)('0' + v % 10);
		v /= 10;
	} while (v);
	return pawl_buf_append(buf, digits + at, sizeof(digits) - at);
}

enum pawl_err
pawl_buf_append_i64(struct pawl_buf *buf, int64_t v)
{
	char digits[20];
	size_t at = sizeof(digits);
	uint64_t left = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;

	do {
		digits[--at] = (char)('0' + left % 10);
		left /= 10;
	} while (left);
	if (v < 0)
		digits[--at] = '-';
	return pawl_buf_append(buf, digits + at, sizeof(digits) - at);
}

enum pawl_err
pawl_buf_printf(struct pawl_buf *buf, const char *fmt, ...)
{
	size_t room = buf->overflow ? 0 : buf->cap - buf->len;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(room ? buf->data + buf->len : NULL, room, fmt, ap);
	va_end(ap);
	PAWL_ASSERT(n >= 0);
	if ((size_t)n >= room) {
		/* what vsnprintf cut short is not part of the buffer */
		if (room)
			buf->data[buf->len] = '\0';
		if (!grow(buf, (size_t)n))
			return PAWL_ETOOBIG;
		va_start(ap, fmt);
		n = vsnprintf(buf->data + buf->len, (size_t)n + 1, fmt, ap);
		va_end(ap);
		PAWL_ASSERT(n >= 0);
	}
	buf->len += (size_t)n;
	return PAWL_OK;
}

/* What a byte below 0x80 needs in a JSON string (RFC 8259 section 7): 0 nothing, 'u' a
 * \u escape, else the letter after the backslash. */
static char
json_escape(unsigned char c)
{
	switch (c) {
	case '"':
	case '\\':
		return (char)c;
	case '\b':
		return 'b';
	case '\f':
		return 'f';
	case '\n':
		return 'n';
	case '\r':
		return 'r';
	case '\t':
		return 't';
	default:
		return c < 0x20 ? 'u' : 0;
	}
}

/* How many bytes from p on go into a JSON string as they are; looks at whole words of
 * eight only. A word has a zero byte when (w - 0x01..) & ~w has a high bit. */
static size_t
json_plain_words(const unsigned char *p, size_t len)
{
	const uint64_t ones = UINT64_C(0x0101010101010101);
	uint64_t w, quote, slash, special;
	size_t i;

	for (i = 0; len - i >= sizeof(w); i += sizeof(w)) {
		memcpy(&w, p + i, sizeof(w));
		quote = w ^ ones * '"';
		slash = w ^ ones * '\\';
		special = w | (w - ones * 0x20) | ((quote - ones) & ~quote) |
			  ((slash - ones) & ~slash);
		if (special & ones * 0x80)
			break;
	}
	return i;
}

static void
append_json_special(struct pawl_buf *buf, unsigned char c)
{
	static const char hex[] = "0123456789abcdef";
	char text[6] = {'\\', json_escape(c), '0', '0', hex[c >> 4], hex[c & 15]};

	if (c >= 0x80)
		(void)pawl_buf_append(buf, "\xef\xbf\xbd", 3);
	else
		(void)pawl_buf_append(buf, text, text[1] == 'u' ? 6 : 2);
}

enum pawl_err
pawl_buf_append_json_string(struct pawl_buf *buf, struct pawl_str s)
{
	const unsigned char *p = (const unsigned char *)s.ptr;
	size_t before = buf->len, done = 0, i = 0, n;

	(void)pawl_buf_append_char(buf, '"');
	while (i < s.len) {
		i += json_plain_words(p + i, s.len - i);
		if (i == s.len)
			break;
		if (p[i] >= 0x20 && p[i] < 0x80 && p[i] != '"' && p[i] != '\\') {
			i++;
			continue;
		}
		n = p[i] >= 0x80 ? pawl_utf8_step(p + i, s.len - i) : 0;
		if (n) {
			i += n;
			continue;
		}
		(void)pawl_buf_append(buf, p + done, i - done);
		append_json_special(buf, p[i]);
		done = ++i;
	}
	if (done < s.len)
		(void)pawl_buf_append(buf, p + done, s.len - done);
	(void)pawl_buf_append_char(buf, '"');
	if (!buf->overflow)
		return PAWL_OK;
	/* half a string is worse than none */
	buf->len = before;
	if (buf->data)
		buf->data[before] = '\0';
	return PAWL_ETOOBIG;
}

char *
pawl_buf_reserve(struct pawl_buf *buf, size_t len)
{
	return grow(buf, len) ? buf->data + buf->len : NULL;
}

void
pawl_buf_consume(struct pawl_buf *buf, size_t len)
{
	PAWL_ASSERT(len <= buf->len);
	if (len == 0)
		return;
	memmove(buf->data, buf->data + len, buf->len - len);
	wipe(buf, buf->len - len);
	buf->len -= len;
	buf->data[buf->len] = '\0';
}

enum pawl_err
pawl_buf_status(const struct pawl_buf *buf)
{
	return buf->overflow ? PAWL_ETOOBIG : PAWL_OK;
}

char *
pawl_buf_take(struct pawl_buf *buf, size_t *len)
{
	char *data = buf->data;

	if (len)
		*len = buf->len;
	if (!data)
		data = pawl_memdup0(NULL, 0);
	else
		data[buf->len] = '\0'; /* the last bytes may have come in through reserve */
	buf->data = NULL;
	buf->len = buf->cap = 0;
	return data;
}
