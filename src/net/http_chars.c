#include "net/http_chars.h"

enum {
	TOKEN = PAWL_HTTP_C_TOKEN,
	VALUE = PAWL_HTTP_C_VALUE,
	TARGET = PAWL_HTTP_C_TARGET,
	HOST = PAWL_HTTP_C_HOST,
};

/* '^', '`', '{', '|' and '}' have no place in a URI, but senders put them there unescaped; they
 * cannot be mistaken for framing. Fragments, quotes, angle brackets and backslashes can be. */
const unsigned char pawl_http_char_class[256] = {
	['\t'] = VALUE,
	[' '] = VALUE,
	['!'] = TOKEN | VALUE | TARGET | HOST,
	['"'] = VALUE,
	['#'] = TOKEN | VALUE,
	['$'] = TOKEN | VALUE | TARGET | HOST,
	['%'] = TOKEN | VALUE | TARGET | HOST,
	['&'] = TOKEN | VALUE | TARGET | HOST,
	['\''] = TOKEN | VALUE | TARGET | HOST,
	['('] = VALUE | TARGET | HOST,
	[')'] = VALUE | TARGET | HOST,
	['*'] = TOKEN | VALUE | TARGET | HOST,
	['+'] = TOKEN | VALUE | TARGET | HOST,
	[','] = VALUE | TARGET | HOST,
	['-'] = TOKEN | VALUE | TARGET | HOST,
	['.'] = TOKEN | VALUE | TARGET | HOST,
	['/'] = VALUE | TARGET,
	['0' ... '9'] = TOKEN | VALUE | TARGET | HOST,
	[':'] = VALUE | TARGET | HOST,
	[';'] = VALUE | TARGET | HOST,
	['<'] = VALUE,
	['='] = VALUE | TARGET | HOST,
	['>'] = VALUE,
	['?'] = VALUE | TARGET,
	['@'] = VALUE | TARGET,
	['A' ... 'Z'] = TOKEN | VALUE | TARGET | HOST,
	['['] = VALUE | TARGET | HOST,
	['\\'] = VALUE,
	[']'] = VALUE | TARGET | HOST,
	['^'] = TOKEN | VALUE | TARGET,
	['_'] = TOKEN | VALUE | TARGET | HOST,
	['`'] = TOKEN | VALUE | TARGET,
	['a' ... 'z'] = TOKEN | VALUE | TARGET | HOST,
	['{'] = VALUE | TARGET,
	['|'] = TOKEN | VALUE | TARGET,
	['}'] = VALUE | TARGET,
	['~'] = TOKEN | VALUE | TARGET | HOST,
	[0x80 ... 0xff] = VALUE,
};

bool
pawl_http_is_token(struct pawl_str s)
{
	return s.len > 0 && pawl_http_is_all(s, TOKEN);
}

bool
pawl_http_is_field_value(struct pawl_str s)
{
	return pawl_http_is_all(s, VALUE);
}
