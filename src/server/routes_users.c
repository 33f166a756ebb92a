/* Bodies and parameters of the routes about users, sessions, secrets and tokens. */
#include "server/api_resources.h"
#include "server/secrets.h"

#define END {NULL}

const char *const pawl_api_roles[] = {"viewer", "editor", "owner", NULL};

const struct pawl_api_param pawl_api_session_list[] = {
	{"user", PAWL_PARAM_TEXT, "Of this user, by id or name; others' are for owners."},
	{"limit", PAWL_PARAM_LIMIT, "How many items at most, 1 to 1000; 50 when absent."},
	{"cursor", PAWL_PARAM_ID, "The `next` of the page before."},
	END};
const struct pawl_api_param pawl_api_session_filter[] = {
	{"user", PAWL_PARAM_TEXT, "Of this user, by id or name; others' are for owners."}, END};

#define NAME                                                                                       \
	{                                                                                          \
		.name = "name",                                                                    \
		.type = PAWL_FIELD_STRING,                                                         \
		.flags = PAWL_FIELD_STATIC | PAWL_FIELD_REQUIRED,                                  \
		.min = 1,                                                                          \
		.max = PAWL_USER_NAME_MAX,                                                         \
		.help = "Whom others see; of any letters.",                                        \
	}
#define NEW_PASSWORD(member)                                                                       \
	{                                                                                          \
		.name = (member),                                                                  \
		.type = PAWL_FIELD_STRING,                                                         \
		.flags = PAWL_FIELD_STATIC | PAWL_FIELD_REQUIRED | PAWL_FIELD_SECRET,              \
		.min = PAWL_PASSWORD_MIN,                                                          \
		.max = PAWL_PASSWORD_MAX,                                                          \
		.help = "Ten characters at least.",                                                \
	}
#define PASSWORD                                                                                   \
	{                                                                                          \
		.name = "password",                                                                \
		.type = PAWL_FIELD_STRING,                                                         \
		.flags = PAWL_FIELD_STATIC | PAWL_FIELD_REQUIRED | PAWL_FIELD_SECRET,              \
		.max = PAWL_PASSWORD_MAX,                                                          \
		.help = "The present one.",                                                        \
	}
#define RECOVERY                                                                                   \
	{                                                                                          \
		.name = "recovery_code",                                                           \
		.type = PAWL_FIELD_STRING,                                                         \
		.flags = PAWL_FIELD_STATIC | PAWL_FIELD_SECRET,                                    \
		.max = 64,                                                                         \
		.help = "In place of it: one of the codes that are good once.",                    \
	}

const struct pawl_field pawl_api_setup_body[] = {
	{.name = "token",
	 .type = PAWL_FIELD_STRING,
	 .flags = PAWL_FIELD_STATIC | PAWL_FIELD_REQUIRED | PAWL_FIELD_SECRET,
	 .max = 100,
	 .help = "Of DATA/setup-token."},
	NAME,
	NEW_PASSWORD("password"),
	{0}};
const struct pawl_field pawl_api_sign_in_body[] = {
	{.name = "name",
	 .type = PAWL_FIELD_STRING,
	 .flags = PAWL_FIELD_STATIC | PAWL_FIELD_REQUIRED,
	 .max = PAWL_PASSWORD_MAX,
	 .help = "The user's."},
	PASSWORD,
	{.name = "totp",
	 .type = PAWL_FIELD_STRING,
	 .flags = PAWL_FIELD_STATIC | PAWL_FIELD_SECRET,
	 .max = 16,
	 .help = "The authenticator's code, where there is a second factor."},
	RECOVERY,
	{0}};
const struct pawl_field pawl_api_password_body[] = {PASSWORD, NEW_PASSWORD("new_password"), {0}};
const struct pawl_field pawl_api_totp_body[] = {
	{.name = "code",
	 .type = PAWL_FIELD_STRING,
	 .flags = PAWL_FIELD_STATIC | PAWL_FIELD_REQUIRED | PAWL_FIELD_SECRET,
	 .max = 16,
	 .help = "That the authenticator shows now."},
	{0}};
const struct pawl_field pawl_api_no_totp_body[] = {PASSWORD,
						   {.name = "code",
						    .type = PAWL_FIELD_STRING,
						    .flags = PAWL_FIELD_STATIC | PAWL_FIELD_SECRET,
						    .max = 16,
						    .help = "That the authenticator shows now."},
						   RECOVERY,
						   {0}};
const struct pawl_field pawl_api_user_body[] = {NAME,
						NEW_PASSWORD("password"),
						{.name = "role",
						 .type = PAWL_FIELD_CHOICE,
						 .flags = PAWL_FIELD_STATIC,
						 .choices = pawl_api_roles,
						 .default_json = "\"viewer\"",
						 .help = "What the user may do."},
						{0}};
const struct pawl_field pawl_api_user_change_body[] = {
	{.name = "role",
	 .type = PAWL_FIELD_CHOICE,
	 .flags = PAWL_FIELD_STATIC,
	 .choices = pawl_api_roles,
	 .help = "What the user may do from now on."},
	{.name = "disabled",
	 .type = PAWL_FIELD_BOOLEAN,
	 .flags = PAWL_FIELD_STATIC,
	 .help = "true: the user's sessions end, and none begins."},
	{.name = "password",
	 .type = PAWL_FIELD_STRING,
	 .flags = PAWL_FIELD_STATIC | PAWL_FIELD_SECRET,
	 .min = PAWL_PASSWORD_MIN,
	 .max = PAWL_PASSWORD_MAX,
	 .help = "A new one; the user's sessions end."},
	{.name = "totp",
	 .type = PAWL_FIELD_BOOLEAN,
	 .flags = PAWL_FIELD_STATIC,
	 .help = "false: takes the second factor away, for somebody who has lost it."},
	{0}};
const struct pawl_api_param pawl_api_secret_query[] = {
	{"version", PAWL_PARAM_ID, "Only this version."}, END};
const struct pawl_field pawl_api_secret_body[] = {
	{.name = "value",
	 .type = PAWL_FIELD_STRING,
	 .flags = PAWL_FIELD_STATIC | PAWL_FIELD_REQUIRED | PAWL_FIELD_SECRET,
	 .min = 1,
	 .max = PAWL_SECRET_BYTES_MAX,
	 .help = "Never shown again."},
	{.name = "not_before",
	 .type = PAWL_FIELD_TIME,
	 .flags = PAWL_FIELD_STATIC,
	 .help = "Valid from then on; absent: at once."},
	{.name = "not_after",
	 .type = PAWL_FIELD_TIME,
	 .flags = PAWL_FIELD_STATIC,
	 .help = "Valid until then; absent: for ever."},
	{.name = "keep_old",
	 .type = PAWL_FIELD_DURATION,
	 .flags = PAWL_FIELD_STATIC,
	 .max = 366.0 * 24 * 3600 * 1000,
	 .help = "So long the versions before it stay valid, too; absent: they are removed."},
	{0}};
const struct pawl_field pawl_api_token_body[] = {{.name = "name",
						  .type = PAWL_FIELD_STRING,
						  .flags = PAWL_FIELD_STATIC | PAWL_FIELD_REQUIRED,
						  .min = 1,
						  .max = PAWL_WORKFLOW_NAME_MAX,
						  .help = "What it is for."},
						 {.name = "role",
						  .type = PAWL_FIELD_CHOICE,
						  .flags = PAWL_FIELD_STATIC,
						  .choices = pawl_api_roles,
						  .default_json = "\"editor\"",
						  .help = "What it may do."},
						 {.name = "expires_in",
						  .type = PAWL_FIELD_DURATION,
						  .flags = PAWL_FIELD_STATIC,
						  .min = 1,
						  .max = 3660.0 * 24 * 3600 * 1000,
						  .help = "Then it is refused; absent: never."},
						 {0}};
