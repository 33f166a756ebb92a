/* Compiled revisions, loaded from the store when a run needs them. Engine's loop. */
#ifndef PAWL_ENGINE_CATALOG_H
#define PAWL_ENGINE_CATALOG_H

#include "base/list.h"
#include "flow/workflow.h"
#include "net/loop.h"
#include "store/store.h"

struct pawl_catalog;

struct pawl_engine_config; /* engine.h */

/* Takes of the config what it needs. */
struct pawl_catalog *pawl_catalog_new(struct pawl_loop *loop,
				      const struct pawl_engine_config *config);
/* Requests that are under way must have ended. */
void pawl_catalog_free(struct pawl_catalog *catalog);
/* A stored document; NULL with `message` when this binary does not understand it. Any thread. */
struct pawl_workflow *pawl_catalog_compile(const struct pawl_engine_config *config,
					   struct pawl_str text, char *message, size_t size);
/* At once when the revision is at hand: borrowed, take a reference to keep it. NULL: not at hand.
 */
struct pawl_workflow *pawl_catalog_peek(struct pawl_catalog *catalog, uint64_t workflow_id,
					uint32_t revision);

/* A wish for a revision; embedded, valid until `done`, which never comes inside the call. The
 * workflow is NULL with PAWL_ENOTFOUND when there is no such revision, with PAWL_EINVAL and
 * `message` when this binary does not understand it; any other error is the store's and may pass.
 */
struct pawl_catalog_wish {
	struct pawl_store_get get;
	struct pawl_task task;
	struct pawl_catalog *catalog;
	struct pawl_list item;          /* in the catalog, while it is being read */
	struct pawl_catalog_wish *next; /* for the same revision, in turn */
	void (*done)(struct pawl_catalog_wish *wish, struct pawl_workflow *workflow,
		     enum pawl_err err, const char *message);
};
/* Wishes for one revision are fulfilled by one read, in the order in which they came. */
void pawl_catalog_load(struct pawl_catalog *catalog, uint64_t workflow_id, uint32_t revision,
		       struct pawl_catalog_wish *wish);

#endif
