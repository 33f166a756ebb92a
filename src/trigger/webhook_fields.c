/* The webhook trigger's settings as data, and what the data cannot say. */
#include <stdio.h>

#include "flow/pointer.h"
#include "trigger/fields.h"
#include "trigger/policy.h"
#include "trigger/webhook_internal.h"

static const char *const methods[] = {"GET",   "HEAD",   "POST",    "PUT",
				      "PATCH", "DELETE", "OPTIONS", NULL};
static const char *const algorithms[] = {"hmac-sha256", "hmac-sha1", "hmac-sha512", NULL};
static const char *const encodings[] = {"hex", "base64", NULL};

static const struct pawl_field none_fields[] = {{0}};

static const struct pawl_field basic_fields[] = {
	{.name = "username",
	 .type = PAWL_FIELD_STRING,
	 .flags = PAWL_FIELD_REQUIRED | PAWL_FIELD_SECRETS_OK,
	 .min = 1,
	 .label = "User name",
	 .help = "Must not hold a colon.",
	 .example = "\"partner\""},
	{.name = "password",
	 .type = PAWL_FIELD_STRING,
	 .flags = PAWL_FIELD_REQUIRED | PAWL_FIELD_SECRET,
	 .min = 1,
	 .label = "Password",
	 .help = "Compared as UTF-8 (RFC 7617).",
	 .example = "\"${secrets.partner_password}\""},
	{0},
};

static const struct pawl_field header_fields[] = {
	{.name = "name",
	 .type = PAWL_FIELD_STRING,
	 .flags = PAWL_FIELD_REQUIRED | PAWL_FIELD_STATIC,
	 .min = 1,
	 .label = "Header",
	 .help = "The header that carries the secret.",
	 .example = "\"X-Api-Key\""},
	{.name = "secret",
	 .type = PAWL_FIELD_STRING,
	 .flags = PAWL_FIELD_REQUIRED | PAWL_FIELD_SECRET,
	 .min = 1,
	 .label = "Value",
	 .help = "What the header has to hold, exactly.",
	 .example = "\"${secrets.api_key}\""},
	{0},
};

static const struct pawl_field bearer_fields[] = {
	{.name = "secret",
	 .type = PAWL_FIELD_STRING,
	 .flags = PAWL_FIELD_REQUIRED | PAWL_FIELD_SECRET,
	 .min = 1,
	 .label = "Token",
	 .help = "What follows \"Bearer\" in the Authorization header (RFC 6750).",
	 .example = "\"${secrets.token}\""},
	{0},
};

static const struct pawl_field signature_fields[] = {
	{.name = "scheme",
	 .type = PAWL_FIELD_CHOICE,
	 .flags = PAWL_FIELD_STATIC,
	 .get_choices = pawl_scheme_preset_names,
	 .label = "Scheme",
	 .help = "How the sender signs. Without it, that of the trigger's preset.",
	 .example = "\"standard-webhooks\""},
	{.name = "secret",
	 .type = PAWL_FIELD_STRING,
	 .flags = PAWL_FIELD_REQUIRED | PAWL_FIELD_SECRET,
	 .min = 1,
	 .label = "Secret",
	 .help = "As the sender shows it: its secret, its public key where it signs with a private "
		 "one, user:password for Basic. To change it without a gap, list the old and the "
		 "new one in two entries.",
	 .example = "\"${secrets.partner}\""},
	{.name = "verify_token",
	 .type = PAWL_FIELD_STRING,
	 .flags = PAWL_FIELD_SECRET,
	 .min = 1,
	 .label = "Verify token",
	 .help = "The token that the provider's handshake has to show (Meta, Feishu); without it "
		 "Meta's is refused.",
	 .example = "\"${secrets.meta_verify_token}\""},
	{.name = "header",
	 .type = PAWL_FIELD_STRING,
	 .flags = PAWL_FIELD_STATIC,
	 .min = 1,
	 .show_if = "scheme=hmac",
	 .label = "Header",
	 .help = "The header with the signature; X-Signature without it.",
	 .example = "\"X-Signature-256\""},
	{.name = "algorithm",
	 .type = PAWL_FIELD_CHOICE,
	 .flags = PAWL_FIELD_STATIC,
	 .choices = algorithms,
	 .show_if = "scheme=hmac",
	 .label = "Algorithm",
	 .help = "hmac-sha256 without it.",
	 .example = "\"hmac-sha256\""},
	{.name = "encoding",
	 .type = PAWL_FIELD_CHOICE,
	 .flags = PAWL_FIELD_STATIC,
	 .choices = encodings,
	 .show_if = "scheme=hmac",
	 .label = "Encoding",
	 .help = "Lower-case hex or padded base64; hex without it.",
	 .example = "\"hex\""},
	{.name = "prefix",
	 .type = PAWL_FIELD_STRING,
	 .flags = PAWL_FIELD_STATIC,
	 .show_if = "scheme=hmac",
	 .label = "Prefix",
	 .help = "What stands before the signature in its header.",
	 .example = "\"sha256=\""},
	{.name = "signed",
	 .type = PAWL_FIELD_STRING,
	 .flags = PAWL_FIELD_STATIC,
	 .min = 1,
	 .show_if = "scheme=hmac",
	 .label = "Signed text",
	 .help = "What is signed, of {body} and {ts}; {body} without it, {ts}.{body} when there is "
		 "a "
		 "timestamp.",
	 .example = "\"{ts}.{body}\""},
	{.name = "timestamp",
	 .type = PAWL_FIELD_STRING,
	 .flags = PAWL_FIELD_STATIC,
	 .min = 1,
	 .show_if = "scheme=hmac",
	 .label = "Timestamp header",
	 .help = "The header with the time of signing, in seconds since 1970.",
	 .example = "\"X-Timestamp\""},
	{.name = "tolerance",
	 .type = PAWL_FIELD_DURATION,
	 .flags = PAWL_FIELD_STATIC,
	 .min = 1000,
	 .max = 86400000,
	 .show_if = "scheme=hmac",
	 .label = "Tolerance",
	 .help = "How far the timestamp may be off, either way, in whole seconds; 5m without it.",
	 .example = "\"5m\""},
	{0},
};

static const struct pawl_field_variant auth_variants[] = {
	{"none", "None", none_fields},
	{"basic", "User name and password", basic_fields},
	{"header", "Secret in a header", header_fields},
	{"bearer", "Bearer token", bearer_fields},
	{"signature", "Signature", signature_fields},
	{0},
};

static const struct pawl_field method_item = {.type = PAWL_FIELD_CHOICE, .choices = methods};
const struct pawl_field pawl_auth_item = {.type = PAWL_FIELD_VARIANT, .variants = auth_variants};
const struct pawl_field pawl_ip_item = {.type = PAWL_FIELD_CIDR};
static const struct pawl_field header_item = {.type = PAWL_FIELD_STRING};

static const struct pawl_field respond_fields[] = {
	{.name = "status",
	 .type = PAWL_FIELD_INTEGER,
	 .flags = PAWL_FIELD_STATIC,
	 .min = 200,
	 .max = 299,
	 .default_json = "202",
	 .label = "Status",
	 .help = "Sent when the request is on disk. A preset that wants another status has it by "
		 "default.",
	 .example = "202"},
	{.name = "headers",
	 .type = PAWL_FIELD_MAP,
	 .flags = PAWL_FIELD_STATIC,
	 .items = &header_item,
	 .label = "Headers",
	 .help = "Added to the answer.",
	 .example = "{\"X-Handled-By\": \"pawl\"}"},
	{.name = "body",
	 .type = PAWL_FIELD_ANY,
	 .flags = PAWL_FIELD_STATIC,
	 .label = "Body",
	 .help = "In place of the standard answer with the run's id: a text is sent as text, "
		 "anything "
		 "else as JSON.",
	 .example = "\"ok\""},
	{0},
};

static const struct pawl_field webhook_fields[] = {
	{.name = "methods",
	 .type = PAWL_FIELD_LIST,
	 .flags = PAWL_FIELD_STATIC,
	 .default_json = "[\"POST\"]",
	 .items = &method_item,
	 .min = 1,
	 .max = 7,
	 .label = "Methods",
	 .help = "What the URL may be called with; anything else is answered 405.",
	 .example = "[\"POST\"]"},
	{.name = "auth",
	 .type = PAWL_FIELD_LIST,
	 .items = &pawl_auth_item,
	 .min = 1,
	 .max = 32,
	 .label = "Authentication",
	 .help = "Who is let in: one entry that admits the caller is enough. Without it, everybody "
		 "who "
		 "knows the URL is.",
	 .example = "[{\"type\": \"signature\", \"scheme\": \"github\", \"secret\": "
		    "\"${secrets.github}\"}]"},
	{.name = "allow_ips",
	 .type = PAWL_FIELD_LIST,
	 .flags = PAWL_FIELD_STATIC,
	 .items = &pawl_ip_item,
	 .min = 1,
	 .max = 1000,
	 .label = "Allowed addresses",
	 .help = "Addresses and ranges that may call; without it those of the preset, else all.",
	 .example = "[\"203.0.113.0/24\"]"},
	{.name = "preset",
	 .type = PAWL_FIELD_CHOICE,
	 .flags = PAWL_FIELD_STATIC,
	 .get_choices = pawl_scheme_preset_names,
	 .label = "Provider",
	 .help = "Who sends: the scheme of signature entries that name none, the handshakes, the "
		 "delivery's id and event in the request log, the status of the answer, and "
		 "defaults for max_body and allow_ips.",
	 .example = "\"github\""},
	{.name = "filter",
	 .type = PAWL_FIELD_CONDITION,
	 .label = "Filter",
	 .help = "Only requests for which it holds start a run; the others are answered 2xx and "
		 "logged as filtered.",
	 .example = "{\"left\": \"${workflow.input.body.type}\", \"op\": \"starts_with\", "
		    "\"right\": \"invoice.\"}"},
	{.name = "dedup",
	 .type = PAWL_FIELD_OBJECT,
	 .flags = PAWL_FIELD_ADVANCED,
	 .fields = pawl_dedup_fields,
	 .label = "Duplicates",
	 .help = "A delivery that comes again is answered like the first time and starts no second "
		 "run. Without it, this holds where a preset names the delivery's id.",
	 .example = "{\"key\": \"${workflow.input.body.id}\", \"window\": \"1d\"}"},
	{.name = "order_by",
	 .type = PAWL_FIELD_STRING,
	 .flags = PAWL_FIELD_ADVANCED,
	 .min = 1,
	 .label = "One after another by",
	 .help = "Runs with the same value go one at a time, in the order in which their requests "
		 "came. No value: no order.",
	 .example = "\"${workflow.input.body.customer}\""},
	{.name = "rate_limit",
	 .type = PAWL_FIELD_OBJECT,
	 .flags = PAWL_FIELD_STATIC | PAWL_FIELD_ADVANCED,
	 .fields = pawl_rate_limit_fields,
	 .label = "Rate limit",
	 .help = "Of all senders together, counted once they are known.",
	 .example = "{\"per_second\": 50, \"burst\": 100}"},
	PAWL_TRIGGER_CONCURRENCY,
	{.name = "max_body",
	 .type = PAWL_FIELD_SIZE,
	 .flags = PAWL_FIELD_STATIC | PAWL_FIELD_ADVANCED,
	 .default_json = "\"1MiB\"",
	 .min = 1,
	 .max = 64 << 20,
	 .label = "Largest body",
	 .help = "A larger body is answered 413. A preset whose provider sends larger ones "
		 "(GitHub) "
		 "has its own default.",
	 .example = "\"256KiB\""},
	{.name = "respond",
	 .type = PAWL_FIELD_OBJECT,
	 .flags = PAWL_FIELD_STATIC | PAWL_FIELD_ADVANCED,
	 .fields = respond_fields,
	 .label = "Answer",
	 .help = "What an accepted request is answered.",
	 .example = "{\"status\": 200, \"body\": \"ok\"}"},
	{0},
};

static bool
is_header_value(struct pawl_str s)
{
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.ptr[i];

		if ((c < 0x20 && c != '\t') || c == 0x7f)
			return false;
	}
	return true;
}

/* Framing is the front end's. */
static bool
is_own_header(struct pawl_str name)
{
	static const char *const own[] = {
		"Content-Length", "Transfer-Encoding", "Connection", "Date",
		"Keep-Alive",     "Upgrade",           "Trailer",    "TE"};

	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++) {
		if (pawl_str_eq_nocase(name, pawl_str_c(own[i])))
			return true;
	}
	return false;
}

static void
check_respond(const struct pawl_json *respond, const char *pointer, struct pawl_problems *problems)
{
	const struct pawl_json *headers = pawl_json_get_c(respond, "headers");
	const struct pawl_json *body = pawl_json_get_c(respond, "body");
	struct pawl_pointer at;
	size_t mark, outer;
	int64_t status;

	pawl_pointer_init(&at, pointer);
	pawl_pointer_push_c(&at, "respond");
	outer = pawl_pointer_push_c(&at, "headers");
	for (uint32_t i = 0; pawl_json_is(headers, PAWL_JSON_OBJECT) && i < headers->len; i++) {
		struct pawl_str name = headers->members[i].key;

		mark = pawl_pointer_push(&at, name);
		if (!pawl_is_token(name) || is_own_header(name))
			pawl_problems_add(problems, pawl_pointer_get(&at), "cannot be set");
		else if (!is_header_value(pawl_json_str(&headers->members[i].value)))
			pawl_problems_add(problems, pawl_pointer_get(&at),
					  "holds a line break or control character");
		pawl_pointer_pop(&at, mark);
	}
	pawl_pointer_pop(&at, outer);
	pawl_pointer_push_c(&at, "body");
	if (body && pawl_json_to_i64(pawl_json_get_c(respond, "status"), &status) &&
	    (status == 204 || status == 205))
		pawl_problems_add(problems, pawl_pointer_get(&at), "a %d has no body; remove it",
				  (int)status);
	pawl_pointer_fini(&at);
}

void
pawl_auth_check_list(const struct pawl_json *config, const char *pointer,
		     struct pawl_problems *problems)
{
	const struct pawl_json *auth = pawl_json_get_c(config, "auth");
	struct pawl_str preset = pawl_json_get_str(config, "preset", PAWL_STR(""));
	char where[160];

	for (uint32_t i = 0; pawl_json_is(auth, PAWL_JSON_ARRAY) && i < auth->len; i++) {
		snprintf(where, sizeof(where), "%s/auth/%u", pointer, (unsigned)i);
		if (pawl_json_is(&auth->items[i], PAWL_JSON_OBJECT))
			pawl_auth_check(&auth->items[i], where, preset, problems);
	}
}

static void
check_webhook(const struct pawl_json *config, const char *pointer, struct pawl_problems *problems)
{
	pawl_auth_check_list(config, pointer, problems);
	pawl_policy_check(config, pointer, problems);
	check_respond(pawl_json_get_c(config, "respond"), pointer, problems);
}

const struct pawl_trigger_type pawl_trigger_webhook = {
	.name = "webhook",
	.label = "Webhook",
	.summary = "Starts a run for each request to the workflow's own URL.",
	.icon = "webhook",
	.fields = webhook_fields,
	.example = "{\"methods\": [\"POST\"], \"auth\": [{\"type\": \"header\", \"name\": "
		   "\"X-Api-Key\", \"secret\": \"${secrets.api_key}\"}]}",
	.check = check_webhook,
};
