#include "engine/catalog.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/map.h"
#include "engine/engine.h"

/* Past this many all are let go; runs hold the ones that they use. */
#define REVISIONS_MAX 1024

struct key {
	uint64_t workflow_id;
	uint64_t revision;
};

struct pawl_catalog {
	struct pawl_loop *loop;
	struct pawl_engine_config config; /* of which the store, registry and how to open */
	struct pawl_map map;              /* struct key -> struct pawl_workflow */
	struct pawl_list reading; /* struct pawl_catalog_wish: the first for each revision */
};

struct pawl_catalog *
pawl_catalog_new(struct pawl_loop *loop, const struct pawl_engine_config *config)
{
	struct pawl_catalog *catalog = pawl_calloc(1, sizeof *catalog);

	catalog->loop = loop;
	catalog->config = *config;
	pawl_list_init(&catalog->reading);
	return catalog;
}

static void
let_go_of_all(struct pawl_catalog *catalog)
{
	struct pawl_str key;
	size_t cursor = 0;
	void *workflow;

	while (pawl_map_next(&catalog->map, &cursor, &key, &workflow))
		pawl_workflow_unref(workflow);
	pawl_map_fini(&catalog->map);
	catalog->map = (struct pawl_map){0};
}

void
pawl_catalog_free(struct pawl_catalog *catalog)
{
	if (!catalog)
		return;
	let_go_of_all(catalog);
	free(catalog);
}

struct pawl_workflow *
pawl_catalog_peek(struct pawl_catalog *catalog, uint64_t workflow_id, uint32_t revision)
{
	struct key key = {workflow_id, revision};

	return pawl_map_get(&catalog->map, pawl_str((const char *)&key, sizeof key));
}

struct pawl_workflow *
pawl_catalog_compile(const struct pawl_engine_config *config, struct pawl_str text, char *message,
		     size_t size)
{
	struct pawl_problems problems = {0};
	struct pawl_workflow *workflow = NULL;
	struct pawl_json document;
	struct pawl_arena arena;

	pawl_arena_init(&arena, 0);
	if (pawl_workflow_read(&arena, text, &document, &problems) == PAWL_OK) {
		if (config->open_document)
			document = config->open_document(config->ctx, &arena, &document);
		workflow = pawl_workflow_compile(&document, config->registry, &problems);
	}
	if (!workflow)
		snprintf(message, size, "%s: %s", problems.len ? problems.items[0].where : "",
			 problems.len ? problems.items[0].message : "the document is not valid");
	pawl_problems_fini(&problems);
	pawl_arena_fini(&arena);
	return workflow;
}

/* On the engine's loop. */
static void
loaded(struct pawl_task *task)
{
	struct pawl_catalog_wish *wish = pawl_container_of(task, struct pawl_catalog_wish, task);
	struct pawl_catalog *catalog = wish->catalog;
	struct key key = {wish->get.id, wish->get.number};
	struct pawl_workflow *workflow =
		pawl_map_get(&catalog->map, pawl_str((const char *)&key, sizeof key));
	enum pawl_err err = wish->get.op.err;
	char message[512] = "";

	if (!workflow && err == PAWL_OK) {
		workflow = pawl_catalog_compile(&catalog->config, wish->get.revision->document,
						message, sizeof message);
		if (workflow) {
			if (catalog->map.len >= REVISIONS_MAX)
				let_go_of_all(catalog);
			pawl_map_set(&catalog->map, pawl_str((const char *)&key, sizeof key),
				     workflow);
		} else {
			err = PAWL_EINVAL;
		}
	}
	pawl_store_op_fini(&wish->get.op);
	pawl_list_remove(&wish->item);
	for (struct pawl_catalog_wish *next; wish; wish = next) {
		next = wish->next;
		wish->done(wish, workflow, err, message);
	}
}

/* On the store's thread. */
static void
read_done(struct pawl_store_op *op)
{
	struct pawl_catalog_wish *wish = pawl_container_of(op, struct pawl_catalog_wish, get.op);

	pawl_loop_post(wish->catalog->loop, &wish->task);
}

static void
append(struct pawl_catalog_wish *first, struct pawl_catalog_wish *wish)
{
	while (first->next)
		first = first->next;
	wish->next = NULL;
	first->next = wish;
}

void
pawl_catalog_load(struct pawl_catalog *catalog, uint64_t workflow_id, uint32_t revision,
		  struct pawl_catalog_wish *wish)
{
	PAWL_LIST_FOREACH(item, &catalog->reading)
	{
		struct pawl_catalog_wish *first =
			pawl_container_of(item, struct pawl_catalog_wish, item);

		if (first->get.id == workflow_id && first->get.number == revision) {
			append(first, wish);
			return;
		}
	}
	wish->catalog = catalog;
	wish->next = NULL;
	pawl_list_append(&catalog->reading, &wish->item);
	wish->task.fn = loaded;
	wish->get = (struct pawl_store_get){.id = workflow_id, .number = revision};
	pawl_store_op_init(&wish->get.op, PAWL_STORE_REVISION, read_done);
	if (pawl_store_submit(catalog->config.store, &wish->get.op) != PAWL_OK) {
		wish->get.op.err = PAWL_EFULL;
		pawl_loop_post(catalog->loop, &wish->task);
	}
}
