#include "base/codec.h"

#include <errno.h>
#include <sys/random.h>

#include "base/assert.h"

static const char alphabet_std[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char alphabet_url[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

int
pawl_hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

void
pawl_hex_encode(const void *data, size_t len, char *out)
{
	static const char hex[] = "0123456789abcdef";
	const unsigned char *p = data;

	for (size_t i = 0; i < len; i++) {
		out[2 * i] = hex[p[i] >> 4];
		out[2 * i + 1] = hex[p[i] & 15];
	}
}

bool
pawl_hex_decode(struct pawl_str s, unsigned char *out)
{
	if (s.len % 2)
		return false;
	for (size_t i = 0; i < s.len; i += 2) {
		int high = pawl_hex_digit(s.ptr[i]), low = pawl_hex_digit(s.ptr[i + 1]);

		if (high < 0 || low < 0)
			return false;
		out[i / 2] = (unsigned char)(high << 4 | low);
	}
	return true;
}

enum pawl_err
pawl_base64_encode(struct pawl_buf *buf, struct pawl_str data, enum pawl_base64 form)
{
	const char *alphabet = form == PAWL_BASE64_STD ? alphabet_std : alphabet_url;
	const unsigned char *p = (const unsigned char *)data.ptr;
	size_t i, left, len = data.len / 3 * 4 + (data.len % 3 ? 4 : 0);
	char *out;

	if (data.len == 0)
		return pawl_buf_status(buf);
	/* past 3/4 of the address space the length above would wrap */
	out = data.len < SIZE_MAX / 2 ? pawl_buf_reserve(buf, len)
				      : pawl_buf_reserve(buf, SIZE_MAX);
	if (!out)
		return PAWL_ETOOBIG;
	for (i = 0; data.len - i >= 3; i += 3) {
		*out++ = alphabet[p[i] >> 2];
		*out++ = alphabet[(p[i] & 3) << 4 | p[i + 1] >> 4];
		*out++ = alphabet[(p[i + 1] & 15) << 2 | p[i + 2] >> 6];
		*out++ = alphabet[p[i + 2] & 63];
	}
	left = data.len - i;
	if (left) {
		unsigned second = left == 2 ? p[i + 1] : 0;

		*out++ = alphabet[p[i] >> 2];
		*out++ = alphabet[(p[i] & 3) << 4 | second >> 4];
		if (left == 2)
			*out++ = alphabet[(second & 15) << 2];
		if (form == PAWL_BASE64_STD) {
			*out++ = '=';
			if (left == 1)
				*out++ = '=';
		}
	}
	*out = '\0'; /* reserve keeps room for it */
	buf->len = (size_t)(out - buf->data);
	return PAWL_OK;
}

static int
base64_value(char c, enum pawl_base64 form)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == (form == PAWL_BASE64_STD ? '+' : '-'))
		return 62;
	if (c == (form == PAWL_BASE64_STD ? '/' : '_'))
		return 63;
	return -1;
}

bool
pawl_base64_decode(struct pawl_arena *arena, struct pawl_str s, enum pawl_base64 form,
		   struct pawl_str *out)
{
	unsigned char *bytes;
	size_t len = 0;
	unsigned bits = 0, held = 0;

	if (form == PAWL_BASE64_STD) {
		if (s.len % 4)
			return false;
		for (int pads = 0; pads < 2 && s.len > 0 && s.ptr[s.len - 1] == '='; pads++)
			s.len--;
	}
	if (s.len % 4 == 1)
		return false;
	bytes = pawl_arena_alloc(arena, s.len / 4 * 3 + 3);
	for (size_t i = 0; i < s.len; i++) {
		int value = base64_value(s.ptr[i], form);

		if (value < 0)
			return false;
		held = held << 6 | (unsigned)value;
		bits += 6;
		if (bits >= 8) {
			bits -= 8;
			bytes[len++] = (unsigned char)(held >> bits);
			held &= (1U << bits) - 1;
		}
	}
	if (held)
		return false;
	bytes[len] = '\0';
	*out = pawl_str((const char *)bytes, len);
	return true;
}

static bool
is_unreserved(unsigned char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       c == '-' || c == '.' || c == '_' || c == '~';
}

enum pawl_err
pawl_url_encode(struct pawl_buf *buf, struct pawl_str s)
{
	static const char hex[] = "0123456789ABCDEF";

	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.ptr[i];
		char escaped[3] = {'%', hex[c >> 4], hex[c & 15]};

		if (is_unreserved(c))
			(void)pawl_buf_append_char(buf, s.ptr[i]);
		else
			(void)pawl_buf_append(buf, escaped, sizeof(escaped));
	}
	return pawl_buf_status(buf);
}

bool
pawl_url_decode(struct pawl_arena *arena, struct pawl_str s, bool plus_is_space,
		struct pawl_str *out)
{
	char *bytes = pawl_arena_alloc(arena, s.len + 1);
	size_t len = 0;

	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];

		if (c == '%') {
			int high = i + 2 < s.len ? pawl_hex_digit(s.ptr[i + 1]) : -1;
			int low = i + 2 < s.len ? pawl_hex_digit(s.ptr[i + 2]) : -1;

			if (high < 0 || low < 0)
				return false;
			c = (char)(high << 4 | low);
			i += 2;
		} else if (c == '+' && plus_is_space) {
			c = ' ';
		}
		bytes[len++] = c;
	}
	bytes[len] = '\0';
	*out = pawl_str(bytes, len);
	return true;
}

void
pawl_random(void *out, size_t len)
{
	unsigned char *p = out;

	while (len > 0) {
		ssize_t n = getrandom(p, len, 0);

		if (n < 0 && errno == EINTR)
			continue;
		PAWL_ASSERT(n > 0);
		p += n;
		len -= (size_t)n;
	}
}
