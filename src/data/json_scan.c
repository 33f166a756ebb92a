#include "data/json_scan.h"

#include "base/codec.h"
#include "base/utf8.h"

static bool
fail(struct pawl_json_scan *scan, const char *at, const char *message)
{
	scan->p = at;
	scan->message = message;
	return false;
}

unsigned
pawl_json_utf8_put(char *out, uint32_t code)
{
	if (code < 0x80) {
		out[0] = (char)code;
		return 1;
	}
	if (code < 0x800) {
		out[0] = (char)(0xC0 | code >> 6);
		out[1] = (char)(0x80 | (code & 0x3F));
		return 2;
	}
	if (code < 0x10000) {
		out[0] = (char)(0xE0 | code >> 12);
		out[1] = (char)(0x80 | (code >> 6 & 0x3F));
		out[2] = (char)(0x80 | (code & 0x3F));
		return 3;
	}
	out[0] = (char)(0xF0 | code >> 18);
	out[1] = (char)(0x80 | (code >> 12 & 0x3F));
	out[2] = (char)(0x80 | (code >> 6 & 0x3F));
	out[3] = (char)(0x80 | (code & 0x3F));
	return 4;
}

/* Four hexadecimal digits at `p`, or -1. */
static int32_t
hex4(const char *p)
{
	int32_t code = 0;

	for (int i = 0; i < 4; i++) {
		int d = pawl_hex_digit(p[i]);

		if (d < 0)
			return -1;
		code = code << 4 | d;
	}
	return code;
}

/* `p` stands at the backslash of \uXXXX. */
static bool
scan_unicode_escape(struct pawl_json_scan *scan)
{
	if (scan->end - scan->p < 6 || hex4(scan->p + 2) < 0)
		return fail(scan, scan->p, "\\u has to be followed by four hexadecimal digits");
	scan->p += 6;
	return true;
}

static bool
scan_escape(struct pawl_json_scan *scan)
{
	if (scan->end - scan->p < 2)
		return fail(scan, scan->end, "the text ends inside a string");
	switch (scan->p[1]) {
	case '"':
	case '\\':
	case '/':
	case 'b':
	case 'f':
	case 'n':
	case 'r':
	case 't':
		scan->p += 2;
		return true;
	case 'u':
		return scan_unicode_escape(scan);
	default:
		return fail(scan, scan->p, "unknown escape in a string");
	}
}

bool
pawl_json_scan_string(struct pawl_json_scan *scan, bool *has_escapes)
{
	*has_escapes = false;
	for (;;) {
		unsigned char c;

		scan->p = pawl_json_skip_plain(scan->p, scan->end, PAWL_JSON_STOP_NON_ASCII);
		if (scan->p == scan->end)
			return fail(scan, scan->end, "the text ends inside a string");
		c = (unsigned char)*scan->p;
		if (c == '"') {
			scan->p++;
			return true;
		}
		if (c == '\\') {
			*has_escapes = true;
			if (!scan_escape(scan))
				return false;
		} else if (c < 0x20) {
			return fail(scan, scan->p,
				    "control character in a string: write it as an escape");
		} else {
			/* Text that is not ASCII seldom comes alone: stay here while it lasts. */
			do {
				size_t n = pawl_utf8_step((const unsigned char *)scan->p,
							  (size_t)(scan->end - scan->p));

				if (n == 0)
					return fail(scan, scan->p, "not valid UTF-8");
				scan->p += n;
			} while (scan->p < scan->end && (unsigned char)*scan->p >= 0x80);
		}
	}
}

static bool
scan_digits(struct pawl_json_scan *scan)
{
	const char *start = scan->p;

	while (scan->p < scan->end && *scan->p >= '0' && *scan->p <= '9')
		scan->p++;
	if (scan->p == start)
		return fail(scan, start, "a digit is missing in a number");
	return true;
}

bool
pawl_json_scan_number(struct pawl_json_scan *scan)
{
	const char *digits;

	if (scan->p < scan->end && *scan->p == '-')
		scan->p++;
	digits = scan->p;
	if (!scan_digits(scan))
		return false;
	if (*digits == '0' && scan->p - digits > 1)
		return fail(scan, digits, "a number must not begin with 0");
	if (scan->p < scan->end && *scan->p == '.') {
		scan->p++;
		if (!scan_digits(scan))
			return false;
	}
	if (scan->p < scan->end && (*scan->p == 'e' || *scan->p == 'E')) {
		scan->p++;
		if (scan->p < scan->end && (*scan->p == '+' || *scan->p == '-'))
			scan->p++;
		return scan_digits(scan);
	}
	return true;
}

bool
pawl_json_scan_word(struct pawl_json_scan *scan, const char *word, size_t len)
{
	if ((size_t)(scan->end - scan->p) < len || memcmp(scan->p, word, len) != 0)
		return fail(scan, scan->p, "unknown word: only true, false and null are values");
	scan->p += len;
	return true;
}

static char
short_escape(char c)
{
	switch (c) {
	case 'b':
		return '\b';
	case 'f':
		return '\f';
	case 'n':
		return '\n';
	case 'r':
		return '\r';
	case 't':
		return '\t';
	default:
		return c;
	}
}

/* `*p` stands behind the \u, and moves behind what was read: two escapes that are a pair of
 * surrogates, or one. Senders cut texts in the middle of a pair, and that is JSON (RFC 8259 section
 * 8.2): a half, for which UTF-8 has no bytes, is read as U+FFFD. */
static uint32_t
read_unicode_escape(char **p, const char *end)
{
	uint32_t code = (uint32_t)hex4(*p), low = 0;

	*p += 4;
	if (code < 0xD800 || code > 0xDFFF)
		return code;
	if (code < 0xDC00 && end - *p >= 6 && (*p)[0] == '\\' && (*p)[1] == 'u')
		low = (uint32_t)hex4(*p + 2);
	if (low < 0xDC00 || low > 0xDFFF)
		return 0xFFFD;
	*p += 6;
	return 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
}

size_t
pawl_json_unescape(char *text, size_t len)
{
	char *out = text, *p = text, *end = text + len;

	while (p < end) {
		char *slash = memchr(p, '\\', (size_t)(end - p));
		size_t run = (size_t)((slash ? slash : end) - p);
		uint32_t code;

		if (out != p)
			memmove(out, p, run);
		out += run;
		if (!slash)
			break;
		p = slash + 2;
		if (slash[1] != 'u') {
			*out++ = short_escape(slash[1]);
			continue;
		}
		code = read_unicode_escape(&p, end);
		out += pawl_json_utf8_put(out, code);
	}
	return (size_t)(out - text);
}
