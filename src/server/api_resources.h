/* Handlers of the API's routes, one room per resource, and what they share. */
#ifndef PAWL_SERVER_API_RESOURCES_H
#define PAWL_SERVER_API_RESOURCES_H

#include "server/api.h"

/* api_stats.c, api_system.c */
void pawl_api_stats(struct pawl_api_call *call);
void pawl_api_system(struct pawl_api_call *call);
struct pawl_json pawl_api_queue_json(struct pawl_api_call *call);

/* api_workflows.c */
void pawl_api_list_workflows(struct pawl_api_call *call);
void pawl_api_list_workflow_names(struct pawl_api_call *call);
void pawl_api_get_workflow(struct pawl_api_call *call);
void pawl_api_delete_workflow(struct pawl_api_call *call);
void pawl_api_list_revisions(struct pawl_api_call *call);
void pawl_api_get_revision(struct pawl_api_call *call);
/* `document` (or NULL) is the draft: shown whole, masked. */
struct pawl_json pawl_api_workflow_json(struct pawl_api_call *call,
					const struct pawl_workflow_row *row,
					const struct pawl_json *document);
struct pawl_json pawl_api_hook_url(struct pawl_api_call *call, const struct pawl_workflow_row *row);
/* null but for a workflow that is called at /service/. */
struct pawl_json pawl_api_service_url(struct pawl_api_call *call,
				      const struct pawl_workflow_row *row);
/* A number or, for 0, null. */
struct pawl_json pawl_api_number_or_null(struct pawl_arena *arena, uint32_t n);

/* api_edit.c */
void pawl_api_apply(struct pawl_api_call *call);
void pawl_api_validate(struct pawl_api_call *call);
void pawl_api_create_workflow(struct pawl_api_call *call);
void pawl_api_save_workflow(struct pawl_api_call *call);
void pawl_api_publish_workflow(struct pawl_api_call *call);
void pawl_api_set_activation(struct pawl_api_call *call);
void pawl_api_rotate_url(struct pawl_api_call *call);
void pawl_api_duplicate_workflow(struct pawl_api_call *call);
void pawl_api_restore_revision(struct pawl_api_call *call);

/* api_runs.c */
void pawl_api_list_runs(struct pawl_api_call *call);
void pawl_api_get_run(struct pawl_api_call *call);
void pawl_api_get_run_document(struct pawl_api_call *call);
struct pawl_json pawl_api_run_summary(struct pawl_api_call *call, const struct pawl_run_row *row);
/* {"id","name"} of a workflow; the name is null when it is not known any more. */
struct pawl_json pawl_api_workflow_ref(struct pawl_api_call *call, uint64_t workflow_id);
/* workflow.input of a run, as it was. */
struct pawl_json pawl_api_run_input(struct pawl_api_call *call, struct pawl_run_record *record);
/* JSON text of the store; null when it is empty. */
struct pawl_json pawl_api_parsed(struct pawl_arena *arena, struct pawl_str text);
/* What came from outside or went there, as it is shown: without secrets. Nothing is left of them
 * in what was recorded since they are known; before that there may be. */
struct pawl_str pawl_api_hide(struct pawl_api_call *call, struct pawl_str text);
struct pawl_json pawl_api_hide_json(struct pawl_api_call *call, const struct pawl_json *value);
/* JSON text of the store likewise; and a failure, whose own words stay. */
struct pawl_json pawl_api_shown(struct pawl_api_call *call, struct pawl_str text);
struct pawl_json pawl_api_shown_failure(struct pawl_api_call *call,
					const struct pawl_json *failure);

/* api_events.c */
void pawl_api_send_events(struct pawl_api_call *call);
void pawl_api_list_event_types(struct pawl_api_call *call);

/* api_starts.c */
void pawl_api_start_run(struct pawl_api_call *call);
void pawl_api_get_schedule(struct pawl_api_call *call);
void pawl_api_preview_schedule(struct pawl_api_call *call);

/* api_run_actions.c */
void pawl_api_cancel_run(struct pawl_api_call *call);
void pawl_api_pause_run(struct pawl_api_call *call);
void pawl_api_resume_run(struct pawl_api_call *call);
void pawl_api_restart_run(struct pawl_api_call *call);
/* Answers with the run as it is after the command; the run is the one that the path names. */
void pawl_api_run_command(struct pawl_api_call *call, struct pawl_engine_command *command);
/* Why a request cannot be taken in anew as it is; NULL: it can. */
const char *pawl_api_request_obstacle(struct pawl_arena *arena,
				      const struct pawl_request_row *request);
/* An input that the caller wrote in place of what that trigger brings. False: the call was answered
 * with what is wrong. */
bool pawl_api_take_input(struct pawl_api_call *call, struct pawl_str trigger,
			 const struct pawl_json *given, struct pawl_json *out);
/* 201 with the run that was started; or why it was not. */
void pawl_api_reply_new_run(struct pawl_api_call *call, const struct pawl_store_start_run *start);
void pawl_api_replay_run(struct pawl_api_call *call);
void pawl_api_replay_request(struct pawl_api_call *call);

/* api_retry.c */
void pawl_api_retry_run(struct pawl_api_call *call);

/* api_examples.c */
void pawl_api_list_examples(struct pawl_api_call *call);

/* api_transfer.c */
void pawl_api_export(struct pawl_api_call *call);
void pawl_api_import(struct pawl_api_call *call);

/* api_pins.c */
void pawl_api_list_pins(struct pawl_api_call *call);
void pawl_api_get_pin(struct pawl_api_call *call);
void pawl_api_set_pin(struct pawl_api_call *call);
void pawl_api_remove_pin(struct pawl_api_call *call);

/* api_samples.c */
void pawl_api_get_samples(struct pawl_api_call *call);
void pawl_api_find_missing(struct pawl_api_call *call);

/* api_expressions.c */
void pawl_api_preview_expression(struct pawl_api_call *call);
void pawl_api_get_scope(struct pawl_api_call *call);

/* api_tests.c */
void pawl_api_start_test(struct pawl_api_call *call);

/* api_replays.c */
void pawl_api_add_replay(struct pawl_api_call *call);
void pawl_api_list_replays(struct pawl_api_call *call);
void pawl_api_get_replay(struct pawl_api_call *call);
void pawl_api_stop_replay(struct pawl_api_call *call);
void pawl_api_list_dead_letters(struct pawl_api_call *call);
void pawl_api_count_dead_letters(struct pawl_api_call *call);

/* Class, code, event, status and times of the body; what is absent stays as it is. */
void pawl_api_read_filter(const struct pawl_api_call *call, struct pawl_replay_row *row);

/* api_what_if.c */
void pawl_api_what_if(struct pawl_api_call *call);

/* api_files.c */
void pawl_api_get_request_file(struct pawl_api_call *call);

/* api_reverify.c */
void pawl_api_reverify_workflow(struct pawl_api_call *call);

/* api_requests.c */
void pawl_api_list_requests(struct pawl_api_call *call);
void pawl_api_get_request(struct pawl_api_call *call);
void pawl_api_get_diagnosis(struct pawl_api_call *call);

/* api_diagnosis.c: calls `then` on the call's loop with {"reason", "code", "message", "entry"}. Row
 * and document live as long as the call. */
void pawl_api_diagnose(struct pawl_api_call *call, const struct pawl_request_row *row,
		       const struct pawl_json *document,
		       void (*then)(struct pawl_api_call *call, struct pawl_json diagnosis));

/* What the trigger asked of the request: Checks in shapes.c, or null. */
struct pawl_json pawl_api_checks(struct pawl_api_call *call, const struct pawl_request_row *row,
				 const struct pawl_json *document);

/* api_presets.c */
void pawl_api_list_presets(struct pawl_api_call *call);

/* api_session.c */
void pawl_api_get_setup(struct pawl_api_call *call);
void pawl_api_set_up(struct pawl_api_call *call);
void pawl_api_sign_in(struct pawl_api_call *call);
void pawl_api_get_session(struct pawl_api_call *call);
void pawl_api_sign_out(struct pawl_api_call *call);
void pawl_api_change_password(struct pawl_api_call *call);
struct pawl_json pawl_api_user_json(struct pawl_arena *arena, const struct pawl_user_row *row);
/* Of a user that was added; on the store's thread. */
void pawl_api_settle_user(struct pawl_api_call *call, struct pawl_store_op *op);

/* api_sessions.c */
void pawl_api_list_sessions(struct pawl_api_call *call);
void pawl_api_remove_sessions(struct pawl_api_call *call);
void pawl_api_remove_session(struct pawl_api_call *call);
void pawl_api_end_session(struct pawl_api_call *call, uint64_t session_id,
			  void (*next)(struct pawl_api_call *call, struct pawl_store_op *op));

/* api_totp.c */
void pawl_api_begin_totp(struct pawl_api_call *call);
void pawl_api_confirm_totp(struct pawl_api_call *call);
void pawl_api_disable_totp(struct pawl_api_call *call);

/* api_users.c */
void pawl_api_list_users(struct pawl_api_call *call);
void pawl_api_add_user(struct pawl_api_call *call);
void pawl_api_change_one_user(struct pawl_api_call *call);
void pawl_api_remove_user(struct pawl_api_call *call);
/* May they be a user's? False: the call has been answered. */
bool pawl_api_check_user(struct pawl_api_call *call, struct pawl_str name,
			 struct pawl_str password);
/* All but the op itself is filled in. */
void pawl_api_change_user(struct pawl_api_call *call, struct pawl_store_user_change *change,
			  void (*next)(struct pawl_api_call *call, struct pawl_store_op *op));

/* routes_users.c */
extern const char *const pawl_api_roles[];
extern const struct pawl_api_param pawl_api_session_list[], pawl_api_session_filter[],
	pawl_api_secret_query[];
extern const struct pawl_field pawl_api_setup_body[], pawl_api_sign_in_body[],
	pawl_api_password_body[], pawl_api_totp_body[], pawl_api_no_totp_body[],
	pawl_api_user_body[], pawl_api_user_change_body[], pawl_api_secret_body[],
	pawl_api_token_body[];

/* audit.c */
void pawl_api_list_audit(struct pawl_api_call *call);
void pawl_api_check_audit(struct pawl_api_call *call);
extern const struct pawl_api_param pawl_api_audit_query[], pawl_api_audit_check_query[];

/* api_retention.c, api_secret_uses.c */
void pawl_api_list_retention(struct pawl_api_call *call);
void pawl_api_list_secret_uses(struct pawl_api_call *call);

/* mask.c */
/* Does the header's value let its holder in? The document's trigger may name such headers. */
bool pawl_api_is_credential(struct pawl_str header, const struct pawl_json *document);
/* workflow.input with the values of such headers as "***". */
struct pawl_json pawl_api_mask_input(struct pawl_arena *arena, const struct pawl_json *input,
				     const struct pawl_json *document);

/* api_meta.c */
void pawl_api_info(struct pawl_api_call *call);
void pawl_api_list_node_types(struct pawl_api_call *call);
void pawl_api_list_trigger_types(struct pawl_api_call *call);
void pawl_api_schema(struct pawl_api_call *call);
void pawl_api_stream(struct pawl_api_call *call);
void pawl_api_list_secrets(struct pawl_api_call *call);
void pawl_api_set_secret(struct pawl_api_call *call);
void pawl_api_remove_secret(struct pawl_api_call *call);
void pawl_api_list_tokens(struct pawl_api_call *call);
void pawl_api_add_token(struct pawl_api_call *call);
void pawl_api_remove_token(struct pawl_api_call *call);
void pawl_api_openapi(struct pawl_api_call *call);

#endif
