#include "data/yaml_quoted.h"

#include "data/json_scan.h"

struct unquoter {
	const char *p;
	const char *end; /* the closing quote */
	char *start;     /* of the output */
	char *out;
	char *keep; /* blanks before here belong to the text also at the end of a line */
};

/* The closing quote, or NULL. */
static const char *
find_end(struct pawl_str text, char quote)
{
	for (size_t i = 0; i < text.len; i++) {
		bool is_doubled = quote == '\'' && text.ptr[i] == quote && i + 1 < text.len &&
				  text.ptr[i + 1] == quote;

		if (is_doubled || (quote == '"' && text.ptr[i] == '\\'))
			i++;
		else if (text.ptr[i] == quote)
			return text.ptr + i;
	}
	return NULL;
}

static bool
skip_break(struct unquoter *u)
{
	if (u->p == u->end || (*u->p != '\n' && *u->p != '\r'))
		return false;
	u->p += *u->p == '\r' && u->p + 1 < u->end && u->p[1] == '\n' ? 2 : 1;
	return true;
}

static void
skip_blanks(struct unquoter *u)
{
	while (u->p < u->end && (*u->p == ' ' || *u->p == '\t'))
		u->p++;
}

/* After a line break: an empty line is a line break in the text. False when there was none. */
static bool
take_empty_lines(struct unquoter *u)
{
	bool any = false;

	skip_blanks(u);
	while (skip_break(u)) {
		*u->out++ = '\n';
		any = true;
		skip_blanks(u);
	}
	u->keep = u->out;
	return any;
}

/* A line break alone is a space; blanks around it are layout. */
static bool
fold_line(struct unquoter *u)
{
	if (!skip_break(u))
		return false;
	while (u->out > u->keep && (u->out[-1] == ' ' || u->out[-1] == '\t'))
		u->out--;
	if (!take_empty_lines(u))
		*u->out++ = ' ';
	u->keep = u->out;
	return true;
}

/* `digits` hexadecimal digits at p, or UINT32_MAX. */
static uint32_t
take_hex(struct unquoter *u, int digits)
{
	uint32_t code = 0;

	if (u->end - u->p < digits)
		return UINT32_MAX;
	for (int i = 0; i < digits; i++) {
		char c = *u->p++;
		char lower = (char)(c | 0x20);

		if (c >= '0' && c <= '9')
			code = code << 4 | (uint32_t)(c - '0');
		else if (lower >= 'a' && lower <= 'f')
			code = code << 4 | (uint32_t)(lower - 'a' + 10);
		else
			return UINT32_MAX;
	}
	return code;
}

/* Characters past U+FFFF as JSON writes them, in two halves, are taken as one too. */
static uint32_t
take_coded_character(struct unquoter *u, char kind)
{
	uint32_t code = take_hex(u, kind == 'x' ? 2 : kind == 'u' ? 4 : 8);

	if (kind == 'u' && code >= 0xD800 && code <= 0xDBFF && u->end - u->p >= 6 &&
	    u->p[0] == '\\' && u->p[1] == 'u') {
		uint32_t low;

		u->p += 2;
		low = take_hex(u, 4);
		if (low < 0xDC00 || low > 0xDFFF)
			return UINT32_MAX;
		code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
	}
	return code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF) ? UINT32_MAX : code;
}

/* `p` stands after the backslash. UINT32_MAX for what is no escape. */
static uint32_t
take_escape(struct unquoter *u)
{
	static const struct {
		char letter;
		uint16_t code;
	} letters[] = {{'0', 0},    {'a', '\a'},   {'b', '\b'},  {'t', '\t'},  {'\t', '\t'},
		       {'n', '\n'}, {'v', '\v'},   {'f', '\f'},  {'r', '\r'},  {'e', 0x1B},
		       {' ', ' '},  {'"', '"'},    {'/', '/'},   {'\\', '\\'}, {'N', 0x85},
		       {'_', 0xA0}, {'L', 0x2028}, {'P', 0x2029}};
	char c = *u->p++;

	if (c == 'x' || c == 'u' || c == 'U')
		return take_coded_character(u, c);
	for (size_t i = 0; i < sizeof(letters) / sizeof(letters[0]); i++) {
		if (letters[i].letter == c)
			return letters[i].code;
	}
	return UINT32_MAX;
}

static bool
unescape(struct unquoter *u)
{
	uint32_t code;

	u->p++;
	if (skip_break(u)) { /* the line goes on in the next one, without a space */
		(void)take_empty_lines(u);
		return true;
	}
	code = take_escape(u);
	if (code == UINT32_MAX)
		return false;
	u->out += pawl_json_utf8_put(u->out, code);
	u->keep = u->out;
	return true;
}

const char *
pawl_yaml_unquote(struct pawl_arena *arena, struct pawl_str text, char quote, struct pawl_str *out)
{
	struct unquoter u = {.p = text.ptr, .end = find_end(text, quote)};

	if (!u.end)
		return "a quoted scalar without an end";
	/* Two bytes of source can become three at most (\L). */
	u.start = pawl_arena_alloc(arena, (size_t)(u.end - u.p) * 3 / 2 + 4);
	u.out = u.keep = u.start;
	while (u.p < u.end) {
		if (fold_line(&u))
			continue;
		if (*u.p == '\\' && quote == '"') {
			if (!unescape(&u))
				return "an escape does not stand for a character";
			continue;
		}
		if (*u.p == '\'' && quote == '\'')
			u.p++; /* the first of two */
		*u.out++ = *u.p++;
	}
	*out = pawl_str(u.start, (size_t)(u.out - u.start));
	return NULL;
}
