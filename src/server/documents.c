/* Documents at rest: the literal secrets in them are sealed one by one, so that a document can
 * still be read and compared. What counts as a secret is what pawl_workflow_mask hides. */
#include <sodium.h>

#include "base/codec.h"
#include "data/template.h"
#include "flow/field.h"
#include "server/secrets.h"

#define PREFIX "sealed:1:"
#define LABEL  PAWL_STR("document")
/* A document has a limit of its own. */
#define VALUE_BYTES_MAX ((size_t)16 << 20)

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
seal_value(const struct pawl_server *server, struct pawl_arena *arena, const struct pawl_json *v)
{
	struct pawl_str text = pawl_json_text(arena, v), out;
	struct pawl_buf sealed, encoded;

	note(server, v);
	pawl_buf_init(&sealed, VALUE_BYTES_MAX);
	pawl_buf_init(&encoded, 2 * VALUE_BYTES_MAX);
	pawl_seal(server->sealer, LABEL, text, &sealed);
	pawl_buf_append_c(&encoded, PREFIX);
	pawl_base64_encode(&encoded, pawl_buf_peek(&sealed), PAWL_BASE64_STD);
	out = pawl_arena_dup(arena, pawl_buf_peek(&encoded));
	sodium_memzero((void *)(uintptr_t)text.ptr, text.len);
	pawl_buf_fini(&sealed);
	pawl_buf_fini(&encoded);
	return pawl_json_string(out);
}

/* The value as it was; what does not open stays as it is, and is of no use to anybody. */
static struct pawl_json
open_value(const struct pawl_server *server, struct pawl_arena *arena, const struct pawl_json *v)
{
	struct pawl_str text = pawl_json_str(v), bytes, plain;
	struct pawl_json value;

	text = pawl_str_sub(text, sizeof(PREFIX) - 1, text.len);
	if (!pawl_base64_decode(arena, text, PAWL_BASE64_STD, &bytes) ||
	    !pawl_unseal(server->sealer, LABEL, bytes, arena, &plain) ||
	    pawl_json_parse(arena, plain, &value, NULL) != PAWL_OK)
		return *v;
	note(server, &value);
	return value;
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

struct pawl_json
pawl_document_seal(const struct pawl_server *server, struct pawl_arena *arena,
		   const struct pawl_json *document, const struct pawl_json *old)
{
	const struct sealing s = {server, arena};
	struct pawl_json shown = pawl_workflow_mask(arena, document, &server->registry);

	return seal_part(&s, document, &shown, old);
}
