/* /api/v1/export and /api/v1/import: many documents at once, as JSON or as YAML. */
#include "base/clock.h"
#include "base/codec.h"
#include "data/yaml.h"
#include "data/yaml_write.h"
#include "flow/workflow.h"
#include "server/api_resources.h"
#include "server/secrets.h"

#define EXPORT_BYTES_MAX ((size_t)64 << 20)
#define DOCUMENTS_MAX    500
#define TOKEN_BYTES      16

/* ---- export ---------------------------------------------------------------------------- */

static struct pawl_json
shown_draft(struct pawl_api_call *call, const struct pawl_workflow_row *row)
{
	struct pawl_json document = pawl_api_parsed(&call->arena, row->draft);

	document = pawl_document_open(call->server, &call->arena, &document);
	return pawl_document_shown(call->server, &call->arena, &document);
}

static void
reply_documents(struct pawl_api_call *call, const struct pawl_store_list *list)
{
	struct pawl_buf text;

	pawl_buf_init(&text, EXPORT_BYTES_MAX);
	for (size_t i = 0; i < list->n; i++) {
		struct pawl_json document = shown_draft(call, &list->workflows[i]);

		pawl_buf_append_c(&text, "---\n");
		(void)!pawl_yaml_write(&text, &document);
	}
	if (pawl_buf_status(&text) == PAWL_OK)
		pawl_api_reply_text(call, "application/yaml", pawl_buf_peek(&text));
	else
		pawl_api_fail(
			call, 413, "too_large",
			"the documents are larger than %zu bytes together: ask for fewer with "
			"limit and cursor",
			EXPORT_BYTES_MAX);
	pawl_buf_fini(&text);
}

static void
exported(struct pawl_api_call *call, struct pawl_store_op *op)
{
	const struct pawl_store_list *list = call->state;
	struct pawl_json next = pawl_json_null();
	struct pawl_json_builder items;

	if (op->err != PAWL_OK) {
		pawl_api_fail_err(call, op->err, "workflow");
		return;
	}
	if (call->wants_yaml && !pawl_str_eq_c(pawl_api_query_text(call, "format"), "json")) {
		reply_documents(call, list);
		return;
	}
	pawl_json_array_begin(&items, &call->arena);
	for (size_t i = 0; i < list->n; i++)
		pawl_json_push(&items, shown_draft(call, &list->workflows[i]));
	if (list->more)
		next = pawl_json_string(list->workflows[list->n - 1].name);
	pawl_api_reply_list(call, pawl_json_end(&items), next);
}

void
pawl_api_export(struct pawl_api_call *call)
{
	struct pawl_store_list *list = &pawl_api_list_new(call, PAWL_STORE_WORKFLOWS)->list;

	list->with_drafts = true;
	if (!pawl_api_query_text(call, "limit").ptr)
		list->limit = 1000;
	call->state = list;
	pawl_api_store(call, &list->op, exported);
}

/* ---- import ---------------------------------------------------------------------------- */

struct importing {
	struct pawl_json documents; /* array */
	uint32_t at;
	bool is_dry;
	struct pawl_json_builder results;
	struct pawl_store_get old;
	struct pawl_store_workflow_save save;
	struct pawl_json document; /* the one at hand, with its secrets */
	const char *action;
};

static void import_next(struct pawl_api_call *call);

static void
add_result(struct pawl_api_call *call, uint64_t id, const struct pawl_problems *problems)
{
	struct importing *importing = call->state;
	struct pawl_arena *arena = &call->arena;
	const struct pawl_json *name =
		pawl_json_get_c(&importing->documents.items[importing->at], "name");
	struct pawl_json_builder b;

	pawl_json_object_begin(&b, arena);
	pawl_json_set_c(&b, "name",
			pawl_json_is(name, PAWL_JSON_STRING) ? *name : pawl_json_null());
	pawl_json_set_c(&b, "action", pawl_json_string_c(importing->action));
	pawl_json_set_c(&b, "id", pawl_api_id_or_null(arena, id));
	pawl_json_set_c(&b, "problems", pawl_api_problems(arena, problems));
	pawl_json_push(&importing->results, pawl_json_end(&b));
	importing->at++;
	pawl_api_forget_results(call);
	import_next(call);
}

static void
saved(struct pawl_api_call *call, struct pawl_store_op *op)
{
	struct importing *importing = call->state;
	struct pawl_problems problems = {0};

	if (op->err == PAWL_ECONFLICT) {
		importing->action = "invalid";
		pawl_problems_add(&problems, "/name", "somebody else has just taken the name");
	} else if (op->err != PAWL_OK) {
		pawl_api_fail_err(call, op->err, "workflow");
		return;
	}
	add_result(call, op->err == PAWL_OK ? importing->save.workflow.id : 0, &problems);
	pawl_problems_fini(&problems);
}

static void
save(struct pawl_api_call *call, const struct pawl_json *stored)
{
	struct importing *importing = call->state;
	unsigned char random[TOKEN_BYTES];
	char *token = pawl_arena_alloc(&call->arena, sizeof random * 2);
	struct pawl_json sealed =
		pawl_document_seal(call->server, &call->arena, &importing->document, stored);

	pawl_random(random, sizeof random);
	pawl_hex_encode(random, sizeof random, token);
	importing->save = (struct pawl_store_workflow_save){
		.by_name = true,
		.name = pawl_json_get_str(&importing->document, "name", PAWL_STR("")),
		.document = pawl_json_text(&call->arena, &sealed),
		.hook_token = pawl_str(token, sizeof random * 2),
		.at_us = pawl_clock_now_us()};
	pawl_store_op_init(&importing->save.op, PAWL_STORE_WORKFLOW_SAVE, NULL);
	pawl_api_store(call, &importing->save.op, saved);
}

/* `old`: the workflow of that name, or NULL. */
static void
import_one(struct pawl_api_call *call, const struct pawl_workflow_row *old)
{
	struct importing *importing = call->state;
	struct pawl_json stored =
		old ? pawl_api_parsed(&call->arena, old->draft) : pawl_json_null();
	struct pawl_json opened = pawl_document_open(call->server, &call->arena, &stored);
	struct pawl_problems problems = {0};
	struct pawl_workflow *workflow;

	importing->document = importing->documents.items[importing->at];
	if (old)
		importing->document = pawl_document_unmask(call->server, &call->arena,
							   &importing->document, &opened);
	workflow = pawl_workflow_compile(&importing->document, &call->server->registry, &problems);
	importing->action = !workflow ? "invalid" : !old ? "create" : "update";
	if (workflow && old && pawl_json_equal(&importing->document, &opened))
		importing->action = "unchanged";
	if (!workflow || importing->is_dry || strcmp(importing->action, "unchanged") == 0)
		add_result(call, old ? old->id : 0, &problems);
	else
		save(call, old ? &stored : NULL);
	pawl_workflow_unref(workflow);
	pawl_problems_fini(&problems);
}

static void
old_read(struct pawl_api_call *call, struct pawl_store_op *op)
{
	const struct importing *importing = call->state;

	if (op->err != PAWL_OK && op->err != PAWL_ENOTFOUND)
		pawl_api_fail_err(call, op->err, "workflow");
	else
		import_one(call, op->err == PAWL_OK ? importing->old.workflow : NULL);
}

static void
reply_imported(struct pawl_api_call *call)
{
	struct importing *importing = call->state;
	struct pawl_json_builder b;
	struct pawl_json value;

	pawl_json_object_begin(&b, &call->arena);
	pawl_json_set_c(&b, "dry_run", pawl_json_bool(importing->is_dry));
	pawl_json_set_c(&b, "items", pawl_json_end(&importing->results));
	value = pawl_json_end(&b);
	pawl_api_reply(call, 200, &value);
}

static void
import_next(struct pawl_api_call *call)
{
	struct importing *importing = call->state;
	struct pawl_str name;

	if (importing->at == importing->documents.len) {
		reply_imported(call);
		return;
	}
	name = pawl_json_get_str(&importing->documents.items[importing->at], "name", PAWL_STR(""));
	importing->old = (struct pawl_store_get){.name = name};
	pawl_store_op_init(&importing->old.op, PAWL_STORE_WORKFLOW, NULL);
	pawl_api_store(call, &importing->old.op, old_read);
}

/* ---- the documents of a text ------------------------------------------------------------- */

/* A line that begins a document, or ends one: no YAML text can hold such a line otherwise. */
static bool
is_boundary(struct pawl_str line)
{
	struct pawl_str rest = pawl_str_sub(line, 3, line.len);

	return (pawl_str_starts_with(line, PAWL_STR("---")) ||
		pawl_str_starts_with(line, PAWL_STR("..."))) &&
	       (!rest.len || rest.ptr[0] == ' ' || rest.ptr[0] == '\t' || rest.ptr[0] == '\r');
}

/* More than comments, and directives for the document that follows? */
static bool
has_content(struct pawl_str text)
{
	struct pawl_str line;

	while (pawl_str_split(&text, '\n', &line)) {
		struct pawl_str words = pawl_str_trim(line);

		if (words.len && words.ptr[0] != '#' && line.ptr[0] != '%')
			return true;
	}
	return false;
}

static bool
read_document(struct pawl_arena *arena, struct pawl_str text, struct pawl_json_builder *list,
	      struct pawl_problems *problems)
{
	struct pawl_json value;

	if (!has_content(text))
		return true;
	if (pawl_yaml_parse(arena, text, &value, problems) != PAWL_OK)
		return false;
	/* An array of documents is what the export makes as JSON; {"items": […]} too. */
	if (pawl_json_is(pawl_json_get_c(&value, "items"), PAWL_JSON_ARRAY))
		value = *pawl_json_get_c(&value, "items");
	if (value.type == PAWL_JSON_NULL)
		return true;
	if (value.type != PAWL_JSON_ARRAY)
		pawl_json_push(list, value);
	for (uint32_t i = 0; value.type == PAWL_JSON_ARRAY && i < value.len; i++)
		pawl_json_push(list, value.items[i]);
	return true;
}

/* False with problems, whose lines are counted from the document's own first. */
static bool
split_documents(struct pawl_arena *arena, struct pawl_str text, struct pawl_json *out,
		struct pawl_problems *problems)
{
	struct pawl_json_builder list;
	struct pawl_str rest = text, line;
	size_t from = 0;
	bool ok = true;

	pawl_json_array_begin(&list, arena);
	while (ok && pawl_str_split(&rest, '\n', &line)) {
		size_t at = (size_t)(line.ptr - text.ptr);

		if (!is_boundary(line))
			continue;
		ok = read_document(arena, pawl_str_sub(text, from, at), &list, problems);
		/* What stands behind the dashes belongs to the document. */
		from = at + 3;
	}
	ok = ok && read_document(arena, pawl_str_sub(text, from, text.len), &list, problems);
	*out = pawl_json_end(&list);
	return ok;
}

/* False: the call was answered with what is wrong. */
static bool
find_documents(struct pawl_api_call *call, struct importing *importing)
{
	const struct pawl_json *documents = pawl_json_get_c(&call->body, "documents");
	const struct pawl_json *text = pawl_json_get_c(&call->body, "text");
	struct pawl_problems problems = {0};
	bool ok = true;

	if (!documents == !text) {
		pawl_api_fail(call, 400, "invalid_request", "give documents, or a text");
		return false;
	}
	if (documents)
		importing->documents = *documents;
	else
		ok = split_documents(&call->arena, pawl_json_str(text), &importing->documents,
				     &problems);
	if (!ok)
		pawl_api_fail_problems(call, 422, "invalid_document",
				       "the text is no YAML; nothing was changed", &problems);
	pawl_problems_fini(&problems);
	if (ok && importing->documents.len > DOCUMENTS_MAX) {
		pawl_api_fail(call, 413, "too_large", "%d documents at most", DOCUMENTS_MAX);
		return false;
	}
	return ok;
}

void
pawl_api_import(struct pawl_api_call *call)
{
	struct importing *importing = pawl_arena_calloc(&call->arena, 1, sizeof *importing);

	call->state = importing;
	importing->is_dry = pawl_json_get_bool(&call->body, "dry_run", false) ||
			    pawl_str_eq_c(pawl_api_query_text(call, "dry_run"), "true");
	if (!find_documents(call, importing))
		return;
	pawl_json_array_begin(&importing->results, &call->arena);
	import_next(call);
}
