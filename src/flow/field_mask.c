/* Secrets out of sight, and back again. */
#include "flow/field_internal.h"

static struct pawl_json mask_members(struct pawl_arena *arena, const struct pawl_field *fields,
				     bool is_variant, unsigned flags, const struct pawl_json *v);

/* Header names whose values are credentials, whoever wrote them down. */
static bool
is_credential_name(struct pawl_str name)
{
	static const char *const names[] = {"authorization", "proxy-authorization",
					    "cookie",        "x-api-key",
					    "api-key",       "apikey",
					    "x-auth-token",  "x-access-token",
					    "private-token", "x-webhook-secret"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (pawl_str_eq_nocase(name, pawl_str_c(names[i])))
			return true;
	}
	return false;
}

/* Nothing is known about the value but that it has to be hidden. */
static struct pawl_json
mask_all(struct pawl_arena *arena, const struct pawl_json *v)
{
	struct pawl_json_builder b;

	switch ((enum pawl_json_type)v->type) {
	case PAWL_JSON_NULL:
	case PAWL_JSON_BOOL:
		return *v;
	case PAWL_JSON_NUMBER:
		return pawl_json_string_c(PAWL_FIELD_MASK);
	case PAWL_JSON_STRING:
		if (!v->len || pawl_field_is_reference(pawl_json_str(v)))
			return *v;
		return pawl_json_string_c(PAWL_FIELD_MASK);
	case PAWL_JSON_ARRAY:
		pawl_json_array_begin(&b, arena);
		for (uint32_t i = 0; i < v->len; i++)
			pawl_json_push(&b, mask_all(arena, &v->items[i]));
		return pawl_json_end(&b);
	case PAWL_JSON_OBJECT:
		pawl_json_object_begin(&b, arena);
		for (uint32_t i = 0; i < v->len; i++)
			pawl_json_set(&b, v->members[i].key, mask_all(arena, &v->members[i].value));
		return pawl_json_end(&b);
	}
	return *v;
}

static struct pawl_json mask_map(struct pawl_arena *arena, const struct pawl_field *field,
				 unsigned flags, const struct pawl_json *v);

static struct pawl_json
mask_value(struct pawl_arena *arena, const struct pawl_field *field, unsigned outer,
	   const struct pawl_json *v)
{
	unsigned flags = pawl_field_inherit(outer, field);
	const struct pawl_field_variant *variant;
	struct pawl_json_builder b;

	if (flags & PAWL_FIELD_SECRET)
		return mask_all(arena, v);
	if (field->type == PAWL_FIELD_MAP && v->type == PAWL_JSON_OBJECT)
		return mask_map(arena, field, flags, v);
	if (field->type == PAWL_FIELD_OBJECT && v->type == PAWL_JSON_OBJECT)
		return mask_members(arena, field->fields, false, flags, v);
	if (field->type == PAWL_FIELD_VARIANT && v->type == PAWL_JSON_OBJECT) {
		variant =
			pawl_field_find_variant(field, pawl_json_get_str(v, "type", PAWL_STR("")));
		return mask_members(arena, variant ? variant->fields : NULL, true, flags, v);
	}
	if (field->type == PAWL_FIELD_LIST && v->type == PAWL_JSON_ARRAY && field->items) {
		pawl_json_array_begin(&b, arena);
		for (uint32_t i = 0; i < v->len; i++)
			pawl_json_push(&b, mask_value(arena, field->items, flags, &v->items[i]));
		return pawl_json_end(&b);
	}
	return *v;
}

static struct pawl_json
mask_map(struct pawl_arena *arena, const struct pawl_field *field, unsigned flags,
	 const struct pawl_json *v)
{
	struct pawl_json_builder b;

	pawl_json_object_begin(&b, arena);
	for (uint32_t i = 0; i < v->len; i++) {
		const struct pawl_json_member *m = &v->members[i];
		struct pawl_json shown = m->value;

		if ((flags & PAWL_FIELD_SECRETS_OK) && is_credential_name(m->key))
			shown = mask_all(arena, &m->value);
		else if (field->items)
			shown = mask_value(arena, field->items, flags, &m->value);
		pawl_json_set(&b, m->key, shown);
	}
	return pawl_json_end(&b);
}

/* A member that no field describes may be a misspelt secret. */
static struct pawl_json
mask_members(struct pawl_arena *arena, const struct pawl_field *fields, bool is_variant,
	     unsigned flags, const struct pawl_json *v)
{
	const struct pawl_field *whole = NULL;
	struct pawl_json_builder b;

	for (const struct pawl_field *f = fields; f && f->name; f++) {
		if (f->flags & PAWL_FIELD_WHOLE)
			whole = f;
	}
	pawl_json_object_begin(&b, arena);
	for (uint32_t i = 0; i < v->len; i++) {
		const struct pawl_json_member *m = &v->members[i];
		const struct pawl_field *field = pawl_field_find(fields, m->key);
		struct pawl_json shown = m->value;

		if (field)
			shown = mask_value(arena, field, flags, &m->value);
		else if (!whole && !(is_variant && pawl_str_eq_c(m->key, "type")))
			shown = mask_all(arena, &m->value);
		pawl_json_set(&b, m->key, shown);
	}
	return pawl_json_end(&b);
}

struct pawl_json
pawl_fields_mask(struct pawl_arena *arena, const struct pawl_field *fields,
		 const struct pawl_json *config)
{
	if (!config)
		return pawl_json_null();
	if (!fields || !pawl_json_is(config, PAWL_JSON_OBJECT))
		return mask_all(arena, config);
	return mask_members(arena, fields, false, 0, config);
}

static bool
is_mask(const struct pawl_json *v)
{
	return pawl_json_is(v, PAWL_JSON_STRING) &&
	       pawl_str_eq_c(pawl_json_str(v), PAWL_FIELD_MASK);
}

static bool
has_mask(const struct pawl_json *v)
{
	if (is_mask(v))
		return true;
	for (uint32_t i = 0; v->type == PAWL_JSON_ARRAY && i < v->len; i++) {
		if (has_mask(&v->items[i]))
			return true;
	}
	for (uint32_t i = 0; v->type == PAWL_JSON_OBJECT && i < v->len; i++) {
		if (has_mask(&v->members[i].value))
			return true;
	}
	return false;
}

/* `shown` is what people saw of `old`; `v` is what they sent back. Where `v` still has the mask
 * that was shown, the old value is put in. */
static struct pawl_json restore(struct pawl_arena *arena, const struct pawl_json *v,
				const struct pawl_json *old, const struct pawl_json *shown);

/* Entries of a list may have moved: an entry belongs to the old one that looked the same, or, when
 * the list has kept its length, to the one at its place. Otherwise a mask stays and is refused. */
static struct pawl_json
restore_list(struct pawl_arena *arena, const struct pawl_json *v, const struct pawl_json *old,
	     const struct pawl_json *shown)
{
	struct pawl_json_builder b;

	pawl_json_array_begin(&b, arena);
	for (uint32_t i = 0; i < v->len; i++) {
		const struct pawl_json *item = &v->items[i];
		uint32_t from = UINT32_MAX;

		if (!has_mask(item)) {
			pawl_json_push(&b, *item);
			continue;
		}
		if (i < shown->len && pawl_json_equal(item, &shown->items[i]))
			from = i;
		for (uint32_t j = 0; from == UINT32_MAX && j < shown->len; j++) {
			if (pawl_json_equal(item, &shown->items[j]))
				from = j;
		}
		if (from == UINT32_MAX && v->len == shown->len)
			from = i;
		if (from == UINT32_MAX)
			pawl_json_push(&b, *item);
		else
			pawl_json_push(
				&b, restore(arena, item, &old->items[from], &shown->items[from]));
	}
	return pawl_json_end(&b);
}

static struct pawl_json
restore(struct pawl_arena *arena, const struct pawl_json *v, const struct pawl_json *old,
	const struct pawl_json *shown)
{
	const struct pawl_json *type = pawl_json_get_c(v, "type");
	const struct pawl_json *old_type = pawl_json_get_c(old, "type");
	struct pawl_json_builder b;

	if (!old || !shown || !has_mask(v))
		return *v;
	if (is_mask(v))
		return is_mask(shown) ? *old : *v;
	if (v->type != old->type || v->type != shown->type)
		return *v;
	if (v->type == PAWL_JSON_ARRAY)
		return restore_list(arena, v, old, shown);
	/* A secret of one kind is not handed to another. */
	if (type && old_type && !pawl_json_equal(type, old_type))
		return *v;
	pawl_json_object_begin(&b, arena);
	for (uint32_t i = 0; i < v->len; i++) {
		struct pawl_str key = v->members[i].key;

		pawl_json_set(&b, key,
			      restore(arena, &v->members[i].value, pawl_json_get(old, key),
				      pawl_json_get(shown, key)));
	}
	return pawl_json_end(&b);
}

struct pawl_json
pawl_fields_restore(struct pawl_arena *arena, const struct pawl_json *config,
		    const struct pawl_json *old, const struct pawl_json *shown)
{
	return restore(arena, config, old, shown);
}

struct pawl_json
pawl_fields_unmask(struct pawl_arena *arena, const struct pawl_field *fields,
		   const struct pawl_json *config, const struct pawl_json *old)
{
	struct pawl_json shown;

	if (!config)
		return pawl_json_null();
	if (!old)
		return *config;
	shown = pawl_fields_mask(arena, fields, old);
	return restore(arena, config, old, &shown);
}
