/* Templates: JSON documents whose strings hold `${path}` expressions.
 *
 * The grammar is that of the workflow model: inside `${ }` stands a root and then
 * JSONPath segments, with an optional `?? default` (a JSON literal or another path);
 * `$${` is a literal `${`. A string that is one expression and nothing else keeps the
 * type of the value; in a longer string each value is put in as text. A singular path
 * that finds nothing gives null, one that can select many an array; the default is used
 * where nothing was found, not for a null. Member names are taken as they are.
 * Compiled once per revision, immutable afterwards: any thread. */
#ifndef PAWL_DATA_TEMPLATE_H
#define PAWL_DATA_TEMPLATE_H

#include "data/json.h"

/* A root is `name.member`. Known: workflow.{input,id,name,revision}
 * run.{id,attempt,started_at,resume_url} loop.{index,item,length} secrets.NAME env.NAME
 * <node id>.{output,error}; whether there is such a node is for the caller to see.
 *
 * A string default may also stand in single quotes: ${a.output ?? 'none'}. The names in
 * workflow.input.headers are put in lower case here. `$` in a filter is the root's value;
 * where that has nothing for it and the root is a node's output, it is output.data. */
struct pawl_template_ref {
	struct pawl_str name;    /* "workflow", "secrets", or a node's id */
	struct pawl_str member;  /* "input", "output", a secret's name */
	struct pawl_str path;    /* the segments after it, as written, up to the end or `??` */
	struct pawl_str pointer; /* JSON pointer of the string that holds it */
};

/* Where values come from during evaluation. */
struct pawl_scope {
	/* The root's value, or NULL when there is none (the expression then finds nothing).
	 * The value must live as long as `arena` or longer. */
	const struct pawl_json *(*resolve)(void *ctx, struct pawl_str name, struct pawl_str member,
					   struct pawl_arena *arena);
	void *ctx;
};

struct pawl_template;

/* Compiles every string inside `doc`, which is copied. Problems are added with the JSON
 * pointer of the string, `pointer` in front. NULL when there was any. */
struct pawl_template *pawl_template_compile(const struct pawl_json *doc, const char *pointer,
					    struct pawl_problems *problems);
/* For a single string outside a document. */
struct pawl_template *pawl_template_compile_str(struct pawl_str text, const char *pointer,
						struct pawl_problems *problems);
void pawl_template_free(struct pawl_template *tpl);

/* True when there is no expression in it. */
bool pawl_template_is_constant(const struct pawl_template *tpl);
/* Every reference in the order of the document; the array belongs to the template. */
const struct pawl_template_ref *pawl_template_refs(const struct pawl_template *tpl, size_t *n);

/* PAWL_ETOOBIG when the result would pass max_bytes (0: 16 MiB) or a path its step limit. Parts
 * without expressions are shared with the template, selected values with their source. */
PAWL_MUST_USE enum pawl_err pawl_template_eval(const struct pawl_template *tpl,
					       const struct pawl_scope *scope,
					       struct pawl_arena *arena, size_t max_bytes,
					       struct pawl_json *out);

/* The same, and whether the last of its expressions found anything. For templates that are one. */
PAWL_MUST_USE enum pawl_err pawl_template_probe(const struct pawl_template *tpl,
						const struct pawl_scope *scope,
						struct pawl_arena *arena, size_t max_bytes,
						struct pawl_json *out, bool *found);

/* True when `s` holds at least one expression (an escaped `$${` is none). */
bool pawl_template_has_expression(struct pawl_str s);

#endif
