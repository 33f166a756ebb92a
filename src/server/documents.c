/* JSON at rest. Of documents, the literal secrets are sealed one by one, so that a document can
 * still be read and compared; what counts as a secret is what pawl_workflow_mask hides. The input
 * of a run is sealed as a whole where a secret stands in it. */
#include <sodium.h>

#include "base/codec.h"
#include "data/template.h"
#include "flow/field.h"
#include "server/secrets.h"

#define PREFIX "sealed:1:"
/* A secret of a document; a text of one that holds a secret and is none itself; an input. */
#define SECRET PAWL_STR("document")
#define TEXT   PAWL_STR("text")
#define INPUT  PAWL_STR("input")
/* What is sealed has a limit of its own. */
#define VALUE_BYTES_MAX ((size_t)256 << 20)

static bool
is_sealed(const struct pawl_json *v)
{
	return pawl_json_is(v, PAWL_JSON_STRING) &&
	       pawl_str_starts_with(pawl_json_str(v), PAWL_STR(PREFIX));
}

static bool
is_hidden(const struct pawl_json *v, const struct pawl_json *shown)
{
	return pawl_json_is(shown, PAWL_JSON_STRING) &&
	       pawl_str_eq_c(pawl_json_str(shown), PAWL_FIELD_MASK) && !pawl_json_equal(v, shown);
}

/* Of "Bearer x" the secret is x; what has an expression in it is put together elsewhere. */
static void
note(const struct pawl_server *server, const struct pawl_json *v)
{
	struct pawl_str text = pawl_json_str(v), rest = text, scheme;

	if (pawl_template_has_expression(text))
		return;
	pawl_secrets_note(server->secrets, text);
	if (pawl_str_split(&rest, ' ', &scheme) && rest.ptr &&
	    pawl_str_find_char(rest, ' ') == SIZE_MAX)
		pawl_secrets_note(server->secrets, rest);
}

/* ---- one value ------------------------------------------------------------------- */

static struct pawl_json
seal_text(const struct pawl_server *server, struct pawl_arena *arena, struct pawl_str label,
	  struct pawl_str text)
{
	struct pawl_buf sealed, encoded;
	struct pawl_str out;

	pawl_buf_init(&sealed, VALUE_BYTES_MAX);
	pawl_buf_init(&encoded, 2 * VALUE_BYTES_MAX);
	pawl_seal(server->sealer, label, text, &sealed);
	pawl_buf_append_c(&encoded, PREFIX);
	pawl_base64_encode(&encoded, pawl_buf_peek(&sealed), PAWL_BASE64_STD);
	out = pawl_arena_dup(arena, pawl_buf_peek(&encoded));
	pawl_buf_fini(&sealed);
	pawl_buf_fini(&encoded);
	return pawl_json_string(out);
}

static struct pawl_json
seal_value(const struct pawl_server *server, struct pawl_arena *arena, const struct pawl_json *v)
{
	struct pawl_redactor *redactor = pawl_secrets_redactor(server->secrets);
	struct pawl_str text = pawl_json_text(arena, v);
	struct pawl_json sealed =
		seal_text(server, arena,
			  pawl_redactor_knows(redactor, pawl_json_str(v)) ? SECRET : TEXT, text);

	pawl_redactor_unref(redactor);
	sodium_memzero((void *)(uintptr_t)text.ptr, text.len);
	return sealed;
}

static bool
open_text(const struct pawl_server *server, struct pawl_arena *arena, struct pawl_str label,
	  struct pawl_str text, struct pawl_json *out)
{
	struct pawl_str bytes, plain;

	text = pawl_str_sub(text, sizeof(PREFIX) - 1, text.len);
	return pawl_base64_decode(arena, text, PAWL_BASE64_STD, &bytes) &&
	       pawl_unseal(server->sealer, label, bytes, arena, &plain) &&
	       pawl_json_read_back(arena, plain, out, NULL) == PAWL_OK;
}

/* The value as it was; what does not open stays as it is, and is of no use to anybody. */
static struct pawl_json
open_value(const struct pawl_server *server, struct pawl_arena *arena, const struct pawl_json *v)
{
	struct pawl_json value;

	if (open_text(server, arena, SECRET, pawl_json_str(v), &value))
		note(server, &value);
	else if (!open_text(server, arena, TEXT, pawl_json_str(v), &value))
		return *v;
	return value;
}

/* ---- inputs ------------------------------------------------------------------------ */

struct pawl_str
pawl_input_seal(const struct pawl_server *server, struct pawl_arena *arena, struct pawl_str text)
{
	struct pawl_redactor *redactor = pawl_secrets_redactor(server->secrets);
	bool has_secret = pawl_redact_finds(redactor, text);
	struct pawl_json sealed;

	pawl_redactor_unref(redactor);
	if (!has_secret)
		return text;
	sealed = seal_text(server, arena, INPUT, text);
	return pawl_json_text(arena, &sealed);
}

struct pawl_json
pawl_input_open(const struct pawl_server *server, struct pawl_arena *arena,
		const struct pawl_json *input)
{
	struct pawl_json opened;

	return is_sealed(input) && open_text(server, arena, INPUT, pawl_json_str(input), &opened)
		       ? opened
		       : *input;
}

/* ---- another master key --------------------------------------------------------------- */

static struct pawl_json
reseal_text(const struct pawl_sealer *from, const struct pawl_sealer *to, struct pawl_arena *arena,
	    const struct pawl_json *v, size_t *n)
{
	const struct pawl_str labels[] = {SECRET, TEXT, INPUT};
	struct pawl_str bytes, fresh, text = pawl_json_str(v);
	struct pawl_buf encoded;

	text = pawl_str_sub(text, sizeof(PREFIX) - 1, text.len);
	if (!pawl_base64_decode(arena, text, PAWL_BASE64_STD, &bytes))
		return *v;
	for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++) {
		if (!pawl_reseal(from, to, labels[i], bytes, arena, &fresh))
			continue;
		++*n;
		pawl_buf_init(&encoded, 2 * VALUE_BYTES_MAX);
		pawl_buf_append_c(&encoded, PREFIX);
		pawl_base64_encode(&encoded, fresh, PAWL_BASE64_STD);
		fresh = pawl_arena_dup(arena, pawl_buf_peek(&encoded));
		pawl_buf_fini(&encoded);
		return pawl_json_string(fresh);
	}
	return *v;
}

static struct pawl_json
reseal_value(const struct pawl_sealer *from, const struct pawl_sealer *to, struct pawl_arena *arena,
	     const struct pawl_json *v, size_t *n)
{
	struct pawl_json_builder b;

	if (is_sealed(v))
		return reseal_text(from, to, arena, v, n);
	if (v->type == PAWL_JSON_ARRAY) {
		pawl_json_array_begin(&b, arena);
		for (uint32_t i = 0; i < v->len; i++)
			pawl_json_push(&b, reseal_value(from, to, arena, &v->items[i], n));
		return pawl_json_end(&b);
	}
	if (v->type != PAWL_JSON_OBJECT)
		return *v;
	pawl_json_object_begin(&b, arena);
	for (uint32_t i = 0; i < v->len; i++)
		pawl_json_set(&b, v->members[i].key,
			      reseal_value(from, to, arena, &v->members[i].value, n));
	return pawl_json_end(&b);
}

struct pawl_str
pawl_json_reseal(const struct pawl_sealer *from, const struct pawl_sealer *to,
		 struct pawl_arena *arena, struct pawl_str text, size_t *n)
{
	struct pawl_json value;
	size_t before = *n;

	if (pawl_str_find(text, PAWL_STR(PREFIX)) == SIZE_MAX ||
	    pawl_json_read_back(arena, text, &value, NULL) != PAWL_OK)
		return pawl_str(NULL, 0);
	value = reseal_value(from, to, arena, &value, n);
	return *n == before ? pawl_str(NULL, 0) : pawl_json_text(arena, &value);
}

/* ---- whole documents ---------------------------------------------------------------- */

struct pawl_json
pawl_document_open(const struct pawl_server *server, struct pawl_arena *arena,
		   const struct pawl_json *document)
{
	struct pawl_json_builder b;

	if (is_sealed(document))
		return open_value(server, arena, document);
	if (document->type == PAWL_JSON_ARRAY) {
		pawl_json_array_begin(&b, arena);
		for (uint32_t i = 0; i < document->len; i++)
			pawl_json_push(&b, pawl_document_open(server, arena, &document->items[i]));
		return pawl_json_end(&b);
	}
	if (document->type != PAWL_JSON_OBJECT)
		return *document;
	pawl_json_object_begin(&b, arena);
	for (uint32_t i = 0; i < document->len; i++)
		pawl_json_set(&b, document->members[i].key,
			      pawl_document_open(server, arena, &document->members[i].value));
	return pawl_json_end(&b);
}

struct sealing {
	const struct pawl_server *server;
	struct pawl_arena *arena;
};

/* A value that has not changed keeps its sealed text: an unchanged document stays the same. */
static struct pawl_json
seal_or_keep(const struct sealing *s, const struct pawl_json *v, const struct pawl_json *old)
{
	if (old && is_sealed(old)) {
		struct pawl_json before = open_value(s->server, s->arena, old);

		if (pawl_json_equal(&before, v))
			return *old;
	}
	return seal_value(s->server, s->arena, v);
}

static const struct pawl_json *
item_of(const struct pawl_json *list, uint32_t i)
{
	return pawl_json_is(list, PAWL_JSON_ARRAY) && i < list->len ? &list->items[i] : NULL;
}

static struct pawl_json
seal_part(const struct sealing *s, const struct pawl_json *v, const struct pawl_json *shown,
	  const struct pawl_json *old)
{
	struct pawl_json_builder b;

	if (shown && is_hidden(v, shown))
		return seal_or_keep(s, v, old);
	if (v->type == PAWL_JSON_ARRAY) {
		pawl_json_array_begin(&b, s->arena);
		for (uint32_t i = 0; i < v->len; i++)
			pawl_json_push(
				&b, seal_part(s, &v->items[i], item_of(shown, i), item_of(old, i)));
		return pawl_json_end(&b);
	}
	if (v->type != PAWL_JSON_OBJECT)
		return *v;
	pawl_json_object_begin(&b, s->arena);
	for (uint32_t i = 0; i < v->len; i++) {
		struct pawl_str key = v->members[i].key;

		pawl_json_set(&b, key,
			      seal_part(s, &v->members[i].value, pawl_json_get(shown, key),
					pawl_json_get(old, key)));
	}
	return pawl_json_end(&b);
}

/* By name: elsewhere they are found by their values then. */
static void
note_hidden(const struct pawl_server *server, const struct pawl_json *v,
	    const struct pawl_json *shown)
{
	if (is_hidden(v, shown))
		note(server, v);
	else if (v->type == PAWL_JSON_ARRAY)
		for (uint32_t i = 0; i < v->len; i++)
			note_hidden(server, &v->items[i], &shown->items[i]);
	else if (v->type == PAWL_JSON_OBJECT)
		for (uint32_t i = 0; i < v->len; i++)
			note_hidden(server, &v->members[i].value, &shown->members[i].value);
}

struct pawl_json
pawl_document_shown(const struct pawl_server *server, struct pawl_arena *arena,
		    const struct pawl_json *document)
{
	struct pawl_redactor *redactor = pawl_secrets_redactor(server->secrets);
	struct pawl_json shown = pawl_workflow_mask(arena, document, &server->registry, redactor);

	pawl_redactor_unref(redactor);
	return shown;
}

struct pawl_json
pawl_document_unmask(const struct pawl_server *server, struct pawl_arena *arena,
		     const struct pawl_json *document, const struct pawl_json *old)
{
	struct pawl_redactor *redactor = pawl_secrets_redactor(server->secrets);
	struct pawl_json out =
		pawl_workflow_unmask(arena, document, old, &server->registry, redactor);

	pawl_redactor_unref(redactor);
	return out;
}

struct pawl_json
pawl_document_seal(const struct pawl_server *server, struct pawl_arena *arena,
		   const struct pawl_json *document, const struct pawl_json *old)
{
	const struct sealing s = {server, arena};
	struct pawl_json shown = pawl_workflow_mask(arena, document, &server->registry, NULL);

	note_hidden(server, document, &shown);
	shown = pawl_document_shown(server, arena, document);
	return seal_part(&s, document, &shown, old);
}
