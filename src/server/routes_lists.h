/* What the routes of lists and statistics take; entries of the table in routes.c. */
#ifndef PAWL_SERVER_ROUTES_LISTS_H
#define PAWL_SERVER_ROUTES_LISTS_H

#include "server/api.h"

#define PAWL_QUERY_END {NULL}
#define PAWL_QUERY_PAGE(cursor_type)                                                               \
	{"limit", PAWL_PARAM_LIMIT, "How many items at most, 1 to 1000; 50 when absent."},         \
		{"cursor", cursor_type, "The `next` of the page before."}
#define PAWL_QUERY_WINDOW                                                                          \
	{"from", PAWL_PARAM_TIME, "Not before this time (RFC 3339)."},                             \
		{"to", PAWL_PARAM_TIME, "Before this time (RFC 3339)."}

extern const struct pawl_api_param pawl_api_workflow_list_query[], pawl_api_run_list_query[],
	pawl_api_request_list_query[], pawl_api_stats_query[];

#endif
