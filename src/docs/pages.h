/* The reference pages that are made from the program's own tables: what it validates, routes and
 * parses by is what they say. A page is written into a buffer; pure, one thread. */
#ifndef PAWL_DOCS_PAGES_H
#define PAWL_DOCS_PAGES_H

#include "base/buf.h"

/* pages_fields.c: from the field tables of src/nodes and src/trigger. */
void pawl_page_nodes(struct pawl_buf *out);
void pawl_page_triggers(struct pawl_buf *out);
/* pages_api.c: from the routes and shapes of src/server. */
void pawl_page_api(struct pawl_buf *out);
void pawl_page_openapi(struct pawl_buf *out);
void pawl_page_schema(struct pawl_buf *out);
/* pages_cli.c: from the tables of src/cli. */
void pawl_page_cli(struct pawl_buf *out);

/* main.c: text of a table's cell, on one line. */
void pawl_page_cell(struct pawl_buf *out, const char *text);

#endif
