/* Members of answers that are described outside of shapes.c. */
#ifndef PAWL_SERVER_SHAPES_H
#define PAWL_SERVER_SHAPES_H

#include "server/api.h"

/* shapes_stats.c */
extern const struct pawl_api_member pawl_api_disk_use_shape[], pawl_api_queue_shape[],
	pawl_api_workers_shape[], pawl_api_limits_shape[], pawl_api_retention_shape[],
	pawl_api_system_shape[], pawl_api_request_counts_shape[], pawl_api_run_counts_shape[],
	pawl_api_latency_shape[], pawl_api_stat_point_shape[], pawl_api_reason_count_shape[],
	pawl_api_failing_shape[], pawl_api_silent_shape[], pawl_api_stats_shape[];

/* shapes_users.c */
extern const struct pawl_api_member pawl_api_audit_entry_shape[], pawl_api_audit_check_shape[],
	pawl_api_secret_version_shape[], pawl_api_secret_shape[], pawl_api_secret_use_shape[],
	pawl_api_workflow_retention_shape[], pawl_api_token_shape[], pawl_api_new_token_shape[],
	pawl_api_setup_shape[], pawl_api_user_shape[], pawl_api_session_shape[],
	pawl_api_session_info_shape[], pawl_api_new_totp_shape[], pawl_api_recovery_codes_shape[],
	pawl_api_library_shape[];

#endif
