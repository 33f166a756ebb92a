/* JSON values (RFC 8259): immutable, in an arena.
 *
 * Numbers keep their source text, so 2^64-1, 1e400 and 0.1 come back as they were
 * written; members keep their order; a member that occurs twice has its last value
 * (at the place of the first). Text is strict UTF-8; nesting is at most
 * PAWL_JSON_DEPTH_MAX in what comes from outside; what Pawl puts around it may go up to
 * PAWL_JSON_DEPTH_OWN, so that whatever was let in can be stored and shown. A value is 24 bytes and
 * is copied freely: copying shares what it refers to, which lives as long as the arena it came
 * from. Pure functions; values may be read by any thread. */
#ifndef PAWL_DATA_JSON_H
#define PAWL_DATA_JSON_H

#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

#define PAWL_JSON_DEPTH_MAX 512
#define PAWL_JSON_DEPTH_OWN 1024

enum pawl_json_type {
	PAWL_JSON_NULL,
	PAWL_JSON_BOOL,
	PAWL_JSON_NUMBER,
	PAWL_JSON_STRING,
	PAWL_JSON_ARRAY,
	PAWL_JSON_OBJECT,
};

struct pawl_json_member;
struct pawl_json_index;

struct pawl_json {
	uint8_t type; /* enum pawl_json_type */
	bool boolean;
	uint32_t len; /* bytes of a number or string, items of an array, members of an object */
	union {
		const char *text; /* number: source text; string: decoded UTF-8 */
		const struct pawl_json *items;
		const struct pawl_json_member *members;
	};
	const struct pawl_json_index *index; /* objects with many members only; else NULL */
};

struct pawl_json_member {
	struct pawl_str key;
	struct pawl_json value;
};

struct pawl_json_error {
	size_t offset;       /* byte in the source */
	size_t line, column; /* from 1; column in bytes */
	const char *message; /* static text */
};

/* The whole of `text` has to be one value, white space around it allowed. Nothing in the
 * result refers to `text`. On PAWL_EINVAL or PAWL_ETOOBIG (nesting, or a text of 4 GiB and more)
 * *error says where and why; error may be NULL. */
PAWL_MUST_USE enum pawl_err pawl_json_parse(struct pawl_arena *arena, struct pawl_str text,
					    struct pawl_json *out, struct pawl_json_error *error);
/* The same, and PAWL_ETOOBIG when the text holds more than `max_values` values in all: what is
 * built of a value takes up to 40 bytes, however short its text. */
PAWL_MUST_USE enum pawl_err pawl_json_parse_bounded(struct pawl_arena *arena, struct pawl_str text,
						    size_t max_values, struct pawl_json *out,
						    struct pawl_json_error *error);
/* As pawl_json_parse, for text that pawl_json_write wrote: nesting up to PAWL_JSON_DEPTH_OWN. */
PAWL_MUST_USE enum pawl_err pawl_json_read_back(struct pawl_arena *arena, struct pawl_str text,
						struct pawl_json *out,
						struct pawl_json_error *error);
/* The checks of pawl_json_parse without building anything and without allocation. error may be
 * NULL. */
PAWL_MUST_USE enum pawl_err pawl_json_validate(struct pawl_str text, struct pawl_json_error *error);

/* Compact text. A value nested deeper than PAWL_JSON_DEPTH_OWN could not be read back: it is
 * PAWL_ETOOBIG, and the buffer counts as overflown. */
enum pawl_err pawl_json_write(struct pawl_buf *buf, const struct pawl_json *value);
/* Indented by two spaces, no newline at the end. */
enum pawl_err pawl_json_write_pretty(struct pawl_buf *buf, const struct pawl_json *value);
/* Compact text in the arena; the empty string when the value is nested too deep. */
struct pawl_str pawl_json_text(struct pawl_arena *arena, const struct pawl_json *value);

/* ---- reading ------------------------------------------------------------- */

static inline bool
pawl_json_is(const struct pawl_json *v, enum pawl_json_type type)
{
	return v && v->type == type;
}

/* The member's value; NULL when `v` is NULL, no object, or has no such member. */
const struct pawl_json *pawl_json_get(const struct pawl_json *v, struct pawl_str key);
const struct pawl_json *pawl_json_get_c(const struct pawl_json *v, const char *key);
/* The text of a string or number; the empty string for NULL and everything else. */
struct pawl_str pawl_json_str(const struct pawl_json *v);
/* A string member's text, or `fallback`. */
struct pawl_str pawl_json_get_str(const struct pawl_json *v, const char *key,
				  struct pawl_str fallback);
bool pawl_json_get_bool(const struct pawl_json *v, const char *key, bool fallback);
/* True when `v` is a number with an integer value that fits ("1e2" and "5.0" do). */
bool pawl_json_to_i64(const struct pawl_json *v, int64_t *out);
/* Nearest double; false when `v` is no number or lies outside its range. */
bool pawl_json_to_double(const struct pawl_json *v, double *out);

/* Exact order of two numbers' values, however many digits they have: -1, 0, 1. */
int pawl_json_number_cmp(struct pawl_str a, struct pawl_str b);
/* Deep equality by value: 1 equals 1.0; the order of members does not matter. */
bool pawl_json_equal(const struct pawl_json *a, const struct pawl_json *b);
/* "null", "boolean", "number", "string", "array", "object". */
const char *pawl_json_type_name(const struct pawl_json *v);

/* ---- building ------------------------------------------------------------ */

static inline struct pawl_json
pawl_json_null(void)
{
	return (struct pawl_json){.type = PAWL_JSON_NULL};
}

static inline struct pawl_json
pawl_json_bool(bool b)
{
	return (struct pawl_json){.type = PAWL_JSON_BOOL, .boolean = b};
}

struct pawl_json pawl_json_int(struct pawl_arena *arena, int64_t n);
/* 64-bit id as a decimal string. */
struct pawl_json pawl_json_id(struct pawl_arena *arena, uint64_t id);
/* Shortest text that reads back as `d`; NaN and infinities become null. */
struct pawl_json pawl_json_double(struct pawl_arena *arena, double d);
/* Borrows the bytes of `s`, which must outlive the value and be UTF-8. */
struct pawl_json pawl_json_string(struct pawl_str s);
struct pawl_json pawl_json_string_c(const char *s);
/* Copies `s` into the arena; bytes that are not UTF-8 become U+FFFD. */
struct pawl_json pawl_json_string_dup(struct pawl_arena *arena, struct pawl_str s);

/* Grows an array or object in an arena, then seals it into a value. */
struct pawl_json_builder {
	struct pawl_arena *arena;
	void *slots;
	size_t len, cap;
	bool is_object;
};

void pawl_json_array_begin(struct pawl_json_builder *b, struct pawl_arena *arena);
void pawl_json_object_begin(struct pawl_json_builder *b, struct pawl_arena *arena);
void pawl_json_push(struct pawl_json_builder *b, struct pawl_json item);
/* Borrows the key's bytes. A key that was set before gets the new value. */
void pawl_json_set(struct pawl_json_builder *b, struct pawl_str key, struct pawl_json value);
void pawl_json_set_c(struct pawl_json_builder *b, const char *key, struct pawl_json value);
struct pawl_json pawl_json_end(struct pawl_json_builder *b);

/* Resolves a JSON pointer (RFC 6901); NULL when it leads nowhere. */
const struct pawl_json *pawl_json_pointer(const struct pawl_json *v, struct pawl_str pointer);

#endif
