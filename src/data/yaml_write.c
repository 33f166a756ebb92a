#include "data/yaml_write.h"

#include "data/yaml_scalar.h"

/* YAML wants keys on one line of 1024 characters; a third of it for escapes. */
#define KEY_BYTES_MAX 300
#define LEVELS_MAX    60

static void write_value(struct pawl_buf *buf, const struct pawl_json *v, unsigned level);

static bool
is_letter_or_digit(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* Would it be read as this very text without quotes? Only plain words are looked at: quotes do no
 * harm. */
static bool
is_plain(struct pawl_str s)
{
	struct pawl_arena arena;
	struct pawl_json value;
	bool is_text;

	if (!s.len || !is_letter_or_digit(s.ptr[0]) || s.ptr[s.len - 1] == ' ')
		return false;
	for (size_t i = 0; i < s.len; i++)
		if (!is_letter_or_digit(s.ptr[i]) && !strchr(" _-./", s.ptr[i]))
			return false;
	pawl_arena_init(&arena, 0);
	is_text = !pawl_yaml_scalar(&arena, s, PAWL_STR(""), true, &value) &&
		  value.type == PAWL_JSON_STRING;
	pawl_arena_fini(&arena);
	return is_text;
}

/* Several lines that a block can hold as they are. */
static bool
is_block(struct pawl_str s)
{
	if (pawl_str_find_char(s, '\n') == SIZE_MAX || s.ptr[0] == ' ' || s.ptr[0] == '\n' ||
	    pawl_str_find(s, PAWL_STR("\n\n\n")) != SIZE_MAX ||
	    pawl_str_ends_with(s, PAWL_STR("\n\n")))
		return false;
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.ptr[i];
		bool ends_line = i + 1 == s.len || s.ptr[i + 1] == '\n';

		/* Of what is not ASCII some break lines, or may not stand in a block. */
		if ((c < 0x20 && c != '\n') || c >= 0x7f || (c == ' ' && ends_line))
			return false;
	}
	return true;
}

static void
indent(struct pawl_buf *buf, unsigned level)
{
	for (unsigned i = 0; i < level; i++)
		pawl_buf_append_c(buf, "  ");
}

static void
write_block(struct pawl_buf *buf, struct pawl_str s, unsigned level)
{
	bool is_ended = pawl_str_ends_with(s, PAWL_STR("\n"));
	struct pawl_str line;

	pawl_buf_append_c(buf, is_ended ? "|" : "|-");
	if (is_ended)
		s = pawl_str_sub(s, 0, s.len - 1);
	while (pawl_str_split(&s, '\n', &line)) {
		pawl_buf_append_char(buf, '\n');
		if (line.len)
			indent(buf, level ? level : 1);
		pawl_buf_append_str(buf, line);
	}
}

/* As JSON, which YAML reads; but that it wants the one control character escaped that JSON does
 * not. */
static void
write_quoted(struct pawl_buf *buf, struct pawl_str s)
{
	size_t from = buf->len;
	struct pawl_buf copy;
	struct pawl_str rest, part;

	pawl_buf_append_json_string(buf, s);
	if (pawl_str_find_char(s, 0x7f) == SIZE_MAX || pawl_buf_status(buf) != PAWL_OK)
		return;
	rest = pawl_str_sub(pawl_buf_peek(buf), from, buf->len);
	pawl_buf_init(&copy, 6 * rest.len);
	while (pawl_str_split(&rest, 0x7f, &part)) {
		pawl_buf_append_str(&copy, part);
		if (rest.ptr)
			pawl_buf_append_c(&copy, "\\u007f");
	}
	buf->len = from;
	pawl_buf_append_str(buf, pawl_buf_peek(&copy));
	pawl_buf_fini(&copy);
}

static void
write_key(struct pawl_buf *buf, struct pawl_str key)
{
	if (is_plain(key))
		pawl_buf_append_str(buf, key);
	else
		write_quoted(buf, key);
}

/* Is it written on lines of its own? */
static bool
has_lines(const struct pawl_json *v)
{
	return (v->type == PAWL_JSON_ARRAY || v->type == PAWL_JSON_OBJECT) && v->len > 0;
}

static void
write_scalar(struct pawl_buf *buf, const struct pawl_json *v, unsigned level)
{
	struct pawl_str s = pawl_json_str(v);

	if (v->type != PAWL_JSON_STRING)
		(void)!pawl_json_write(buf, v);
	else if (is_plain(s))
		pawl_buf_append_str(buf, s);
	else if (is_block(s))
		write_block(buf, s, level);
	else
		write_quoted(buf, s);
}

/* The first line of what is inside of a list goes behind its dash. */
static void
write_items(struct pawl_buf *buf, const struct pawl_json *list, unsigned level)
{
	for (uint32_t i = 0; i < list->len; i++) {
		if (i) {
			pawl_buf_append_char(buf, '\n');
			indent(buf, level);
		}
		pawl_buf_append_c(buf, "- ");
		write_value(buf, &list->items[i], level + 1);
	}
}

static void
write_members(struct pawl_buf *buf, const struct pawl_json *object, unsigned level)
{
	for (uint32_t i = 0; i < object->len; i++) {
		const struct pawl_json *v = &object->members[i].value;

		if (i) {
			pawl_buf_append_char(buf, '\n');
			indent(buf, level);
		}
		write_key(buf, object->members[i].key);
		pawl_buf_append_char(buf, ':');
		if (has_lines(v)) {
			pawl_buf_append_char(buf, '\n');
			indent(buf, level + 1);
		} else {
			pawl_buf_append_char(buf, ' ');
		}
		write_value(buf, v, level + 1);
	}
}

static void
write_value(struct pawl_buf *buf, const struct pawl_json *v, unsigned level)
{
	if (!has_lines(v))
		write_scalar(buf, v, level);
	else if (v->type == PAWL_JSON_ARRAY)
		write_items(buf, v, level);
	else
		write_members(buf, v, level);
}

static bool
fits(const struct pawl_json *v, unsigned level)
{
	if (level > LEVELS_MAX)
		return false;
	for (uint32_t i = 0; v->type == PAWL_JSON_ARRAY && i < v->len; i++)
		if (!fits(&v->items[i], level + 1))
			return false;
	for (uint32_t i = 0; v->type == PAWL_JSON_OBJECT && i < v->len; i++)
		if (v->members[i].key.len > KEY_BYTES_MAX || !fits(&v->members[i].value, level + 1))
			return false;
	return true;
}

enum pawl_err
pawl_yaml_write(struct pawl_buf *buf, const struct pawl_json *value)
{
	if (fits(value, 0))
		write_value(buf, value, 0);
	else if (pawl_json_write(buf, value) != PAWL_OK)
		return PAWL_ETOOBIG;
	pawl_buf_append_char(buf, '\n');
	return pawl_buf_status(buf);
}
