#include "trigger/policy.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/assert.h"
#include "base/codec.h"
#include "data/template.h"
#include "flow/condition.h"
#include "trigger/auth/mac.h"
#include "trigger/input.h"

#define POLICY_MAGIC      0x706f6c69u
#define WINDOW_DEFAULT_MS (7 * 24 * 3600 * 1000LL)
/* Of what an expression of the policy makes: conditions and keys are small. */
#define VALUE_BYTES_MAX ((size_t)1 << 20)

struct pawl_policy {
	unsigned magic;
	struct pawl_template *filter, *order_by, *dedup_key; /* NULL: not asked for */
	bool has_dedup;
	enum pawl_policy_replay replay;
	int64_t window_us;
	double per_second;
	uint32_t burst;
};

/* ---- making -------------------------------------------------------------- */

static const char *const replay_names[] = {"refuse", "flag", "allow", NULL};

const struct pawl_field pawl_dedup_fields[] = {
	{.name = "key",
	 .type = PAWL_FIELD_STRING,
	 .min = 1,
	 .label = "Key",
	 .help = "What names a delivery: requests with the same value and the same bytes start one "
		 "run. Without it, the id that the preset names.",
	 .example = "\"${workflow.input.body.id}\""},
	{.name = "window",
	 .type = PAWL_FIELD_DURATION,
	 .flags = PAWL_FIELD_STATIC,
	 .default_json = "\"7d\"",
	 .min = 1000,
	 .max = 31.0 * 24 * 3600 * 1000,
	 .label = "Window",
	 .help = "How long a delivery is remembered.",
	 .example = "\"1d\""},
	{.name = "replay",
	 .type = PAWL_FIELD_CHOICE,
	 .flags = PAWL_FIELD_STATIC,
	 .choices = replay_names,
	 .default_json = "\"refuse\"",
	 .label = "Suspected replays",
	 .help = "Signed bytes that come again under another id, where the signature covers no "
		 "time: answered like the first and not run (refuse), run and flagged (flag), or "
		 "taken as new (allow).",
	 .example = "\"flag\""},
	{0},
};

const struct pawl_field pawl_rate_limit_fields[] = {
	{.name = "per_second",
	 .type = PAWL_FIELD_NUMBER,
	 .flags = PAWL_FIELD_STATIC | PAWL_FIELD_REQUIRED,
	 .min = 0.001,
	 .max = 1000000,
	 .label = "Requests a second",
	 .help = "On average; more are answered 429 with Retry-After.",
	 .example = "50"},
	{.name = "burst",
	 .type = PAWL_FIELD_INTEGER,
	 .flags = PAWL_FIELD_STATIC,
	 .min = 1,
	 .max = 1000000,
	 .label = "At once",
	 .help = "So many may come together; without it, those of a second.",
	 .example = "100"},
	{0},
};

static struct pawl_template *
compile(const struct pawl_json *config, const char *name, struct pawl_problems *problems)
{
	const struct pawl_json *value = pawl_json_get_c(config, name);
	char pointer[64];

	if (!value || pawl_json_is(value, PAWL_JSON_NULL))
		return NULL;
	snprintf(pointer, sizeof(pointer), "/%s", name);
	return pawl_template_compile(value, pointer, problems);
}

static void
read_dedup(struct pawl_policy *p, const struct pawl_json *dedup, bool names_deliveries,
	   struct pawl_problems *problems)
{
	struct pawl_str replay = pawl_json_get_str(dedup, "replay", PAWL_STR("refuse"));

	p->dedup_key = compile(dedup, "key", problems);
	p->has_dedup = p->dedup_key || names_deliveries;
	p->window_us = pawl_config_duration_ms(dedup, "window", WINDOW_DEFAULT_MS) * 1000;
	for (int i = 0; replay_names[i]; i++) {
		if (pawl_str_eq_c(replay, replay_names[i]))
			p->replay = (enum pawl_policy_replay)i;
	}
}

static void
read_rate(struct pawl_policy *p, const struct pawl_json *limit)
{
	double per_second = 0;

	if (!pawl_json_to_double(pawl_json_get_c(limit, "per_second"), &per_second) ||
	    per_second <= 0)
		return;
	p->per_second = per_second;
	p->burst =
		(uint32_t)pawl_config_int(limit, "burst", per_second < 1 ? 1 : (int64_t)per_second);
}

struct pawl_policy *
pawl_policy_new(const struct pawl_json *config, bool names_deliveries,
		struct pawl_problems *problems)
{
	struct pawl_policy *p = pawl_calloc(1, sizeof(*p));

	p->magic = POLICY_MAGIC;
	p->filter = compile(config, "filter", problems);
	p->order_by = compile(config, "order_by", problems);
	read_dedup(p, pawl_json_get_c(config, "dedup"), names_deliveries, problems);
	read_rate(p, pawl_json_get_c(config, "rate_limit"));
	if (p->filter || p->order_by || p->has_dedup || p->per_second > 0)
		return p;
	pawl_policy_free(p);
	return NULL;
}

void
pawl_policy_free(struct pawl_policy *p)
{
	if (!p)
		return;
	PAWL_CHECK_OBJ(p, POLICY_MAGIC);
	pawl_template_free(p->filter);
	pawl_template_free(p->order_by);
	pawl_template_free(p->dedup_key);
	p->magic = 0;
	free(p);
}

void
pawl_policy_rate(const struct pawl_policy *p, double *per_second, uint32_t *burst)
{
	*per_second = p ? p->per_second : 0;
	*burst = p ? p->burst : 0;
}

/* ---- document time --------------------------------------------------------- */

/* The policy is read before there is a run, and its values are shown in the request log. */
static void
check_roots(const struct pawl_json *value, const char *pointer, struct pawl_problems *problems)
{
	struct pawl_template *template;
	const struct pawl_template_ref *refs;
	size_t n;

	if (!value)
		return;
	/* That it does not compile is said where the whole document is compiled. */
	template = pawl_template_compile(value, pointer, NULL);
	if (!template)
		return;
	refs = pawl_template_refs(template, &n);
	for (size_t i = 0; i < n; i++) {
		if (pawl_str_eq_c(refs[i].name, "workflow") &&
		    pawl_str_eq_c(refs[i].member, "input"))
			continue;
		pawl_problems_add(problems, pointer,
				  "can only use ${workflow.input...}: it is read when the request "
				  "comes in, not ${%.*s.%.*s}",
				  PAWL_STR_ARG(refs[i].name), PAWL_STR_ARG(refs[i].member));
	}
	pawl_template_free(template);
}

void
pawl_policy_check(const struct pawl_json *config, const char *pointer,
		  struct pawl_problems *problems)
{
	const struct pawl_json *dedup = pawl_json_get_c(config, "dedup");
	char where[160];

	snprintf(where, sizeof(where), "%s/filter", pointer);
	check_roots(pawl_json_get_c(config, "filter"), where, problems);
	snprintf(where, sizeof(where), "%s/order_by", pointer);
	check_roots(pawl_json_get_c(config, "order_by"), where, problems);
	snprintf(where, sizeof(where), "%s/dedup/key", pointer);
	check_roots(pawl_json_get_c(dedup, "key"), where, problems);
	snprintf(where, sizeof(where), "%s/dedup", pointer);
	if (dedup && !pawl_json_get_c(dedup, "key") && !pawl_json_get_c(config, "preset"))
		pawl_problems_add(problems, where,
				  "names no delivery: give it a key, or the trigger a preset whose "
				  "sender numbers its deliveries");
}

/* ---- one request ------------------------------------------------------------ */

struct request {
	const struct pawl_request_facts *facts;
	struct pawl_arena *arena;
	bool is_built;
	struct pawl_json input;
};

static struct pawl_str
header_lines(const struct request *r)
{
	struct pawl_str lines;
	struct pawl_buf buf;

	pawl_buf_init(&buf, SIZE_MAX);
	for (size_t i = 0; i < r->facts->n_headers; i++) {
		pawl_buf_append_str(&buf, r->facts->headers[i].name);
		pawl_buf_append_c(&buf, ": ");
		pawl_buf_append_str(&buf, r->facts->headers[i].value);
		pawl_buf_append_c(&buf, "\r\n");
	}
	lines = pawl_arena_dup(r->arena, pawl_buf_peek(&buf));
	pawl_buf_fini(&buf);
	return lines;
}

/* ${workflow.input}, made at its first use. */
static const struct pawl_json *
resolve(void *ctx, struct pawl_str name, struct pawl_str member, struct pawl_arena *arena)
{
	struct request *r = ctx;
	char ip[PAWL_IP_TEXT_MAX];
	size_t ip_len;

	if (!pawl_str_eq_c(name, "workflow") || !pawl_str_eq_c(member, "input"))
		return NULL;
	if (r->is_built)
		return &r->input;
	ip_len = pawl_ip_format(&r->facts->ip, ip);
	r->input = pawl_input_build(
		arena, &(struct pawl_input_source){
			       .method = pawl_str_c(pawl_http_method_name(r->facts->method)),
			       .target = r->facts->target,
			       .ip = pawl_arena_dup(arena, pawl_str(ip, ip_len)),
			       .headers = header_lines(r),
			       .body = r->facts->body,
			       .received_at_us = r->facts->now_us});
	r->is_built = true;
	return &r->input;
}

static bool
evaluate(struct request *r, const struct pawl_template *template, struct pawl_json *out)
{
	struct pawl_scope scope = {resolve, r};

	return pawl_template_eval(template, &scope, r->arena, VALUE_BYTES_MAX, out) == PAWL_OK;
}

/* What cannot be decided is wanted: it is in the log, and nothing is lost. */
static bool
is_wanted(const struct pawl_policy *p, struct request *r, struct pawl_policy_verdict *out)
{
	struct pawl_problems problems = {0};
	struct pawl_json condition;
	bool holds = true;

	if (!evaluate(r, p->filter, &condition)) {
		out->failure = "the filter's values are too large to be looked at";
	} else if (pawl_condition_eval(&condition, &holds, &problems) != PAWL_OK) {
		struct pawl_str text = pawl_arena_printf(
			r->arena, "the filter cannot be evaluated: %s",
			problems.len ? problems.items[0].message : "it is no condition");

		out->failure = pawl_arena_dup_c(r->arena, text);
		holds = true;
	}
	pawl_problems_fini(&problems);
	return holds;
}

/* The key as text; empty when the expression has no value. */
static struct pawl_str
read_key(struct request *r, const struct pawl_template *template, const char *failure,
	 struct pawl_policy_verdict *out)
{
	struct pawl_json value;

	if (!evaluate(r, template, &value)) {
		out->failure = failure;
		return PAWL_STR("");
	}
	if (pawl_json_is(&value, PAWL_JSON_NULL))
		return PAWL_STR("");
	return pawl_json_is(&value, PAWL_JSON_STRING) ? pawl_json_str(&value)
						      : pawl_json_text(r->arena, &value);
}

static struct pawl_str
shorten(struct pawl_arena *arena, struct pawl_str key)
{
	unsigned char hash[32];
	char hex[2 * sizeof(hash)];
	size_t kept = PAWL_ORDER_KEY_MAX - sizeof(hex) - 1;

	if (key.len <= PAWL_ORDER_KEY_MAX)
		return key;
	pawl_mac_sha256(&key, 1, hash);
	pawl_hex_encode(hash, sizeof(hash), hex);
	while (kept > 0 && ((unsigned char)key.ptr[kept] & 0xc0) == 0x80)
		kept--; /* not inside of a character */
	return pawl_arena_printf(arena, "%.*s~%.*s", (int)kept, key.ptr, (int)sizeof(hex), hex);
}

static struct pawl_str
hash_of(struct pawl_arena *arena, struct pawl_str text)
{
	unsigned char *hash = pawl_arena_alloc(arena, PAWL_POLICY_KEY_BYTES);

	pawl_mac_sha256(&text, 1, hash);
	return pawl_str((const char *)hash, PAWL_POLICY_KEY_BYTES);
}

static void
name_delivery(const struct pawl_policy *p, struct request *r,
	      const struct pawl_webhook_verdict *verdict, struct pawl_policy_verdict *out)
{
	struct pawl_delivery delivery;
	struct pawl_str id;

	pawl_webhook_delivery(verdict, r->facts, r->arena, &delivery);
	id = p->dedup_key ? read_key(r, p->dedup_key, "dedup.key has too large a value", out)
			  : delivery.id;
	if (id.len > 0)
		out->delivery_key = hash_of(r->arena, id);
	out->content_key = pawl_arena_dup(
		r->arena, pawl_str((const char *)delivery.content, sizeof(delivery.content)));
	out->replay = p->replay;
	out->window_us = p->window_us;
	out->checks_replay = p->replay != PAWL_POLICY_REPLAY_ALLOW && delivery.is_signed &&
			     !delivery.has_signed_timestamp;
	if (id.len == 0 && !out->checks_replay)
		out->content_key = PAWL_STR("");
}

void
pawl_policy_apply(const struct pawl_policy *p, const struct pawl_request_facts *facts,
		  const struct pawl_webhook_verdict *verdict, struct pawl_arena *arena,
		  struct pawl_policy_verdict *out)
{
	struct request r = {.facts = facts, .arena = arena};
	const struct pawl_str none = PAWL_STR("");

	*out = (struct pawl_policy_verdict){
		.order_key = none, .delivery_key = none, .content_key = none};
	if (!p)
		return;
	PAWL_CHECK_OBJ(p, POLICY_MAGIC);
	if (p->filter && !is_wanted(p, &r, out)) {
		out->is_filtered = true;
		return;
	}
	if (p->order_by)
		out->order_key = shorten(
			arena, read_key(&r, p->order_by, "order_by has too large a value", out));
	if (p->dedup_key || (p->has_dedup && pawl_webhook_names_delivery(verdict)))
		name_delivery(p, &r, verdict, out);
}
