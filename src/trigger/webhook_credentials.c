/* The credentials that a caller sends, which are the secret itself: found by where the trigger
 * looks for them. Signatures are none. */
#include "base/buf.h"
#include "trigger/webhook_internal.h"

static bool
has_name(const struct pawl_scheme_names *names, struct pawl_str header)
{
	for (size_t i = 0; i < names->len; i++)
		if (pawl_str_eq_nocase(names->items[i], header))
			return true;
	return false;
}

static bool
is_source_header(const struct pawl_scheme_source *source, struct pawl_str header)
{
	switch (source->from) {
	case PAWL_FROM_HEADER:
		return has_name(&source->headers, header);
	case PAWL_FROM_BEARER:
	case PAWL_FROM_BASIC:
		return pawl_str_eq_nocase(header, PAWL_STR("Authorization"));
	case PAWL_FROM_NOWHERE:
	case PAWL_FROM_PAIR:
	case PAWL_FROM_BODY:
	case PAWL_FROM_QUERY:
	case PAWL_FROM_FORM:
		return false;
	}
	return false;
}

static bool
is_scheme_header(const struct pawl_scheme *scheme, struct pawl_str header)
{
	for (size_t i = 0; scheme && i < scheme->tokens.len; i++)
		if (is_source_header(&scheme->tokens.items[i], header))
			return true;
	for (size_t i = 0; scheme && i < scheme->n_handshakes; i++)
		if (is_source_header(&scheme->handshakes[i].verify_token, header))
			return true;
	return false;
}

bool
pawl_webhook_is_credential(const struct pawl_webhook *webhook, struct pawl_str header)
{
	for (size_t i = 0; i < webhook->n_auth; i++) {
		const struct pawl_auth *auth = &webhook->auth[i];

		if (auth->type == PAWL_AUTH_SIGNATURE ? is_scheme_header(auth->scheme, header)
		    : auth->type == PAWL_AUTH_NONE    ? false
						      : has_name(&auth->header, header))
			return true;
	}
	return false;
}

/* ---- the query --------------------------------------------------------------------- */

static bool
is_scheme_parameter(const struct pawl_scheme *scheme, struct pawl_str name)
{
	for (size_t i = 0; i < scheme->tokens.len; i++)
		if (scheme->tokens.items[i].from == PAWL_FROM_QUERY &&
		    pawl_str_eq(scheme->tokens.items[i].key, name))
			return true;
	for (size_t i = 0; i < scheme->n_handshakes; i++)
		if (scheme->handshakes[i].verify_token.from == PAWL_FROM_QUERY &&
		    pawl_str_eq(scheme->handshakes[i].verify_token.key, name))
			return true;
	return false;
}

static bool
is_parameter(const struct pawl_webhook *webhook, struct pawl_str name)
{
	for (size_t i = 0; i < webhook->n_auth; i++)
		if (webhook->auth[i].scheme && is_scheme_parameter(webhook->auth[i].scheme, name))
			return true;
	return false;
}

struct pawl_str
pawl_webhook_mask_target(const struct pawl_webhook *webhook, struct pawl_str target,
			 struct pawl_arena *arena)
{
	size_t mark = pawl_str_find_char(target, '?');
	struct pawl_str rest, part;
	bool is_masked = false;
	struct pawl_buf out;

	if (mark == SIZE_MAX)
		return target;
	pawl_buf_init(&out, target.len + 4 * (target.len - mark));
	(void)pawl_buf_append_str(&out, pawl_str_sub(target, 0, mark + 1));
	rest = pawl_str_sub(target, mark + 1, target.len);
	for (bool is_first = true; pawl_str_split(&rest, '&', &part); is_first = false) {
		size_t equals = pawl_str_find_char(part, '=');
		struct pawl_str name =
			pawl_str_sub(part, 0, equals == SIZE_MAX ? part.len : equals);

		if (!is_first)
			(void)pawl_buf_append_char(&out, '&');
		if (equals == SIZE_MAX || !is_parameter(webhook, name)) {
			(void)pawl_buf_append_str(&out, part);
			continue;
		}
		(void)pawl_buf_append_str(&out, name);
		(void)pawl_buf_append_c(&out, "=***");
		is_masked = true;
	}
	if (is_masked)
		target = pawl_arena_dup(arena, pawl_buf_peek(&out));
	pawl_buf_fini(&out);
	return target;
}
