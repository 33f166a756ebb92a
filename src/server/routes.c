/* Every route of the API, the parameters and the body that it takes, what it answers. */
#include "server/api_resources.h"

#define END {NULL}
#define PAGE(cursor_type)                                                                          \
	{"limit", PAWL_PARAM_LIMIT, "How many items at most, 1 to 1000; 50 when absent."},         \
		{"cursor", cursor_type, "The `next` of the page before."}
#define WINDOW                                                                                     \
	{"from", PAWL_PARAM_TIME, "Not before this time (RFC 3339)."},                             \
		{"to", PAWL_PARAM_TIME, "Before this time (RFC 3339)."}

static const struct pawl_api_param by_id[] = {PAGE(PAWL_PARAM_ID), END};
static const struct pawl_api_param by_name[] = {PAGE(PAWL_PARAM_TEXT), END};
static const struct pawl_api_param workflow_list[] = {
	{"status", PAWL_PARAM_CHOICE, "Only those in this state.", pawl_api_workflow_states},
	PAGE(PAWL_PARAM_TEXT),
	END};
static const struct pawl_api_param run_list[] = {
	{"workflow", PAWL_PARAM_TEXT, "A workflow's id or name."},
	{"status", PAWL_PARAM_CHOICE, "Only those in this state.", pawl_api_run_states},
	{"request", PAWL_PARAM_ID, "Runs of this request, replays included."},
	WINDOW,
	PAGE(PAWL_PARAM_ID),
	END};
static const struct pawl_api_param request_list[] = {
	{"workflow", PAWL_PARAM_TEXT, "A workflow's id or name."},
	{"verdict", PAWL_PARAM_CHOICE, "Only those with this verdict.", pawl_api_verdicts},
	WINDOW,
	PAGE(PAWL_PARAM_ID),
	END};
static const char *const yes[] = {"true", NULL};
static const struct pawl_api_param one_request[] = {
	{"diagnosis", PAWL_PARAM_CHOICE, "Adds why its signature or credentials do not fit.", yes},
	END};
static const struct pawl_api_param stream[] = {
	{"workflow", PAWL_PARAM_TEXT, "Only events of this workflow, by id or name."}, END};

static const struct pawl_field document[] = {{.name = "document",
					      .type = PAWL_FIELD_MAP,
					      .flags = PAWL_FIELD_STATIC | PAWL_FIELD_REQUIRED,
					      .help = "The workflow document: /api/v1/schema."},
					     {0}};
static const struct pawl_field any_document[] = {{.name = "document",
						  .type = PAWL_FIELD_ANY,
						  .flags = PAWL_FIELD_STATIC | PAWL_FIELD_REQUIRED,
						  .help = "What is checked."},
						 {0}};
static const struct pawl_field apply[] = {{.name = "document",
					   .type = PAWL_FIELD_MAP,
					   .flags = PAWL_FIELD_STATIC | PAWL_FIELD_REQUIRED,
					   .help = "The workflow document: /api/v1/schema."},
					  {.name = "draft",
					   .type = PAWL_FIELD_BOOLEAN,
					   .flags = PAWL_FIELD_STATIC,
					   .default_json = "false",
					   .help = "Only save it; do not publish or activate."},
					  {0}};
static const struct pawl_field publish[] = {{.name = "activate",
					     .type = PAWL_FIELD_BOOLEAN,
					     .flags = PAWL_FIELD_STATIC,
					     .default_json = "true",
					     .help = "Make the new revision the active one."},
					    {0}};
static const struct pawl_field activation[] = {
	{.name = "status",
	 .type = PAWL_FIELD_CHOICE,
	 .flags = PAWL_FIELD_STATIC | PAWL_FIELD_REQUIRED,
	 .choices = pawl_api_workflow_states,
	 .help = "What happens to requests from now on."},
	{.name = "revision",
	 .type = PAWL_FIELD_INTEGER,
	 .flags = PAWL_FIELD_STATIC,
	 .min = 1,
	 .max = UINT32_MAX,
	 .help = "The one that triggers start; absent: as it was."},
	{.name = "drain_per_second",
	 .type = PAWL_FIELD_INTEGER,
	 .flags = PAWL_FIELD_STATIC,
	 .min = 0,
	 .max = 100000,
	 .help = "With active: how many of the runs that are queued by now go in a second; 0: all "
		 "at once. Absent: all at once, but that a drain under way goes on."},
	{0}};
static const struct pawl_field resume[] = {{.name = "node",
					    .type = PAWL_FIELD_STRING,
					    .flags = PAWL_FIELD_STATIC,
					    .help = "Which node, when several wait."},
					   {.name = "data",
					    .type = PAWL_FIELD_ANY,
					    .flags = PAWL_FIELD_STATIC,
					    .help = "Its output.data."},
					   {.name = "decision",
					    .type = PAWL_FIELD_STRING,
					    .flags = PAWL_FIELD_STATIC,
					    .help = "For a node in doubt: retry, or fail."},
					   {0}};
static const struct pawl_field replay[] = {{.name = "input",
					    .type = PAWL_FIELD_ANY,
					    .flags = PAWL_FIELD_STATIC,
					    .help = "workflow.input in place of the old one."},
					   {.name = "revision",
					    .type = PAWL_FIELD_INTEGER,
					    .flags = PAWL_FIELD_STATIC,
					    .min = 1,
					    .max = UINT32_MAX,
					    .help = "Absent: the active one."},
					   {0}};
static const struct pawl_api_param times[] = {
	{"limit", PAWL_PARAM_LIMIT, "How many times, 1 to 1000; 10 when absent."}, END};
static const struct pawl_field preview[] = {{.name = "config",
					     .type = PAWL_FIELD_MAP,
					     .flags = PAWL_FIELD_STATIC | PAWL_FIELD_REQUIRED,
					     .help = "Of a schedule trigger."},
					    {0}};
static const struct pawl_field start[] = {{.name = "input",
					   .type = PAWL_FIELD_ANY,
					   .flags = PAWL_FIELD_STATIC,
					   .help = "workflow.input; has to fit input_schema. Other "
						   "triggers than manual need one."},
					  {.name = "revision",
					   .type = PAWL_FIELD_INTEGER,
					   .flags = PAWL_FIELD_STATIC,
					   .min = 1,
					   .max = UINT32_MAX,
					   .help = "Absent: the active one."},
					  {0}};
static const struct pawl_field new_token[] = {{.name = "name",
					       .type = PAWL_FIELD_STRING,
					       .flags = PAWL_FIELD_STATIC | PAWL_FIELD_REQUIRED,
					       .min = 1,
					       .max = PAWL_WORKFLOW_NAME_MAX,
					       .help = "What it is for."},
					      {0}};

static const struct pawl_field reverify[] = {{.name = "dry_run",
					      .type = PAWL_FIELD_BOOLEAN,
					      .flags = PAWL_FIELD_STATIC,
					      .default_json = "false",
					      .help = "Only say what would be released."},
					     {.name = "after",
					      .type = PAWL_FIELD_STRING,
					      .flags = PAWL_FIELD_STATIC,
					      .help = "The `next` of the answer before."},
					     {0}};

#define V1 "/api/v1"

const struct pawl_api_route pawl_api_routes[] = {
	{PAWL_HTTP_GET, "/openapi.json", pawl_api_openapi, "getOpenApi", "meta",
	 "This description.", NULL, NULL, NULL, 200},
	{PAWL_HTTP_GET, V1 "/info", pawl_api_info, "getInfo", "meta", "Version, store and address.",
	 NULL, NULL, "Info", 200},
	{PAWL_HTTP_GET, V1 "/node-types", pawl_api_list_node_types, "listNodeTypes", "meta",
	 "Every node type with the JSON Schema of its config.", NULL, NULL, "NodeType[]", 200},
	{PAWL_HTTP_GET, V1 "/trigger-types", pawl_api_list_trigger_types, "listTriggerTypes",
	 "meta", "Every trigger type with the JSON Schema of its config.", NULL, NULL,
	 "TriggerType[]", 200},
	{PAWL_HTTP_GET, V1 "/presets", pawl_api_list_presets, "listPresets", "meta",
	 "Every signature preset, built in or the operator's.", NULL, NULL, "Preset[]", 200},
	{PAWL_HTTP_GET, V1 "/schema", pawl_api_schema, "getSchema", "meta",
	 "JSON Schema of a workflow document.", NULL, NULL, NULL, 200},
	{PAWL_HTTP_GET, V1 "/stream", pawl_api_stream, "stream", "meta",
	 "Requests, runs and nodes as they happen (Server-Sent Events).", stream, NULL, NULL, 200,
	 .is_stream = true},
	{PAWL_HTTP_POST, V1 "/apply", pawl_api_apply, "applyWorkflow", "workflows",
	 "Creates or updates a workflow by name, publishes and activates it.", NULL, apply,
	 "Applied", 200},
	{PAWL_HTTP_POST, V1 "/validate", pawl_api_validate, "validateWorkflow", "workflows",
	 "Checks a document and lists every problem.", NULL, any_document, "Validation", 200},
	{PAWL_HTTP_GET, V1 "/workflows", pawl_api_list_workflows, "listWorkflows", "workflows",
	 "Workflows by name.", workflow_list, NULL, "Workflow[]", 200},
	{PAWL_HTTP_POST, V1 "/workflows", pawl_api_create_workflow, "createWorkflow", "workflows",
	 "Saves a new workflow as a draft.", NULL, document, "Workflow", 201},
	{PAWL_HTTP_GET, V1 "/workflows/{workflow}", pawl_api_get_workflow, "getWorkflow",
	 "workflows", "A workflow with its draft; the ETag is for If-Match.", NULL, NULL,
	 "Workflow", 200},
	{PAWL_HTTP_PUT, V1 "/workflows/{workflow}", pawl_api_save_workflow, "saveWorkflow",
	 "workflows", "Saves the draft; If-Match refuses to overwrite another's change.", NULL,
	 document, "Workflow", 200},
	{PAWL_HTTP_DELETE, V1 "/workflows/{workflow}", pawl_api_delete_workflow, "deleteWorkflow",
	 "workflows", "Deletes a workflow; its URL answers 404 from then on.", NULL, NULL, NULL,
	 204},
	{PAWL_HTTP_POST, V1 "/workflows/{workflow}/publish", pawl_api_publish_workflow,
	 "publishWorkflow", "workflows",
	 "Makes the draft a revision and, unless told not to, active.", NULL, publish, "Workflow",
	 200},
	{PAWL_HTTP_POST, V1 "/workflows/{workflow}/activation", pawl_api_set_activation,
	 "setActivation", "workflows", "Sets active, paused or inactive, and the revision.", NULL,
	 activation, "Workflow", 200},
	{PAWL_HTTP_POST, V1 "/workflows/{workflow}/reverify", pawl_api_reverify_workflow,
	 "reverifyWorkflow", "workflows",
	 "Checks what is in quarantine again and releases what verifies; until `next` is null.",
	 NULL, reverify, "Reverified", 200},
	{PAWL_HTTP_GET, V1 "/workflows/{workflow}/revisions", pawl_api_list_revisions,
	 "listRevisions", "workflows", "Revisions, newest first.", by_id, NULL, "Revision[]", 200},
	{PAWL_HTTP_GET, V1 "/workflows/{workflow}/revisions/{number}", pawl_api_get_revision,
	 "getRevision", "workflows", "One revision with its document.", NULL, NULL, "Revision",
	 200},
	{PAWL_HTTP_POST, V1 "/workflows/{workflow}/runs", pawl_api_start_run, "startRun",
	 "workflows", "Starts a run by hand, with input.", NULL, start, "NewRun", 201},
	{PAWL_HTTP_GET, V1 "/workflows/{workflow}/schedule", pawl_api_get_schedule, "getSchedule",
	 "workflows", "The next times at which the workflow starts.", times, NULL, "Schedule", 200},
	{PAWL_HTTP_POST, V1 "/schedule/preview", pawl_api_preview_schedule, "previewSchedule",
	 "workflows", "The next times of a schedule that is not saved.", times, preview,
	 "SchedulePreview", 200},
	{PAWL_HTTP_GET, V1 "/runs", pawl_api_list_runs, "listRuns", "runs", "Runs, newest first.",
	 run_list, NULL, "Run[]", 200},
	{PAWL_HTTP_GET, V1 "/runs/{run}", pawl_api_get_run, "getRun", "runs",
	 "A run with each node's input, output, attempts and times.", NULL, NULL, "Run", 200},
	{PAWL_HTTP_POST, V1 "/runs/{run}/cancel", pawl_api_cancel_run, "cancelRun", "runs",
	 "Cancels a run that has not ended.", NULL, NULL, "Run", 200},
	{PAWL_HTTP_POST, V1 "/runs/{run}/pause", pawl_api_pause_run, "pauseRun", "runs",
	 "Starts no further node of a run.", NULL, NULL, "Run", 200},
	{PAWL_HTTP_POST, V1 "/runs/{run}/resume", pawl_api_resume_run, "resumeRun", "runs",
	 "Lets a paused run, or a waiting node, go on.", NULL, resume, "Run", 200},
	{PAWL_HTTP_POST, V1 "/runs/{run}/retry", pawl_api_retry_run, "retryRun", "runs",
	 "Runs again the nodes that did not complete.", NULL, NULL, "Run", 200},
	{PAWL_HTTP_POST, V1 "/runs/{run}/restart", pawl_api_restart_run, "restartRun", "runs",
	 "Runs an ended run again from its start.", NULL, NULL, "Run", 200},
	{PAWL_HTTP_POST, V1 "/runs/{run}/replay", pawl_api_replay_run, "replayRun", "runs",
	 "A new run of the active revision with the same or an edited input.", NULL, replay,
	 "NewRun", 201},
	{PAWL_HTTP_GET, V1 "/requests", pawl_api_list_requests, "listRequests", "requests",
	 "Requests to known URLs, newest first, refused ones with their reason.", request_list,
	 NULL, "Request[]", 200},
	{PAWL_HTTP_GET, V1 "/requests/{request}", pawl_api_get_request, "getRequest", "requests",
	 "One request with its headers and body.", one_request, NULL, "Request", 200},
	{PAWL_HTTP_GET, V1 "/requests/{request}/diagnosis", pawl_api_get_diagnosis, "getDiagnosis",
	 "requests", "Which known mistake explains that its signature or credentials do not fit.",
	 NULL, NULL, "Diagnosis", 200},
	{PAWL_HTTP_GET, V1 "/requests/{request}/files/{file}", pawl_api_get_request_file,
	 "getRequestFile", "requests",
	 "A file that a form brought, by its place in `workflow.input.files`.", NULL, NULL, NULL,
	 200, .is_file = true},
	{PAWL_HTTP_POST, V1 "/requests/{request}/replay", pawl_api_replay_request, "replayRequest",
	 "requests", "A new run from a stored request.", NULL, replay, "NewRun", 201},
	{PAWL_HTTP_GET, V1 "/audit", pawl_api_list_audit, "listAudit", "audit",
	 "Who did what, newest first: the audit log.", by_id, NULL, "AuditEntry[]", 200},
	{PAWL_HTTP_GET, V1 "/tokens", pawl_api_list_tokens, "listTokens", "tokens",
	 "API tokens, without their values.", by_name, NULL, "Token[]", 200},
	{PAWL_HTTP_POST, V1 "/tokens", pawl_api_add_token, "addToken", "tokens",
	 "Makes a token; its value is shown this once.", NULL, new_token, "NewToken", 201},
	{PAWL_HTTP_DELETE, V1 "/tokens/{token}", pawl_api_remove_token, "removeToken", "tokens",
	 "Removes a token; it is refused from then on.", NULL, NULL, NULL, 204},
};

const size_t pawl_api_n_routes = sizeof pawl_api_routes / sizeof pawl_api_routes[0];
