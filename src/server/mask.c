/* Credentials out of sight: headers whose values let their holder in, and secrets wherever they
 * stand. */
#include "server/api_resources.h"

/* Whoever wrote them down. */
static const char *const well_known[] = {
	"authorization",    "proxy-authorization", "cookie",         "x-api-key", "api-key",
	"apikey",           "x-auth-token",        "x-access-token", "x-token",   "x-webhook-token",
	"x-webhook-secret", "private-token",       "x-gitlab-token"};

bool
pawl_api_is_credential(struct pawl_str header, const struct pawl_json *document)
{
	const struct pawl_json *auth =
		pawl_json_pointer(document, PAWL_STR("/trigger/config/auth"));

	for (size_t i = 0; i < sizeof well_known / sizeof well_known[0]; i++)
		if (pawl_str_eq_nocase(header, pawl_str_c(well_known[i])))
			return true;
	/* The trigger's own: entries of type header name the one that they compare. */
	for (uint32_t i = 0; pawl_json_is(auth, PAWL_JSON_ARRAY) && i < auth->len; i++) {
		const struct pawl_json *entry = &auth->items[i];
		struct pawl_str none = pawl_str(NULL, 0);

		if (pawl_str_eq_c(pawl_json_get_str(entry, "type", none), "header") &&
		    pawl_str_eq_nocase(header, pawl_json_get_str(entry, "name", none)))
			return true;
	}
	return false;
}

static struct pawl_json
mask_headers(struct pawl_arena *arena, const struct pawl_json *headers,
	     const struct pawl_json *document)
{
	struct pawl_json_builder b;

	pawl_json_object_begin(&b, arena);
	for (uint32_t i = 0; i < headers->len; i++)
		pawl_json_set(&b, headers->members[i].key,
			      pawl_api_is_credential(headers->members[i].key, document)
				      ? pawl_json_string_c("***")
				      : headers->members[i].value);
	return pawl_json_end(&b);
}

struct pawl_json
pawl_api_mask_input(struct pawl_arena *arena, const struct pawl_json *input,
		    const struct pawl_json *document)
{
	const struct pawl_json *headers = pawl_json_get_c(input, "headers");
	struct pawl_json_builder b;

	if (!pawl_json_is(headers, PAWL_JSON_OBJECT))
		return *input;
	pawl_json_object_begin(&b, arena);
	for (uint32_t i = 0; i < input->len; i++)
		pawl_json_set(&b, input->members[i].key, input->members[i].value);
	pawl_json_set_c(&b, "headers", mask_headers(arena, headers, document));
	return pawl_json_end(&b);
}

/* ---- by value ---------------------------------------------------------------------- */

struct pawl_str
pawl_api_hide(struct pawl_api_call *call, struct pawl_str text)
{
	struct pawl_redactor *redactor = pawl_secrets_redactor(call->server->secrets);

	text = pawl_redact_text(redactor, &call->arena, text);
	pawl_redactor_unref(redactor);
	return text;
}

struct pawl_json
pawl_api_hide_json(struct pawl_api_call *call, const struct pawl_json *value)
{
	struct pawl_redactor *redactor = pawl_secrets_redactor(call->server->secrets);
	struct pawl_json shown = pawl_redact_json(redactor, &call->arena, value);

	pawl_redactor_unref(redactor);
	return shown;
}

struct pawl_json
pawl_api_shown(struct pawl_api_call *call, struct pawl_str text)
{
	struct pawl_json value = pawl_api_parsed(&call->arena, text);

	return pawl_api_hide_json(call, &value);
}

struct pawl_json
pawl_api_shown_failure(struct pawl_api_call *call, const struct pawl_json *failure)
{
	const struct pawl_json *message = pawl_json_get_c(failure, "message");
	struct pawl_json_builder b;

	if (!message)
		return failure ? *failure : pawl_json_null();
	pawl_json_object_begin(&b, &call->arena);
	for (uint32_t i = 0; i < failure->len; i++)
		pawl_json_set(&b, failure->members[i].key, failure->members[i].value);
	pawl_json_set_c(&b, "message", pawl_api_hide_json(call, message));
	return pawl_json_end(&b);
}
