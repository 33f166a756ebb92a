#include <stdio.h>

#include "nodes/http_request.h"

#define STATUS_DEFAULT 200
#define HEADERS_MAX    100
#define BODY_MAX       (64u << 20)

static const struct pawl_field header_item = {
	.type = PAWL_FIELD_ANY,
	.label = "Header",
	.help = "Text, or any value, which is written as JSON.",
	.example = "\"max-age=60\"",
};

static const struct pawl_field fields[] = {
	{.name = "status",
	 .type = PAWL_FIELD_INTEGER,
	 .default_json = "200",
	 .min = 200,
	 .max = 599,
	 .label = "Status",
	 .help = "Of the answer.",
	 .example = "404"},
	{.name = "headers",
	 .type = PAWL_FIELD_MAP,
	 .items = &header_item,
	 .label = "Headers",
	 .help = "Of the answer; one that is null is left out. Length, framing and connection are "
		 "the server's.",
	 .example = "{\"Cache-Control\": \"max-age=60\"}"},
	{.name = "body",
	 .type = PAWL_FIELD_ANY,
	 .label = "Body",
	 .help = "Text is sent as text, anything else as JSON; a Content-Type among the headers "
		 "says what it is.",
	 .example = "{\"message\": \"Hello ${workflow.input.query.name}\"}"},
	{.name = NULL},
};

static bool
has_no_body(int64_t status)
{
	return status == 204 || status == 205 || status == 304;
}

static void
check(const struct pawl_json *config, const char *pointer, struct pawl_problems *problems)
{
	const struct pawl_json *headers = pawl_json_get_c(config, "headers");
	char where[256];
	int64_t status;

	for (uint32_t i = 0; pawl_json_is(headers, PAWL_JSON_OBJECT) && i < headers->len; i++) {
		const char *wrong =
			pawl_http_request_header_problem(headers->members[i].key, PAWL_STR(""));

		snprintf(where, sizeof where, "%s/headers/%.*s", pointer,
			 PAWL_STR_ARG(headers->members[i].key));
		if (wrong)
			pawl_problems_add(problems, where, "%s", wrong);
	}
	snprintf(where, sizeof where, "%s/body", pointer);
	if (pawl_json_get_c(config, "body") &&
	    pawl_json_to_i64(pawl_json_get_c(config, "status"), &status) && has_no_body(status))
		pawl_problems_add(problems, where, "a %d has no body; remove it", (int)status);
}

/* NULL, or what is wrong. */
static const char *
add_headers(struct pawl_node_call *call, struct pawl_node_answer *answer)
{
	const struct pawl_json *headers = pawl_json_get_c(call->config, "headers");
	uint32_t n = pawl_json_is(headers, PAWL_JSON_OBJECT) ? headers->len : 0;
	struct pawl_node_header *out = pawl_arena_calloc(call->arena, n + 1, sizeof *out);

	answer->headers = out;
	if (n > HEADERS_MAX)
		return "there are too many headers";
	for (uint32_t i = 0; i < n; i++) {
		const struct pawl_json *v = &headers->members[i].value;
		struct pawl_str name = headers->members[i].key, value;
		const char *wrong;

		if (v->type == PAWL_JSON_NULL)
			continue;
		value = v->type == PAWL_JSON_STRING ? pawl_json_str(v)
						    : pawl_json_text(call->arena, v);
		wrong = pawl_http_request_header_problem(name, value);
		if (wrong)
			return wrong;
		if (pawl_str_eq_nocase(name, PAWL_STR("Content-Type")))
			answer->content_type = value;
		else
			out[answer->n_headers++] = (struct pawl_node_header){name, value};
	}
	return NULL;
}

static void
add_body(struct pawl_node_call *call, struct pawl_node_answer *answer)
{
	const struct pawl_json *body = pawl_json_get_c(call->config, "body");
	bool is_text = pawl_json_is(body, PAWL_JSON_STRING);

	answer->body = PAWL_STR("");
	if (!body || has_no_body(answer->status))
		return;
	answer->body = is_text ? pawl_json_str(body) : pawl_json_text(call->arena, body);
	if (!answer->content_type.ptr)
		answer->content_type = is_text ? PAWL_STR("text/plain; charset=utf-8")
					       : PAWL_STR("application/json");
}

static void
start(struct pawl_node_call *call)
{
	const struct pawl_json *body = pawl_json_get_c(call->config, "body");
	struct pawl_node_answer answer = {
		.status = (int)pawl_config_int(call->config, "status", STATUS_DEFAULT)};
	const char *wrong = add_headers(call, &answer);

	add_body(call, &answer);
	if (!wrong && answer.body.len > BODY_MAX)
		wrong = "the body is too large";
	if (wrong) {
		pawl_node_fail_text(call, "invalid_config", "%s", wrong);
		return;
	}
	pawl_node_respond(call, &answer);
	pawl_node_complete_data(call, body ? *body : pawl_json_null(), PAWL_STR(""));
}

const struct pawl_node_type pawl_node_type_respond = {
	.name = "respond",
	.label = "Respond",
	.category = "control",
	.summary = "Answers the caller of an HTTP-request trigger that waits; the run goes on.",
	.icon = "reply",
	.flags = PAWL_NODE_RESPONDS,
	.fields = fields,
	.output_example = "{\"data\": {\"message\": \"Hello Ada\"}}",
	.example = "{\"status\": 200, \"body\": {\"message\": \"Hello "
		   "${workflow.input.query.name}\"}}",
	.check = check,
	.start = start,
};
