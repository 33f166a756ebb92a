/* Retention: what the documents, and the options of the server, say of it, told to the store. */
#ifndef PAWL_SERVER_RETENTION_H
#define PAWL_SERVER_RETENTION_H

#include "store/store.h"

/* The limits in the document of a workflow's active revision; an empty document has none. Any
 * thread. */
void pawl_retention_tell(struct pawl_store *store, uint64_t workflow_id, struct pawl_str document);

#endif
