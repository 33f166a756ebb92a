#include "base/clock.h"
#include "nodes/nodes.h"

static const struct pawl_field fields[] = {
	{.name = "for",
	 .type = PAWL_FIELD_DURATION,
	 .max = 31536000000.0,
	 .label = "For",
	 .help = "How long to wait.",
	 .example = "\"10m\""},
	{.name = "until",
	 .type = PAWL_FIELD_TIME,
	 .label = "Until",
	 .help = "The moment at which to go on: RFC 3339, or seconds or milliseconds since 1970. "
		 "One that has passed does not wait.",
	 .example = "\"2026-11-23T08:00:00Z\""},
	{.name = "resume",
	 .type = PAWL_FIELD_BOOLEAN,
	 .flags = PAWL_FIELD_STATIC,
	 .label = "Until resumed",
	 .help = "Waits until a person or a call to the run's resume URL lets it go on; what was "
		 "sent is output.data.",
	 .example = "true"},
	{.name = "timeout",
	 .type = PAWL_FIELD_DURATION,
	 .show_if = "resume=true",
	 .min = 1,
	 .max = 31536000000.0,
	 .label = "At most",
	 .help = "With resume: fails with the code resume_timeout when nobody has resumed it in "
		 "this time. Without it there is no limit.",
	 .example = "\"2d\""},
	{.name = NULL},
};

static bool
is_set(const struct pawl_json *config, const char *name)
{
	const struct pawl_json *v = pawl_json_get_c(config, name);

	return v && v->type != PAWL_JSON_NULL && !(v->type == PAWL_JSON_BOOL && !v->boolean);
}

static void
check(const struct pawl_json *config, const char *pointer, struct pawl_problems *problems)
{
	int n = is_set(config, "for") + is_set(config, "until") + is_set(config, "resume");

	if (n == 0)
		pawl_problems_add(problems, pointer,
				  "says not what to wait for: set \"for\", \"until\", or "
				  "\"resume\": true");
	else if (n > 1)
		pawl_problems_add(problems, pointer,
				  "waits for more than one thing: keep one of \"for\", \"until\" "
				  "and \"resume\"");
	if (is_set(config, "timeout") && !is_set(config, "resume"))
		pawl_problems_add(problems, pointer,
				  "\"timeout\" goes with \"resume\": true only; remove it");
}

static void
start(struct pawl_node_call *call)
{
	int64_t now_us = pawl_clock_now_us(), wake_at_us = now_us;

	if (is_set(call->config, "resume")) {
		int64_t timeout_ms = pawl_config_duration_ms(call->config, "timeout", 0);

		pawl_node_wait(call, PAWL_WAIT_RESUME,
			       timeout_ms > 0 ? now_us + timeout_ms * 1000 : 0, NULL);
		return;
	}
	if (is_set(call->config, "until")) {
		if (!pawl_value_time_us(pawl_json_get_c(call->config, "until"), &wake_at_us)) {
			pawl_node_fail_text(call, "invalid_config",
					    "until must be a time such as "
					    "\"2026-11-23T08:00:00Z\"");
			return;
		}
	} else if (is_set(call->config, "for")) {
		wake_at_us += pawl_config_duration_ms(call->config, "for", 0) * 1000;
	} else {
		/* An expression gave null where the document promised a time. */
		pawl_node_fail_text(call, "invalid_config",
				    "neither \"for\" nor \"until\" has a value");
		return;
	}
	if (wake_at_us <= now_us)
		pawl_node_complete_data(call, pawl_json_null(), PAWL_STR(""));
	else
		pawl_node_wait(call, PAWL_WAIT_TIME, wake_at_us, NULL);
}

static void
resume(struct pawl_node_call *call, const struct pawl_json *data)
{
	if (!data && is_set(call->config, "resume"))
		pawl_node_fail_text(call, "resume_timeout", "nobody resumed the run in time");
	else
		pawl_node_complete_data(call, data ? *data : pawl_json_null(), PAWL_STR(""));
}

const struct pawl_node_type pawl_node_type_wait = {
	.name = "wait",
	.label = "Wait",
	.category = "control",
	.summary = "Waits for a time, until a moment, or until somebody lets the run go on.",
	.icon = "hourglass",
	.fields = fields,
	.output_example = "{\"data\": {\"approved\": true}}",
	.example = "{\"for\": \"10m\"}",
	.check = check,
	.start = start,
	.resume = resume,
};
