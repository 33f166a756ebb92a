/* Retention: what the documents, and the options of the server, say of it, told to the store. */
#ifndef PAWL_SERVER_RETENTION_H
#define PAWL_SERVER_RETENTION_H

#include "store/store.h"

/* The limits in the document of a workflow's active revision; an empty document has none. */
struct pawl_retention pawl_retention_of(uint64_t workflow_id, struct pawl_str document);

#endif
