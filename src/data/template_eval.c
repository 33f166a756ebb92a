#include "data/json_internal.h"
#include "data/template_ast.h"

#define MAX_BYTES_DEFAULT (16u << 20)
#define PIECES_ON_STACK   16
/* Room for what nodes, the store and the API put around a result. */
#define DEPTH_MAX (PAWL_JSON_DEPTH_OWN - 64)

struct eval {
	const struct pawl_scope *scope;
	struct pawl_arena *arena;
	size_t left; /* bytes that the result may still grow by */
	bool found;  /* the last expression found something */
};

size_t
pawl_tpl_text_bytes(const struct pawl_json *value, size_t max, unsigned levels)
{
	size_t sum = 2;

	switch ((enum pawl_json_type)value->type) {
	case PAWL_JSON_NULL:
	case PAWL_JSON_BOOL:
		return 4;
	case PAWL_JSON_NUMBER:
		return value->len;
	case PAWL_JSON_STRING:
		return sum + value->len;
	case PAWL_JSON_ARRAY:
		if (levels == 0)
			return max + 1;
		for (uint32_t i = 0; i < value->len && sum <= max; i++)
			sum += 1 + pawl_tpl_text_bytes(&value->items[i], max - sum, levels - 1);
		return sum;
	case PAWL_JSON_OBJECT:
		if (levels == 0)
			return max + 1;
		for (uint32_t i = 0; i < value->len && sum <= max; i++) {
			sum += 4 + value->members[i].key.len;
			if (sum <= max)
				sum += pawl_tpl_text_bytes(&value->members[i].value, max - sum,
							   levels - 1);
		}
		return sum;
	}
	return sum;
}

static bool
charge(struct eval *ev, size_t bytes)
{
	if (bytes > ev->left)
		return false;
	ev->left -= bytes;
	return true;
}

/* ---- expressions ---------------------------------------------------------- */

static struct pawl_json
make_array(struct pawl_arena *arena, const struct pawl_jsonpath_nodes *nodes)
{
	struct pawl_json *items = pawl_arena_alloc(arena, nodes->len * sizeof(*items));

	for (size_t i = 0; i < nodes->len; i++)
		items[i] = *nodes->items[i];
	return (struct pawl_json){
		.type = PAWL_JSON_ARRAY, .len = (uint32_t)nodes->len, .items = items};
}

/* Authing's paths mean by `$` what the node's output holds as data. */
static const struct pawl_json *
get_fallback(const struct pawl_tpl_operand *operand, const struct pawl_json *root)
{
	const struct pawl_json *data;

	if (!operand->is_output)
		return NULL;
	data = pawl_json_get(root, PAWL_STR("data"));
	return pawl_json_is(data, PAWL_JSON_OBJECT) ? data : NULL;
}

/* *found: something was selected. Else *out is what stands for nothing. */
static enum pawl_err
eval_operand(struct eval *ev, const struct pawl_tpl_operand *operand, struct pawl_json *out,
	     bool *found)
{
	const struct pawl_json *root = NULL, *value;
	struct pawl_jsonpath_nodes nodes = {0};
	enum pawl_err err;

	*found = true;
	if (!operand->path) {
		*out = operand->literal;
		return PAWL_OK;
	}
	if (ev->scope && ev->scope->resolve)
		root = ev->scope->resolve(ev->scope->ctx, operand->name, operand->member,
					  ev->arena);
	if (operand->is_singular) {
		value = root ? pawl_jsonpath_get(operand->path, root) : NULL;
		*found = value != NULL;
		*out = value ? *value : pawl_json_null();
		return PAWL_OK;
	}
	if (root) {
		err = pawl_jp_select(operand->path, root, get_fallback(operand, root), ev->arena,
				     &nodes);
		if (err != PAWL_OK)
			return err;
	}
	*found = nodes.len > 0;
	*out = make_array(ev->arena, &nodes);
	return PAWL_OK;
}

/* The first side that selects something; else what the last one has for nothing. */
static enum pawl_err
eval_expr(struct eval *ev, const struct pawl_tpl_expr *expr, struct pawl_json *out)
{
	ev->found = false;
	for (uint32_t i = 0; i < expr->len && !ev->found; i++) {
		enum pawl_err err = eval_operand(ev, &expr->operands[i], out, &ev->found);

		if (err != PAWL_OK)
			return err;
	}
	return PAWL_OK;
}

/* ---- text ----------------------------------------------------------------- */

static enum pawl_err
eval_piece(struct eval *ev, const struct pawl_tpl_part *part, struct pawl_str *out)
{
	struct pawl_json value;
	enum pawl_err err;

	if (!part->expr) {
		*out = part->text;
		return PAWL_OK;
	}
	err = eval_expr(ev, part->expr, &value);
	if (err != PAWL_OK)
		return err;
	switch ((enum pawl_json_type)value.type) {
	case PAWL_JSON_STRING:
	case PAWL_JSON_NUMBER:
		*out = pawl_json_str(&value);
		return PAWL_OK;
	case PAWL_JSON_NULL:
		*out = PAWL_STR("null");
		return PAWL_OK;
	case PAWL_JSON_BOOL:
		*out = value.boolean ? PAWL_STR("true") : PAWL_STR("false");
		return PAWL_OK;
	case PAWL_JSON_ARRAY:
	case PAWL_JSON_OBJECT:
		break;
	}
	if (pawl_tpl_text_bytes(&value, ev->left, DEPTH_MAX) > ev->left)
		return PAWL_ETOOBIG;
	*out = pawl_json_text(ev->arena, &value);
	return PAWL_OK;
}

/* All pieces first, so that the text is allocated once. */
static enum pawl_err
eval_text(struct eval *ev, const struct pawl_tpl_node *node, struct pawl_json *out)
{
	struct pawl_str on_stack[PIECES_ON_STACK], *pieces = on_stack;
	size_t len = 0;
	char *text, *w;

	if (!charge(ev, 2))
		return PAWL_ETOOBIG;
	if (node->len > PIECES_ON_STACK)
		pieces = pawl_arena_alloc(ev->arena, node->len * sizeof(*pieces));
	for (uint32_t i = 0; i < node->len; i++) {
		enum pawl_err err = eval_piece(ev, &node->parts[i], &pieces[i]);

		if (err != PAWL_OK)
			return err;
		if (!charge(ev, pieces[i].len))
			return PAWL_ETOOBIG;
		len += pieces[i].len;
	}
	if (len > UINT32_MAX)
		return PAWL_ETOOBIG;
	w = text = pawl_arena_alloc(ev->arena, len);
	for (uint32_t i = 0; i < node->len; i++) {
		if (pieces[i].len > 0)
			memcpy(w, pieces[i].ptr, pieces[i].len);
		w += pieces[i].len;
	}
	*out = pawl_json_string(pawl_str(text, len));
	return PAWL_OK;
}

/* ---- documents ------------------------------------------------------------ */

static enum pawl_err eval_node(struct eval *ev, const struct pawl_tpl_node *node, unsigned levels,
			       struct pawl_json *out);

static enum pawl_err
eval_array(struct eval *ev, const struct pawl_tpl_node *node, unsigned levels,
	   struct pawl_json *out)
{
	struct pawl_json *items = pawl_arena_alloc(ev->arena, node->len * sizeof(*items));

	if (!charge(ev, 2 + node->len))
		return PAWL_ETOOBIG;
	for (uint32_t i = 0; i < node->len; i++) {
		enum pawl_err err = eval_node(ev, &node->nodes[i], levels, &items[i]);

		if (err != PAWL_OK)
			return err;
	}
	*out = (struct pawl_json){.type = PAWL_JSON_ARRAY, .len = node->len, .items = items};
	return PAWL_OK;
}

static enum pawl_err
eval_object(struct eval *ev, const struct pawl_tpl_node *node, unsigned levels,
	    struct pawl_json *out)
{
	struct pawl_json_member *members =
		pawl_arena_alloc(ev->arena, node->len * sizeof(*members));

	for (uint32_t i = 0; i < node->len; i++) {
		enum pawl_err err;

		members[i].key = node->value.members[i].key;
		if (!charge(ev, 4 + members[i].key.len))
			return PAWL_ETOOBIG;
		err = eval_node(ev, &node->nodes[i], levels, &members[i].value);
		if (err != PAWL_OK)
			return err;
	}
	/* The keys are known to differ, and so few need no index. */
	if (node->len > PAWL_JSON_LINEAR_MAX)
		*out = pawl_json_seal_object(ev->arena, members, node->len);
	else
		*out = (struct pawl_json){
			.type = PAWL_JSON_OBJECT, .len = node->len, .members = members};
	return PAWL_OK;
}

/* `levels`: how many containers may still lie within each other here. */
static enum pawl_err
eval_node(struct eval *ev, const struct pawl_tpl_node *node, unsigned levels, struct pawl_json *out)
{
	enum pawl_err err;

	switch (node->kind) {
	case PAWL_TPL_CONSTANT:
		*out = node->value;
		return charge(ev, node->bytes) ? PAWL_OK : PAWL_ETOOBIG;
	case PAWL_TPL_EXPR:
		err = eval_expr(ev, node->expr, out);
		if (err == PAWL_OK && !charge(ev, pawl_tpl_text_bytes(out, ev->left, levels)))
			return PAWL_ETOOBIG;
		return err;
	case PAWL_TPL_TEXT:
		return eval_text(ev, node, out);
	case PAWL_TPL_ARRAY:
		return eval_array(ev, node, levels - 1, out);
	case PAWL_TPL_OBJECT:
		return eval_object(ev, node, levels - 1, out);
	}
	return PAWL_EINVAL;
}

enum pawl_err
pawl_template_probe(const struct pawl_template *tpl, const struct pawl_scope *scope,
		    struct pawl_arena *arena, size_t max_bytes, struct pawl_json *out, bool *found)
{
	struct eval ev = {
		.scope = scope, .arena = arena, .left = max_bytes ? max_bytes : MAX_BYTES_DEFAULT};
	enum pawl_err err;

	*out = pawl_json_null();
	err = eval_node(&ev, &tpl->root, DEPTH_MAX, out);
	*found = ev.found;
	return err;
}

enum pawl_err
pawl_template_eval(const struct pawl_template *tpl, const struct pawl_scope *scope,
		   struct pawl_arena *arena, size_t max_bytes, struct pawl_json *out)
{
	bool found;

	return pawl_template_probe(tpl, scope, arena, max_bytes, out, &found);
}
