/* An input that a person wrote, or edited, in place of a request. */
#include <stdio.h>

#include "trigger/input.h"

static void
say(struct pawl_problems *problems, const char *member, struct pawl_str name, const char *what)
{
	char where[300];

	snprintf(where, sizeof where, "/input/%s%s%.*s", member, name.len ? "/" : "",
		 PAWL_STR_ARG(name));
	pawl_problems_add(problems, where, "%s", what);
}

static bool
is_text_or_texts(const struct pawl_json *v)
{
	if (v->type != PAWL_JSON_ARRAY)
		return v->type == PAWL_JSON_STRING;
	for (uint32_t i = 0; i < v->len; i++)
		if (v->items[i].type != PAWL_JSON_STRING)
			return false;
	return v->len > 0;
}

static void
check_names(const struct pawl_json *input, const char *member, struct pawl_problems *problems)
{
	const struct pawl_json *v = pawl_json_get_c(input, member);

	if (!v)
		return;
	if (v->type != PAWL_JSON_OBJECT) {
		say(problems, member, PAWL_STR(""), "has to be an object of texts");
		return;
	}
	for (uint32_t i = 0; i < v->len; i++)
		if (!is_text_or_texts(&v->members[i].value))
			say(problems, member, v->members[i].key,
			    "has to be a text, or a list of texts");
}

static void
check_text(const struct pawl_json *input, const char *member, struct pawl_problems *problems)
{
	const struct pawl_json *v = pawl_json_get_c(input, member);

	if (v && v->type != PAWL_JSON_STRING && v->type != PAWL_JSON_NULL)
		say(problems, member, PAWL_STR(""), "has to be a text");
}

/* As a request's are: names in lower case, several values joined. */
static struct pawl_json
take_headers(struct pawl_arena *arena, const struct pawl_json *headers)
{
	struct pawl_json_builder b;

	pawl_json_object_begin(&b, arena);
	for (uint32_t i = 0; i < headers->len; i++) {
		const struct pawl_json *v = &headers->members[i].value;
		struct pawl_str joined = pawl_json_str(v);

		for (uint32_t k = 0; v->type == PAWL_JSON_ARRAY && k < v->len; k++)
			joined = k ? pawl_arena_printf(arena, "%.*s, %.*s", PAWL_STR_ARG(joined),
						       PAWL_STR_ARG(pawl_json_str(&v->items[k])))
				   : pawl_json_str(&v->items[0]);
		pawl_json_set(&b, pawl_input_header_name(arena, headers->members[i].key),
			      pawl_json_string(joined));
	}
	return pawl_json_end(&b);
}

bool
pawl_input_take(struct pawl_arena *arena, const struct pawl_json *given, struct pawl_json *out,
		struct pawl_problems *problems)
{
	size_t before = problems->len + problems->dropped;
	struct pawl_json_builder b;

	if (given->type != PAWL_JSON_OBJECT) {
		pawl_problems_add(problems, "/input",
				  "has to be an object with body, query, headers, method, path, "
				  "ip: what a request brings");
		return false;
	}
	check_names(given, "headers", problems);
	check_names(given, "query", problems);
	check_text(given, "method", problems);
	check_text(given, "path", problems);
	check_text(given, "ip", problems);
	check_text(given, "raw", problems);
	check_text(given, "received_at", problems);
	if (problems->len + problems->dropped != before)
		return false;
	pawl_json_object_begin(&b, arena);
	for (uint32_t i = 0; i < given->len; i++)
		pawl_json_set(&b, given->members[i].key,
			      pawl_str_eq_c(given->members[i].key, "headers")
				      ? take_headers(arena, &given->members[i].value)
				      : given->members[i].value);
	*out = pawl_json_end(&b);
	return true;
}
