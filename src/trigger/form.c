#include "trigger/form.h"

#include <stdint.h>

#include "base/codec.h"
#include "base/map.h"

#define LINEAR_MAX 16 /* up to here a name is looked up by going through those before it */

/* Unlike pawl_url_decode, what is no escape stays as it is: a sender's odd "100%" is kept. */
static struct pawl_json
decode(struct pawl_arena *arena, struct pawl_str s)
{
	struct pawl_str bytes;
	size_t len = 0;
	char *out;

	if (pawl_str_find_char(s, '%') == SIZE_MAX && pawl_str_find_char(s, '+') == SIZE_MAX)
		return pawl_json_string_dup(arena, s);
	out = pawl_arena_alloc(arena, s.len);
	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];
		int high = c == '%' && s.len - i > 2 ? pawl_hex_digit(s.ptr[i + 1]) : -1;
		int low = c == '%' && s.len - i > 2 ? pawl_hex_digit(s.ptr[i + 2]) : -1;

		if (high >= 0 && low >= 0) {
			c = (char)(high << 4 | low);
			i += 2;
		} else if (c == '+') {
			c = ' ';
		}
		out[len++] = c;
	}
	bytes = pawl_str(out, len);
	return pawl_str_is_utf8(bytes) ? pawl_json_string(bytes)
				       : pawl_json_string_dup(arena, bytes);
}

/* The first field of this name among `fields[0..n)`, or n. */
static size_t
find_first(const struct pawl_form_field *fields, size_t n, struct pawl_str name,
	   const struct pawl_map *map)
{
	void *hit;

	if (map->len > 0) {
		hit = pawl_map_get(map, name);
		return hit ? (size_t)(uintptr_t)hit - 1 : n;
	}
	for (size_t i = 0; i < n; i++) {
		if (pawl_str_eq(fields[i].name, name))
			return i;
	}
	return n;
}

static void
chain(struct pawl_form_field *fields, size_t n, bool use_map, struct pawl_map *map)
{
	for (size_t i = 0; i < n; i++) {
		size_t first = find_first(fields, i, fields[i].name, map);

		fields[i].last = i;
		fields[i].count = 1;
		if (first == i) {
			if (use_map)
				pawl_map_set(map, fields[i].name, (void *)(uintptr_t)(i + 1));
			continue;
		}
		fields[fields[first].last].next = i;
		fields[first].last = i;
		fields[first].count++;
		fields[i].count = 0; /* not the first of its name */
	}
}

static struct pawl_json
collect(struct pawl_arena *arena, const struct pawl_form_field *fields, size_t first)
{
	struct pawl_json_builder list;

	if (fields[first].count == 1)
		return fields[first].value;
	pawl_json_array_begin(&list, arena);
	for (size_t i = first, n = fields[first].count; n > 0; i = fields[i].next, n--)
		pawl_json_push(&list, fields[i].value);
	return pawl_json_end(&list);
}

struct pawl_json
pawl_form_object(struct pawl_arena *arena, struct pawl_form_field *fields, size_t n)
{
	struct pawl_json_builder object;
	struct pawl_map map = {0};

	chain(fields, n, n > LINEAR_MAX, &map);
	pawl_map_fini(&map);
	pawl_json_object_begin(&object, arena);
	for (size_t i = 0; i < n; i++) {
		if (fields[i].count > 0)
			pawl_json_set(&object, fields[i].name, collect(arena, fields, i));
	}
	return pawl_json_end(&object);
}

size_t
pawl_form_count(struct pawl_str text)
{
	struct pawl_str part;
	size_t n = 0;

	while (pawl_str_split(&text, '&', &part))
		n += part.len > 0;
	return n;
}

struct pawl_json
pawl_form_parse(struct pawl_arena *arena, struct pawl_str text)
{
	size_t max = pawl_form_count(text), n = 0;
	struct pawl_form_field *fields = pawl_arena_calloc(arena, max + 1, sizeof(*fields));
	struct pawl_str part;

	while (pawl_str_split(&text, '&', &part)) {
		size_t equals = pawl_str_find_char(part, '=');
		struct pawl_json name;

		if (part.len == 0)
			continue;
		name = decode(arena, pawl_str_sub(part, 0, equals));
		fields[n].name = pawl_json_str(&name);
		fields[n++].value = decode(
			arena, equals == SIZE_MAX ? PAWL_STR("")
						  : pawl_str_sub(part, equals + 1, part.len));
	}
	return pawl_form_object(arena, fields, n);
}
