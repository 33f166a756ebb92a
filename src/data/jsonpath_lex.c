#include <stdarg.h>
#include <stdio.h>

#include "base/parse.h"
#include "base/utf8.h"
#include "data/json_scan.h"
#include "data/jsonpath_parse.h"

bool
pawl_jp_fail(struct pawl_jp_parser *parser, const char *at, const char *fmt, ...)
{
	va_list args;

	parser->error->offset = (size_t)(at - parser->start);
	va_start(args, fmt);
	(void)vsnprintf(parser->error->message, sizeof(parser->error->message), fmt, args);
	va_end(args);
	return false;
}

bool
pawl_jp_fail_expected(struct pawl_jp_parser *parser, const char *wanted)
{
	const char *at = parser->p;
	unsigned len;

	if (at == parser->end)
		return pawl_jp_fail(parser, at, "ends too early; expected %s", wanted);
	len = pawl_utf8_step((const unsigned char *)at, (size_t)(parser->end - at));
	if ((unsigned char)*at < 0x20 || *at == 0x7f || len == 0)
		return pawl_jp_fail(parser, at, "unexpected byte 0x%02x; expected %s",
				    (unsigned)(unsigned char)*at, wanted);
	return pawl_jp_fail(parser, at, "unexpected '%.*s'; expected %s", (int)len, at, wanted);
}

void *
pawl_jp_grow(struct pawl_jp_parser *parser, void *items, size_t len, size_t item_bytes)
{
	void *more;

	/* The room is the next power of two, from one on. */
	if (len > 0 && (len & (len - 1)) != 0)
		return items;
	more = pawl_arena_calloc(&parser->path->arena, len ? 2 * len : 1, item_bytes);
	if (len > 0)
		memcpy(more, items, len * item_bytes);
	return more;
}

void
pawl_jp_skip_space(struct pawl_jp_parser *parser)
{
	while (parser->p < parser->end && (*parser->p == ' ' || *parser->p == '\t' ||
					   *parser->p == '\n' || *parser->p == '\r'))
		parser->p++;
}

bool
pawl_jp_next_is(const struct pawl_jp_parser *parser, char c)
{
	return parser->p < parser->end && *parser->p == c;
}

bool
pawl_jp_accept(struct pawl_jp_parser *parser, char c)
{
	if (!pawl_jp_next_is(parser, c))
		return false;
	parser->p++;
	return true;
}

bool
pawl_jp_looking_at(const struct pawl_jp_parser *parser, const char *text)
{
	return pawl_str_starts_with(pawl_str(parser->p, (size_t)(parser->end - parser->p)),
				    pawl_str_c(text));
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

bool
pawl_jp_at_number(const struct pawl_jp_parser *parser)
{
	return parser->p < parser->end && (is_digit(*parser->p) || *parser->p == '-');
}

static size_t
skip_digits(struct pawl_jp_parser *parser)
{
	const char *start = parser->p;

	while (parser->p < parser->end && is_digit(*parser->p))
		parser->p++;
	return (size_t)(parser->p - start);
}

/* ["-"] and digits without a leading zero. */
static bool
skip_int(struct pawl_jp_parser *parser)
{
	const char *digits;

	(void)pawl_jp_accept(parser, '-');
	digits = parser->p;
	if (skip_digits(parser) == 0)
		return pawl_jp_fail_expected(parser, "a digit");
	if (*digits == '0' && parser->p - digits > 1)
		return pawl_jp_fail(parser, digits, "a number has no leading zeros");
	return true;
}

bool
pawl_jp_take_int(struct pawl_jp_parser *parser, int64_t *out)
{
	const char *start = parser->p;
	struct pawl_str text;

	if (!skip_int(parser))
		return false;
	text = pawl_str(start, (size_t)(parser->p - start));
	if (pawl_str_eq(text, PAWL_STR("-0")))
		return pawl_jp_fail(parser, start, "-0 is no index");
	if (!pawl_parse_i64(text, out) || *out > PAWL_JSONPATH_INT_MAX ||
	    *out < -PAWL_JSONPATH_INT_MAX)
		return pawl_jp_fail(parser, start, "an integer lies within +-(2^53-1)");
	return true;
}

bool
pawl_jp_take_number(struct pawl_jp_parser *parser, struct pawl_json *out)
{
	const char *start = parser->p;
	struct pawl_str text;

	if (!skip_int(parser))
		return false;
	if (pawl_jp_accept(parser, '.') && skip_digits(parser) == 0)
		return pawl_jp_fail_expected(parser, "a digit");
	if (pawl_jp_accept(parser, 'e') || pawl_jp_accept(parser, 'E')) {
		if (!pawl_jp_accept(parser, '+'))
			(void)pawl_jp_accept(parser, '-');
		if (skip_digits(parser) == 0)
			return pawl_jp_fail_expected(parser, "a digit");
	}
	text = pawl_arena_dup(&parser->path->arena, pawl_str(start, (size_t)(parser->p - start)));
	*out = (struct pawl_json){
		.type = PAWL_JSON_NUMBER, .len = (uint32_t)text.len, .text = text.ptr};
	return true;
}

static bool
take_hex4(struct pawl_jp_parser *parser, uint32_t *out)
{
	*out = 0;
	for (unsigned i = 0; i < 4; i++) {
		char c = parser->p < parser->end ? *parser->p : '\0';

		if (is_digit(c))
			*out = *out * 16 + (uint32_t)(c - '0');
		else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
			*out = *out * 16 + (uint32_t)((c | 0x20) - 'a' + 10);
		else
			return pawl_jp_fail_expected(parser, "four hexadecimal digits after \\u");
		parser->p++;
	}
	return true;
}

/* After `\u`. */
static bool
take_code_point(struct pawl_jp_parser *parser, char **out)
{
	const char *at = parser->p - 2;
	uint32_t code, low;

	if (!take_hex4(parser, &code))
		return false;
	if (code >= 0xdc00 && code <= 0xdfff)
		return pawl_jp_fail(parser, at, "a low surrogate without a high one before it");
	if (code >= 0xd800 && code <= 0xdbff) {
		if (!pawl_jp_looking_at(parser, "\\u"))
			return pawl_jp_fail(parser, at, "a high surrogate without a low one");
		parser->p += 2;
		if (!take_hex4(parser, &low))
			return false;
		if (low < 0xdc00 || low > 0xdfff)
			return pawl_jp_fail(parser, at, "a high surrogate without a low one");
		code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
	}
	*out += pawl_json_utf8_put(*out, code);
	return true;
}

/* After the backslash. Only the quote that encloses the string is escaped. */
static bool
take_escape(struct pawl_jp_parser *parser, char quote, char **out)
{
	static const char from[] = "bfnrt/\\", to[] = "\b\f\n\r\t/\\";
	const char *found;
	char c;

	if (parser->p == parser->end)
		return pawl_jp_fail_expected(parser, "an escaped character");
	c = *parser->p;
	if (c == 'u') {
		parser->p++;
		return take_code_point(parser, out);
	}
	found = c ? strchr(from, c) : NULL;
	if (!found && c != quote)
		return pawl_jp_fail(parser, parser->p - 1, "no escape that a string may hold");
	parser->p++;
	*(*out)++ = found ? to[found - from] : quote;
	return true;
}

bool
pawl_jp_take_string(struct pawl_jp_parser *parser, struct pawl_str *out)
{
	const char *open = parser->p, *close = open + 1;
	char quote = *open, *text, *w;

	while (close < parser->end && *close != quote)
		close += *close == '\\' && close + 1 < parser->end ? 2 : 1;
	if (close >= parser->end)
		return pawl_jp_fail(parser, open, "a string that does not end");
	/* No escape is shorter than what it stands for. */
	w = text = pawl_arena_alloc(&parser->path->arena, (size_t)(close - open));
	parser->p++;
	while (!pawl_jp_next_is(parser, quote)) {
		if ((unsigned char)*parser->p < 0x20)
			return pawl_jp_fail(parser, parser->p,
					    "a control character in a string has to be escaped");
		if (!pawl_jp_accept(parser, '\\'))
			*w++ = *parser->p++;
		else if (!take_escape(parser, quote, &w))
			return false;
	}
	parser->p++;
	*out = pawl_str(text, (size_t)(w - text));
	return true;
}

static bool
is_name_byte(char c, bool first)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' ||
	       (unsigned char)c >= 0x80 || (!first && is_digit(c));
}

bool
pawl_jp_take_name(struct pawl_jp_parser *parser, struct pawl_str *out)
{
	const char *start = parser->p;

	if (start == parser->end || !is_name_byte(*start, true))
		return pawl_jp_fail_expected(parser, "a name, '*' or '['");
	while (parser->p < parser->end && is_name_byte(*parser->p, false))
		parser->p++;
	*out = pawl_arena_dup(&parser->path->arena, pawl_str(start, (size_t)(parser->p - start)));
	return true;
}
