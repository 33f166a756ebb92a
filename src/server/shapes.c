/* What answers look like, for /openapi.json; the scenario tests hold real answers to it. */
#include "server/shapes.h"
#include "server/api_resources.h"
#include "server/routes_editor.h"
#include "store/failure.h"

#define END      {NULL}
#define NULLABLE PAWL_MEMBER_NULLABLE
#define OPTIONAL PAWL_MEMBER_OPTIONAL

const char *const pawl_api_workflow_states[] = {"active", "paused", "inactive", NULL};
const char *const pawl_api_run_states[] = {"queued", "running",  "waiting",   "completed",
					   "failed", "canceled", "timed_out", NULL};
static const char *const node_states[] = {"pending", "running", "waiting",  "completed",
					  "failed",  "skipped", "canceled", NULL};
const char *const pawl_api_trigger_kinds[] = {"webhook", "service", "schedule",
					      "event",   "manual",  NULL};
const char *const pawl_api_verdicts[] = {"accepted", "refused",   "handshake",
					 "filtered", "duplicate", NULL};
static const char *const waits[] = {"time", "resume", "retry", "decision", NULL};

static const struct pawl_api_member problem[] = {
	{"pointer", "string", 0, "Where, as a JSON pointer (RFC 6901)."},
	{"message", "string", 0, "What is wrong, and what to do."},
	{"severity", "string", 0, "error: it is in the way."},
	{"code", "string", OPTIONAL, "A stable word, like missing_field or cycle."},
	{"hint", "string", OPTIONAL, "What to do, by itself."},
	{"member", "string", OPTIONAL, "That is missing there."},
	{"node", "string", OPTIONAL, "The id of the node that it is about."},
	{"field", "string", OPTIONAL, "Where in the node, or in the trigger, as a JSON pointer."},
	END};

static const struct pawl_api_member refusal[] = {
	{"type", "string", 0, "A stable word."},
	{"detail", "string", 0, "For people."},
	{"problems", "Problem[]", OPTIONAL, "Every one of them."},
	END};

static const struct pawl_api_member error[] = {{"code", "integer", 0, "The HTTP status."},
					       {"message", "string", 0, "Its text."},
					       {"error", "Refusal", 0},
					       END};

static const struct pawl_api_member store[] = {
	{"kind", "string", 0}, {"path", "string", 0, "The data directory."}, END};

static const struct pawl_api_member info[] = {
	{"version", "string", 0},
	{"started_at", "time", 0},
	{"public_url", "string", 0, "What hook URLs begin with."},
	{"store", "Store", 0},
	{"node_types", "integer", 0, "How many there are."},
	{"libraries", "Library[]", 0, "That the program is made of."},
	END};

static const struct pawl_api_member node_type[] = {
	{"name", "string", 0},
	{"label", "string", 0},
	{"category", "string", 0},
	{"summary", "string", 0},
	{"icon", "string", NULLABLE, "A Lucide icon's name."},
	{"ports", "string[]", 0},
	{"ports_from", "string", NULLABLE,
	 "A list of its config: the names of its entries are ports, too, before the others."},
	{"schema", "object", 0, "JSON Schema of its config."},
	{"example", "any", NULLABLE, "A config that validates."},
	{"output_example", "any", NULLABLE},
	END};

static const struct pawl_api_member preset[] = {
	{"name", "string", 0, "What scheme and preset in a document say."},
	{"label", "string", 0},
	{"description", "string", 0},
	{"source", "string", 0, "The provider's documentation."},
	{"algorithm", "string", 0},
	{"is_builtin", "boolean", 0},
	{"document", "object", 0, "The preset itself, without its vectors."},
	END};

static const struct pawl_api_member diagnosis[] = {
	{"reason", "string", NULLABLE, "Why it was refused."},
	{"code", "string", NULLABLE, "The mistake, a stable word; null: no known one explains it."},
	{"message", "string", 0, "What happened, and what to do."},
	{"entry", "integer", NULLABLE, "The index of the entry of auth that the mistake is about."},
	END};

static const struct pawl_api_member auth_check[] = {
	{"type", "string", 0, "Of the entry of auth."},
	{"key", "string", NULLABLE, "The name of its secret; null: it stands in the document."},
	{"scheme", "string", NULLABLE, "Of a signature."},
	{"header", "string", NULLABLE, "In which the signature is."},
	{"signed", "string", NULLABLE, "What the signature covers."},
	{"skew_ms", "integer", NULLABLE, "How old its timestamp was when the request came."},
	{"tolerance_ms", "integer", NULLABLE, "How old, or how far ahead, it may be."},
	END};

static const struct pawl_api_member checks[] = {
	{"address_rules", "integer", 0, "How many entries allow_ips has; 0: any address may call."},
	{"address_rule", "string", NULLABLE, "The one that lets the address in."},
	{"auth", "AuthCheck[]", 0, "In the order of the trigger's auth."},
	END};

static const struct pawl_api_member trigger_type[] = {
	{"name", "string", 0},
	{"label", "string", 0},
	{"summary", "string", 0},
	{"icon", "string", NULLABLE, "A Lucide icon's name."},
	{"schema", "object", 0, "JSON Schema of its config."},
	{"example", "any", NULLABLE, "A config that validates."},
	END};

static const struct pawl_api_member applied[] = {
	{"id", "id", 0},
	{"name", "string", 0},
	{"revision", "integer", NULLABLE, "The active one."},
	{"hook_url", "string", NULLABLE, "Null where the trigger in force is no webhook."},
	{"service_url", "string", NULLABLE, "Of one with the trigger http_request."},
	{"created", "boolean", 0, "There was none of that name before."},
	{"status", "string", 0, NULL, pawl_api_workflow_states},
	END};

static const struct pawl_api_member validation[] = {
	{"valid", "boolean", 0}, {"problems", "Problem[]", 0}, END};

static const struct pawl_api_member drain[] = {
	{"per_second", "integer", 0},
	{"left", "integer", 0, "Runs of the backlog that are still queued."},
	END};

static const struct pawl_api_member day_counts[] = {
	{"completed", "integer", 0, "Runs, rounded up to a quarter of an hour before."},
	{"failed", "integer", 0, "Likewise; those that timed out are among them."},
	END};

static const struct pawl_api_member recent_run[] = {
	{"id", "id", 0, "It may be gone by now, where runs are not kept."},
	{"status", "string", 0, NULL, pawl_api_run_states},
	{"duration_ms", "integer", 0},
	END};

static const struct pawl_api_member workflow[] = {
	{"id", "id", 0},
	{"name", "string", 0},
	{"status", "string", 0, NULL, pawl_api_workflow_states},
	{"description", "string", 0, "Of the active revision; else of the draft."},
	{"trigger", "string", NULLABLE, "The active revision's type of trigger; else the draft's."},
	{"tags", "string[]", 0, "The draft's."},
	{"active_revision", "integer", NULLABLE},
	{"latest_revision", "integer", NULLABLE},
	{"draft_version", "integer", 0, "Grows with every change of the draft; the ETag."},
	{"hook_url", "string", NULLABLE, "Null where the trigger in force is no webhook."},
	{"service_url", "string", NULLABLE, "Of one with the trigger http_request."},
	{"old_url_until", "time", NULLABLE, "So long the URL that it had before answers, too."},
	{"drain", "Drain", NULLABLE, "The backlog of a pause, while it drains at a pace."},
	{"events_cut", "integer", 0,
	 "Events that did not start it, since one of its own runs led to them."},
	{"last_24h", "DayCounts", 0},
	{"recent_runs", "RecentRun[]", 0, "The last 30 that ended, newest first."},
	{"last_request_at", "time", NULLABLE, "The last one that was accepted."},
	{"last_run_at", "time", NULLABLE, "When a run began last."},
	{"last_failure_at", "time", NULLABLE, "When a run failed, or timed out, last."},
	{"created_at", "time", 0},
	{"updated_at", "time", 0},
	{"document", "object", OPTIONAL, "The draft, secrets as ***. Not in lists."},
	{"problems", "Problem[]", OPTIONAL, "Of a draft that was saved unfinished."},
	END};

static const struct pawl_api_member revision[] = {
	{"number", "integer", 0},
	{"created_at", "time", 0},
	{"active", "boolean", 0},
	{"document", "object", OPTIONAL, "Secrets as ***. Not in lists."},
	END};

static const struct pawl_api_member run_document[] = {
	{"revision", "integer", 0},
	{"draft", "boolean", 0, "It is a copy of the draft of that version."},
	{"document", "object", 0, "Secrets as ***."},
	END};

static const struct pawl_api_member workflow_ref[] = {
	{"id", "id", 0}, {"name", "string", NULLABLE, "null: it was never active."}, END};

static const struct pawl_api_member workflow_name[] = {
	{"id", "id", 0},
	{"name", "string", 0},
	{"status", "string", 0, NULL, pawl_api_workflow_states},
	{"hook_url", "string", NULLABLE, "Null where the trigger in force is no webhook."},
	END};

static const struct pawl_api_member failure[] = {
	{"code", "string", 0, "A stable word."},
	{"message", "string", 0},
	{"node", "string", OPTIONAL, "Which node failed the run."},
	{"attempt", "integer", OPTIONAL},
	END};

static const struct pawl_api_member attempt[] = {
	{"attempt", "integer", 0, "From 1."}, {"started_at", "time", NULLABLE},
	{"finished_at", "time", NULLABLE},    {"error", "Failure", NULLABLE},
	{"output", "any", NULLABLE},          END};

static const struct pawl_api_member node_run[] = {
	{"id", "string", 0, "The node's, in its document."},
	{"type", "string", 0},
	{"name", "string", 0},
	{"status", "string", 0, NULL, node_states},
	{"attempt", "integer", OPTIONAL},
	{"iteration", "integer", OPTIONAL},
	{"pinned", "boolean", OPTIONAL,
	 "Of a test run: it was not executed, its output was given."},
	{"port", "string", OPTIONAL | NULLABLE, "That it went out by."},
	{"started_at", "time", OPTIONAL | NULLABLE},
	{"finished_at", "time", OPTIONAL | NULLABLE},
	{"wake_at", "time", OPTIONAL | NULLABLE},
	{"duration_ms", "number", OPTIONAL | NULLABLE},
	{"waiting_for", "string", OPTIONAL | NULLABLE, NULL, waits},
	{"input", "any", OPTIONAL | NULLABLE, "The resolved config, secrets as ***."},
	{"output", "any", OPTIONAL | NULLABLE},
	{"error", "Failure", OPTIONAL | NULLABLE},
	{"attempts", "Attempt[]", 0},
	END};

static const struct pawl_api_member run[] = {
	{"id", "id", 0},
	{"workflow", "WorkflowRef", 0},
	{"revision", "integer", 0},
	{"draft", "boolean", 0, "It runs a copy of the draft of that version."},
	{"status", "string", 0, NULL, pawl_api_run_states},
	{"paused", "boolean", 0, "Held by a person."},
	{"attempt", "integer", 0, "Grows with every retry of the whole run."},
	{"trigger", "string", 0, "What started it, or what it replays."},
	{"test", "boolean", 0, "By whoever builds the workflow; in no statistics."},
	{"edited", "boolean", 0, "A replay with another input than what it replays."},
	{"request_id", "id", NULLABLE},
	{"replay_of", "id", NULLABLE},
	{"queued_at", "time", 0},
	{"started_at", "time", NULLABLE},
	{"finished_at", "time", NULLABLE},
	{"wake_at", "time", NULLABLE},
	{"duration_ms", "number", NULLABLE},
	{"order_key", "string", NULLABLE, "Runs of one key go one after another."},
	{"error", "Failure", NULLABLE},
	{"input", "any", OPTIONAL | NULLABLE, "workflow.input. Only where one run is shown."},
	{"output", "any", OPTIONAL | NULLABLE, "Only where one run is shown."},
	{"released", "boolean", OPTIONAL,
	 "Its request was refused at first, and released from quarantine. Only where one run is "
	 "shown."},
	{"resume_url", "string", OPTIONAL, "Of a run that has not ended."},
	{"nodes", "NodeRun[]", OPTIONAL, "Only where one run is shown."},
	END};

static const struct pawl_api_member new_run[] = {
	{"id", "id", 0}, {"replay_of", "id", NULLABLE}, {"request_id", "id", NULLABLE}, END};

static const struct pawl_api_member header[] = {
	{"name", "string", 0}, {"value", "string", 0, "*** for credentials."}, END};

static const struct pawl_api_member request[] = {
	{"id", "id", 0},
	{"workflow", "WorkflowRef", 0},
	{"received_at", "time", 0},
	{"method", "string", 0},
	{"target", "string", 0, "Path and query."},
	{"ip", "string", 0},
	{"verdict", "string", 0, NULL, pawl_api_verdicts},
	{"status", "integer", 0, "That was answered."},
	{"reason", "string", NULLABLE, "Of a refusal."},
	{"detail", "any", NULLABLE, "Facts for operators."},
	{"body_bytes", "integer", 0},
	{"trigger", "string", 0, "What it came in by."},
	{"quarantined", "boolean", 0, "Kept whole, to be verified again."},
	{"flags", "string[]", 0, "conflict, replay_suspected, quarantined, released, sealed."},
	{"order_key", "string", NULLABLE, "Runs of one key go one after another."},
	{"duplicate_of", "id", NULLABLE, "The request that it repeats."},
	{"run_id", "id", NULLABLE, "That it started."},
	{"headers", "Header[]", OPTIONAL, "Not in lists."},
	{"diagnosis", "Diagnosis", OPTIONAL, "Where it was asked for."},
	{"checks", "Checks", OPTIONAL | NULLABLE,
	 "What the trigger asked of it, with the diagnosis."},
	{"body", "string", OPTIONAL | NULLABLE, "null when it is no text. Not in lists."},
	{"body_base64", "string", OPTIONAL, "A body that is no text."},
	END};

static const struct pawl_api_member reverified[] = {
	{"dry_run", "boolean", 0, "Nothing was released."},
	{"checked", "integer", 0},
	{"released", "integer", 0, "That verified: each is a run now."},
	{"duplicates", "integer", 0, "That verified, and repeat a delivery that was accepted."},
	{"refused", "integer", 0, "That still do not verify, and stay in quarantine."},
	{"reasons", "object", 0, "Of those: how many by each word."},
	{"next", "id", NULLABLE, "There is more: call again with it as `after`."},
	END};

static const struct pawl_api_member event_run[] = {
	{"workflow", "WorkflowRef", 0}, {"run_id", "id", 0}, END};

static const struct pawl_api_member taken_event[] = {
	{"id", "id", 0, "Pawl's own."},
	{"type", "string", 0},
	{"event_id", "string", NULLABLE, "The sender's."},
	{"duplicate", "boolean", 0, "It was here before; the runs are those of then."},
	{"runs", "EventRun[]", 0, "That it started."},
	END};

static const struct pawl_api_member taken_events[] = {
	{"events", "TakenEvent[]", 0, "One for each that was sent, in order."}, END};

static const struct pawl_api_member event_type[] = {
	{"name", "string", 0}, {"summary", "string", 0}, END};

static const struct pawl_api_member scheduled_time[] = {
	{"at", "time", 0}, {"local_time", "string", 0, "By the clocks of the time zone."}, END};

static const struct pawl_api_member schedule[] = {
	{"workflow", "WorkflowRef", 0},
	{"active", "boolean", 0, "Does it start at these times?"},
	{"time_zone", "string", 0},
	{"last_at", "time", NULLABLE, "The last time that started a run."},
	{"last_run_id", "id", NULLABLE},
	{"next", "ScheduledTime[]", 0, "Without the jitter."},
	END};

static const struct pawl_api_member schedule_preview[] = {
	{"time_zone", "string", 0}, {"next", "ScheduledTime[]", 0}, END};

static const char *const replay_states[] = {"running", "completed", "stopped", NULL};
static const char *const replay_modes[] = {"replay", "retry", NULL};

static const struct pawl_api_member replay[] = {
	{"id", "id", NULLABLE, "null: it was only counted."},
	{"status", "string", NULLABLE, NULL, replay_states},
	{"mode", "string", 0, NULL, replay_modes},
	{"verdict", "string", NULLABLE, "Of requests that started no run; null: it is of runs."},
	{"workflow", "WorkflowRef", NULLABLE},
	{"class", "string", NULLABLE},
	{"code", "string", NULLABLE},
	{"event", "string", NULLABLE},
	{"from", "time", NULLABLE},
	{"to", "time", NULLABLE},
	{"revision", "integer", NULLABLE, "null: the active one."},
	{"draft", "boolean", 0, "New runs take a copy of the draft, as it was then."},
	{"per_second", "integer", NULLABLE, "null: as fast as it goes."},
	{"matched", "integer", 0, "Runs, or requests, that matched when it was made."},
	{"done", "integer", 0, "Runs that it has started so far."},
	{"skipped", "integer", 0, "Those of which nothing could be started."},
	{"created_at", "time", 0},
	{"finished_at", "time", NULLABLE},
	END};

static const struct pawl_api_member difference[] = {
	{"pointer", "string", 0, "Where, as a JSON pointer."},
	{"old", "any", OPTIONAL | NULLABLE, "Absent: there was nothing."},
	{"new", "any", OPTIONAL | NULLABLE, "Absent: there would be nothing."},
	END};

static const struct pawl_api_member what_if_input[] = {
	{"node", "string", 0}, {"differences", "Difference[]", 0}, END};

static const char *const what_if_outcomes[] = {"same", "changed", "failed", "no_recording", NULL};

static const struct pawl_api_member what_if_run[] = {
	{"run_id", "id", 0},
	{"request_id", "id", NULLABLE},
	{"status", "string", 0, "failed: it would fail, and did not then.", what_if_outcomes},
	{"reason", "string", NULLABLE, "Why it could not be told to the end."},
	{"old_status", "string", NULLABLE, NULL, pawl_api_run_states},
	{"new_status", "string", NULLABLE, NULL, pawl_api_run_states},
	{"output", "Difference[]", 0, "Of the run's output."},
	{"error", "Difference[]", 0, "Of its error."},
	{"path", "Difference[]", 0, "Of the nodes that ran, and the ports that they went out by."},
	{"inputs", "WhatIfInput[]", 0,
	 "Of what nodes would send that are answered from the recording."},
	{"cut", "boolean", 0, "There are more differences than are shown."},
	END};

static const struct pawl_api_member what_if[] = {
	{"workflow", "WorkflowRef", 0},
	{"revision", "integer", NULLABLE, "null: the draft."},
	{"draft", "boolean", 0},
	{"tried", "integer", 0},
	{"same", "integer", 0},
	{"changed", "integer", 0},
	{"failed", "integer", 0},
	{"no_recording", "integer", 0},
	{"cut", "boolean", 0,
	 "Not all were tried: it took too long, or the answer grew too large."},
	{"runs", "WhatIfRun[]", 0},
	END};

static const struct pawl_api_member dead_letter[] = {
	{"id", "id", 0, "The run's."},
	{"class", "string", 0, NULL, pawl_failure_classes},
	{"run", "Run", 0},
	END};

static const struct pawl_api_member class_count[] = {
	{"class", "string", 0, NULL, pawl_failure_classes}, {"runs", "integer", 0}, END};

const struct pawl_api_shape pawl_api_shapes[] = {
	{"Applied", applied},
	{"Attempt", attempt},
	{"AuditCheck", pawl_api_audit_check_shape},
	{"AuditEntry", pawl_api_audit_entry_shape},
	{"ClassCount", class_count},
	{"DayCounts", day_counts},
	{"DeadLetter", dead_letter},
	{"Diagnosis", diagnosis},
	{"AuthCheck", auth_check},
	{"Checks", checks},
	{"Difference", difference},
	{"DiskUse", pawl_api_disk_use_shape},
	{"Error", error},
	{"EventRun", event_run},
	{"EventType", event_type},
	{"Example", pawl_api_example_shape},
	{"FailingWorkflow", pawl_api_failing_shape},
	{"ExpressionPreview", pawl_api_preview_shape},
	{"ExpressionReference", pawl_api_reference_shape},
	{"Failure", failure},
	{"Header", header},
	{"Imported", pawl_api_imported_shape},
	{"ImportedDocument", pawl_api_imported_document_shape},
	{"Info", info},
	{"Library", pawl_api_library_shape},
	{"MissingPath", pawl_api_missing_path_shape},
	{"MissingPaths", pawl_api_missing_shape},
	{"Latency", pawl_api_latency_shape},
	{"Limits", pawl_api_limits_shape},
	{"NewRun", new_run},
	{"NewToken", pawl_api_new_token_shape},
	{"NewTotp", pawl_api_new_totp_shape},
	{"NodeRun", node_run},
	{"NodeType", node_type},
	{"Pin", pawl_api_pin_shape},
	{"Preset", preset},
	{"Problem", problem},
	{"RecoveryCodes", pawl_api_recovery_codes_shape},
	{"Queue", pawl_api_queue_shape},
	{"ReasonCount", pawl_api_reason_count_shape},
	{"RecentRun", recent_run},
	{"Refusal", refusal},
	{"Replay", replay},
	{"Request", request},
	{"RequestCounts", pawl_api_request_counts_shape},
	{"Retention", pawl_api_retention_shape},
	{"Revision", revision},
	{"Run", run},
	{"RunDocument", run_document},
	{"RunCounts", pawl_api_run_counts_shape},
	{"Sample", pawl_api_sample_shape},
	{"Samples", pawl_api_samples_shape},
	{"Schedule", schedule},
	{"SchedulePreview", schedule_preview},
	{"Session", pawl_api_session_shape},
	{"SessionInfo", pawl_api_session_info_shape},
	{"Setup", pawl_api_setup_shape},
	{"ScheduledTime", scheduled_time},
	{"Scope", pawl_api_scope_shape},
	{"ScopeNode", pawl_api_scope_node_shape},
	{"ScopeRoot", pawl_api_scope_root_shape},
	{"Secret", pawl_api_secret_shape},
	{"SecretUse", pawl_api_secret_use_shape},
	{"SecretVersion", pawl_api_secret_version_shape},
	{"SilentEndpoint", pawl_api_silent_shape},
	{"StatPoint", pawl_api_stat_point_shape},
	{"Stats", pawl_api_stats_shape},
	{"Store", store},
	{"System", pawl_api_system_shape},
	{"Reverified", reverified},
	{"TakenEvent", taken_event},
	{"TakenEvents", taken_events},
	{"Token", pawl_api_token_shape},
	{"TriggerType", trigger_type},
	{"User", pawl_api_user_shape},
	{"Validation", validation},
	{"Drain", drain},
	{"WhatIf", what_if},
	{"WhatIfInput", what_if_input},
	{"WhatIfRun", what_if_run},
	{"Workflow", workflow},
	{"WorkflowName", workflow_name},
	{"WorkflowRef", workflow_ref},
	{"WorkflowRetention", pawl_api_workflow_retention_shape},
	{"Workers", pawl_api_workers_shape},
	{NULL, NULL},
};
