#include "base/str.h"

#include <stdint.h>

#include "base/utf8.h"

static unsigned char
lower(unsigned char c)
{
	return c >= 'A' && c <= 'Z' ? (unsigned char)(c | 0x20) : c;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

bool
pawl_str_eq_c(struct pawl_str a, const char *cstr)
{
	return pawl_str_eq(a, pawl_str_c(cstr));
}

bool
pawl_bytes_eq_nocase(const char *a, const char *b, size_t len)
{
	/* Nearly always the case is the same as well. */
	if (len == 0 || memcmp(a, b, len) == 0)
		return true;
	for (size_t i = 0; i < len; i++) {
		if (lower((unsigned char)a[i]) != lower((unsigned char)b[i]))
			return false;
	}
	return true;
}

int
pawl_str_cmp(struct pawl_str a, struct pawl_str b)
{
	size_t n = a.len < b.len ? a.len : b.len;
	int order = n ? memcmp(a.ptr, b.ptr, n) : 0;

	if (order)
		return order;
	return (a.len > b.len) - (a.len < b.len);
}

bool
pawl_str_starts_with(struct pawl_str s, struct pawl_str prefix)
{
	return s.len >= prefix.len && pawl_str_eq(pawl_str_sub(s, 0, prefix.len), prefix);
}

bool
pawl_str_ends_with(struct pawl_str s, struct pawl_str suffix)
{
	return s.len >= suffix.len &&
	       pawl_str_eq(pawl_str_sub(s, s.len - suffix.len, s.len), suffix);
}

size_t
pawl_str_find(struct pawl_str s, struct pawl_str needle)
{
	const char *hit;

	if (needle.len == 0)
		return 0;
	if (s.len < needle.len)
		return SIZE_MAX;
	hit = memmem(s.ptr, s.len, needle.ptr, needle.len);
	return hit ? (size_t)(hit - s.ptr) : SIZE_MAX;
}

size_t
pawl_str_find_char(struct pawl_str s, char c)
{
	const char *hit = s.len ? memchr(s.ptr, c, s.len) : NULL;

	return hit ? (size_t)(hit - s.ptr) : SIZE_MAX;
}

struct pawl_str
pawl_str_sub(struct pawl_str s, size_t from, size_t to)
{
	if (to > s.len)
		to = s.len;
	if (from > to)
		from = to;
	return pawl_str(from ? s.ptr + from : s.ptr, to - from);
}

struct pawl_str
pawl_str_trim(struct pawl_str s)
{
	size_t from = 0, to = s.len;

	while (from < to && is_blank(s.ptr[from]))
		from++;
	while (to > from && is_blank(s.ptr[to - 1]))
		to--;
	return pawl_str_sub(s, from, to);
}

bool
pawl_str_split(struct pawl_str *rest, char sep, struct pawl_str *part)
{
	size_t at;

	if (!rest->ptr)
		return false;
	at = pawl_str_find_char(*rest, sep);
	if (at == SIZE_MAX) {
		*part = *rest;
		*rest = pawl_str(NULL, 0);
	} else {
		*part = pawl_str_sub(*rest, 0, at);
		*rest = pawl_str_sub(*rest, at + 1, rest->len);
	}
	return true;
}

bool
pawl_str_is_utf8(struct pawl_str s)
{
	const unsigned char *p = (const unsigned char *)s.ptr;
	size_t i = 0, n;
	uint64_t eight;

	while (i < s.len) {
		/* most text is ASCII: eight bytes at a time */
		while (s.len - i >= sizeof(eight)) {
			memcpy(&eight, p + i, sizeof(eight));
			if (eight & UINT64_C(0x8080808080808080))
				break;
			i += sizeof(eight);
		}
		if (i == s.len)
			break;
		n = pawl_utf8_step(p + i, s.len - i);
		if (n == 0)
			return false;
		i += n;
	}
	return true;
}

bool
pawl_str_eq_secret(struct pawl_str a, struct pawl_str b)
{
	uint64_t diff = 0, x, y;
	size_t i = 0;

	if (a.len != b.len)
		return false;
	for (; a.len - i >= sizeof(x); i += sizeof(x)) {
		memcpy(&x, a.ptr + i, sizeof(x));
		memcpy(&y, b.ptr + i, sizeof(y));
		diff |= x ^ y;
		/* The compiler may not know what this is, and turn it into a loop that stops early.
		 */
		__asm__ volatile("" : "+r"(diff));
	}
	for (; i < a.len; i++) {
		diff |= (unsigned char)(a.ptr[i] ^ b.ptr[i]);
		__asm__ volatile("" : "+r"(diff));
	}
	return diff == 0;
}
