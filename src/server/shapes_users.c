/* What users, sessions, tokens, secrets, the audit log and what is kept look like; see shapes.c. */
#include "server/api_resources.h"
#include "server/shapes.h"

#define END      {NULL}
#define NULLABLE PAWL_MEMBER_NULLABLE

const struct pawl_api_member pawl_api_audit_entry_shape[] = {
	{"seq", "id", 0, "From 1, without gaps."},
	{"at", "time", 0},
	{"actor", "string", 0, "user:NAME, token:NAME, anonymous, or system."},
	{"address", "string", 0, "That it came from; empty: from the server itself."},
	{"action", "string", 0, "The operation of this API, like cancelRun."},
	{"target", "string", 0, "That the URL named; may be empty."},
	{"object", "object", 0, "What was changed or made, as it is then: its id, name, state."},
	{"result", "string", 0, "ok, asked (of the engine), or why it was refused."},
	{"hash", "string", 0, "SHA-256 of entry, as hex digits; the next entry holds it."},
	{"entry", "string", 0, "The JSON text that was hashed."},
	END};

const struct pawl_api_member pawl_api_audit_check_shape[] = {
	{"valid", "boolean", 0, "It is whole, and has the noted hash, if there is one."},
	{"entries", "integer", 0},
	{"head", "string", NULLABLE, "The newest entry's hash, to be written down elsewhere."},
	{"broken_seq", "id", NULLABLE, "The first entry that is broken."},
	{"problem", "string", NULLABLE, "What is wrong."},
	END};

const struct pawl_api_member pawl_api_secret_version_shape[] = {
	{"id", "id", 0},
	{"created_at", "time", 0},
	{"not_before", "time", NULLABLE, "null: always was."},
	{"not_after", "time", NULLABLE, "null: always will be."},
	{"last_used_at", "time", NULLABLE, "By a caller or a run; null: never."},
	END};

const struct pawl_api_member pawl_api_secret_shape[] = {
	{"name", "string", 0},
	{"versions", "SecretVersion[]", 0, "The newest first; callers may use each that is valid."},
	END};

const struct pawl_api_member pawl_api_secret_use_shape[] = {
	{"workflow_id", "id", 0},
	{"name", "string", 0},
	{"active", "boolean", 0, "In the active revision."},
	{"draft", "boolean", 0, "In the draft."},
	END};

const struct pawl_api_member pawl_api_workflow_retention_shape[] = {
	{"workflow_id", "id", 0},
	{"name", "string", 0},
	{"age_ms", "integer", NULLABLE, "The workflow's own limit, beside that of all."},
	{"bytes", "integer", NULLABLE, "Likewise."},
	{"runs", "integer", 0, "That are kept, also those that have not ended."},
	{"requests", "integer", 0, "That are kept."},
	{"oldest_at", "time", NULLABLE, "When the oldest of them began; null: there are none."},
	END};

const struct pawl_api_member pawl_api_token_shape[] = {
	{"id", "id", 0},
	{"name", "string", 0},
	{"role", "string", 0, "What it may do.", pawl_api_roles},
	{"created_at", "time", 0},
	{"expires_at", "time", NULLABLE, "Refused from then on; null: never."},
	{"last_used_at", "time", NULLABLE, "null: never."},
	END};

const struct pawl_api_member pawl_api_new_token_shape[] = {
	{"id", "id", 0},
	{"name", "string", 0},
	{"role", "string", 0, "What it may do.", pawl_api_roles},
	{"expires_at", "time", NULLABLE, "Refused from then on; null: never."},
	{"token", "string", 0, "Shown this once."},
	END};

const struct pawl_api_member pawl_api_setup_shape[] = {
	{"needed", "boolean", 0, "There is no user yet."}, END};

const struct pawl_api_member pawl_api_user_shape[] = {
	{"id", "id", 0},
	{"name", "string", 0},
	{"role", "string", 0, "What the user may do.", pawl_api_roles},
	{"disabled", "boolean", 0, "Cannot sign in."},
	{"totp", "boolean", 0, "Has a second factor."},
	{"recovery_codes", "integer", 0, "How many are left."},
	{"created_at", "time", 0},
	{"signed_in_at", "time", NULLABLE, "Last; in the answer to a sign-in, the one before."},
	{"failures", "integer", 0, "Wrong passwords and codes since then."},
	{"failed_at", "time", NULLABLE, "The last of them."},
	END};

const struct pawl_api_member pawl_api_session_shape[] = {
	{"id", "id", 0},
	{"user", "User", 0},
	{"csrf_token", "string", 0, "For X-CSRF-Token of every write with the cookie."},
	{"ends_at", "time", NULLABLE, "When it ends, if it is not used until then."},
	{"last_event_id", "id", 0, "For a stream that tells all that happens from now on."},
	END};

const struct pawl_api_member pawl_api_session_info_shape[] = {
	{"id", "id", 0},
	{"user", "string", NULLABLE, "The user's name."},
	{"created_at", "time", 0},
	{"seen_at", "time", 0, "When it was used last."},
	{"ends_at", "time", NULLABLE, "When it ends, if it is not used until then."},
	{"address", "string", 0, "That it began from."},
	{"user_agent", "string", 0, "Of the browser that it began in."},
	{"current", "boolean", 0, "It is the one that asks."},
	END};

const struct pawl_api_member pawl_api_new_totp_shape[] = {
	{"secret", "string", 0, "Base32, to be typed in."},
	{"uri", "string", 0, "otpauth://, to be shown as a QR code."},
	END};

const struct pawl_api_member pawl_api_recovery_codes_shape[] = {
	{"recovery_codes", "string[]", 0, "Each is good once; shown this once."}, END};

const struct pawl_api_member pawl_api_library_shape[] = {
	{"name", "string", 0},
	{"version", "string", 0, "That it was built with."},
	{"license", "string", 0, "By SPDX."},
	END};
