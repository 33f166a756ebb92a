/* Problems as answers have them; those of a document say which nodes they are about. */
#include "base/parse.h"
#include "server/api.h"

/* What is to be done stands behind the last semicolon of a message. */
static struct pawl_str
hint_of(struct pawl_str message)
{
	struct pawl_str rest = message, hint = pawl_str(NULL, 0), part;

	while (pawl_str_split(&rest, ';', &part))
		hint = rest.ptr ? pawl_str_trim(rest) : hint;
	return hint;
}

static void
put_problem(struct pawl_arena *arena, struct pawl_json_builder *b,
	    const struct pawl_problem *problem)
{
	struct pawl_json message = pawl_json_string_dup(arena, pawl_str_c(problem->message));
	struct pawl_str hint = hint_of(pawl_json_str(&message));

	pawl_json_set_c(b, "pointer", pawl_json_string_dup(arena, pawl_str_c(problem->where)));
	pawl_json_set_c(b, "message", message);
	pawl_json_set_c(b, "severity", pawl_json_string_c("error"));
	if (problem->code)
		pawl_json_set_c(b, "code", pawl_json_string_c(problem->code));
	if (hint.len)
		pawl_json_set_c(b, "hint", pawl_json_string(hint));
	if (problem->member)
		pawl_json_set_c(b, "member", pawl_json_string_c(problem->member));
}

struct pawl_json
pawl_api_problems(struct pawl_arena *arena, const struct pawl_problems *problems)
{
	struct pawl_json_builder list, item;

	pawl_json_array_begin(&list, arena);
	for (size_t i = 0; i < problems->len; i++) {
		pawl_json_object_begin(&item, arena);
		put_problem(arena, &item, &problems->items[i]);
		pawl_json_push(&list, pawl_json_end(&item));
	}
	return pawl_json_end(&list);
}

/* "/nodes/3/config/url" is about node 3, and stands at "/config/url" in it. */
static const struct pawl_json *
node_of(const struct pawl_json *document, struct pawl_str *pointer)
{
	const struct pawl_json *nodes = pawl_json_get_c(document, "nodes");
	struct pawl_str rest, number;
	uint64_t place;

	if (!pawl_str_starts_with(*pointer, PAWL_STR("/nodes/")) ||
	    !pawl_json_is(nodes, PAWL_JSON_ARRAY))
		return NULL;
	rest = pawl_str_sub(*pointer, sizeof("/nodes/") - 1, pointer->len);
	if (!pawl_str_split(&rest, '/', &number) || !pawl_parse_u64(number, &place) ||
	    place >= nodes->len)
		return NULL;
	*pointer = pawl_str_sub(*pointer, sizeof("/nodes/") - 1 + number.len, pointer->len);
	return &nodes->items[place];
}

static struct pawl_str
with_member(struct pawl_arena *arena, struct pawl_str place, struct pawl_str member)
{
	return member.len ? pawl_arena_printf(arena, "%.*s/%.*s", PAWL_STR_ARG(place),
					      PAWL_STR_ARG(member))
			  : place;
}

static struct pawl_json
located(struct pawl_arena *arena, const struct pawl_json *problem, const struct pawl_json *document)
{
	struct pawl_str none = pawl_str(NULL, 0);
	struct pawl_str pointer = pawl_json_get_str(problem, "pointer", none);
	struct pawl_str member = pawl_json_get_str(problem, "member", none);
	const struct pawl_json *node = node_of(document, &pointer);
	struct pawl_str id = pawl_json_get_str(node, "id", none);
	struct pawl_json_builder b;

	pawl_json_object_begin(&b, arena);
	for (uint32_t i = 0; i < problem->len; i++)
		pawl_json_set(&b, problem->members[i].key, problem->members[i].value);
	if (!node && pawl_str_starts_with(pointer, PAWL_STR("/trigger/")))
		pointer = pawl_str_sub(pointer, sizeof("/trigger") - 1, pointer.len);
	else if (!node)
		pointer = none;
	if (id.ptr)
		pawl_json_set_c(&b, "node", pawl_json_string(id));
	if (pointer.ptr)
		pawl_json_set_c(&b, "field", pawl_json_string(with_member(arena, pointer, member)));
	return pawl_json_end(&b);
}

struct pawl_json
pawl_api_document_problems(struct pawl_arena *arena, const struct pawl_problems *problems,
			   const struct pawl_json *document)
{
	struct pawl_json plain = pawl_api_problems(arena, problems);
	struct pawl_json_builder list;

	pawl_json_array_begin(&list, arena);
	for (uint32_t i = 0; i < plain.len; i++)
		pawl_json_push(&list, located(arena, &plain.items[i], document));
	return pawl_json_end(&list);
}
