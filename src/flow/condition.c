#include "flow/condition_ops.h"

#include "data/template.h"
#include "flow/pointer.h"
#include "flow/suggest.h"

#define OPS_MAX 32

const char *const *
pawl_condition_ops(void)
{
	static const char *const names[] = {
		"equals",        "not_equals",   "greater",      "greater_or_equal", "less",
		"less_or_equal", "contains",     "not_contains", "starts_with",      "ends_with",
		"matches",       "in",           "not_in",       "exists",           "not_exists",
		"is_empty",      "is_not_empty", "is_true",      "is_false",         "before",
		"after",         "type_is",      NULL,
	};

	return names;
}

unsigned
pawl_condition_op_operands(const char *op)
{
	const struct pawl_condition_op *found = pawl_condition_op_find(pawl_str_c(op));

	return found ? found->operands : 0;
}

/* ---- at document time ---------------------------------------------------- */

struct check {
	struct pawl_pointer at;
	struct pawl_problems *problems;
};

static void check_condition(struct check *c, const struct pawl_json *v, const char *const *also,
			    unsigned depth);

static void
say(struct check *c, const char *member, const char *message)
{
	size_t mark = c->at.buf.len;

	if (member)
		mark = pawl_pointer_push_c(&c->at, member);
	pawl_problems_add(c->problems, pawl_pointer_get(&c->at), "%s", message);
	pawl_pointer_pop(&c->at, mark);
}

static bool
is_literal(const struct pawl_json *v)
{
	return !pawl_json_is(v, PAWL_JSON_STRING) ||
	       !pawl_template_has_expression(pawl_json_str(v));
}

static bool
is_among(struct pawl_str name, const char *const *names)
{
	for (size_t i = 0; names && names[i]; i++) {
		if (pawl_str_eq_c(name, names[i]))
			return true;
	}
	return false;
}

static void
check_unknown(struct check *c, const struct pawl_json *v, const char *const *known,
	      const char *const *also)
{
	static const char *const parts[] = {"all", "any", "not", "left", "op", "right", NULL};
	char near[PAWL_SUGGEST_TEXT_MAX];
	struct pawl_suggest suggest;
	size_t mark;

	for (uint32_t i = 0; i < v->len; i++) {
		struct pawl_str key = v->members[i].key;

		if (is_among(key, known) || is_among(key, also))
			continue;
		if (is_among(key, parts)) {
			say(c, NULL,
			    "is more than one condition: keep one of \"all\", \"any\", \"not\" and "
			    "\"left\", or put them into a group");
			return;
		}
		pawl_suggest_init(&suggest, key);
		for (size_t j = 0; known[j]; j++)
			pawl_suggest_offer(&suggest, pawl_str_c(known[j]));
		for (size_t j = 0; also && also[j]; j++)
			pawl_suggest_offer(&suggest, pawl_str_c(also[j]));
		mark = pawl_pointer_push(&c->at, key);
		pawl_problems_add(c->problems, pawl_pointer_get(&c->at),
				  "\"%.*s\" does not belong to this condition; remove it%s",
				  PAWL_STR_ARG(key), pawl_suggest_text(&suggest, near));
		pawl_pointer_pop(&c->at, mark);
	}
}

static void
check_op(struct check *c, const struct pawl_json *op)
{
	char near[PAWL_SUGGEST_TEXT_MAX];
	struct pawl_suggest suggest;
	size_t mark;

	pawl_suggest_init(&suggest, pawl_json_str(op));
	for (const struct pawl_condition_op *o = pawl_condition_op_table; o->name; o++)
		pawl_suggest_offer(&suggest, pawl_str_c(o->name));
	mark = pawl_pointer_push_c(&c->at, "op");
	if (pawl_json_is(op, PAWL_JSON_STRING))
		pawl_problems_add(
			c->problems, pawl_pointer_get(&c->at), "there is no operator \"%.*s\"%s",
			PAWL_STR_ARG(pawl_json_str(op)),
			suggest.best.ptr ? pawl_suggest_text(&suggest, near)
					 : "; use one such as \"equals\" or \"contains\"");
	else
		pawl_problems_add(c->problems, pawl_pointer_get(&c->at),
				  "must be the name of an operator such as \"equals\"");
	pawl_pointer_pop(&c->at, mark);
}

static void
check_operand(struct check *c, const char *member, const struct pawl_json *v,
	      const char *(*check)(const struct pawl_json *v))
{
	const char *wrong = v && check && is_literal(v) ? check(v) : NULL;

	if (wrong)
		say(c, member, wrong);
}

static void
check_leaf(struct check *c, const struct pawl_json *v, const char *const *also)
{
	static const char *const known[] = {"left", "op", "right", NULL};
	const struct pawl_json *left = pawl_json_get_c(v, "left");
	const struct pawl_json *right = pawl_json_get_c(v, "right");
	const struct pawl_json *name = pawl_json_get_c(v, "op");
	const struct pawl_condition_op *op = NULL;

	check_unknown(c, v, known, also);
	if (!left)
		say(c, NULL,
		    "\"left\" is missing: the value to look at, such as "
		    "\"${workflow.input.body.role}\"");
	if (!name)
		say(c, NULL, "\"op\" is missing: an operator such as \"equals\"");
	else if (pawl_json_is(name, PAWL_JSON_STRING))
		op = pawl_condition_op_find(pawl_json_str(name));
	if (name && !op)
		check_op(c, name);
	if (!op)
		return;
	check_operand(c, "left", left, op->check_left);
	if (op->operands == 1) {
		if (right)
			say(c, "right", "this operator looks at \"left\" alone; remove it");
		return;
	}
	if (!right)
		say(c, NULL, "\"right\" is missing: the value to compare with");
	check_operand(c, "right", right, op->check_right);
}

static void
check_group(struct check *c, const struct pawl_json *v, const char *name, const char *const *also,
	    unsigned depth)
{
	const struct pawl_json *list = pawl_json_get_c(v, name);
	const char *known[] = {name, NULL};
	size_t mark;

	check_unknown(c, v, known, also);
	if (!pawl_json_is(list, PAWL_JSON_ARRAY)) {
		say(c, name, "must be a list of conditions");
		return;
	}
	if (!list->len) {
		say(c, name, "is empty: add a condition, or remove the group");
		return;
	}
	mark = pawl_pointer_push_c(&c->at, name);
	for (uint32_t i = 0; i < list->len; i++) {
		size_t inner = pawl_pointer_push_index(&c->at, i);

		check_condition(c, &list->items[i], NULL, depth + 1);
		pawl_pointer_pop(&c->at, inner);
	}
	pawl_pointer_pop(&c->at, mark);
}

static void
check_condition(struct check *c, const struct pawl_json *v, const char *const *also, unsigned depth)
{
	static const char *const known_not[] = {"not", NULL};
	size_t mark;

	if (!pawl_json_is(v, PAWL_JSON_OBJECT)) {
		say(c, NULL,
		    "must be a condition: {\"left\": …, \"op\": …, \"right\": …}, or a "
		    "group {\"all\": […]}, {\"any\": […]}, {\"not\": …}");
		return;
	}
	if (depth > PAWL_CONDITION_DEPTH_MAX) {
		say(c, NULL, "conditions are nested too deep; split this one up");
		return;
	}
	if (pawl_json_get_c(v, "all")) {
		check_group(c, v, "all", also, depth);
	} else if (pawl_json_get_c(v, "any")) {
		check_group(c, v, "any", also, depth);
	} else if (pawl_json_get_c(v, "not")) {
		check_unknown(c, v, known_not, also);
		mark = pawl_pointer_push_c(&c->at, "not");
		check_condition(c, pawl_json_get_c(v, "not"), NULL, depth + 1);
		pawl_pointer_pop(&c->at, mark);
	} else {
		check_leaf(c, v, also);
	}
}

void
pawl_condition_check(const struct pawl_json *condition, const char *const *also,
		     const char *pointer, struct pawl_problems *problems)
{
	struct check c = {.problems = problems};

	pawl_pointer_init(&c.at, pointer);
	check_condition(&c, condition, also, 1);
	pawl_pointer_fini(&c.at);
}

/* ---- evaluation ---------------------------------------------------------- */

static enum pawl_err eval(const struct pawl_json *v, unsigned depth, bool *out,
			  struct pawl_problems *problems);

static enum pawl_err
eval_leaf(const struct pawl_json *v, bool *out, struct pawl_problems *problems)
{
	static const struct pawl_json null = {.type = PAWL_JSON_NULL};
	const struct pawl_json *left = pawl_json_get_c(v, "left");
	const struct pawl_json *right = pawl_json_get_c(v, "right");
	struct pawl_str name = pawl_json_get_str(v, "op", PAWL_STR(""));
	const struct pawl_condition_op *op = pawl_condition_op_find(name);
	const char *wrong;

	if (!op) {
		pawl_problems_add(problems, "", "there is no operator \"%.*s\"",
				  PAWL_STR_ARG(name));
		return PAWL_EINVAL;
	}
	wrong = op->eval(left ? left : &null, right ? right : &null, out);
	if (wrong) {
		pawl_problems_add(problems, "", "%s: an operand %s", op->name, wrong);
		return PAWL_EINVAL;
	}
	*out = *out != op->negate;
	return PAWL_OK;
}

/* Goes on until one condition decides. */
static enum pawl_err
eval_group(const struct pawl_json *list, bool decisive, unsigned depth, bool *out,
	   struct pawl_problems *problems)
{
	enum pawl_err err;

	*out = !decisive;
	for (uint32_t i = 0; pawl_json_is(list, PAWL_JSON_ARRAY) && i < list->len; i++) {
		err = eval(&list->items[i], depth + 1, out, problems);
		if (err || *out == decisive)
			return err;
	}
	return PAWL_OK;
}

static enum pawl_err
eval(const struct pawl_json *v, unsigned depth, bool *out, struct pawl_problems *problems)
{
	const struct pawl_json *inner;
	enum pawl_err err;

	if (depth > PAWL_CONDITION_DEPTH_MAX) {
		pawl_problems_add(problems, "", "conditions are nested too deep");
		return PAWL_EINVAL;
	}
	if ((inner = pawl_json_get_c(v, "all")))
		return eval_group(inner, false, depth, out, problems);
	if ((inner = pawl_json_get_c(v, "any")))
		return eval_group(inner, true, depth, out, problems);
	if ((inner = pawl_json_get_c(v, "not"))) {
		err = eval(inner, depth + 1, out, problems);
		*out = !*out;
		return err;
	}
	return eval_leaf(v, out, problems);
}

enum pawl_err
pawl_condition_eval(const struct pawl_json *condition, bool *out, struct pawl_problems *problems)
{
	*out = false;
	return eval(condition, 1, out, problems);
}
