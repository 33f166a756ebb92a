/* Reading values: members, pointers, equality. */
#include "base/map.h"
#include "data/json.h"
#include "data/json_internal.h"

static bool
key_is(const struct pawl_json_member *m, struct pawl_str key)
{
	return m->key.len == key.len && (key.len == 0 || memcmp(m->key.ptr, key.ptr, key.len) == 0);
}

static uint32_t
find_indexed(const struct pawl_json *v, struct pawl_str key)
{
	const struct pawl_json_index *index = v->index;
	uint32_t hash = (uint32_t)pawl_hash(key.ptr, key.len);

	for (uint32_t i = hash & index->mask; index->slots[i].position != 0;
	     i = (i + 1) & index->mask) {
		uint32_t at = index->slots[i].position - 1;

		if (index->slots[i].hash == hash && key_is(&v->members[at], key))
			return at;
	}
	return v->len;
}

uint32_t
pawl_json_find(const struct pawl_json *v, struct pawl_str key)
{
	if (v->index)
		return find_indexed(v, key);
	for (uint32_t i = 0; i < v->len; i++) {
		if (key_is(&v->members[i], key))
			return i;
	}
	return v->len;
}

const struct pawl_json *
pawl_json_get(const struct pawl_json *v, struct pawl_str key)
{
	uint32_t at;

	if (!pawl_json_is(v, PAWL_JSON_OBJECT))
		return NULL;
	at = pawl_json_find(v, key);
	return at < v->len ? &v->members[at].value : NULL;
}

const struct pawl_json *
pawl_json_get_c(const struct pawl_json *v, const char *key)
{
	return pawl_json_get(v, pawl_str_c(key));
}

struct pawl_str
pawl_json_str(const struct pawl_json *v)
{
	if (!v || (v->type != PAWL_JSON_STRING && v->type != PAWL_JSON_NUMBER))
		return PAWL_STR("");
	return pawl_str(v->text, v->len);
}

struct pawl_str
pawl_json_get_str(const struct pawl_json *v, const char *key, struct pawl_str fallback)
{
	const struct pawl_json *member = pawl_json_get_c(v, key);

	return pawl_json_is(member, PAWL_JSON_STRING) ? pawl_json_str(member) : fallback;
}

bool
pawl_json_get_bool(const struct pawl_json *v, const char *key, bool fallback)
{
	const struct pawl_json *member = pawl_json_get_c(v, key);

	return pawl_json_is(member, PAWL_JSON_BOOL) ? member->boolean : fallback;
}

const char *
pawl_json_type_name(const struct pawl_json *v)
{
	static const char *const names[] = {
		[PAWL_JSON_NULL] = "null",     [PAWL_JSON_BOOL] = "boolean",
		[PAWL_JSON_NUMBER] = "number", [PAWL_JSON_STRING] = "string",
		[PAWL_JSON_ARRAY] = "array",   [PAWL_JSON_OBJECT] = "object",
	};

	return names[v->type];
}

static bool
objects_equal(const struct pawl_json *a, const struct pawl_json *b)
{
	for (uint32_t i = 0; i < a->len; i++) {
		const struct pawl_json_member *m = &a->members[i];
		uint32_t at = i;

		/* Most often the members stand in the same order. */
		if (!key_is(&b->members[i], m->key))
			at = pawl_json_find(b, m->key);
		if (at == b->len || !pawl_json_equal(&m->value, &b->members[at].value))
			return false;
	}
	return true;
}

static bool
arrays_equal(const struct pawl_json *a, const struct pawl_json *b)
{
	for (uint32_t i = 0; i < a->len; i++) {
		if (!pawl_json_equal(&a->items[i], &b->items[i]))
			return false;
	}
	return true;
}

bool
pawl_json_equal(const struct pawl_json *a, const struct pawl_json *b)
{
	if (a->type != b->type)
		return false;
	switch ((enum pawl_json_type)a->type) {
	case PAWL_JSON_NULL:
		return true;
	case PAWL_JSON_BOOL:
		return a->boolean == b->boolean;
	case PAWL_JSON_NUMBER:
		return pawl_json_number_cmp(pawl_json_str(a), pawl_json_str(b)) == 0;
	case PAWL_JSON_STRING:
		return pawl_str_eq(pawl_json_str(a), pawl_json_str(b));
	case PAWL_JSON_ARRAY:
		return a->len == b->len && arrays_equal(a, b);
	case PAWL_JSON_OBJECT:
		return a->len == b->len && objects_equal(a, b);
	}
	return false;
}

/* Does a reference token, still with its ~0 and ~1, name this key? */
static bool
token_is(struct pawl_str token, struct pawl_str key)
{
	size_t k = 0;

	for (size_t i = 0; i < token.len; i++, k++) {
		char c = token.ptr[i];

		if (c == '~') {
			i++;
			if (i == token.len || (token.ptr[i] != '0' && token.ptr[i] != '1'))
				return false;
			c = token.ptr[i] == '0' ? '~' : '/';
		}
		if (k == key.len || key.ptr[k] != c)
			return false;
	}
	return k == key.len;
}

static const struct pawl_json *
member_by_token(const struct pawl_json *v, struct pawl_str token)
{
	if (pawl_str_find_char(token, '~') == SIZE_MAX)
		return pawl_json_get(v, token);
	for (uint32_t i = 0; i < v->len; i++) {
		if (token_is(token, v->members[i].key))
			return &v->members[i].value;
	}
	return NULL;
}

/* Digits without a leading zero (RFC 6901 section 4). */
static const struct pawl_json *
item_by_token(const struct pawl_json *v, struct pawl_str token)
{
	uint64_t at = 0;

	if (token.len == 0 || token.len > 10 || (token.ptr[0] == '0' && token.len > 1))
		return NULL;
	for (size_t i = 0; i < token.len; i++) {
		if (token.ptr[i] < '0' || token.ptr[i] > '9')
			return NULL;
		at = at * 10 + (uint64_t)(token.ptr[i] - '0');
	}
	return at < v->len ? &v->items[at] : NULL;
}

const struct pawl_json *
pawl_json_pointer(const struct pawl_json *v, struct pawl_str pointer)
{
	struct pawl_str rest = pointer;

	while (v && rest.len > 0) {
		struct pawl_str token;
		size_t slash;

		if (rest.ptr[0] != '/')
			return NULL;
		rest = pawl_str(rest.ptr + 1, rest.len - 1);
		slash = pawl_str_find_char(rest, '/');
		token = pawl_str_sub(rest, 0, slash);
		rest = pawl_str_sub(rest, token.len, rest.len);
		if (v->type == PAWL_JSON_OBJECT)
			v = member_by_token(v, token);
		else if (v->type == PAWL_JSON_ARRAY)
			v = item_by_token(v, token);
		else
			v = NULL;
	}
	return v;
}
