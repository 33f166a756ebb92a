#include "data/schema.h"

#include "data/regexp.h"

#define POINTER_MAX 1024

struct place {
	char text[POINTER_MAX];
	size_t len;
};

/* Returns the mark to go back to. What does not fit is left out. */
static size_t
enter(struct place *at, const char *fmt, struct pawl_str key)
{
	size_t mark = at->len;
	struct pawl_buf buf;

	pawl_buf_init(&buf, POINTER_MAX);
	pawl_buf_append_c(&buf, fmt);
	for (size_t i = 0; i < key.len; i++) {
		if (key.ptr[i] == '~' || key.ptr[i] == '/')
			pawl_buf_append_c(&buf, key.ptr[i] == '~' ? "~0" : "~1");
		else
			pawl_buf_append_char(&buf, key.ptr[i]);
	}
	if (buf.len && at->len + buf.len < sizeof(at->text)) {
		memcpy(at->text + at->len, buf.data, buf.len + 1);
		at->len += buf.len;
	}
	pawl_buf_fini(&buf);
	return mark;
}

static size_t
enter_index(struct place *at, size_t index)
{
	char digits[24];
	struct pawl_buf buf;
	size_t mark;

	pawl_buf_init(&buf, sizeof(digits));
	pawl_buf_append_u64(&buf, index);
	mark = enter(at, "/", pawl_buf_peek(&buf));
	pawl_buf_fini(&buf);
	return mark;
}

static void
leave(struct place *at, size_t mark)
{
	at->len = mark;
	at->text[mark] = '\0';
}

static void
begin(struct place *at, const char *pointer)
{
	at->len = 0;
	at->text[0] = '\0';
	enter(at, pointer, PAWL_STR(""));
}

/* ---- the schema itself ------------------------------------------------------------- */

enum shape {
	ANY,
	TYPE,
	COUNT,
	NUMBER,
	BOOLEAN,
	REGEXP,
	STRINGS,
	ARRAY,
	SCHEMA,
	SCHEMAS,
	SCHEMA_MAP
};

static const struct keyword {
	const char *name;
	enum shape shape;
	const char *wants;
} keywords[] = {
	{"type", TYPE, "a type (null, boolean, object, array, number, integer, string), or a list"},
	{"enum", ARRAY, "a list of values"},
	{"const", ANY, NULL},
	{"properties", SCHEMA_MAP, "an object of schemas"},
	{"required", STRINGS, "a list of names"},
	{"additionalProperties", SCHEMA, "a schema, or true or false"},
	{"minProperties", COUNT, "a number from 0"},
	{"maxProperties", COUNT, "a number from 0"},
	{"items", SCHEMA, "a schema"},
	{"minItems", COUNT, "a number from 0"},
	{"maxItems", COUNT, "a number from 0"},
	{"uniqueItems", BOOLEAN, "true or false"},
	{"minLength", COUNT, "a number from 0"},
	{"maxLength", COUNT, "a number from 0"},
	{"pattern", REGEXP, "a regular expression"},
	{"minimum", NUMBER, "a number"},
	{"maximum", NUMBER, "a number"},
	{"exclusiveMinimum", NUMBER, "a number"},
	{"exclusiveMaximum", NUMBER, "a number"},
	{"allOf", SCHEMAS, "a list of schemas"},
	{"anyOf", SCHEMAS, "a list of schemas"},
	{"oneOf", SCHEMAS, "a list of schemas"},
	{"not", SCHEMA, "a schema"},
	{"title", ANY, NULL},
	{"description", ANY, NULL},
	{"default", ANY, NULL},
	{"examples", ANY, NULL},
	{"$schema", ANY, NULL},
	{"$comment", ANY, NULL},
};

static const char *const type_names[] = {"null",   "boolean", "object", "array",
					 "number", "integer", "string"};

static bool
is_type_name(const struct pawl_json *v)
{
	for (size_t i = 0; i < sizeof(type_names) / sizeof(type_names[0]); i++)
		if (pawl_json_is(v, PAWL_JSON_STRING) &&
		    pawl_str_eq_c(pawl_json_str(v), type_names[i]))
			return true;
	return false;
}

static bool
all_items(const struct pawl_json *v, bool (*is_one)(const struct pawl_json *item))
{
	if (!pawl_json_is(v, PAWL_JSON_ARRAY))
		return false;
	for (uint32_t i = 0; i < v->len; i++)
		if (!is_one(&v->items[i]))
			return false;
	return true;
}

static bool
is_string(const struct pawl_json *v)
{
	return v->type == PAWL_JSON_STRING;
}

static bool
is_regexp(const struct pawl_json *v)
{
	struct pawl_regexp *regexp;

	if (v->type != PAWL_JSON_STRING)
		return false;
	regexp = pawl_regexp_new(pawl_json_str(v), PAWL_REGEXP_PCRE2);
	pawl_regexp_free(regexp);
	return regexp != NULL;
}

/* Of those shapes that hold no schemas. */
static bool
has_shape(const struct pawl_json *v, enum shape shape)
{
	int64_t n;

	switch (shape) {
	case ANY:
		return true;
	case TYPE:
		return is_type_name(v) || (v->len && all_items(v, is_type_name));
	case COUNT:
		return pawl_json_to_i64(v, &n) && n >= 0;
	case NUMBER:
		return v->type == PAWL_JSON_NUMBER;
	case BOOLEAN:
		return v->type == PAWL_JSON_BOOL;
	case REGEXP:
		return is_regexp(v);
	case STRINGS:
		return all_items(v, is_string);
	case ARRAY:
	case SCHEMAS:
		return v->type == PAWL_JSON_ARRAY && v->len > 0;
	case SCHEMA:
		return v->type == PAWL_JSON_OBJECT || v->type == PAWL_JSON_BOOL;
	case SCHEMA_MAP:
		return v->type == PAWL_JSON_OBJECT;
	}
	return false;
}

static void check_schema(const struct pawl_json *schema, struct place *at, unsigned depth,
			 struct pawl_problems *problems);

static void
check_keyword(const struct keyword *k, const struct pawl_json *v, struct place *at, unsigned depth,
	      struct pawl_problems *problems)
{
	if (!has_shape(v, k->shape)) {
		pawl_problems_add(problems, at->text, "has to be %s", k->wants);
		return;
	}
	if (k->shape == SCHEMA)
		check_schema(v, at, depth + 1, problems);
	for (uint32_t i = 0; k->shape == SCHEMAS && i < v->len; i++) {
		size_t mark = enter_index(at, i);

		check_schema(&v->items[i], at, depth + 1, problems);
		leave(at, mark);
	}
	for (uint32_t i = 0; k->shape == SCHEMA_MAP && i < v->len; i++) {
		size_t mark = enter(at, "/", v->members[i].key);

		check_schema(&v->members[i].value, at, depth + 1, problems);
		leave(at, mark);
	}
}

static void
check_schema(const struct pawl_json *schema, struct place *at, unsigned depth,
	     struct pawl_problems *problems)
{
	const size_t n = sizeof(keywords) / sizeof(keywords[0]);

	if (schema->type == PAWL_JSON_BOOL)
		return;
	if (schema->type != PAWL_JSON_OBJECT || depth > PAWL_SCHEMA_DEPTH_MAX) {
		pawl_problems_add(problems, at->text,
				  depth > PAWL_SCHEMA_DEPTH_MAX
					  ? "schemas are nested too deep"
					  : "has to be a schema: an object, or true or false");
		return;
	}
	for (uint32_t i = 0; i < schema->len; i++) {
		size_t mark = enter(at, "/", schema->members[i].key), k = 0;

		while (k < n && !pawl_str_eq_c(schema->members[i].key, keywords[k].name))
			k++;
		if (k == n)
			pawl_problems_add(problems, at->text,
					  "is no keyword that Pawl knows: see the documentation of "
					  "the manual trigger for those that there are");
		else
			check_keyword(&keywords[k], &schema->members[i].value, at, depth, problems);
		leave(at, mark);
	}
}

void
pawl_schema_check(const struct pawl_json *schema, const char *pointer,
		  struct pawl_problems *problems)
{
	struct place at;

	begin(&at, pointer);
	check_schema(schema, &at, 0, problems);
}

/* ---- a value ----------------------------------------------------------------------- */

struct check {
	struct place at;
	struct pawl_problems *problems;
	uint64_t steps; /* for patterns */
	bool ok;
};

static bool validate(struct check *c, const struct pawl_json *schema,
		     const struct pawl_json *value);

#define SAY(c, ...)                                                                                \
	do {                                                                                       \
		pawl_problems_add((c)->problems, (c)->at.text, __VA_ARGS__);                       \
		(c)->ok = false;                                                                   \
	} while (0)

static bool
is_integer(const struct pawl_json *v)
{
	int64_t n;
	double d;

	return pawl_json_to_i64(v, &n) ||
	       (pawl_json_to_double(v, &d) && (d >= 9.2e18 || d <= -9.2e18));
}

static bool
is_of_type(const struct pawl_json *v, struct pawl_str type)
{
	if (pawl_str_eq_c(type, "integer"))
		return v->type == PAWL_JSON_NUMBER && is_integer(v);
	return pawl_str_eq_c(type, pawl_json_type_name(v));
}

static void
check_type(struct check *c, const struct pawl_json *types, const struct pawl_json *v)
{
	char wanted[120];
	size_t len = 0;

	if (types->type == PAWL_JSON_STRING) {
		if (!is_of_type(v, pawl_json_str(types)))
			SAY(c, "has to be of the type %.*s, and is %s",
			    PAWL_STR_ARG(pawl_json_str(types)), pawl_json_type_name(v));
		return;
	}
	for (uint32_t i = 0; i < types->len; i++) {
		struct pawl_str name = pawl_json_str(&types->items[i]);

		if (is_of_type(v, name))
			return;
		if (len + name.len + 3 < sizeof(wanted)) {
			memcpy(wanted + len, i ? ", " : "", i ? 2 : 0);
			len += i ? 2 : 0;
			memcpy(wanted + len, name.ptr, name.len);
			len += name.len;
		}
	}
	SAY(c, "has to be one of the types %.*s, and is %s", (int)len, wanted,
	    pawl_json_type_name(v));
}

static void
check_enum(struct check *c, const struct pawl_json *values, const struct pawl_json *v)
{
	struct pawl_buf text;

	for (uint32_t i = 0; i < values->len; i++)
		if (pawl_json_equal(&values->items[i], v))
			return;
	pawl_buf_init(&text, 200);
	pawl_json_write(&text, values);
	SAY(c, "is none of the allowed values %.*s",
	    pawl_buf_status(&text) == PAWL_OK ? (int)text.len : 0, text.len ? text.data : "");
	pawl_buf_fini(&text);
}

static void
check_bound(struct check *c, const struct pawl_json *schema, const struct pawl_json *v,
	    const char *name, int allowed_sign, bool is_strict)
{
	const struct pawl_json *bound = pawl_json_get_c(schema, name);
	int order;

	if (!bound)
		return;
	order = pawl_json_number_cmp(pawl_json_str(v), pawl_json_str(bound));
	if (order == allowed_sign || (!order && !is_strict))
		return;
	SAY(c, "has to be %s %s%.*s", allowed_sign > 0 ? "greater than" : "less than",
	    is_strict ? "" : "or equal to ", PAWL_STR_ARG(pawl_json_str(bound)));
}

static size_t
count_characters(struct pawl_str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.len; i++)
		n += ((unsigned char)s.ptr[i] & 0xc0) != 0x80;
	return n;
}

static void
check_count(struct check *c, const struct pawl_json *schema, const char *min, const char *max,
	    size_t n, const char *what)
{
	int64_t bound;

	if (pawl_json_to_i64(pawl_json_get_c(schema, min), &bound) && (uint64_t)bound > n)
		SAY(c, "has to have %lld %s or more, and has %zu", (long long)bound, what, n);
	if (pawl_json_to_i64(pawl_json_get_c(schema, max), &bound) && (uint64_t)bound < n)
		SAY(c, "has to have %lld %s or fewer, and has %zu", (long long)bound, what, n);
}

static void
check_pattern(struct check *c, const struct pawl_json *pattern, struct pawl_str text)
{
	struct pawl_regexp_matcher matcher = {.steps = &c->steps};
	struct pawl_regexp *regexp;
	bool found = false;

	if (!pattern)
		return;
	regexp = pawl_regexp_new(pawl_json_str(pattern), PAWL_REGEXP_PCRE2);
	if (!regexp || pawl_regexp_search(regexp, &matcher, text, &found) != PAWL_OK)
		SAY(c, "takes too long to be compared with the pattern");
	else if (!found)
		SAY(c, "does not fit the pattern %.*s", PAWL_STR_ARG(pawl_json_str(pattern)));
	pawl_regexp_matcher_fini(&matcher);
	pawl_regexp_free(regexp);
}

static void
check_members(struct check *c, const struct pawl_json *schema, const struct pawl_json *v)
{
	const struct pawl_json *properties = pawl_json_get_c(schema, "properties");
	const struct pawl_json *others = pawl_json_get_c(schema, "additionalProperties");
	const struct pawl_json *required = pawl_json_get_c(schema, "required");

	check_count(c, schema, "minProperties", "maxProperties", v->len, "members");
	for (uint32_t i = 0; required && i < required->len; i++)
		if (!pawl_json_get(v, pawl_json_str(&required->items[i])))
			SAY(c, "has no member \"%.*s\"",
			    PAWL_STR_ARG(pawl_json_str(&required->items[i])));
	for (uint32_t i = 0; i < v->len; i++) {
		const struct pawl_json *inner = pawl_json_get(properties, v->members[i].key);
		size_t mark = enter(&c->at, "/", v->members[i].key);

		if (!inner)
			inner = others;
		if (inner == others && pawl_json_is(others, PAWL_JSON_BOOL) && !others->boolean)
			SAY(c, "is not a member that is expected here");
		else if (inner)
			validate(c, inner, &v->members[i].value);
		leave(&c->at, mark);
	}
}

static void
check_items(struct check *c, const struct pawl_json *schema, const struct pawl_json *v)
{
	const struct pawl_json *items = pawl_json_get_c(schema, "items");

	check_count(c, schema, "minItems", "maxItems", v->len, "items");
	for (uint32_t i = 0; items && i < v->len; i++) {
		size_t mark = enter_index(&c->at, i);

		validate(c, items, &v->items[i]);
		leave(&c->at, mark);
	}
	if (!pawl_json_get_bool(schema, "uniqueItems", false))
		return;
	if (v->len > 1000) {
		SAY(c, "has too many items to see whether each is there once");
		return;
	}
	for (uint32_t i = 0; i < v->len; i++)
		for (uint32_t k = 0; k < i; k++)
			if (pawl_json_equal(&v->items[i], &v->items[k])) {
				SAY(c, "has an item twice");
				return;
			}
}

/* Does the value fit, with nothing said? */
static bool
fits(struct check *c, const struct pawl_json *schema, const struct pawl_json *v)
{
	struct check inner = {.steps = c->steps, .ok = true};
	bool ok;

	begin(&inner.at, "");
	ok = validate(&inner, schema, v);
	c->steps = inner.steps;
	return ok;
}

static void
check_combined(struct check *c, const struct pawl_json *schema, const struct pawl_json *v)
{
	const struct pawl_json *all = pawl_json_get_c(schema, "allOf");
	const struct pawl_json *any = pawl_json_get_c(schema, "anyOf");
	const struct pawl_json *one = pawl_json_get_c(schema, "oneOf");
	const struct pawl_json *not = pawl_json_get_c(schema, "not");
	size_t n_any = 0, n_one = 0;

	for (uint32_t i = 0; all && i < all->len; i++)
		validate(c, &all->items[i], v);
	for (uint32_t i = 0; any && i < any->len && !n_any; i++)
		n_any += fits(c, &any->items[i], v);
	for (uint32_t i = 0; one && i < one->len; i++)
		n_one += fits(c, &one->items[i], v);
	if (any && !n_any)
		SAY(c, "fits none of the %u schemas of anyOf", any->len);
	if (one && n_one != 1)
		SAY(c, "has to fit one of the schemas of oneOf, and fits %zu", n_one);
	if (not&&fits(c, not, v))
		SAY(c, "fits what it must not");
}

static bool
validate(struct check *c, const struct pawl_json *schema, const struct pawl_json *v)
{
	const struct pawl_json *type = pawl_json_get_c(schema, "type");
	const struct pawl_json *values = pawl_json_get_c(schema, "enum");
	const struct pawl_json *constant = pawl_json_get_c(schema, "const");

	if (schema->type == PAWL_JSON_BOOL) {
		if (!schema->boolean)
			SAY(c, "must not be there");
		return c->ok;
	}
	if (type)
		check_type(c, type, v);
	if (values)
		check_enum(c, values, v);
	if (constant && !pawl_json_equal(constant, v))
		SAY(c, "is not the one allowed value");
	if (v->type == PAWL_JSON_NUMBER) {
		check_bound(c, schema, v, "minimum", 1, false);
		check_bound(c, schema, v, "maximum", -1, false);
		check_bound(c, schema, v, "exclusiveMinimum", 1, true);
		check_bound(c, schema, v, "exclusiveMaximum", -1, true);
	} else if (v->type == PAWL_JSON_STRING) {
		check_count(c, schema, "minLength", "maxLength", count_characters(pawl_json_str(v)),
			    "characters");
		check_pattern(c, pawl_json_get_c(schema, "pattern"), pawl_json_str(v));
	} else if (v->type == PAWL_JSON_OBJECT) {
		check_members(c, schema, v);
	} else if (v->type == PAWL_JSON_ARRAY) {
		check_items(c, schema, v);
	}
	check_combined(c, schema, v);
	return c->ok;
}

bool
pawl_schema_validate(const struct pawl_json *schema, const struct pawl_json *value,
		     const char *pointer, struct pawl_problems *problems)
{
	struct check c = {.problems = problems, .steps = PAWL_REGEXP_STEPS_MAX, .ok = true};

	begin(&c.at, pointer);
	return validate(&c, schema, value);
}
