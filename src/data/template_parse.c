#include <stdlib.h>

#include "base/alloc.h"
#include "data/template_parse.h"

#define POINTER_MAX (64 * 1024)

/* ---- strings -------------------------------------------------------------- */

/* The next `${` or `$${` from `p` on, or NULL. */
static const char *
find_mark(const char *p, const char *end)
{
	for (; p < end && (p = memchr(p, '$', (size_t)(end - p))); p++) {
		if (end - p >= 3 && p[1] == '$' && p[2] == '{')
			return p;
		if (end - p >= 2 && p[1] == '{')
			return p;
	}
	return NULL;
}

static void
add_part(struct pawl_tpl_reader *r, struct pawl_tpl_node *node, struct pawl_tpl_part part)
{
	node->parts =
		pawl_tpl_grow(&r->c->tpl->arena, node->parts, node->len, sizeof(*node->parts));
	node->parts[node->len++] = part;
}

/* Text from *text on that ends at `w` and is no part yet becomes one. */
static void
flush_text(struct pawl_tpl_reader *r, struct pawl_tpl_node *node, const char **text, const char *w)
{
	if (w > *text)
		add_part(r, node,
			 (struct pawl_tpl_part){.text = pawl_str(*text, (size_t)(w - *text))});
	*text = w;
}

/* Goes on behind a broken expression, so that the next one is looked at too. */
static void
skip_broken(struct pawl_tpl_reader *r)
{
	const char *brace = memchr(r->p, '}', (size_t)(r->end - r->p));

	r->p = brace ? brace + 1 : r->end;
}

/* The parts of a string that has a mark in it. */
static void
take_parts(struct pawl_tpl_reader *r, struct pawl_tpl_node *node)
{
	/* Text without its escapes; never longer than what it is made of. */
	char *w = pawl_arena_alloc(&r->c->tpl->arena, (size_t)(r->end - r->p));
	const char *text = w, *mark;

	while ((mark = find_mark(r->p, r->end))) {
		const struct pawl_tpl_expr *expr = NULL;

		memcpy(w, r->p, (size_t)(mark - r->p));
		w += mark - r->p;
		if (mark[1] == '$') {
			memcpy(w, "${", 2);
			w += 2;
			r->p = mark + 3;
			continue;
		}
		flush_text(r, node, &text, w);
		r->p = mark + 2;
		if (pawl_tpl_take_expr(r, mark, &expr))
			add_part(r, node, (struct pawl_tpl_part){.expr = expr});
		else
			skip_broken(r);
	}
	memcpy(w, r->p, (size_t)(r->end - r->p));
	flush_text(r, node, &text, w + (r->end - r->p));
}

static void
set_constant(struct pawl_tpl_node *node, struct pawl_json value, size_t bytes)
{
	*node = (struct pawl_tpl_node){.kind = PAWL_TPL_CONSTANT, .value = value, .bytes = bytes};
}

static void
compile_string(struct pawl_tpl_compiler *c, const struct pawl_json *value,
	       struct pawl_tpl_node *node)
{
	struct pawl_tpl_reader r = {.c = c, .start = value->text, .p = value->text};

	r.end = r.start + value->len;
	*node = (struct pawl_tpl_node){.kind = PAWL_TPL_TEXT};
	if (value->len == 0 || !find_mark(r.p, r.end)) {
		set_constant(node, *value, 2 + value->len);
		return;
	}
	take_parts(&r, node);
	if (node->len == 1 && node->parts[0].expr) {
		node->kind = PAWL_TPL_EXPR;
		node->expr = node->parts[0].expr;
	} else if (node->len == 1) {
		set_constant(node, pawl_json_string(node->parts[0].text),
			     2 + node->parts[0].text.len);
	}
}

/* ---- documents ------------------------------------------------------------ */

static void compile_node(struct pawl_tpl_compiler *c, const struct pawl_json *value,
			 struct pawl_tpl_node *node);

/* Runs of one token of a JSON pointer: RFC 6901 section 3. */
static void
push_key(struct pawl_buf *pointer, struct pawl_str key)
{
	pawl_buf_append_char(pointer, '/');
	for (size_t i = 0; i < key.len; i++) {
		if (key.ptr[i] == '~')
			pawl_buf_append_c(pointer, "~0");
		else if (key.ptr[i] == '/')
			pawl_buf_append_c(pointer, "~1");
		else
			pawl_buf_append_char(pointer, key.ptr[i]);
	}
}

static void
pop_key(struct pawl_buf *pointer, size_t len)
{
	pointer->len = len;
	pointer->overflow = false;
	if (pointer->data)
		pointer->data[len] = '\0';
}

/* A container with nothing but constants in it. Not its source: an escape may have changed. */
static void
set_constant_container(struct pawl_tpl_compiler *c, struct pawl_tpl_node *node)
{
	const struct pawl_json *source = &node->value;
	struct pawl_json_builder b;
	size_t bytes = 2;

	if (source->type == PAWL_JSON_ARRAY)
		pawl_json_array_begin(&b, &c->tpl->arena);
	else
		pawl_json_object_begin(&b, &c->tpl->arena);
	for (uint32_t i = 0; i < node->len; i++) {
		bytes += 1 + node->nodes[i].bytes;
		if (source->type == PAWL_JSON_ARRAY) {
			pawl_json_push(&b, node->nodes[i].value);
		} else {
			bytes += 3 + source->members[i].key.len;
			pawl_json_set(&b, source->members[i].key, node->nodes[i].value);
		}
	}
	set_constant(node, pawl_json_end(&b), bytes);
}

static void
compile_container(struct pawl_tpl_compiler *c, const struct pawl_json *value,
		  struct pawl_tpl_node *node)
{
	bool is_array = value->type == PAWL_JSON_ARRAY, is_constant = true;
	size_t pointer_len = c->pointer.len;

	*node = (struct pawl_tpl_node){.kind = is_array ? PAWL_TPL_ARRAY : PAWL_TPL_OBJECT,
				       .len = value->len,
				       .value = *value};
	node->nodes = pawl_arena_calloc(&c->tpl->arena, value->len, sizeof(*node->nodes));
	for (uint32_t i = 0; i < value->len; i++) {
		if (is_array)
			pawl_buf_printf(&c->pointer, "/%u", i);
		else
			push_key(&c->pointer, value->members[i].key);
		compile_node(c, is_array ? &value->items[i] : &value->members[i].value,
			     &node->nodes[i]);
		pop_key(&c->pointer, pointer_len);
		is_constant &= node->nodes[i].kind == PAWL_TPL_CONSTANT;
	}
	if (is_constant)
		set_constant_container(c, node);
}

static void
compile_node(struct pawl_tpl_compiler *c, const struct pawl_json *value, struct pawl_tpl_node *node)
{
	switch ((enum pawl_json_type)value->type) {
	case PAWL_JSON_NULL:
	case PAWL_JSON_BOOL:
	case PAWL_JSON_NUMBER:
		set_constant(node, *value, pawl_tpl_text_bytes(value, SIZE_MAX / 2, 0));
		break;
	case PAWL_JSON_STRING:
		compile_string(c, value, node);
		break;
	case PAWL_JSON_ARRAY:
	case PAWL_JSON_OBJECT:
		compile_container(c, value, node);
		break;
	}
}

/* ---- the way in ----------------------------------------------------------- */

/* A copy in the template's own arena; PAWL_EINVAL when the value is too deep to be written
 * down. */
static enum pawl_err
copy_document(struct pawl_arena *arena, const struct pawl_json *doc, struct pawl_json *out)
{
	struct pawl_arena scratch;
	struct pawl_json_error error;
	enum pawl_err err;

	pawl_arena_init(&scratch, 0);
	err = pawl_json_parse(arena, pawl_json_text(&scratch, doc), out, &error);
	pawl_arena_fini(&scratch);
	return err;
}

struct pawl_template *
pawl_template_compile(const struct pawl_json *doc, const char *pointer,
		      struct pawl_problems *problems)
{
	struct pawl_template *tpl = pawl_calloc(1, sizeof(*tpl));
	struct pawl_tpl_compiler c = {.tpl = tpl, .problems = problems};
	struct pawl_json copy;

	pawl_arena_init(&tpl->arena, 1024);
	pawl_buf_init(&c.pointer, POINTER_MAX);
	pawl_buf_append_c(&c.pointer, pointer ? pointer : "");
	if (copy_document(&tpl->arena, doc, &copy) == PAWL_OK) {
		compile_node(&c, &copy, &tpl->root);
	} else {
		pawl_problems_add(problems, pointer ? pointer : "",
				  "nested more than %d levels deep", PAWL_JSON_DEPTH_MAX);
		c.failed = true;
	}
	pawl_buf_fini(&c.pointer);
	if (!c.failed)
		return tpl;
	pawl_template_free(tpl);
	return NULL;
}

struct pawl_template *
pawl_template_compile_str(struct pawl_str text, const char *pointer, struct pawl_problems *problems)
{
	struct pawl_json value = pawl_json_string(text);

	return pawl_template_compile(&value, pointer, problems);
}

void
pawl_template_free(struct pawl_template *tpl)
{
	if (!tpl)
		return;
	for (size_t i = 0; i < tpl->paths_len; i++)
		pawl_jsonpath_free(tpl->paths[i]);
	pawl_arena_fini(&tpl->arena);
	free(tpl);
}

bool
pawl_template_is_constant(const struct pawl_template *tpl)
{
	return tpl->root.kind == PAWL_TPL_CONSTANT;
}

const struct pawl_template_ref *
pawl_template_refs(const struct pawl_template *tpl, size_t *n)
{
	*n = tpl->refs_len;
	return tpl->refs;
}

bool
pawl_template_has_expression(struct pawl_str s)
{
	const char *p = s.ptr, *end = s.ptr + s.len;

	while (s.len > 0 && (p = find_mark(p, end))) {
		if (p[1] == '{')
			return true;
		p += 3;
	}
	return false;
}
