#include "trigger/event.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/assert.h"
#include "base/clock.h"
#include "base/id.h"
#include "data/template.h"
#include "flow/condition.h"
#include "trigger/fields.h"
#include "trigger/policy.h"

#define SUBSCRIPTION_MAGIC 0x73756273u
#define VALUE_BYTES_MAX    ((size_t)1 << 20)
#define SILENT             "pawl.endpoint.silent"

const struct pawl_own_event pawl_own_events[] = {
	[PAWL_OWN_RUN_COMPLETED] = {"pawl.run.completed", "A run has completed."},
	[PAWL_OWN_RUN_FAILED] = {"pawl.run.failed", "A run has failed."},
	[PAWL_OWN_RUN_TIMED_OUT] = {"pawl.run.timed_out", "A run has taken longer than it may."},
	[PAWL_OWN_SIGNATURE_FAILING] =
		{"pawl.signature.failing",
		 "Five requests in a row to a workflow's URL were refused "
		 "for their signature or credentials; once an hour at most."},
	[PAWL_OWN_WORKFLOW_PUBLISHED] = {"pawl.workflow.published",
					 "A workflow has a new revision."},
	[PAWL_OWN_WORKFLOW_ACTIVATED] = {"pawl.workflow.activated",
					 "A workflow's state or active revision has changed."},
	[PAWL_OWN_ENDPOINT_SILENT] = {SILENT, "A workflow's URL has had no accepted request for "
					      "the time of silent_after."},
	[PAWL_OWN_STORE_FAILING] = {"pawl.store.failing",
				    "The store cannot be written: requests are answered 503."},
	[PAWL_OWN_STORE_RECOVERED] = {"pawl.store.recovered", "The store is written again."},
	{NULL, NULL},
};

/* ---- types and patterns --------------------------------------------------------- */

static bool
is_word(struct pawl_str word)
{
	for (size_t i = 0; i < word.len; i++) {
		char c = word.ptr[i];

		if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
		      c == '_' || c == '-' || c == '/' || c == ':'))
			return false;
	}
	return word.len > 0;
}

static bool
is_wild(struct pawl_str word)
{
	return pawl_str_eq_c(word, "*") || pawl_str_eq_c(word, "**");
}

static const char *
words_problem(struct pawl_str text, bool is_pattern)
{
	struct pawl_str rest = text, word;

	if (!text.len || text.len > PAWL_EVENT_TYPE_MAX)
		return "has to have 1 to 200 characters";
	while (pawl_str_split(&rest, '.', &word))
		if (!is_word(word) && !(is_pattern && is_wild(word)))
			return is_pattern
				       ? "has to be words between dots, such as order.paid; * is "
					 "one word, ** one or more"
				       : "has to be words of letters, digits, _ - / : between "
					 "dots, such as order.paid";
	return NULL;
}

const char *
pawl_event_type_problem(struct pawl_str type)
{
	return words_problem(type, false);
}

bool
pawl_event_type_is_own(struct pawl_str type)
{
	return pawl_str_eq_c(type, "pawl") || pawl_str_starts_with(type, PAWL_STR("pawl."));
}

/* Backtracks to the last ** only, as is enough. */
static bool
fits(struct pawl_str pattern, struct pawl_str type)
{
	struct pawl_str again_pattern = {0}, again_type = {0}, want, have;
	bool can_retry = false;

	for (;;) {
		bool has_want = pawl_str_split(&pattern, '.', &want);
		bool has_have = pawl_str_split(&type, '.', &have);

		if (!has_want && !has_have)
			return true;
		if (has_want && has_have && pawl_str_eq_c(want, "**")) {
			can_retry = true;
			again_pattern = pattern;
			again_type = type;
			continue;
		}
		if (has_want && has_have && (pawl_str_eq_c(want, "*") || pawl_str_eq(want, have)))
			continue;
		/* One word more for the last ** . */
		if (!can_retry || !pawl_str_split(&again_type, '.', &have))
			return false;
		pattern = again_pattern;
		type = again_type;
	}
}

bool
pawl_event_pattern_fits(struct pawl_str pattern, struct pawl_str type)
{
	if (pawl_event_type_is_own(type) && !pawl_event_type_is_own(pattern))
		return false;
	return fits(pattern, type);
}

/* ---- settings ---------------------------------------------------------------------- */

static const struct pawl_field type_item = {
	.type = PAWL_FIELD_STRING, .min = 1, .max = PAWL_EVENT_TYPE_MAX};

static const struct pawl_field event_fields[] = {
	{.name = "types",
	 .type = PAWL_FIELD_LIST,
	 .flags = PAWL_FIELD_REQUIRED | PAWL_FIELD_STATIC,
	 .items = &type_item,
	 .min = 1,
	 .max = 100,
	 .label = "Types",
	 .help = "Which events start a run: types, in which * stands for one word and ** for one "
		 "or "
		 "more. Those that begin with \"pawl.\" are Pawl's own.",
	 .example = "[\"order.*\", \"pawl.run.failed\"]"},
	{.name = "filter",
	 .type = PAWL_FIELD_CONDITION,
	 .label = "Filter",
	 .help = "Only events for which it holds start a run.",
	 .example = "{\"left\": \"${workflow.input.eventData.total}\", \"op\": \"greater\", "
		    "\"right\": 100}"},
	{.name = "workflow",
	 .type = PAWL_FIELD_STRING,
	 .flags = PAWL_FIELD_STATIC,
	 .min = 1,
	 .max = 100,
	 .label = "About",
	 .help = "The workflow that Pawl's own events have to be about; without it, any other one.",
	 .example = "\"orders\""},
	{.name = "silent_after",
	 .type = PAWL_FIELD_DURATION,
	 .flags = PAWL_FIELD_STATIC,
	 .min = 1000,
	 .max = 31.0 * 24 * 3600 * 1000,
	 .label = "Silent after",
	 .help = "For pawl.endpoint.silent: how long the URL of `workflow` may be without an "
		 "accepted "
		 "request.",
	 .example = "\"1h\""},
	PAWL_TRIGGER_CONCURRENCY,
	{0},
};

static bool
is_known_own(struct pawl_str pattern)
{
	for (const struct pawl_own_event *e = pawl_own_events; e->name; e++)
		if (pawl_event_pattern_fits(pattern, pawl_str_c(e->name)))
			return true;
	return false;
}

static void
check_types(const struct pawl_json *types, const char *pointer, struct pawl_problems *problems,
	    bool *has_silent)
{
	char where[200];

	for (uint32_t i = 0; pawl_json_is(types, PAWL_JSON_ARRAY) && i < types->len; i++) {
		struct pawl_str pattern = pawl_json_str(&types->items[i]);
		const char *problem = words_problem(pattern, true);

		snprintf(where, sizeof(where), "%s/types/%u", pointer, i);
		if (!problem && pawl_event_type_is_own(pattern) && !is_known_own(pattern))
			problem = "is none of Pawl's own events: see `pawl event types`";
		if (problem)
			pawl_problems_add(problems, where, "%s", problem);
		*has_silent |= pawl_event_pattern_fits(pattern, PAWL_STR(SILENT));
	}
}

static void
check(const struct pawl_json *config, const char *pointer, struct pawl_problems *problems)
{
	bool has_silent = false, has_time = pawl_json_get_c(config, "silent_after") != NULL;
	char where[160];

	check_types(pawl_json_get_c(config, "types"), pointer, problems, &has_silent);
	pawl_policy_check(config, pointer, problems);
	snprintf(where, sizeof(where), "%s/silent_after", pointer);
	if (has_time && !has_silent)
		pawl_problems_add(problems, where,
				  "only has a meaning with the type " SILENT " in `types`");
	if (has_time && !pawl_json_get_c(config, "workflow"))
		pawl_problems_add(problems, where,
				  "needs `workflow`: the name of the one whose URL is watched");
	if (!has_time && has_silent)
		pawl_problems_add(problems, where,
				  SILENT " needs it: how long the URL may be without a request");
}

const struct pawl_trigger_type pawl_trigger_event = {
	.name = "event",
	.label = "Event",
	.summary = "Starts a run for every event of some types, Pawl's own among them",
	.icon = "radio",
	.fields = event_fields,
	.example = "{\"types\": [\"order.*\"], \"filter\": {\"left\": "
		   "\"${workflow.input.eventData.total}\", \"op\": \"greater\", \"right\": 100}}",
	.check = check,
};

/* ---- subscriptions ------------------------------------------------------------------- */

struct pawl_subscription {
	unsigned magic;
	struct pawl_arena arena;
	struct pawl_str *types;
	size_t n_types;
	struct pawl_str about;
	int64_t silent_ms;
	struct pawl_template *filter; /* NULL: none */
};

struct pawl_subscription *
pawl_subscription_new(const struct pawl_json *config, struct pawl_problems *problems)
{
	struct pawl_subscription *s = pawl_calloc(1, sizeof(*s));
	const struct pawl_json *types = pawl_json_get_c(config, "types");
	const struct pawl_json *filter = pawl_json_get_c(config, "filter");

	s->magic = SUBSCRIPTION_MAGIC;
	pawl_arena_init(&s->arena, 0);
	s->n_types = pawl_json_is(types, PAWL_JSON_ARRAY) ? types->len : 0;
	s->types = pawl_arena_calloc(&s->arena, s->n_types + 1, sizeof(*s->types));
	for (size_t i = 0; i < s->n_types; i++)
		s->types[i] = pawl_arena_dup(&s->arena, pawl_json_str(&types->items[i]));
	s->about = pawl_arena_dup(&s->arena, pawl_json_get_str(config, "workflow", PAWL_STR("")));
	s->silent_ms = pawl_config_duration_ms(config, "silent_after", 0);
	if (filter)
		s->filter = pawl_template_compile(filter, "/filter", problems);
	return s;
}

void
pawl_subscription_free(struct pawl_subscription *s)
{
	if (!s)
		return;
	PAWL_CHECK_OBJ(s, SUBSCRIPTION_MAGIC);
	pawl_template_free(s->filter);
	pawl_arena_fini(&s->arena);
	s->magic = 0;
	free(s);
}

bool
pawl_subscription_has_type(const struct pawl_subscription *s, struct pawl_str type)
{
	for (size_t i = 0; i < s->n_types; i++)
		if (pawl_event_pattern_fits(s->types[i], type))
			return true;
	return false;
}

struct pawl_str
pawl_subscription_about(const struct pawl_subscription *s)
{
	return s->about;
}

int64_t
pawl_subscription_silent_ms(const struct pawl_subscription *s)
{
	return s->silent_ms;
}

static const struct pawl_json *
resolve(void *ctx, struct pawl_str name, struct pawl_str member, struct pawl_arena *arena)
{
	(void)arena;
	return pawl_str_eq_c(name, "workflow") && pawl_str_eq_c(member, "input") ? ctx : NULL;
}

bool
pawl_subscription_wants(const struct pawl_subscription *s, const struct pawl_json *input,
			struct pawl_arena *arena, const char **failure)
{
	struct pawl_scope scope = {resolve, (void *)(uintptr_t)input};
	struct pawl_problems problems = {0};
	struct pawl_json condition;
	bool holds = true;

	*failure = NULL;
	if (!s->filter)
		return true;
	if (pawl_template_eval(s->filter, &scope, arena, VALUE_BYTES_MAX, &condition) != PAWL_OK) {
		*failure = "the filter's values are too large to be looked at";
	} else if (pawl_condition_eval(&condition, &holds, &problems) != PAWL_OK) {
		holds = true;
		*failure = problems.len
				   ? pawl_arena_dup_c(arena, pawl_str_c(problems.items[0].message))
				   : "the filter cannot be evaluated";
	}
	pawl_problems_fini(&problems);
	return holds;
}

/* ---- input ----------------------------------------------------------------------------- */

static struct pawl_json
text_or_null(struct pawl_arena *arena, struct pawl_str text)
{
	return text.len ? pawl_json_string_dup(arena, text) : pawl_json_null();
}

struct pawl_json
pawl_event_input(struct pawl_arena *arena, const struct pawl_event *event)
{
	char at[PAWL_TIME_TEXT_MAX];
	size_t len = pawl_time_format(event->at_us, at);
	struct pawl_json_builder b, chain;

	pawl_json_array_begin(&chain, arena);
	for (size_t i = 0; i < event->n_chain; i++)
		pawl_json_push(&chain, pawl_json_id(arena, event->chain[i]));
	pawl_json_object_begin(&b, arena);
	pawl_json_set_c(&b, "eventType", pawl_json_string_dup(arena, event->type));
	pawl_json_set_c(&b, "eventData", event->data);
	pawl_json_set_c(&b, "eventId", text_or_null(arena, event->id));
	pawl_json_set_c(&b, "eventSource", text_or_null(arena, event->source));
	pawl_json_set_c(&b, "eventSubject", text_or_null(arena, event->subject));
	pawl_json_set_c(&b, "eventTime", pawl_json_string_dup(arena, pawl_str(at, len)));
	if (event->attributes.type == PAWL_JSON_OBJECT)
		pawl_json_set_c(&b, "cloudevent", event->attributes);
	pawl_json_set_c(&b, "chain", pawl_json_end(&chain));
	return pawl_json_end(&b);
}

const uint64_t *
pawl_event_chain(struct pawl_arena *arena, const struct pawl_json *input, size_t *n)
{
	const struct pawl_json *chain = pawl_json_get_c(input, "chain");
	uint64_t *ids = pawl_arena_calloc(arena, PAWL_EVENT_CHAIN_MAX + 1, sizeof(*ids));

	*n = 0;
	for (uint32_t i = 0;
	     pawl_json_is(chain, PAWL_JSON_ARRAY) && i < chain->len && *n <= PAWL_EVENT_CHAIN_MAX;
	     i++)
		if (pawl_id_parse(pawl_json_str(&chain->items[i]), &ids[*n]))
			(*n)++;
	return ids;
}
