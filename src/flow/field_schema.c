/* JSON Schema 2020-12 out of field tables. */
#include "flow/condition.h"
#include "flow/field_internal.h"

/* A string that holds an expression, which stands in for a value of any type. */
#define EXPRESSION_PATTERN "\\$\\{"

static struct pawl_json
text(const char *s)
{
	return pawl_json_string_c(s);
}

static struct pawl_json
one_member(struct pawl_arena *arena, const char *key, struct pawl_json value)
{
	struct pawl_json_builder b;

	pawl_json_object_begin(&b, arena);
	pawl_json_set_c(&b, key, value);
	return pawl_json_end(&b);
}

static struct pawl_json
expression_schema(struct pawl_arena *arena)
{
	struct pawl_json_builder b;

	pawl_json_object_begin(&b, arena);
	pawl_json_set_c(&b, "type", text("string"));
	pawl_json_set_c(&b, "pattern", text(EXPRESSION_PATTERN));
	return pawl_json_end(&b);
}

static struct pawl_json
string_list(struct pawl_arena *arena, const char *const *names)
{
	struct pawl_json_builder b;

	pawl_json_array_begin(&b, arena);
	for (size_t i = 0; names && names[i]; i++)
		pawl_json_push(&b, text(names[i]));
	return pawl_json_end(&b);
}

static const char *
type_word(enum pawl_field_type type)
{
	switch (type) {
	case PAWL_FIELD_STRING:
		return "string";
	case PAWL_FIELD_TEXT:
		return "text";
	case PAWL_FIELD_INTEGER:
		return "integer";
	case PAWL_FIELD_NUMBER:
		return "number";
	case PAWL_FIELD_BOOLEAN:
		return "boolean";
	case PAWL_FIELD_DURATION:
		return "duration";
	case PAWL_FIELD_SIZE:
		return "size";
	case PAWL_FIELD_CHOICE:
		return "choice";
	case PAWL_FIELD_URL:
		return "url";
	case PAWL_FIELD_TIME:
		return "time";
	case PAWL_FIELD_CIDR:
		return "cidr";
	case PAWL_FIELD_ANY:
		return "any";
	case PAWL_FIELD_MAP:
		return "map";
	case PAWL_FIELD_OBJECT:
		return "object";
	case PAWL_FIELD_VARIANT:
		return "variant";
	case PAWL_FIELD_LIST:
		return "list";
	case PAWL_FIELD_CONDITION:
		return "condition";
	}
	return "any";
}

static void
set_bounds(struct pawl_json_builder *b, const struct pawl_field *field, const char *min,
	   const char *max)
{
	if (field->min == 0 && field->max == 0)
		return;
	pawl_json_set_c(b, min, pawl_json_double(b->arena, field->min));
	if (field->max != 0)
		pawl_json_set_c(b, max, pawl_json_double(b->arena, field->max));
}

static struct pawl_json field_schema(struct pawl_arena *arena, const struct pawl_field *field,
				     unsigned outer);
static struct pawl_json members_schema(struct pawl_arena *arena, const struct pawl_field *fields,
				       unsigned outer, const char *variant);

static struct pawl_json
variants_schema(struct pawl_arena *arena, const struct pawl_field *field, unsigned flags)
{
	struct pawl_json_builder b, choice;

	pawl_json_array_begin(&b, arena);
	for (const struct pawl_field_variant *v = field->variants; v && v->name; v++) {
		struct pawl_json schema = members_schema(arena, v->fields, flags, v->name);

		pawl_json_object_begin(&choice, arena);
		for (uint32_t i = 0; i < schema.len; i++)
			pawl_json_set(&choice, schema.members[i].key, schema.members[i].value);
		pawl_json_set_c(&choice, "title", text(v->label ? v->label : v->name));
		pawl_json_push(&b, pawl_json_end(&choice));
	}
	return pawl_json_end(&b);
}

static void
set_time_type(struct pawl_json_builder *b)
{
	static const char *const types[] = {"string", "number", NULL};

	pawl_json_set_c(b, "type", string_list(b->arena, types));
	pawl_json_set_c(b, "format", text("date-time")); /* of a string */
}

/* Types that are written as strings, times among them; false for the others. */
static bool
set_string_type(struct pawl_json_builder *b, const struct pawl_field *field)
{
	const char *pattern = NULL;

	if (field->type == PAWL_FIELD_TIME) {
		set_time_type(b);
		return true;
	}
	if (field->type == PAWL_FIELD_URL)
		pattern = "^[hH][tT][tT][pP][sS]?://";
	else if (field->type != PAWL_FIELD_STRING && field->type != PAWL_FIELD_TEXT &&
		 field->type != PAWL_FIELD_CIDR)
		return false;
	pawl_json_set_c(b, "type", text("string"));
	if (pattern)
		pawl_json_set_c(b, "pattern", text(pattern));
	set_bounds(b, field, "minLength", "maxLength");
	return true;
}

/* A string with a unit, or a whole number. */
static void
set_amount_type(struct pawl_json_builder *b, const char *pattern)
{
	static const char *const types[] = {"string", "integer", NULL};

	pawl_json_set_c(b, "type", string_list(b->arena, types));
	pawl_json_set_c(b, "pattern", text(pattern));
}

/* What the value itself has to be. */
static void
set_type(struct pawl_json_builder *b, const struct pawl_field *field, unsigned flags)
{
	struct pawl_arena *arena = b->arena;

	if (set_string_type(b, field))
		return;
	switch (field->type) {
	case PAWL_FIELD_STRING:
	case PAWL_FIELD_TEXT:
	case PAWL_FIELD_CIDR:
	case PAWL_FIELD_URL:
	case PAWL_FIELD_TIME:
	case PAWL_FIELD_ANY:
		break;
	case PAWL_FIELD_INTEGER:
		pawl_json_set_c(b, "type", text("integer"));
		set_bounds(b, field, "minimum", "maximum");
		break;
	case PAWL_FIELD_NUMBER:
		pawl_json_set_c(b, "type", text("number"));
		set_bounds(b, field, "minimum", "maximum");
		break;
	case PAWL_FIELD_BOOLEAN:
		pawl_json_set_c(b, "type", text("boolean"));
		break;
	case PAWL_FIELD_DURATION:
		set_amount_type(b, "^[0-9]+(\\.[0-9]+)?(ms|s|m|h|d)$");
		break;
	case PAWL_FIELD_SIZE:
		set_amount_type(b, "^([0-9]+(B|KiB|MiB|GiB)|0)$");
		break;
	case PAWL_FIELD_CHOICE:
		pawl_json_set_c(b, "enum", string_list(arena, pawl_field_choices(field)));
		break;
	case PAWL_FIELD_MAP:
		pawl_json_set_c(b, "type", text("object"));
		if (field->items)
			pawl_json_set_c(b, "additionalProperties",
					field_schema(arena, field->items, flags));
		set_bounds(b, field, "minProperties", "maxProperties");
		break;
	case PAWL_FIELD_OBJECT: {
		struct pawl_json inner = members_schema(arena, field->fields, flags, NULL);

		for (uint32_t i = 0; i < inner.len; i++)
			pawl_json_set(b, inner.members[i].key, inner.members[i].value);
		break;
	}
	case PAWL_FIELD_VARIANT:
		pawl_json_set_c(b, "oneOf", variants_schema(arena, field, flags));
		break;
	case PAWL_FIELD_LIST:
		pawl_json_set_c(b, "type", text("array"));
		if (field->items)
			pawl_json_set_c(b, "items", field_schema(arena, field->items, flags));
		set_bounds(b, field, "minItems", "maxItems");
		break;
	case PAWL_FIELD_CONDITION:
		pawl_json_set_c(b, "$ref", text("#/$defs/condition"));
		break;
	}
}

static bool
is_text_type(enum pawl_field_type type)
{
	return type == PAWL_FIELD_STRING || type == PAWL_FIELD_TEXT || type == PAWL_FIELD_ANY ||
	       type == PAWL_FIELD_CONDITION;
}

static void
set_notes(struct pawl_json_builder *b, const struct pawl_field *field, unsigned flags)
{
	struct pawl_json_builder examples;

	if (field->label)
		pawl_json_set_c(b, "title", text(field->label));
	if (field->help)
		pawl_json_set_c(b, "description", text(field->help));
	if (field->default_json)
		pawl_json_set_c(b, "default", pawl_field_parse_json(b->arena, field->default_json));
	if (field->example) {
		pawl_json_array_begin(&examples, b->arena);
		pawl_json_push(&examples, pawl_field_parse_json(b->arena, field->example));
		pawl_json_set_c(b, "examples", pawl_json_end(&examples));
	}
	pawl_json_set_c(b, "x-pawl-type", text(type_word(field->type)));
	if (field->show_if)
		pawl_json_set_c(b, "x-pawl-show-if", text(field->show_if));
	if (flags & PAWL_FIELD_SECRET)
		pawl_json_set_c(b, "x-pawl-secret", pawl_json_bool(true));
	if (flags & PAWL_FIELD_STATIC)
		pawl_json_set_c(b, "x-pawl-static", pawl_json_bool(true));
	if (flags & (PAWL_FIELD_SECRET | PAWL_FIELD_SECRETS_OK))
		pawl_json_set_c(b, "x-pawl-secrets-ok", pawl_json_bool(true));
	if (field->flags & PAWL_FIELD_ADVANCED)
		pawl_json_set_c(b, "x-pawl-advanced", pawl_json_bool(true));
}

static struct pawl_json
field_schema(struct pawl_arena *arena, const struct pawl_field *field, unsigned outer)
{
	unsigned flags = pawl_field_inherit(outer, field);
	struct pawl_json_builder b, value, either;

	pawl_json_object_begin(&b, arena);
	if ((flags & PAWL_FIELD_STATIC) || is_text_type(field->type)) {
		set_type(&b, field, flags);
	} else {
		pawl_json_object_begin(&value, arena);
		set_type(&value, field, flags);
		pawl_json_array_begin(&either, arena);
		pawl_json_push(&either, pawl_json_end(&value));
		pawl_json_push(&either, expression_schema(arena));
		pawl_json_set_c(&b, "anyOf", pawl_json_end(&either));
	}
	set_notes(&b, field, flags);
	return pawl_json_end(&b);
}

static struct pawl_json
members_schema(struct pawl_arena *arena, const struct pawl_field *fields, unsigned outer,
	       const char *variant)
{
	struct pawl_json_builder b, properties, required, all_of;
	bool has_whole = false;

	pawl_json_object_begin(&b, arena);
	pawl_json_object_begin(&properties, arena);
	pawl_json_array_begin(&required, arena);
	pawl_json_array_begin(&all_of, arena);
	pawl_json_set_c(&b, "type", text("object"));
	if (variant) {
		pawl_json_set_c(&properties, "type", one_member(arena, "const", text(variant)));
		pawl_json_push(&required, text("type"));
	}
	for (const struct pawl_field *f = fields; f && f->name; f++) {
		if (f->flags & PAWL_FIELD_WHOLE) {
			pawl_json_push(&all_of, field_schema(arena, f, outer));
			has_whole = true;
			continue;
		}
		pawl_json_set_c(&properties, f->name, field_schema(arena, f, outer));
		if ((f->flags & PAWL_FIELD_REQUIRED) && !f->show_if && !f->default_json)
			pawl_json_push(&required, text(f->name));
	}
	pawl_json_set_c(&b, "properties", pawl_json_end(&properties));
	if (required.len)
		pawl_json_set_c(&b, "required", pawl_json_end(&required));
	if (has_whole)
		pawl_json_set_c(&b, "allOf", pawl_json_end(&all_of));
	else
		pawl_json_set_c(&b, "additionalProperties", pawl_json_bool(false));
	return pawl_json_end(&b);
}

struct pawl_json
pawl_fields_schema_body(struct pawl_arena *arena, const struct pawl_field *fields)
{
	return members_schema(arena, fields, 0, NULL);
}

/* Those that look at `left` only have no use for `right`; forms leave it out. */
static struct pawl_json
operator_schema(struct pawl_arena *arena)
{
	const char *const *ops = pawl_condition_ops();
	struct pawl_json_builder b, unary;

	pawl_json_array_begin(&unary, arena);
	for (size_t i = 0; ops[i]; i++)
		if (pawl_condition_op_operands(ops[i]) == 1)
			pawl_json_push(&unary, text(ops[i]));
	pawl_json_object_begin(&b, arena);
	pawl_json_set_c(&b, "enum", string_list(arena, ops));
	pawl_json_set_c(&b, "x-pawl-unary", pawl_json_end(&unary));
	return pawl_json_end(&b);
}

struct pawl_json
pawl_condition_schema(struct pawl_arena *arena)
{
	static const char *const text_of[] = {
		"{\"required\":[\"all\"]}",
		"{\"required\":[\"any\"]}",
		"{\"required\":[\"not\"]}",
		"{\"required\":[\"left\",\"op\"]}",
	};
	struct pawl_json list =
		pawl_field_parse_json(arena, "{\"type\":\"array\",\"minItems\":1,"
					     "\"items\":{\"$ref\":\"#/$defs/condition\"}}");
	struct pawl_json_builder b, properties, forms;

	pawl_json_array_begin(&forms, arena);
	for (size_t i = 0; i < sizeof(text_of) / sizeof(text_of[0]); i++)
		pawl_json_push(&forms, pawl_field_parse_json(arena, text_of[i]));
	pawl_json_object_begin(&properties, arena);
	pawl_json_set_c(&properties, "all", list);
	pawl_json_set_c(&properties, "any", list);
	pawl_json_set_c(&properties, "not", one_member(arena, "$ref", text("#/$defs/condition")));
	pawl_json_set_c(&properties, "left", pawl_json_bool(true));
	pawl_json_set_c(&properties, "op", operator_schema(arena));
	pawl_json_set_c(&properties, "right", pawl_json_bool(true));
	pawl_json_object_begin(&b, arena);
	pawl_json_set_c(&b, "type", text("object"));
	pawl_json_set_c(&b, "oneOf", pawl_json_end(&forms));
	pawl_json_set_c(&b, "properties", pawl_json_end(&properties));
	return pawl_json_end(&b);
}

struct pawl_json
pawl_fields_schema(struct pawl_arena *arena, const struct pawl_field *fields)
{
	struct pawl_json body = pawl_fields_schema_body(arena, fields);
	struct pawl_json_builder b;

	pawl_json_object_begin(&b, arena);
	pawl_json_set_c(&b, "$schema", text("https://json-schema.org/draft/2020-12/schema"));
	for (uint32_t i = 0; i < body.len; i++)
		pawl_json_set(&b, body.members[i].key, body.members[i].value);
	pawl_json_set_c(&b, "$defs", one_member(arena, "condition", pawl_condition_schema(arena)));
	return pawl_json_end(&b);
}
