#include "flow/field_internal.h"

#include "data/template.h"
#include "flow/condition.h"
#include "flow/suggest.h"

struct check {
	struct pawl_pointer at;
	struct pawl_problems *problems;
	bool evaluated;
};

static void check_members(struct check *c, const struct pawl_field *fields, unsigned outer,
			  const struct pawl_json *v, const struct pawl_field_variant *variant);

static bool
has_expression(const struct check *c, const struct pawl_json *v)
{
	return !c->evaluated && pawl_json_is(v, PAWL_JSON_STRING) &&
	       pawl_template_has_expression(pawl_json_str(v));
}

#define NAMES_MAX 400
/* "a, b, c" out of what may be used, for messages. */
static const char *
list_choices(const char *const *choices, char out[NAMES_MAX])
{
	struct pawl_buf buf;

	pawl_buf_init(&buf, NAMES_MAX - 1);
	for (size_t i = 0; choices && choices[i]; i++)
		pawl_buf_printf(&buf, "%s\"%s\"", i ? ", " : "", choices[i]);
	memcpy(out, buf.data ? buf.data : "", buf.len);
	out[buf.len] = '\0';
	pawl_buf_fini(&buf);
	return out;
}

static const char *
list_variants(const struct pawl_field_variant *variants, char out[NAMES_MAX])
{
	const char *names[32] = {NULL};

	for (size_t i = 0; variants && variants[i].name && i < 31; i++)
		names[i] = variants[i].name;
	return list_choices(names, out);
}

static const char *
name_with_article(const struct pawl_json *v)
{
	static const char *const names[] = {
		[PAWL_JSON_NULL] = "null",       [PAWL_JSON_BOOL] = "a boolean",
		[PAWL_JSON_NUMBER] = "a number", [PAWL_JSON_STRING] = "a string",
		[PAWL_JSON_ARRAY] = "a list",    [PAWL_JSON_OBJECT] = "an object"};

	return v ? names[v->type] : "missing";
}

static void
say_wrong_type(struct check *c, const struct pawl_field *field, const struct pawl_json *v)
{
	const char *where = pawl_pointer_get(&c->at);
	const char *const *choices = pawl_field_choices(field);
	struct pawl_str text = pawl_json_str(v);
	struct pawl_suggest suggest;
	char names[NAMES_MAX], near[PAWL_SUGGEST_TEXT_MAX];

	if (field->type == PAWL_FIELD_CHOICE) {
		pawl_suggest_init(&suggest, text);
		for (size_t i = 0; choices && choices[i]; i++)
			pawl_suggest_offer(&suggest, pawl_str_c(choices[i]));
		pawl_problems_add(c->problems, where, "must be one of %s%s",
				  list_choices(choices, names), pawl_suggest_text(&suggest, near));
	} else if (pawl_json_is(v, PAWL_JSON_STRING) && !(field->flags & PAWL_FIELD_SECRET) &&
		   text.len <= 60) {
		pawl_problems_add(c->problems, where, "must be %s, not \"%.*s\"",
				  pawl_field_wanted(field->type), PAWL_STR_ARG(text));
	} else {
		pawl_problems_add(c->problems, where, "must be %s; this is %s",
				  pawl_field_wanted(field->type), name_with_article(v));
	}
}

/* Any value inside a field that takes no expressions. */
static void
check_static(struct check *c, const struct pawl_json *v)
{
	size_t mark;

	if (has_expression(c, v))
		pawl_problems_add(c->problems, pawl_pointer_get(&c->at),
				  "takes no expression; write the value itself");
	for (uint32_t i = 0; pawl_json_is(v, PAWL_JSON_ARRAY) && i < v->len; i++) {
		mark = pawl_pointer_push_index(&c->at, i);
		check_static(c, &v->items[i]);
		pawl_pointer_pop(&c->at, mark);
	}
	for (uint32_t i = 0; pawl_json_is(v, PAWL_JSON_OBJECT) && i < v->len; i++) {
		mark = pawl_pointer_push(&c->at, v->members[i].key);
		check_static(c, &v->members[i].value);
		pawl_pointer_pop(&c->at, mark);
	}
}

static void
check_variant(struct check *c, const struct pawl_field *field, unsigned flags,
	      const struct pawl_json *v)
{
	const struct pawl_json *type = pawl_json_get_c(v, "type");
	const struct pawl_field_variant *variant;
	struct pawl_suggest suggest;
	char names[NAMES_MAX], near[PAWL_SUGGEST_TEXT_MAX];
	size_t mark;

	if (!type) {
		pawl_problems_add(c->problems, pawl_pointer_get(&c->at),
				  "\"type\" is missing: one of %s",
				  list_variants(field->variants, names));
		return;
	}
	variant = pawl_json_is(type, PAWL_JSON_STRING)
			  ? pawl_field_find_variant(field, pawl_json_str(type))
			  : NULL;
	if (variant) {
		check_members(c, variant->fields, flags, v, variant);
		return;
	}
	pawl_suggest_init(&suggest, pawl_json_str(type));
	for (const struct pawl_field_variant *o = field->variants; o && o->name; o++)
		pawl_suggest_offer(&suggest, pawl_str_c(o->name));
	mark = pawl_pointer_push_c(&c->at, "type");
	pawl_problems_add(c->problems, pawl_pointer_get(&c->at), "must be one of %s%s",
			  list_variants(field->variants, names), pawl_suggest_text(&suggest, near));
	pawl_pointer_pop(&c->at, mark);
}

static void
check_value(struct check *c, const struct pawl_field *field, unsigned outer,
	    const struct pawl_json *v)
{
	unsigned flags = pawl_field_inherit(outer, field);
	size_t mark;

	if (has_expression(c, v) && field->type != PAWL_FIELD_CONDITION) {
		if (flags & PAWL_FIELD_STATIC)
			check_static(c, v);
		return;
	}
	if (!pawl_field_is_of_type(field, v, c->evaluated)) {
		say_wrong_type(c, field, v);
		return;
	}
	if (!c->evaluated && (flags & PAWL_FIELD_SECRET) && pawl_json_is(v, PAWL_JSON_STRING) &&
	    pawl_str_eq_c(pawl_json_str(v), PAWL_FIELD_MASK)) {
		pawl_problems_add(c->problems, pawl_pointer_get(&c->at),
				  "\"***\" hides a secret and is none; give the value again");
		return;
	}
	pawl_field_check_bounds(field, v, pawl_pointer_get(&c->at), c->problems);
	if (field->type == PAWL_FIELD_CONDITION) {
		if (!c->evaluated)
			pawl_condition_check(v, NULL, pawl_pointer_get(&c->at), c->problems);
	} else if (field->type == PAWL_FIELD_OBJECT) {
		check_members(c, field->fields, flags, v, NULL);
	} else if (field->type == PAWL_FIELD_VARIANT) {
		check_variant(c, field, flags, v);
	} else if (field->type == PAWL_FIELD_LIST && field->items) {
		for (uint32_t i = 0; i < v->len; i++) {
			mark = pawl_pointer_push_index(&c->at, i);
			check_value(c, field->items, flags, &v->items[i]);
			pawl_pointer_pop(&c->at, mark);
		}
	} else if (field->type == PAWL_FIELD_MAP && field->items) {
		for (uint32_t i = 0; i < v->len; i++) {
			/* As in check_members: as if the entry were left out. */
			if (c->evaluated && v->members[i].value.type == PAWL_JSON_NULL)
				continue;
			mark = pawl_pointer_push(&c->at, v->members[i].key);
			check_value(c, field->items, flags, &v->members[i].value);
			pawl_pointer_pop(&c->at, mark);
		}
	} else if (flags & PAWL_FIELD_STATIC) {
		check_static(c, v);
	}
}

static void
say_unknown(struct check *c, const struct pawl_field *fields, struct pawl_str key)
{
	struct pawl_suggest suggest;
	char near[PAWL_SUGGEST_TEXT_MAX], known[NAMES_MAX];
	const char *names[32] = {NULL};
	size_t mark, from, n = 0;

	pawl_suggest_init(&suggest, key);
	for (const struct pawl_field *f = fields; f && f->name; f++) {
		pawl_suggest_offer(&suggest, pawl_str_c(f->name));
		if (n < 31)
			names[n++] = f->name;
	}
	mark = pawl_pointer_push(&c->at, key);
	from = c->problems ? c->problems->len : 0;
	if (suggest.best.ptr)
		pawl_problems_add(c->problems, pawl_pointer_get(&c->at),
				  "there is no setting \"%.*s\" here%s", PAWL_STR_ARG(key),
				  pawl_suggest_text(&suggest, near));
	else if (n)
		pawl_problems_add(c->problems, pawl_pointer_get(&c->at),
				  "there is no setting \"%.*s\" here; remove it, or use one of %s",
				  PAWL_STR_ARG(key), list_choices(names, known));
	else
		pawl_problems_add(c->problems, pawl_pointer_get(&c->at),
				  "there is no setting \"%.*s\" here; remove it",
				  PAWL_STR_ARG(key));
	pawl_problems_tag(c->problems, from, "unknown_field");
	pawl_pointer_pop(&c->at, mark);
}

static void
check_missing(struct check *c, const struct pawl_field *fields, const struct pawl_field *field,
	      const struct pawl_json *config)
{
	size_t from = c->problems ? c->problems->len : 0;
	bool is_known;

	if (!(field->flags & PAWL_FIELD_REQUIRED) || field->default_json)
		return;
	if (!pawl_field_is_shown(fields, field, config, &is_known) || !is_known)
		return;
	if (field->example)
		pawl_problems_add(c->problems, pawl_pointer_get(&c->at),
				  "\"%s\" is missing: %s, for example %s", field->name,
				  pawl_field_wanted(field->type), field->example);
	else
		pawl_problems_add(c->problems, pawl_pointer_get(&c->at), "\"%s\" is missing: %s",
				  field->name, pawl_field_wanted(field->type));
	pawl_problems_tag(c->problems, from, "missing_field");
	if (c->problems && c->problems->len > from)
		c->problems->items[from].member = field->name;
}

/* The field that is the whole of the object, and the names beside it. */
static void
check_whole(struct check *c, const struct pawl_field *whole, const struct pawl_field *fields,
	    unsigned outer, const struct pawl_json *v)
{
	const char *also[32] = {NULL};
	size_t n = 0;

	if (whole->type != PAWL_FIELD_CONDITION) {
		check_value(c, whole, outer, v);
		return;
	}
	for (const struct pawl_field *f = fields; f->name && n < 31; f++) {
		if (f != whole)
			also[n++] = f->name;
	}
	if (!c->evaluated)
		pawl_condition_check(v, also, pawl_pointer_get(&c->at), c->problems);
}

static void
check_members(struct check *c, const struct pawl_field *fields, unsigned outer,
	      const struct pawl_json *v, const struct pawl_field_variant *variant)
{
	const struct pawl_field *whole = NULL;
	size_t mark;

	for (const struct pawl_field *f = fields; f && f->name; f++) {
		const struct pawl_json *member = pawl_json_get_c(v, f->name);

		if (f->flags & PAWL_FIELD_WHOLE) {
			whole = f;
			continue;
		}
		if (!member) {
			check_missing(c, fields, f, v);
			continue;
		}
		/* A path that finds nothing gives null: for what may be left out, as if it were. */
		if (c->evaluated && pawl_json_is(member, PAWL_JSON_NULL) &&
		    !(f->flags & PAWL_FIELD_REQUIRED))
			continue;
		mark = pawl_pointer_push_c(&c->at, f->name);
		check_value(c, f, outer, member);
		pawl_pointer_pop(&c->at, mark);
	}
	if (whole) {
		check_whole(c, whole, fields, outer, v);
		return;
	}
	for (uint32_t i = 0; i < v->len; i++) {
		struct pawl_str key = v->members[i].key;

		if (!pawl_field_find(fields, key) && !(variant && pawl_str_eq_c(key, "type")))
			say_unknown(c, fields, key);
	}
}

static void
check_all(const struct pawl_field *fields, const struct pawl_json *config, const char *pointer,
	  bool evaluated, struct pawl_problems *problems)
{
	struct check c = {.problems = problems, .evaluated = evaluated};

	pawl_pointer_init(&c.at, pointer);
	if (!pawl_json_is(config, PAWL_JSON_OBJECT))
		pawl_problems_add(problems, pawl_pointer_get(&c.at),
				  "must be an object; this is %s", name_with_article(config));
	else
		check_members(&c, fields, 0, config, NULL);
	pawl_pointer_fini(&c.at);
}

void
pawl_fields_check(const struct pawl_field *fields, const struct pawl_json *config,
		  const char *pointer, struct pawl_problems *problems)
{
	check_all(fields, config, pointer, false, problems);
}

void
pawl_fields_check_values(const struct pawl_field *fields, const struct pawl_json *config,
			 const char *pointer, struct pawl_problems *problems)
{
	check_all(fields, config, pointer, true, problems);
}
