/* What the routes for building workflows take; entries of the table in routes.c. */
#ifndef PAWL_SERVER_ROUTES_EDITOR_H
#define PAWL_SERVER_ROUTES_EDITOR_H

#include "server/api.h"

extern const struct pawl_field pawl_api_duplicate_body[], pawl_api_test_body[],
	pawl_api_retry_body[], pawl_api_pin_body[], pawl_api_preview_body[], pawl_api_scope_body[],
	pawl_api_missing_body[];
extern const struct pawl_field pawl_api_import_body[];
extern const struct pawl_api_param pawl_api_samples_query[], pawl_api_format_query[],
	pawl_api_export_query[], pawl_api_import_query[];

/* Shapes of their answers; entries of the table in shapes.c. */
extern const struct pawl_api_member pawl_api_pin_shape[], pawl_api_preview_shape[],
	pawl_api_reference_shape[], pawl_api_scope_shape[], pawl_api_scope_node_shape[],
	pawl_api_scope_root_shape[], pawl_api_samples_shape[], pawl_api_sample_shape[],
	pawl_api_example_shape[], pawl_api_imported_shape[], pawl_api_imported_document_shape[],
	pawl_api_missing_shape[], pawl_api_missing_path_shape[];

#endif
