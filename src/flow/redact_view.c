/* Looking behind escapes: a text is read as whoever decodes it would read it, and what is found
 * there is led back to the bytes that it was written with. */
#include <stdlib.h>

#include "base/alloc.h"
#include "base/codec.h"
#include "flow/redact_internal.h"

enum view { VIEW_PERCENT, VIEW_FORM, VIEW_BACKSLASH };

/* One piece of the source that gives so many bytes; escapes give fewer than they take. */
struct piece {
	size_t taken, given;
	char bytes[4];
};

/* ---- one piece ------------------------------------------------------------------------ */

static void
plain(struct piece *out, char c)
{
	*out = (struct piece){1, 1, {c}};
}

static bool
hex_number(const char *digits, size_t n, unsigned *out)
{
	*out = 0;
	for (size_t i = 0; i < n; i++) {
		int digit = pawl_hex_digit(digits[i]);

		if (digit < 0)
			return false;
		*out = *out << 4 | (unsigned)digit;
	}
	return true;
}

static void
percent(struct pawl_str s, size_t at, struct piece *out)
{
	unsigned byte;

	if (s.len - at >= 3 && hex_number(s.ptr + at + 1, 2, &byte))
		*out = (struct piece){3, 1, {(char)byte}};
	else
		plain(out, '%');
}

static void
put_utf8(struct piece *out, unsigned c)
{
	unsigned char *to = (unsigned char *)out->bytes;

	if (c < 0x80) {
		*to++ = (unsigned char)c;
	} else if (c < 0x800) {
		*to++ = (unsigned char)(0xc0 | c >> 6);
	} else {
		if (c < 0x10000) {
			*to++ = (unsigned char)(0xe0 | c >> 12);
		} else {
			*to++ = (unsigned char)(0xf0 | c >> 18);
			*to++ = (unsigned char)(0x80 | (c >> 12 & 0x3f));
		}
		*to++ = (unsigned char)(0x80 | (c >> 6 & 0x3f));
	}
	if (c >= 0x80)
		*to++ = (unsigned char)(0x80 | (c & 0x3f));
	out->given = (size_t)(to - (unsigned char *)out->bytes);
}

/* \uXXXX, and two of them for what has two (RFC 8259 section 7). */
static void
unicode(struct pawl_str s, size_t at, struct piece *out)
{
	unsigned c, low;

	if (s.len - at < 6 || !hex_number(s.ptr + at + 2, 4, &c)) {
		plain(out, '\\');
		return;
	}
	out->taken = 6;
	if (c >= 0xd800 && c < 0xdc00 && s.len - at >= 12 && s.ptr[at + 6] == '\\' &&
	    s.ptr[at + 7] == 'u' && hex_number(s.ptr + at + 8, 4, &low) && low >= 0xdc00 &&
	    low < 0xe000) {
		c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
		out->taken = 12;
	}
	put_utf8(out, c);
}

static void
backslash(struct pawl_str s, size_t at, struct piece *out)
{
	static const char named[] = "\"\"\\\\//b\bf\fn\nr\rt\t";
	char c = s.len - at >= 2 ? s.ptr[at + 1] : '\0';

	if (c == 'u') {
		unicode(s, at, out);
		return;
	}
	for (const char *p = named; *p; p += 2) {
		if (*p == c) {
			*out = (struct piece){2, 1, {p[1]}};
			return;
		}
	}
	plain(out, '\\');
}

static void
read_piece(enum view view, struct pawl_str s, size_t at, struct piece *out)
{
	char c = s.ptr[at];

	if (c == '\\' && view == VIEW_BACKSLASH)
		backslash(s, at, out);
	else if (c == '%' && view != VIEW_BACKSLASH)
		percent(s, at, out);
	else
		plain(out, c == '+' && view == VIEW_FORM ? ' ' : c);
}

/* ---- the whole text ---------------------------------------------------------------------- */

static bool
is_worth_it(const struct pawl_redactor *r, enum view view, struct pawl_str s)
{
	switch (view) {
	case VIEW_PERCENT:
		return pawl_str_find_char(s, '%') != SIZE_MAX;
	case VIEW_FORM:
		return pawl_redactor_has_space(r) && pawl_str_find_char(s, '+') != SIZE_MAX;
	case VIEW_BACKSLASH:
		return pawl_str_find_char(s, '\\') != SIZE_MAX;
	}
	return false;
}

/* Where the next byte is that the view reads as another, or the end. */
static size_t
next_escape(enum view view, struct pawl_str s, size_t at)
{
	const char *found;

	if (view == VIEW_FORM) {
		while (at < s.len && s.ptr[at] != '+' && s.ptr[at] != '%')
			at++;
		return at;
	}
	found = memchr(s.ptr + at, view == VIEW_PERCENT ? '%' : '\\', s.len - at);
	return found ? (size_t)(found - s.ptr) : s.len;
}

static struct pawl_str
decode(enum view view, struct pawl_str s, char *room)
{
	struct piece piece;
	size_t len = 0, at = 0;

	while (at < s.len) {
		size_t next = next_escape(view, s, at);

		memcpy(room + len, s.ptr + at, next - at);
		len += next - at;
		if (next == s.len)
			break;
		read_piece(view, s, next, &piece);
		memcpy(room + len, piece.bytes, piece.given);
		len += piece.given;
		at = next + piece.taken;
	}
	return pawl_str(room, len);
}

/* From places in the view to those in the text that it is a view of. */
static void
lead_back(enum view view, struct pawl_str s, const struct pawl_redact_ranges *seen,
	  struct pawl_redact_ranges *found)
{
	struct pawl_redact_range range = {0};
	size_t at = 0, place = 0;
	struct piece piece;

	for (size_t i = 0; i < seen->len; i++) {
		bool is_open = false;

		for (; place < seen->items[i].end; at += piece.taken) {
			read_piece(view, s, at, &piece);
			if (!is_open && place + piece.given > seen->items[i].start) {
				range.start = at;
				is_open = true;
			}
			place += piece.given;
		}
		range.end = at;
		if (is_open)
			pawl_redact_add(found, range);
	}
}

static int
compare_ranges(const void *a, const void *b)
{
	const struct pawl_redact_range *x = a, *y = b;

	return x->start < y->start ? -1 : x->start > y->start;
}

/* Ranges of several views, in order again. */
static void
settle(struct pawl_redact_ranges *found)
{
	struct pawl_redact_ranges merged = {0};

	qsort(found->items, found->len, sizeof(*found->items), compare_ranges);
	for (size_t i = 0; i < found->len; i++)
		pawl_redact_add(&merged, found->items[i]);
	free(found->items);
	*found = merged;
}

static void
append(struct pawl_redact_ranges *to, const struct pawl_redact_ranges *from)
{
	if (!from->len)
		return;
	to->items = pawl_realloc_array(to->items, to->len + from->len, sizeof(*to->items));
	memcpy(to->items + to->len, from->items, from->len * sizeof(*from->items));
	to->len = to->cap = to->len + from->len;
}

void
pawl_redact_find(const struct pawl_redactor *r, struct pawl_str s, unsigned depth,
		 struct pawl_redact_ranges *found)
{
	if (s.len < PAWL_REDACT_MIN_BYTES)
		return;
	pawl_redact_scan(r, s, found);
	for (int view = VIEW_PERCENT; depth > 0 && view <= VIEW_BACKSLASH; view++) {
		struct pawl_redact_ranges seen = {0}, here = {0};
		char *room;

		if (!is_worth_it(r, view, s))
			continue;
		room = pawl_malloc(s.len);
		pawl_redact_find(r, decode(view, s, room), depth - 1, &seen);
		lead_back(view, s, &seen, &here);
		append(found, &here);
		free(room);
		free(seen.items);
		free(here.items);
		if (found->len)
			settle(found);
	}
}
