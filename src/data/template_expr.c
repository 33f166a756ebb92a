#include <stdarg.h>
#include <stdio.h>

#include "base/utf8.h"
#include "data/jsonpath_parse.h"
#include "data/template_parse.h"

/* The roots that are no nodes. NULL members: any name. */
static const struct root {
	const char *name;
	const char *members[5];
	const char *text;
} roots[] = {
	{"workflow", {"input", "id", "name", "revision"}, "input, id, name and revision"},
	{"run",
	 {"id", "attempt", "started_at", "resume_url"},
	 "id, attempt, started_at and resume_url"},
	{"loop", {"index", "item", "length"}, "index, item and length"},
	{"secrets", {NULL}, NULL},
	{"env", {NULL}, NULL},
};

/* ---- helpers -------------------------------------------------------------- */

/* Always false. */
static bool fail(struct pawl_tpl_reader *r, const char *at, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static bool
fail(struct pawl_tpl_reader *r, const char *at, const char *fmt, ...)
{
	char message[512];
	size_t position = 1;
	va_list args;

	for (const char *p = r->start; p < at; p++)
		position += ((unsigned char)*p & 0xc0) != 0x80;
	va_start(args, fmt);
	(void)vsnprintf(message, sizeof(message), fmt, args);
	va_end(args);
	r->c->failed = true;
	pawl_problems_add(r->c->problems, r->c->pointer.len ? r->c->pointer.data : "",
			  "at character %zu: %s", position, message);
	return false;
}

static bool
fail_expected(struct pawl_tpl_reader *r, const char *open, const char *wanted)
{
	size_t len;

	if (r->p == r->end)
		return fail(r, open, "`${` is not closed; expected %s", wanted);
	len = pawl_utf8_step((const unsigned char *)r->p, (size_t)(r->end - r->p));
	return fail(r, r->p, "unexpected '%.*s'; expected %s", (int)len, r->p, wanted);
}

static struct pawl_str
rest(const struct pawl_tpl_reader *r)
{
	return pawl_str(r->p, (size_t)(r->end - r->p));
}

static bool
looking_at(const struct pawl_tpl_reader *r, const char *text)
{
	return pawl_str_starts_with(rest(r), pawl_str_c(text));
}

static void
skip_space(struct pawl_tpl_reader *r)
{
	while (r->p < r->end && (*r->p == ' ' || *r->p == '\t' || *r->p == '\n' || *r->p == '\r'))
		r->p++;
}

static bool
is_word_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_';
}

/* May be empty. `hyphens`: they may stand in it. */
static struct pawl_str
take_word(struct pawl_tpl_reader *r, bool hyphens)
{
	const char *start = r->p;

	if (r->p < r->end && *r->p >= '0' && *r->p <= '9')
		return pawl_str(start, 0);
	while (r->p < r->end && (is_word_byte(*r->p) || (hyphens && *r->p == '-')))
		r->p++;
	return pawl_str(start, (size_t)(r->p - start));
}

void *
pawl_tpl_grow(struct pawl_arena *arena, void *items, size_t len, size_t item_bytes)
{
	void *more;

	/* The room is the next power of two, from one on. */
	if (len > 0 && (len & (len - 1)) != 0)
		return items;
	more = pawl_arena_calloc(arena, len ? 2 * len : 1, item_bytes);
	if (len > 0)
		memcpy(more, items, len * item_bytes);
	return more;
}

/* ---- literals ------------------------------------------------------------- */

/* Behind the JSON text that starts at `p`, if it is one; never past `end`. */
static const char *
find_literal_end(const char *p, const char *end)
{
	unsigned depth = 0;

	if (*p != '"' && *p != '{' && *p != '[') {
		while (p < end && (is_word_byte(*p) || *p == '-' || *p == '+' || *p == '.'))
			p++;
		return p;
	}
	for (; p < end; p++) {
		if (*p == '"') {
			for (p++; p < end && *p != '"'; p++)
				p += *p == '\\' && p + 1 < end;
			if (p == end)
				return end;
		} else if (*p == '{' || *p == '[') {
			depth++;
		} else if (*p == '}' || *p == ']') {
			depth--;
		}
		if (depth == 0)
			return p + 1;
	}
	return end;
}

static bool
take_json(struct pawl_tpl_reader *r, struct pawl_json *out)
{
	const char *literal_end = find_literal_end(r->p, r->end);
	struct pawl_json_error error;

	if (pawl_json_parse(&r->c->tpl->arena, pawl_str(r->p, (size_t)(literal_end - r->p)), out,
			    &error) != PAWL_OK)
		return fail(r, r->p + error.offset, "the default is no JSON value: %s",
			    error.message);
	r->p = literal_end;
	return true;
}

/* Double quotes have to be escaped in a JSON document, so that a string may also be written
 * as in JSONPath. */
static bool
take_quoted(struct pawl_tpl_reader *r, struct pawl_json *out)
{
	struct pawl_jsonpath scratch = {0};
	struct pawl_jsonpath_error error;
	struct pawl_jp_parser parser = {
		.start = r->p, .p = r->p, .end = r->end, .path = &scratch, .error = &error};
	struct pawl_str text;
	bool ok;

	pawl_arena_init(&scratch.arena, 0);
	ok = pawl_jp_take_string(&parser, &text);
	if (ok)
		*out = pawl_json_string(pawl_arena_dup(&r->c->tpl->arena, text));
	else
		(void)fail(r, r->p + error.offset, "%s", error.message);
	pawl_arena_fini(&scratch.arena);
	r->p = parser.p;
	return ok;
}

static bool
at_literal(const struct pawl_tpl_reader *r)
{
	struct pawl_tpl_reader ahead = *r;
	struct pawl_str word;

	if (r->p < r->end && strchr("\"'{[-0123456789", *r->p) && *r->p != '\0')
		return true;
	word = take_word(&ahead, false);
	return (pawl_str_eq_c(word, "true") || pawl_str_eq_c(word, "false") ||
		pawl_str_eq_c(word, "null")) &&
	       !looking_at(&ahead, ".");
}

/* ---- paths ---------------------------------------------------------------- */

static bool
check_member(struct pawl_tpl_reader *r, const struct pawl_tpl_operand *operand, const char *at)
{
	for (size_t i = 0; i < sizeof(roots) / sizeof(roots[0]); i++) {
		const char *const *member = roots[i].members;

		if (!pawl_str_eq_c(operand->name, roots[i].name))
			continue;
		if (!*member)
			return true;
		for (; *member; member++) {
			if (pawl_str_eq_c(operand->member, *member))
				return true;
		}
		return fail(r, at, "%s has no member %.*s; it has %s", roots[i].name,
			    PAWL_STR_ARG(operand->member), roots[i].text);
	}
	if (pawl_str_eq_c(operand->member, "output") || pawl_str_eq_c(operand->member, "error"))
		return true;
	return fail(r, at,
		    "%.*s.%.*s: a node has the members output and error; what is no node begins "
		    "with workflow, run, loop, secrets or env",
		    PAWL_STR_ARG(operand->name), PAWL_STR_ARG(operand->member));
}

static bool
is_node(struct pawl_str name)
{
	for (size_t i = 0; i < sizeof(roots) / sizeof(roots[0]); i++) {
		if (pawl_str_eq_c(name, roots[i].name))
			return false;
	}
	return true;
}

/* `name.member` */
static bool
take_root(struct pawl_tpl_reader *r, const char *open, struct pawl_tpl_operand *operand)
{
	struct pawl_arena *arena = &r->c->tpl->arena;
	const char *at = r->p;
	bool free_names;

	operand->name = pawl_arena_dup(arena, take_word(r, false));
	if (operand->name.len == 0)
		return fail_expected(r, open,
				     "a node's id or one of workflow, run, loop, secrets, env");
	if (!looking_at(r, "."))
		return fail_expected(r, open,
				     is_node(operand->name)
					     ? "'.' and a member: a node has output and error"
					     : "'.' and a member");
	r->p++;
	free_names = pawl_str_eq_c(operand->name, "secrets") || pawl_str_eq_c(operand->name, "env");
	operand->member = pawl_arena_dup(arena, take_word(r, free_names));
	if (operand->member.len == 0)
		return fail_expected(r, open, "the name of a member");
	return check_member(r, operand, at);
}

/* Header names arrive in lower case, and are looked up without regard to case: RFC 9110
 * section 5.1. */
static void
fold_header_names(struct pawl_jsonpath *path)
{
	const struct pawl_jp_query *query = &path->query;

	if (query->len < 2 || !query->segments[0].is_singular ||
	    query->segments[0].selectors[0].kind != PAWL_JP_NAME ||
	    !pawl_str_eq_c(query->segments[0].selectors[0].name, "headers") ||
	    query->segments[1].is_descendant)
		return;
	for (uint32_t i = 0; i < query->segments[1].len; i++) {
		struct pawl_jp_selector *selector = &query->segments[1].selectors[i];
		char *lower;

		if (selector->kind != PAWL_JP_NAME)
			continue;
		lower = pawl_arena_dup_c(&path->arena, selector->name);
		for (size_t k = 0; k < selector->name.len; k++) {
			if (lower[k] >= 'A' && lower[k] <= 'Z')
				lower[k] = (char)(lower[k] | 0x20);
		}
		selector->name.ptr = lower;
	}
}

static void
add_path(struct pawl_template *tpl, struct pawl_jsonpath *path)
{
	tpl->paths = pawl_tpl_grow(&tpl->arena, tpl->paths, tpl->paths_len,
				   sizeof(struct pawl_jsonpath *));
	tpl->paths[tpl->paths_len++] = path;
}

static void
add_ref(struct pawl_tpl_reader *r, const struct pawl_tpl_operand *operand, struct pawl_str path)
{
	struct pawl_template *tpl = r->c->tpl;

	if (!r->pointer.ptr)
		r->pointer = pawl_arena_dup(&tpl->arena, pawl_buf_peek(&r->c->pointer));
	tpl->refs = pawl_tpl_grow(&tpl->arena, tpl->refs, tpl->refs_len, sizeof(*tpl->refs));
	tpl->refs[tpl->refs_len++] = (struct pawl_template_ref){
		.name = operand->name,
		.member = operand->member,
		.path = pawl_arena_dup(&tpl->arena, path),
		.pointer = r->pointer,
	};
}

static bool
take_path(struct pawl_tpl_reader *r, const char *open, struct pawl_tpl_operand *operand)
{
	struct pawl_jsonpath_error error;
	size_t used;

	if (!take_root(r, open, operand))
		return false;
	if (pawl_jsonpath_compile_segments(rest(r), &used, &operand->path, &error) != PAWL_OK)
		return fail(r, r->p + error.offset, "%s", error.message);
	add_path(r->c->tpl, operand->path);
	operand->is_singular = pawl_jsonpath_is_singular(operand->path);
	operand->is_output = is_node(operand->name) && pawl_str_eq_c(operand->member, "output");
	if (pawl_str_eq_c(operand->name, "workflow") && pawl_str_eq_c(operand->member, "input"))
		fold_header_names(operand->path);
	add_ref(r, operand, pawl_str(r->p, used));
	r->p += used;
	return true;
}

/* ---- expressions ---------------------------------------------------------- */

static bool
take_operand(struct pawl_tpl_reader *r, const char *open, struct pawl_tpl_operand *operand)
{
	if (!at_literal(r))
		return take_path(r, open, operand);
	return *r->p == '\'' ? take_quoted(r, &operand->literal) : take_json(r, &operand->literal);
}

bool
pawl_tpl_take_expr(struct pawl_tpl_reader *r, const char *open, const struct pawl_tpl_expr **out)
{
	struct pawl_arena *arena = &r->c->tpl->arena;
	struct pawl_tpl_expr *expr = pawl_arena_calloc(arena, 1, sizeof(*expr));
	struct pawl_tpl_operand *operand;

	skip_space(r);
	if (at_literal(r))
		return fail(r, r->p,
			    "expected a path here; a literal can be a default, behind `??`");
	for (;;) {
		expr->operands =
			pawl_tpl_grow(arena, expr->operands, expr->len, sizeof(*expr->operands));
		operand = &expr->operands[expr->len++];
		if (!take_operand(r, open, operand))
			return false;
		skip_space(r);
		if (!looking_at(r, "??"))
			break;
		if (!operand->path)
			return fail(r, r->p,
				    "a literal always has a value; no default can follow it");
		r->p += 2;
		skip_space(r);
		if (!at_literal(r) && (r->p == r->end || !is_word_byte(*r->p)))
			return fail_expected(r, open, "a default: a JSON value or another path");
	}
	if (looking_at(r, "-"))
		return fail(r, r->p,
			    "a name with a hyphen has to stand in brackets, as in ['a-b']");
	if (!looking_at(r, "}"))
		return fail_expected(r, open, operand->path ? "'}' or `??`" : "'}'");
	r->p++;
	*out = expr;
	return true;
}
