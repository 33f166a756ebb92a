#include "flow/field_internal.h"

#include "base/assert.h"
#include "base/parse.h"
#include "data/template.h"

const struct pawl_field *
pawl_field_find(const struct pawl_field *fields, struct pawl_str name)
{
	for (const struct pawl_field *f = fields; f && f->name; f++) {
		if (!(f->flags & PAWL_FIELD_WHOLE) && pawl_str_eq_c(name, f->name))
			return f;
	}
	return NULL;
}

const struct pawl_field_variant *
pawl_field_find_variant(const struct pawl_field *field, struct pawl_str name)
{
	for (const struct pawl_field_variant *v = field->variants; v && v->name; v++) {
		if (pawl_str_eq_c(name, v->name))
			return v;
	}
	return NULL;
}

unsigned
pawl_field_inherit(unsigned outer, const struct pawl_field *field)
{
	unsigned kept = PAWL_FIELD_SECRET | PAWL_FIELD_STATIC | PAWL_FIELD_SECRETS_OK;

	return field->flags | (outer & kept);
}

bool
pawl_field_is_reference(struct pawl_str text)
{
	struct pawl_str inner;

	if (!pawl_str_starts_with(text, PAWL_STR("${")) || text.ptr[text.len - 1] != '}')
		return false;
	inner = pawl_str_sub(text, 2, text.len - 1);
	return pawl_str_find(inner, PAWL_STR("${")) == SIZE_MAX &&
	       pawl_str_find(inner, PAWL_STR("??")) == SIZE_MAX &&
	       pawl_template_has_expression(text);
}

struct pawl_json
pawl_field_parse_json(struct pawl_arena *arena, const char *text)
{
	struct pawl_json value;
	enum pawl_err err = pawl_json_parse(arena, pawl_str_c(text), &value, NULL);

	PAWL_ASSERT(err == PAWL_OK);
	return value;
}

/* The text that show_if compares with: that of a string, a number or a boolean. */
static struct pawl_str
plain_text(const struct pawl_json *v)
{
	if (pawl_json_is(v, PAWL_JSON_BOOL))
		return v->boolean ? PAWL_STR("true") : PAWL_STR("false");
	return pawl_json_str(v);
}

bool
pawl_field_is_shown(const struct pawl_field *fields, const struct pawl_field *field,
		    const struct pawl_json *config, bool *is_known)
{
	struct pawl_str values = pawl_str_c(field->show_if), name, one, actual;
	const struct pawl_json *v;
	const struct pawl_field *other;
	struct pawl_arena arena;
	struct pawl_json fallback;
	bool shown = false;

	*is_known = true;
	if (!field->show_if)
		return true;
	PAWL_ASSERT(pawl_str_split(&values, '=', &name));
	pawl_arena_init(&arena, 0);
	v = pawl_json_get(config, name);
	other = pawl_field_find(fields, name);
	if (!v && other && other->default_json) {
		fallback = pawl_field_parse_json(&arena, other->default_json);
		v = &fallback;
	}
	actual = plain_text(v);
	if (pawl_json_is(v, PAWL_JSON_STRING) && pawl_template_has_expression(actual))
		*is_known = false;
	while (v && pawl_str_split(&values, '|', &one))
		shown = shown || pawl_str_eq(one, actual);
	pawl_arena_fini(&arena);
	return shown;
}

/* One step of a JSON pointer: from a list of fields, or from the description of one value. */
struct place {
	const struct pawl_field *fields; /* of the members here, or NULL */
	const struct pawl_field *items;  /* of each element here, or NULL */
	unsigned flags;
};

static void
enter_field(struct place *place, const struct pawl_field *field, const struct pawl_json *v)
{
	place->flags = pawl_field_inherit(place->flags, field);
	place->fields = field->type == PAWL_FIELD_OBJECT ? field->fields : NULL;
	place->items = field->items;
	if (field->type == PAWL_FIELD_VARIANT) {
		const struct pawl_field_variant *variant =
			pawl_field_find_variant(field, pawl_json_get_str(v, "type", PAWL_STR("")));

		place->fields = variant ? variant->fields : NULL;
	}
}

static struct pawl_str
unescape_key(struct pawl_arena *arena, struct pawl_str key)
{
	char *out = pawl_arena_alloc(arena, key.len + 1);
	size_t n = 0;

	for (size_t i = 0; i < key.len; i++) {
		char c = key.ptr[i];

		if (c == '~' && i + 1 < key.len)
			c = key.ptr[++i] == '1' ? '/' : '~';
		out[n++] = c;
	}
	return pawl_str(out, n);
}

bool
pawl_fields_allow_secret(const struct pawl_field *fields, const struct pawl_json *config,
			 struct pawl_str pointer)
{
	struct place place = {.fields = fields};
	const struct pawl_json *v = config;
	struct pawl_str rest = pointer, part;
	struct pawl_arena arena;

	pawl_arena_init(&arena, 0);
	pawl_str_split(&rest, '/', &part); /* the empty part before the first slash */
	while (pawl_str_split(&rest, '/', &part)) {
		struct pawl_str key = unescape_key(&arena, part);
		const struct pawl_field *field = pawl_field_find(place.fields, key);
		uint64_t index;

		if (pawl_json_is(v, PAWL_JSON_ARRAY))
			v = pawl_parse_u64(key, &index) && index < v->len ? &v->items[index] : NULL;
		else
			v = pawl_json_get(v, key);
		if (!field)
			field = place.items;
		if (field)
			enter_field(&place, field, v);
		else
			place = (struct place){.flags = place.flags};
	}
	pawl_arena_fini(&arena);
	return (place.flags & (PAWL_FIELD_SECRET | PAWL_FIELD_SECRETS_OK)) != 0;
}

int64_t
pawl_config_int(const struct pawl_json *config, const char *name, int64_t fallback)
{
	int64_t n;

	return pawl_json_to_i64(pawl_json_get_c(config, name), &n) ? n : fallback;
}

bool
pawl_config_bool(const struct pawl_json *config, const char *name, bool fallback)
{
	return pawl_json_get_bool(config, name, fallback);
}

int64_t
pawl_config_duration_ms(const struct pawl_json *config, const char *name, int64_t fallback)
{
	const struct pawl_json *v = pawl_json_get_c(config, name);
	int64_t ms;

	if (pawl_json_is(v, PAWL_JSON_NUMBER))
		return pawl_json_to_i64(v, &ms) && ms >= 0 ? ms : fallback;
	return pawl_json_is(v, PAWL_JSON_STRING) && pawl_parse_duration_ms(pawl_json_str(v), &ms)
		       ? ms
		       : fallback;
}

uint64_t
pawl_config_size(const struct pawl_json *config, const char *name, uint64_t fallback)
{
	const struct pawl_json *v = pawl_json_get_c(config, name);
	uint64_t bytes;
	int64_t n;

	if (pawl_json_is(v, PAWL_JSON_NUMBER))
		return pawl_json_to_i64(v, &n) && n >= 0 ? (uint64_t)n : fallback;
	return pawl_json_is(v, PAWL_JSON_STRING) && pawl_parse_size(pawl_json_str(v), &bytes)
		       ? bytes
		       : fallback;
}
