/* Borrowed byte strings.
 *
 * A pawl_str is a pointer and a length; it never owns its bytes and is not
 * NUL-terminated. Who owns the bytes is said where the string is handed out.
 * Pure functions, any thread. */
#ifndef PAWL_BASE_STR_H
#define PAWL_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct pawl_str {
	const char *ptr;
	size_t len;
};

/* A pawl_str from a string literal. */
#define PAWL_STR(lit) ((struct pawl_str){(lit), sizeof(lit) - 1})
/* For printf: printf("%.*s", PAWL_STR_ARG(s)). */
#define PAWL_STR_ARG(s) (int)(s).len, (s).ptr ? (s).ptr : ""

static inline struct pawl_str
pawl_str(const char *ptr, size_t len)
{
	return (struct pawl_str){ptr, len};
}

/* From a NUL-terminated string; NULL gives the empty string. */
static inline struct pawl_str
pawl_str_c(const char *cstr)
{
	return (struct pawl_str){cstr, cstr ? strlen(cstr) : 0};
}

/* Copies `s` to *cursor, which moves behind it, and returns the copy. */
static inline struct pawl_str
pawl_str_put(char **cursor, struct pawl_str s)
{
	char *at = *cursor;

	if (s.len)
		memcpy(at, s.ptr, s.len);
	*cursor += s.len;
	return pawl_str(at, s.len);
}

static inline bool
pawl_str_eq(struct pawl_str a, struct pawl_str b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

bool pawl_str_eq_c(struct pawl_str a, const char *cstr);
/* ASCII case is ignored; other bytes compare as they are. */
bool pawl_bytes_eq_nocase(const char *a, const char *b, size_t len);

static inline bool
pawl_str_eq_nocase(struct pawl_str a, struct pawl_str b)
{
	return a.len == b.len && pawl_bytes_eq_nocase(a.ptr, b.ptr, a.len);
}

/* Byte order, shorter first; <0, 0, >0. */
int pawl_str_cmp(struct pawl_str a, struct pawl_str b);
bool pawl_str_starts_with(struct pawl_str s, struct pawl_str prefix);
bool pawl_str_ends_with(struct pawl_str s, struct pawl_str suffix);
/* Index of the first occurrence, or SIZE_MAX. */
size_t pawl_str_find(struct pawl_str s, struct pawl_str needle);
size_t pawl_str_find_char(struct pawl_str s, char c);
/* Bytes [from, to), clamped to the string. */
struct pawl_str pawl_str_sub(struct pawl_str s, size_t from, size_t to);
/* Without leading and trailing ASCII space, tab, CR and LF. */
struct pawl_str pawl_str_trim(struct pawl_str s);
/* Cuts the part before the first `sep` off *rest into *part; false at the end, when
 * rest->ptr is NULL. So "a," has two parts, and "" has one, which is empty. */
bool pawl_str_split(struct pawl_str *rest, char sep, struct pawl_str *part);
/* Strict UTF-8 (RFC 3629: no surrogates, no overlong forms). */
bool pawl_str_is_utf8(struct pawl_str s);
/* Equal in time that depends on the lengths only. For secrets and MACs. */
bool pawl_str_eq_secret(struct pawl_str a, struct pawl_str b);

#endif
