#include "trigger/webhook_checks.h"

#include "trigger/webhook_internal.h"

static struct pawl_json
text_or_null(struct pawl_arena *arena, struct pawl_str text)
{
	return text.len ? pawl_json_string_dup(arena, text) : pawl_json_null();
}

/* ---- the address --------------------------------------------------------------------- */

static bool
lets_in(struct pawl_str rule, const struct pawl_ip *ip)
{
	struct pawl_cidr_list one = {0};
	bool found = pawl_cidr_list_add(&one, rule) == PAWL_OK && pawl_cidr_list_has(&one, ip);

	pawl_cidr_list_fini(&one);
	return found;
}

static void
put_address(struct pawl_json_builder *b, const struct pawl_json *rules, const struct pawl_ip *ip)
{
	uint32_t n = pawl_json_is(rules, PAWL_JSON_ARRAY) ? rules->len : 0, i = 0;

	while (i < n && !lets_in(pawl_json_str(&rules->items[i]), ip))
		i++;
	pawl_json_set_c(b, "address_rules", pawl_json_int(b->arena, n));
	pawl_json_set_c(b, "address_rule", i < n ? rules->items[i] : pawl_json_null());
}

/* ---- entries of auth ------------------------------------------------------------------ */

/* ${secrets.NAME}, and nothing else: what stands in the document itself is a secret. */
static struct pawl_str
key_name(const struct pawl_json *entry)
{
	static const char *const members[] = {"secret", "password"};
	struct pawl_str text = PAWL_STR("");

	for (size_t i = 0; i < 2 && !text.len; i++)
		text = pawl_json_get_str(entry, members[i], text);
	return pawl_str_starts_with(text, PAWL_STR("${")) &&
			       pawl_str_find_char(text, '}') == text.len - 1
		       ? text
		       : PAWL_STR("");
}

/* How much older the request was than its timestamp says, in ms; what is in the body is not looked
 * for. */
static bool
find_skew(const struct pawl_scheme *scheme, const struct pawl_request_facts *facts,
	  struct pawl_arena *arena, int64_t *skew_ms)
{
	struct pawl_str text;
	int64_t at_us;

	if (!pawl_scheme_find(scheme, &scheme->timestamp, facts, NULL, arena, &text) ||
	    !pawl_scheme_read_time(scheme, text, &at_us))
		return false;
	*skew_ms = (facts->now_us - at_us) / 1000;
	return true;
}

static void
put_scheme(struct pawl_json_builder *b, const struct pawl_scheme *scheme,
	   const struct pawl_request_facts *facts)
{
	const struct pawl_json *document = scheme ? pawl_scheme_document(scheme) : NULL;
	struct pawl_str none = PAWL_STR("");
	bool has_time = scheme && scheme->timestamp.from != PAWL_FROM_NOWHERE;
	int64_t skew_ms = 0;
	bool has_skew = has_time && find_skew(scheme, facts, b->arena, &skew_ms);

	pawl_json_set_c(b, "scheme",
			scheme ? text_or_null(b->arena, pawl_str_c(pawl_scheme_name(scheme)))
			       : pawl_json_null());
	pawl_json_set_c(b, "header",
			text_or_null(b->arena, pawl_json_get_str(document, "header", none)));
	pawl_json_set_c(b, "signed",
			text_or_null(b->arena, pawl_json_get_str(document, "signed", none)));
	pawl_json_set_c(b, "skew_ms",
			has_skew ? pawl_json_int(b->arena, skew_ms) : pawl_json_null());
	pawl_json_set_c(b, "tolerance_ms",
			has_time ? pawl_json_int(b->arena, scheme->tolerance_us / 1000)
				 : pawl_json_null());
}

static struct pawl_json
check_of(const struct pawl_json *entry, struct pawl_str preset,
	 const struct pawl_request_facts *facts, struct pawl_arena *arena)
{
	struct pawl_str type = pawl_json_get_str(entry, "type", PAWL_STR("none"));
	const struct pawl_scheme *scheme = NULL;
	struct pawl_scheme *own = NULL;
	struct pawl_json_builder b;
	struct pawl_problems problems = {0};

	if (pawl_str_eq_c(type, "signature"))
		scheme = pawl_auth_scheme(entry, "", preset, &own, &problems);
	pawl_json_object_begin(&b, arena);
	pawl_json_set_c(&b, "type", pawl_json_string_dup(arena, type));
	pawl_json_set_c(&b, "key", text_or_null(arena, key_name(entry)));
	put_scheme(&b, scheme, facts);
	pawl_scheme_free(own);
	pawl_problems_fini(&problems);
	return pawl_json_end(&b);
}

struct pawl_json
pawl_webhook_checks(const struct pawl_json *config, const struct pawl_request_facts *facts,
		    struct pawl_arena *arena)
{
	const struct pawl_json *auth = pawl_json_get_c(config, "auth");
	const struct pawl_json *rules = pawl_json_get_c(config, "allow_ips");
	struct pawl_str name = pawl_json_get_str(config, "preset", PAWL_STR(""));
	const struct pawl_scheme *preset = name.len ? pawl_scheme_preset(name) : NULL;
	struct pawl_json_builder b, list;

	if (!rules && preset)
		rules = pawl_scheme_allow_ips(preset);
	pawl_json_object_begin(&b, arena);
	put_address(&b, rules, &facts->ip);
	pawl_json_array_begin(&list, arena);
	for (uint32_t i = 0; pawl_json_is(auth, PAWL_JSON_ARRAY) && i < auth->len; i++)
		pawl_json_push(&list, check_of(&auth->items[i], name, facts, arena));
	pawl_json_set_c(&b, "auth", pawl_json_end(&list));
	return pawl_json_end(&b);
}
