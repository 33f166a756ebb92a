/* Which bytes may stand where in a request's head. */
#ifndef PAWL_NET_HTTP_CHARS_H
#define PAWL_NET_HTTP_CHARS_H

#include "base/str.h"

enum pawl_http_char {
	PAWL_HTTP_C_TOKEN = 1,  /* RFC 9110 section 5.6.2 */
	PAWL_HTTP_C_VALUE = 2,  /* VCHAR, obs-text, SP, HTAB */
	PAWL_HTTP_C_TARGET = 4, /* in a request target */
	PAWL_HTTP_C_HOST = 8,   /* in a Host field: RFC 3986 host and port */
};

/* The classes of each byte. */
extern const unsigned char pawl_http_char_class[256];

/* Is every byte of that class? An empty text is. */
static inline bool
pawl_http_is_all(struct pawl_str s, unsigned char class)
{
	unsigned char common = class;

	for (size_t i = 0; i < s.len; i++)
		common &= pawl_http_char_class[(unsigned char)s.ptr[i]];
	return common != 0;
}

/* Token of RFC 9110 section 5.6.2; bytes that a field value may hold (section 5.5). */
bool pawl_http_is_token(struct pawl_str s);
bool pawl_http_is_field_value(struct pawl_str s);

#endif
