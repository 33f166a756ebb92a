/* Every route of the API, and the parameters that it takes. */
#include "server/api_resources.h"

#define END {NULL, NULL, NULL}
#define PAGE                                                                                       \
	{"limit", "integer", "How many items at most, 1 to 1000; 50 when absent."},                \
		{"cursor", "string", "The `next` of the page before."}
#define WINDOW {"from", "time", "Not before this time."}, {"to", "time", "Before this time."}

static const struct pawl_api_param page[] = {PAGE, END};
static const struct pawl_api_param workflow_list[] = {
	{"status", "string", "active, paused or inactive."}, PAGE, END};
static const struct pawl_api_param run_list[] = {
	{"workflow", "string", "A workflow's id or name."},
	{"status", "string", "queued, running, waiting, completed, failed, canceled or timed_out."},
	{"request", "id", "Runs of this request, replays included."},
	WINDOW,
	PAGE,
	END};
static const struct pawl_api_param request_list[] = {
	{"workflow", "string", "A workflow's id or name."},
	{"verdict", "string", "accepted, refused or handshake."},
	WINDOW,
	PAGE,
	END};
static const struct pawl_api_param stream[] = {
	{"workflow", "string", "Only events of this workflow, by id or name."}, END};

#define V1 "/api/v1"

const struct pawl_api_route pawl_api_routes[] = {
	{PAWL_HTTP_GET, "/openapi.json", pawl_api_openapi, "getOpenApi", "meta",
	 "This description.", NULL, false, false, 200},
	{PAWL_HTTP_GET, V1 "/info", pawl_api_info, "getInfo", "meta", "Version, store and address.",
	 NULL, false, false, 200},
	{PAWL_HTTP_GET, V1 "/node-types", pawl_api_list_node_types, "listNodeTypes", "meta",
	 "Every node type with the JSON Schema of its config.", NULL, false, false, 200},
	{PAWL_HTTP_GET, V1 "/trigger-types", pawl_api_list_trigger_types, "listTriggerTypes",
	 "meta", "Every trigger type with the JSON Schema of its config.", NULL, false, false, 200},
	{PAWL_HTTP_GET, V1 "/schema", pawl_api_schema, "getSchema", "meta",
	 "JSON Schema of a workflow document.", NULL, false, false, 200},
	{PAWL_HTTP_GET, V1 "/stream", pawl_api_stream, "stream", "meta",
	 "Requests, runs and nodes as they happen (Server-Sent Events).", stream, false, true, 200},
	{PAWL_HTTP_POST, V1 "/apply", pawl_api_apply, "applyWorkflow", "workflows",
	 "Creates or updates a workflow by name, publishes and activates it.", NULL, true, false,
	 200},
	{PAWL_HTTP_POST, V1 "/validate", pawl_api_validate, "validateWorkflow", "workflows",
	 "Checks a document and lists every problem.", NULL, true, false, 200},
	{PAWL_HTTP_GET, V1 "/workflows", pawl_api_list_workflows, "listWorkflows", "workflows",
	 "Workflows by name.", workflow_list, false, false, 200},
	{PAWL_HTTP_POST, V1 "/workflows", pawl_api_create_workflow, "createWorkflow", "workflows",
	 "Saves a new workflow as a draft.", NULL, true, false, 201},
	{PAWL_HTTP_GET, V1 "/workflows/{workflow}", pawl_api_get_workflow, "getWorkflow",
	 "workflows", "A workflow with its draft; the ETag is for If-Match.", NULL, false, false,
	 200},
	{PAWL_HTTP_PUT, V1 "/workflows/{workflow}", pawl_api_save_workflow, "saveWorkflow",
	 "workflows", "Saves the draft; If-Match refuses to overwrite another's change.", NULL,
	 true, false, 200},
	{PAWL_HTTP_DELETE, V1 "/workflows/{workflow}", pawl_api_delete_workflow, "deleteWorkflow",
	 "workflows", "Deletes a workflow; its URL answers 404 from then on.", NULL, false, false,
	 204},
	{PAWL_HTTP_POST, V1 "/workflows/{workflow}/publish", pawl_api_publish_workflow,
	 "publishWorkflow", "workflows",
	 "Makes the draft a revision and, unless told not to, active.", NULL, true, false, 200},
	{PAWL_HTTP_POST, V1 "/workflows/{workflow}/activation", pawl_api_set_activation,
	 "setActivation", "workflows", "Sets active, paused or inactive, and the revision.", NULL,
	 true, false, 200},
	{PAWL_HTTP_GET, V1 "/workflows/{workflow}/revisions", pawl_api_list_revisions,
	 "listRevisions", "workflows", "Revisions, newest first.", page, false, false, 200},
	{PAWL_HTTP_GET, V1 "/workflows/{workflow}/revisions/{number}", pawl_api_get_revision,
	 "getRevision", "workflows", "One revision with its document.", NULL, false, false, 200},
	{PAWL_HTTP_GET, V1 "/runs", pawl_api_list_runs, "listRuns", "runs", "Runs, newest first.",
	 run_list, false, false, 200},
	{PAWL_HTTP_GET, V1 "/runs/{run}", pawl_api_get_run, "getRun", "runs",
	 "A run with each node's input, output, attempts and times.", NULL, false, false, 200},
	{PAWL_HTTP_POST, V1 "/runs/{run}/cancel", pawl_api_cancel_run, "cancelRun", "runs",
	 "Cancels a run that has not ended.", NULL, false, false, 200},
	{PAWL_HTTP_POST, V1 "/runs/{run}/pause", pawl_api_pause_run, "pauseRun", "runs",
	 "Starts no further node of a run.", NULL, false, false, 200},
	{PAWL_HTTP_POST, V1 "/runs/{run}/resume", pawl_api_resume_run, "resumeRun", "runs",
	 "Lets a paused run, or a waiting node, go on.", NULL, true, false, 200},
	{PAWL_HTTP_POST, V1 "/runs/{run}/retry", pawl_api_retry_run, "retryRun", "runs",
	 "Runs again the nodes that did not complete.", NULL, false, false, 200},
	{PAWL_HTTP_POST, V1 "/runs/{run}/restart", pawl_api_restart_run, "restartRun", "runs",
	 "Runs an ended run again from its start.", NULL, false, false, 200},
	{PAWL_HTTP_POST, V1 "/runs/{run}/replay", pawl_api_replay_run, "replayRun", "runs",
	 "A new run of the active revision with the same or an edited input.", NULL, true, false,
	 201},
	{PAWL_HTTP_GET, V1 "/requests", pawl_api_list_requests, "listRequests", "requests",
	 "Requests to known URLs, newest first, refused ones with their reason.", request_list,
	 false, false, 200},
	{PAWL_HTTP_GET, V1 "/requests/{request}", pawl_api_get_request, "getRequest", "requests",
	 "One request with its headers and body.", NULL, false, false, 200},
	{PAWL_HTTP_POST, V1 "/requests/{request}/replay", pawl_api_replay_request, "replayRequest",
	 "requests", "A new run from a stored request.", NULL, true, false, 201},
	{PAWL_HTTP_GET, V1 "/tokens", pawl_api_list_tokens, "listTokens", "tokens",
	 "API tokens, without their values.", NULL, false, false, 200},
	{PAWL_HTTP_POST, V1 "/tokens", pawl_api_add_token, "addToken", "tokens",
	 "Makes a token; its value is shown this once.", NULL, true, false, 201},
	{PAWL_HTTP_DELETE, V1 "/tokens/{token}", pawl_api_remove_token, "removeToken", "tokens",
	 "Removes a token; it is refused from then on.", NULL, false, false, 204},
};

const size_t pawl_api_n_routes = sizeof pawl_api_routes / sizeof pawl_api_routes[0];
