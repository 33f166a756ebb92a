#include "data/jsonpath_parse.h"

/* logical-expr of RFC 9535 section 2.3.5. What may stand where depends on types (section
 * 2.4.3), so that a literal, a query or a call is read first and judged by its place then. */

static bool take_or(struct pawl_jp_parser *parser, struct pawl_jp_expr **out);

static const struct function {
	const char *name;
	uint32_t argc;
	bool takes_nodes;   /* else values; the same for all arguments */
	bool gives_logical; /* else a value */
} functions[] = {
	[PAWL_JP_LENGTH] = {"length", 1, false, false},
	[PAWL_JP_COUNT] = {"count", 1, true, false},
	[PAWL_JP_MATCH] = {"match", 2, false, true},
	[PAWL_JP_SEARCH] = {"search", 2, false, true},
	[PAWL_JP_VALUE] = {"value", 1, true, false},
};

static bool
fail_at(struct pawl_jp_parser *parser, const struct pawl_jp_expr *expr, const char *message)
{
	return pawl_jp_fail(parser, parser->start + expr->offset, "%s", message);
}

static struct pawl_jp_expr *
new_expr(struct pawl_jp_parser *parser, enum pawl_jp_expr_kind kind, size_t offset)
{
	struct pawl_jp_expr *expr = pawl_arena_calloc(&parser->path->arena, 1, sizeof(*expr));

	expr->kind = kind;
	expr->offset = offset;
	return expr;
}

static bool
enter(struct pawl_jp_parser *parser)
{
	if (++parser->nesting <= PAWL_JSONPATH_NESTING_MAX)
		return true;
	return pawl_jp_fail(parser, parser->p, "nested more than %d levels deep",
			    PAWL_JSONPATH_NESTING_MAX);
}

/* ---- types ---------------------------------------------------------------- */

/* It can stand on a side of a comparison, or where a function wants a value. */
static bool
require_value(struct pawl_jp_parser *parser, const struct pawl_jp_expr *expr)
{
	switch (expr->kind) {
	case PAWL_JP_LITERAL:
		return true;
	case PAWL_JP_QUERY:
		return expr->query.is_singular ||
		       fail_at(parser, expr,
			       "this path can select many values, but one is needed here");
	case PAWL_JP_CALL:
		return !functions[expr->call.function].gives_logical ||
		       fail_at(parser, expr,
			       "this function says true or false by itself; it has no value");
	case PAWL_JP_COMPARE:
	case PAWL_JP_NOT:
	case PAWL_JP_AND:
	case PAWL_JP_OR:
		break;
	}
	return fail_at(parser, expr, "a condition has no value");
}

/* It can stand alone as a condition. */
static bool
require_logical(struct pawl_jp_parser *parser, const struct pawl_jp_expr *expr)
{
	if (expr->kind == PAWL_JP_LITERAL)
		return fail_at(parser, expr,
			       "a literal is no condition; compare it with something");
	if (expr->kind == PAWL_JP_CALL && !functions[expr->call.function].gives_logical)
		return fail_at(parser, expr,
			       "this function's value is no condition; compare it with something");
	return true;
}

static bool
require_argument(struct pawl_jp_parser *parser, const struct function *function,
		 const struct pawl_jp_expr *arg)
{
	if (!function->takes_nodes)
		return require_value(parser, arg);
	return arg->kind == PAWL_JP_QUERY ||
	       fail_at(parser, arg, "this function takes a path, such as @.items[*]");
}

/* ---- parts ---------------------------------------------------------------- */

static bool
take_query(struct pawl_jp_parser *parser, struct pawl_jp_expr **out)
{
	*out = new_expr(parser, PAWL_JP_QUERY, (size_t)(parser->p - parser->start));
	(*out)->query.is_absolute = *parser->p++ == '$';
	return pawl_jp_take_segments(parser, &(*out)->query);
}

/* A pattern that is written in the query is compiled with it. */
static void
compile_regexp(struct pawl_jp_parser *parser, struct pawl_jp_expr *call)
{
	const struct pawl_jp_expr *pattern = call->call.args[1];
	struct pawl_jp_regexp *regexp;

	if (!functions[call->call.function].gives_logical || pattern->kind != PAWL_JP_LITERAL ||
	    pattern->literal.type != PAWL_JSON_STRING)
		return;
	regexp = pawl_jp_regexp_new(pawl_json_str(&pattern->literal),
				    call->call.function == PAWL_JP_MATCH);
	*pawl_jp_regexp_next(regexp) = parser->path->regexps;
	parser->path->regexps = regexp;
	call->call.regexp = regexp;
}

/* After the opening parenthesis. */
static bool
take_arguments(struct pawl_jp_parser *parser, struct pawl_jp_expr *call)
{
	const struct function *function = &functions[call->call.function];
	struct pawl_jp_expr *arg;

	pawl_jp_skip_space(parser);
	while (!pawl_jp_next_is(parser, ')')) {
		if (call->call.argc == function->argc)
			return pawl_jp_fail(parser, parser->p, "%s() takes %u argument%s",
					    function->name, (unsigned)function->argc,
					    function->argc == 1 ? "" : "s");
		if (!take_or(parser, &arg) || !require_argument(parser, function, arg))
			return false;
		call->call.args[call->call.argc++] = arg;
		pawl_jp_skip_space(parser);
		if (!pawl_jp_accept(parser, ','))
			break;
		pawl_jp_skip_space(parser);
		if (pawl_jp_next_is(parser, ')'))
			return pawl_jp_fail_expected(parser, "an argument");
	}
	if (call->call.argc < function->argc)
		return pawl_jp_fail(parser, parser->p, "%s() takes %u argument%s", function->name,
				    (unsigned)function->argc, function->argc == 1 ? "" : "s");
	if (!pawl_jp_accept(parser, ')'))
		return pawl_jp_fail_expected(parser, "',' or ')'");
	compile_regexp(parser, call);
	return true;
}

static bool
take_call(struct pawl_jp_parser *parser, struct pawl_jp_expr **out)
{
	const char *start = parser->p;
	struct pawl_str name;
	bool ok;

	while (parser->p < parser->end &&
	       ((*parser->p >= 'a' && *parser->p <= 'z') ||
		(parser->p > start &&
		 (*parser->p == '_' || (*parser->p >= '0' && *parser->p <= '9')))))
		parser->p++;
	name = pawl_str(start, (size_t)(parser->p - start));
	if (name.len == 0 || !pawl_jp_accept(parser, '(')) {
		parser->p = start;
		return pawl_jp_fail_expected(parser, "'@', '$', a literal or a function call");
	}
	for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++) {
		if (!pawl_str_eq_c(name, functions[i].name))
			continue;
		*out = new_expr(parser, PAWL_JP_CALL, (size_t)(start - parser->start));
		(*out)->call.function = (enum pawl_jp_function)i;
		ok = enter(parser) && take_arguments(parser, *out);
		parser->nesting--;
		return ok;
	}
	return pawl_jp_fail(parser, start,
			    "unknown function; there are length, count, match, search and value");
}

static bool
take_word(struct pawl_jp_parser *parser, struct pawl_json *out)
{
	static const struct {
		const char *text;
		struct pawl_json value;
	} words[] = {
		{"true", {.type = PAWL_JSON_BOOL, .boolean = true}},
		{"false", {.type = PAWL_JSON_BOOL}},
		{"null", {.type = PAWL_JSON_NULL}},
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (!pawl_jp_looking_at(parser, words[i].text))
			continue;
		*out = words[i].value;
		parser->p += strlen(words[i].text);
		return true;
	}
	return false;
}

/* literal, filter-query or function-expr */
static bool
take_operand(struct pawl_jp_parser *parser, struct pawl_jp_expr **out)
{
	size_t offset = (size_t)(parser->p - parser->start);
	struct pawl_json literal;
	struct pawl_str text;

	if (pawl_jp_next_is(parser, '@') || pawl_jp_next_is(parser, '$'))
		return take_query(parser, out);
	if (pawl_jp_next_is(parser, '\'') || pawl_jp_next_is(parser, '"')) {
		if (!pawl_jp_take_string(parser, &text))
			return false;
		literal = pawl_json_string(text);
	} else if (pawl_jp_at_number(parser)) {
		if (!pawl_jp_take_number(parser, &literal))
			return false;
	} else if (!take_word(parser, &literal)) {
		return take_call(parser, out);
	}
	*out = new_expr(parser, PAWL_JP_LITERAL, offset);
	(*out)->literal = literal;
	return true;
}

static bool
accept_comparison(struct pawl_jp_parser *parser, enum pawl_jp_compare *op)
{
	static const char *const texts[] = {
		[PAWL_JP_EQ] = "==", [PAWL_JP_NE] = "!=", [PAWL_JP_LE] = "<=",
		[PAWL_JP_GE] = ">=", [PAWL_JP_LT] = "<",  [PAWL_JP_GT] = ">",
	};
	/* The longer ones first. */
	static const enum pawl_jp_compare order[] = {PAWL_JP_EQ, PAWL_JP_NE, PAWL_JP_LE,
						     PAWL_JP_GE, PAWL_JP_LT, PAWL_JP_GT};

	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		if (!pawl_jp_looking_at(parser, texts[order[i]]))
			continue;
		parser->p += strlen(texts[order[i]]);
		*op = order[i];
		return true;
	}
	return false;
}

/* comparison-expr, or its left side alone. */
static bool
take_comparison(struct pawl_jp_parser *parser, struct pawl_jp_expr **out)
{
	struct pawl_jp_expr *left, *right;
	enum pawl_jp_compare op;
	const char *behind;

	if (!take_operand(parser, &left))
		return false;
	*out = left;
	behind = parser->p;
	pawl_jp_skip_space(parser);
	if (!accept_comparison(parser, &op)) {
		parser->p = behind;
		return true;
	}
	pawl_jp_skip_space(parser);
	if (!take_operand(parser, &right) || !require_value(parser, left) ||
	    !require_value(parser, right))
		return false;
	*out = new_expr(parser, PAWL_JP_COMPARE, left->offset);
	(*out)->compare.op = op;
	(*out)->compare.left = left;
	(*out)->compare.right = right;
	return true;
}

static struct pawl_jp_expr *
new_logic(struct pawl_jp_parser *parser, enum pawl_jp_expr_kind kind, struct pawl_jp_expr *first,
	  size_t offset)
{
	struct pawl_jp_expr *expr = new_expr(parser, kind, offset);

	expr->logic.items = pawl_jp_grow(parser, NULL, 0, sizeof(*expr->logic.items));
	expr->logic.items[0] = first;
	expr->logic.len = 1;
	return expr;
}

/* paren-expr is a condition whatever is in it: (@.a) is no argument of count(). */
static bool
take_parentheses(struct pawl_jp_parser *parser, struct pawl_jp_expr **out)
{
	size_t offset = (size_t)(parser->p - parser->start);
	bool ok = enter(parser);

	parser->p++;
	pawl_jp_skip_space(parser);
	ok = ok && take_or(parser, out) && require_logical(parser, *out);
	parser->nesting--;
	if (!ok)
		return false;
	if ((*out)->kind == PAWL_JP_QUERY || (*out)->kind == PAWL_JP_CALL)
		*out = new_logic(parser, PAWL_JP_AND, *out, offset);
	pawl_jp_skip_space(parser);
	return pawl_jp_accept(parser, ')') || pawl_jp_fail_expected(parser, "')'");
}

static bool
take_negation(struct pawl_jp_parser *parser, struct pawl_jp_expr **out)
{
	size_t offset = (size_t)(parser->p++ - parser->start);
	struct pawl_jp_expr *inner;

	pawl_jp_skip_space(parser);
	if (pawl_jp_next_is(parser, '(')) {
		if (!take_parentheses(parser, &inner))
			return false;
	} else if (!take_operand(parser, &inner) || !require_logical(parser, inner)) {
		return false;
	}
	*out = new_logic(parser, PAWL_JP_NOT, inner, offset);
	return true;
}

/* basic-expr, or a literal or value that its place has to judge. */
static bool
take_primary(struct pawl_jp_parser *parser, struct pawl_jp_expr **out)
{
	if (pawl_jp_next_is(parser, '!'))
		return take_negation(parser, out);
	if (pawl_jp_next_is(parser, '('))
		return take_parentheses(parser, out);
	return take_comparison(parser, out);
}

/* Items with `mark` between them; one alone stays what it is. */
static bool
take_chain(struct pawl_jp_parser *parser, const char *mark, enum pawl_jp_expr_kind kind,
	   bool (*take_item)(struct pawl_jp_parser *, struct pawl_jp_expr **),
	   struct pawl_jp_expr **out)
{
	struct pawl_jp_expr *chain = NULL, *item;
	const char *behind;

	if (!take_item(parser, &item))
		return false;
	for (;;) {
		if (chain) {
			chain->logic.items =
				pawl_jp_grow(parser, chain->logic.items, chain->logic.len,
					     sizeof(*chain->logic.items));
			chain->logic.items[chain->logic.len++] = item;
		}
		behind = parser->p;
		pawl_jp_skip_space(parser);
		if (!pawl_jp_looking_at(parser, mark)) {
			parser->p = behind;
			*out = chain ? chain : item;
			return true;
		}
		parser->p += strlen(mark);
		if (!require_logical(parser, item))
			return false;
		if (!chain)
			chain = new_logic(parser, kind, item, item->offset);
		pawl_jp_skip_space(parser);
		if (!take_item(parser, &item) || !require_logical(parser, item))
			return false;
	}
}

static bool
take_and(struct pawl_jp_parser *parser, struct pawl_jp_expr **out)
{
	return take_chain(parser, "&&", PAWL_JP_AND, take_primary, out);
}

static bool
take_or(struct pawl_jp_parser *parser, struct pawl_jp_expr **out)
{
	return take_chain(parser, "||", PAWL_JP_OR, take_and, out);
}

bool
pawl_jp_take_filter(struct pawl_jp_parser *parser, const struct pawl_jp_expr **out)
{
	struct pawl_jp_expr *expr;
	bool ok = enter(parser) && take_or(parser, &expr) && require_logical(parser, expr);

	parser->nesting--;
	if (ok)
		*out = expr;
	return ok;
}
