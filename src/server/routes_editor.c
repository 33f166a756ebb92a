#include "server/routes_editor.h"

#define END      {NULL}
#define NULLABLE PAWL_MEMBER_NULLABLE
#define OPTIONAL PAWL_MEMBER_OPTIONAL

#define INPUT_FIELD                                                                                \
	{.name = "input",                                                                          \
	 .type = PAWL_FIELD_ANY,                                                                   \
	 .flags = PAWL_FIELD_STATIC,                                                               \
	 .help = "workflow.input; of a webhook: body, query, headers, method, path, ip."}

const struct pawl_field pawl_api_duplicate_body[] = {
	{.name = "name",
	 .type = PAWL_FIELD_STRING,
	 .flags = PAWL_FIELD_STATIC,
	 .min = 1,
	 .max = PAWL_WORKFLOW_NAME_MAX,
	 .help = "Of the new one; absent: the old one's, and \"copy\"."},
	{0}};

const struct pawl_field pawl_api_test_body[] = {
	{.name = "document",
	 .type = PAWL_FIELD_MAP,
	 .flags = PAWL_FIELD_STATIC,
	 .help = "What is tested; need not be saved. Absent: the draft."},
	{.name = "revision",
	 .type = PAWL_FIELD_INTEGER,
	 .flags = PAWL_FIELD_STATIC,
	 .min = 1,
	 .max = INT32_MAX,
	 .help = "Or this revision."},
	INPUT_FIELD,
	{.name = "request",
	 .type = PAWL_FIELD_STRING,
	 .flags = PAWL_FIELD_STATIC,
	 .help = "Or the id of a request that brings the input."},
	{.name = "pin",
	 .type = PAWL_FIELD_STRING,
	 .flags = PAWL_FIELD_STATIC,
	 .help = "Or the name of a pin."},
	{.name = "run",
	 .type = PAWL_FIELD_STRING,
	 .flags = PAWL_FIELD_STATIC,
	 .help = "The id of a run: its input, unless another one is given, and with until or only "
		 "what its nodes gave out: these are not executed again."},
	{.name = "until",
	 .type = PAWL_FIELD_STRING,
	 .flags = PAWL_FIELD_STATIC,
	 .help = "Executes this node, and before it what it needs and nobody gives. Only this "
		 "part of the document has to be valid."},
	{.name = "only",
	 .type = PAWL_FIELD_STRING,
	 .flags = PAWL_FIELD_STATIC,
	 .help = "Executes this node alone; what nobody gives is null."},
	{.name = "pinned",
	 .type = PAWL_FIELD_MAP,
	 .flags = PAWL_FIELD_STATIC,
	 .help = "Outputs by the ids of nodes, which are not executed and go on by all of their "
		 "ports."},
	{0}};

const struct pawl_field pawl_api_retry_body[] = {
	{.name = "from",
	 .type = PAWL_FIELD_STRING,
	 .flags = PAWL_FIELD_STATIC,
	 .help = "The id of a node: it, and all that comes after it, is executed again. Absent: "
		 "the nodes that did not complete."},
	{.name = "revision",
	 .type = PAWL_FIELD_INTEGER,
	 .flags = PAWL_FIELD_STATIC,
	 .min = 1,
	 .max = INT32_MAX,
	 .help = "The run goes on under this one; absent: its own. Nodes that have completed and "
		 "are not executed again have to be of the same type in it."},
	{0}};

const struct pawl_field pawl_api_pin_body[] = {INPUT_FIELD,
					       {.name = "request",
						.type = PAWL_FIELD_STRING,
						.flags = PAWL_FIELD_STATIC,
						.help = "Or the id of a request that brings it."},
					       {0}};

const struct pawl_field pawl_api_preview_body[] = {
	{.name = "value",
	 .type = PAWL_FIELD_ANY,
	 .flags = PAWL_FIELD_REQUIRED,
	 .help = "Of a field: a text with expressions, or any JSON that holds such texts."},
	{.name = "run",
	 .type = PAWL_FIELD_STRING,
	 .flags = PAWL_FIELD_STATIC,
	 .help = "The id of a run: its input, and what its nodes gave out."},
	{.name = "request",
	 .type = PAWL_FIELD_STRING,
	 .flags = PAWL_FIELD_STATIC,
	 .help = "Or the id of a request, as the input."},
	INPUT_FIELD,
	{.name = "outputs",
	 .type = PAWL_FIELD_MAP,
	 .flags = PAWL_FIELD_STATIC,
	 .help = "Outputs by the ids of nodes, in place of the run's."},
	{0}};

const struct pawl_field pawl_api_scope_body[] = {
	{.name = "document",
	 .type = PAWL_FIELD_MAP,
	 .flags = PAWL_FIELD_STATIC | PAWL_FIELD_REQUIRED,
	 .help = "Need not be finished."},
	{.name = "node",
	 .type = PAWL_FIELD_STRING,
	 .flags = PAWL_FIELD_STATIC,
	 .help = "The id of the node whose settings are looked at; absent: the trigger."},
	{0}};

static const struct pawl_field a_path = {
	.type = PAWL_FIELD_STRING, .flags = PAWL_FIELD_STATIC, .help = "As between ${ and }."};
const struct pawl_field pawl_api_missing_body[] = {
	{.name = "paths",
	 .type = PAWL_FIELD_LIST,
	 .flags = PAWL_FIELD_STATIC | PAWL_FIELD_REQUIRED,
	 .items = &a_path,
	 .min = 1,
	 .max = 200,
	 .help = "Paths like call.output.data.id."},
	{.name = "runs",
	 .type = PAWL_FIELD_INTEGER,
	 .flags = PAWL_FIELD_STATIC,
	 .min = 1,
	 .max = 50,
	 .default_json = "20",
	 .help = "How many of the last runs are looked at, at most."},
	{0}};

const struct pawl_api_param pawl_api_samples_query[] = {
	{"limit", PAWL_PARAM_LIMIT,
	 "How many of the last runs are looked at, at most 50; 5 when "
	 "absent."},
	END};

static const char *const formats[] = {"json", "yaml", NULL};
const struct pawl_api_param pawl_api_format_query[] = {
	{"format", PAWL_PARAM_CHOICE, "Of the answer; Accept: application/yaml does the same.",
	 formats},
	END};
const struct pawl_api_param pawl_api_export_query[] = {
	{"format", PAWL_PARAM_CHOICE, "Of the answer; Accept: application/yaml does the same.",
	 formats},
	{"limit", PAWL_PARAM_LIMIT, "How many at most, 1 to 1000; 1000 when absent."},
	{"cursor", PAWL_PARAM_TEXT, "The `next` of the page before: a name."},
	END};
static const char *const yes[] = {"true", NULL};
const struct pawl_api_param pawl_api_import_query[] = {
	{"dry_run", PAWL_PARAM_CHOICE, "For a body that is YAML.", yes}, END};

static const struct pawl_field a_document = {.type = PAWL_FIELD_MAP, .flags = PAWL_FIELD_STATIC};
const struct pawl_field pawl_api_import_body[] = {
	{.name = "documents",
	 .type = PAWL_FIELD_LIST,
	 .flags = PAWL_FIELD_STATIC,
	 .items = &a_document,
	 .max = 500,
	 .help = "Workflow documents. One with the name of a workflow becomes its draft."},
	{.name = "text",
	 .type = PAWL_FIELD_TEXT,
	 .flags = PAWL_FIELD_STATIC,
	 .help = "Or a text that holds them: YAML documents one after another, or JSON. A body of "
		 "the type application/yaml is such a text."},
	{.name = "dry_run",
	 .type = PAWL_FIELD_BOOLEAN,
	 .flags = PAWL_FIELD_STATIC,
	 .default_json = "false",
	 .help = "Only say what each would do."},
	{0}};

/* ---- answers ------------------------------------------------------------------------ */

static const char *const json_types[] = {"null",  "boolean", "number", "string",
					 "array", "object",  NULL};

const struct pawl_api_member pawl_api_example_shape[] = {
	{"name", "string", 0},
	{"description", "string", 0},
	{"trigger", "string", 0, "Its type."},
	{"document", "object", 0},
	{"event", "any", NULLABLE, "What is sent to try it."},
	{"input", "any", NULLABLE, "workflow.input that comes of that, for a test run."},
	END};

static const char *const import_actions[] = {"create", "update", "unchanged", "invalid", NULL};

const struct pawl_api_member pawl_api_imported_document_shape[] = {
	{"name", "string", NULLABLE},
	{"action", "string", 0, "What was, or would be, done.", import_actions},
	{"id", "id", NULLABLE, "Of the workflow, when there is one."},
	{"problems", "Problem[]", 0, "Of one that is invalid."},
	END};

const struct pawl_api_member pawl_api_imported_shape[] = {
	{"dry_run", "boolean", 0, "Nothing was changed."},
	{"items", "ImportedDocument[]", 0, "As they were given."},
	END};

const struct pawl_api_member pawl_api_pin_shape[] = {
	{"name", "string", 0},
	{"saved_at", "time", 0},
	{"request_id", "id", NULLABLE, "That it was made of."},
	{"input", "any", NULLABLE, "workflow.input, secrets as ***."},
	END};

const struct pawl_api_member pawl_api_reference_shape[] = {
	{"pointer", "string", 0, "The text in `value` that holds it."},
	{"path", "string", 0, "As between ${ and }, without the default."},
	{"found", "boolean", 0, "It selects something."},
	{"has_root", "boolean", 0, "There is an output, input or secret of that name at all."},
	{"type", "string", NULLABLE, "Of what it selects.", json_types},
	END};

const struct pawl_api_member pawl_api_preview_shape[] = {
	{"value", "any", NULLABLE, "What the engine would make of it; secrets as ***."},
	{"type", "string", 0, NULL, json_types},
	{"holds", "boolean", NULLABLE, "Of a condition; null: it is none, or cannot be told."},
	{"references", "ExpressionReference[]", 0},
	{"problems", "Problem[]", 0, "Why there is no value."},
	END};

const struct pawl_api_member pawl_api_scope_node_shape[] = {
	{"id", "string", 0},
	{"name", "string", 0},
	{"type", "string", 0},
	{"output_example", "any", NULLABLE, "Of its type."},
	END};

const struct pawl_api_member pawl_api_scope_root_shape[] = {
	{"name", "string", 0}, {"members", "string[]", 0, "Empty: any."}, END};

const struct pawl_api_member pawl_api_scope_shape[] = {
	{"nodes", "ScopeNode[]", 0, "Whose output and error can be used, in the document's order."},
	{"roots", "ScopeRoot[]", 0, "That are always there."},
	END};

const struct pawl_api_member pawl_api_sample_shape[] = {
	{"node", "string", 0},
	{"run_id", "id", 0, "That it comes from."},
	{"at", "time", NULLABLE},
	{"output", "any", NULLABLE,
	 "Secrets as ***; past 64 KiB the ends of texts and lists, and "
	 "what lies deep, are left out."},
	{"truncated", "boolean", 0, "Something was left out."},
	END};

const struct pawl_api_member pawl_api_samples_shape[] = {
	{"run", "Run", NULLABLE, "The last one; null: there is none."},
	{"input", "any", NULLABLE, "Its workflow.input, likewise."},
	{"truncated", "boolean", 0, "Of the input."},
	{"nodes", "Sample[]", 0, "The last output of each node that has one."},
	END};

const struct pawl_api_member pawl_api_missing_path_shape[] = {
	{"path", "string", 0},
	{"checked", "integer", 0, "Runs in which its node gave anything out."},
	{"missing", "integer", 0, "Those in which it found nothing there."},
	{"problem", "string", NULLABLE, "Why it is no path."},
	END};

const struct pawl_api_member pawl_api_missing_shape[] = {
	{"runs", "integer", 0, "That were looked at."}, {"paths", "MissingPath[]", 0}, END};
