/* The directory of endpoints: hook token -> compiled trigger.
 *
 * A token is looked up by a keyed hash (map.h), so a caller cannot learn from the time of a
 * look-up how close a guess was. Lookups hold a read lock for as long as it takes to count a
 * reference; changes are rare. */
#include <stdlib.h>

#include "base/alloc.h"
#include "base/assert.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/map.h"
#include "server/internal.h"
#include "server/retention.h"
#include "server/secrets.h"
#include "trigger/policy.h"

struct pawl_directory {
	pthread_rwlock_t lock;
	const struct pawl_server *server;
	struct pawl_list scheduled, subscribed; /* endpoints, by their items */
	atomic_uint wanted;                     /* bit per enum pawl_own_event_kind */
	void (*changed)(void *ctx);
	void *changed_ctx;
	struct pawl_store *store;    /* learns of limits of retention; set by the load */
	struct pawl_map by_token;    /* active and paused endpoints */
	struct pawl_map by_workflow; /* every known workflow: struct entry, by its id's bytes */
};

/* What an endpoint is made from, kept so that it can be made anew when secrets change. */
struct entry {
	struct pawl_workflow_row row;
	char *name;
	struct pawl_retention retention;
	char *token, *old_token;
	char *document;
	size_t document_len;
	struct pawl_endpoint *endpoint; /* NULL: inactive, or without a URL */
};

static struct pawl_str
id_key(const uint64_t *id)
{
	return pawl_str((const char *)id, sizeof *id);
}

struct pawl_directory *
pawl_directory_new(const struct pawl_server *server)
{
	struct pawl_directory *directory = pawl_calloc(1, sizeof *directory);

	pthread_rwlock_init(&directory->lock, NULL);
	pawl_list_init(&directory->scheduled);
	pawl_list_init(&directory->subscribed);
	directory->server = server;
	return directory;
}

void
pawl_endpoint_unref(struct pawl_endpoint *endpoint)
{
	if (!endpoint || atomic_fetch_sub(&endpoint->refs, 1) > 1)
		return;
	pawl_webhook_free(endpoint->webhook);
	pawl_service_free(endpoint->service);
	pawl_schedule_free(endpoint->schedule);
	pawl_subscription_free(endpoint->subscription);
	pawl_workflow_unref(endpoint->workflow);
	free(endpoint->token);
	free(endpoint->old_token);
	free(endpoint);
}

/* It has got another token, and its time with this one is over. */
static bool
has_outlived(const struct pawl_endpoint *endpoint, struct pawl_str token)
{
	return pawl_str_eq_c(token, endpoint->old_token) &&
	       pawl_clock_now_us() >= endpoint->old_until_us;
}

struct pawl_endpoint *
pawl_directory_find(struct pawl_directory *directory, struct pawl_str token)
{
	struct pawl_endpoint *endpoint;

	pthread_rwlock_rdlock(&directory->lock);
	endpoint = pawl_map_get(&directory->by_token, token);
	if (endpoint && has_outlived(endpoint, token))
		endpoint = NULL;
	if (endpoint)
		atomic_fetch_add(&endpoint->refs, 1);
	pthread_rwlock_unlock(&directory->lock);
	return endpoint;
}

struct pawl_endpoint *
pawl_directory_find_workflow(struct pawl_directory *directory, uint64_t workflow_id)
{
	struct pawl_endpoint *endpoint = NULL;
	struct entry *entry;

	pthread_rwlock_rdlock(&directory->lock);
	entry = pawl_map_get(&directory->by_workflow, id_key(&workflow_id));
	if (entry)
		endpoint = entry->endpoint;
	if (endpoint)
		atomic_fetch_add(&endpoint->refs, 1);
	pthread_rwlock_unlock(&directory->lock);
	return endpoint;
}

/* Those of the list that wait for events of the type, or, without one, all. */
static struct pawl_endpoint **
list_refs(struct pawl_directory *directory, const struct pawl_list *list,
	  const struct pawl_str *type, struct pawl_arena *arena, size_t *n)
{
	struct pawl_endpoint **refs;
	size_t max = 0;

	*n = 0;
	pthread_rwlock_rdlock(&directory->lock);
	PAWL_LIST_FOREACH(item, list)
	{
		max++;
	}
	refs = pawl_arena_calloc(arena, max + 1, sizeof(*refs));
	PAWL_LIST_FOREACH(item, list)
	{
		struct pawl_endpoint *endpoint =
			pawl_container_of(item, struct pawl_endpoint, item);

		if (type && !pawl_subscription_has_type(endpoint->subscription, *type))
			continue;
		atomic_fetch_add(&endpoint->refs, 1);
		refs[(*n)++] = endpoint;
	}
	pthread_rwlock_unlock(&directory->lock);
	return refs;
}

struct pawl_endpoint **
pawl_directory_scheduled(struct pawl_directory *directory, struct pawl_arena *arena, size_t *n)
{
	return list_refs(directory, &directory->scheduled, NULL, arena, n);
}

struct pawl_endpoint **
pawl_directory_subscribed(struct pawl_directory *directory, struct pawl_str type,
			  struct pawl_arena *arena, size_t *n)
{
	return list_refs(directory, &directory->subscribed, &type, arena, n);
}

void
pawl_directory_watch(struct pawl_directory *directory, void (*changed)(void *ctx), void *ctx)
{
	pthread_rwlock_wrlock(&directory->lock);
	directory->changed = changed;
	directory->changed_ctx = ctx;
	pthread_rwlock_unlock(&directory->lock);
}

static void
log_problems(uint64_t workflow_id, const struct pawl_problems *problems)
{
	for (size_t i = 0; i < problems->len; i++)
		pawl_log(PAWL_LOG_WARN, "endpoint_problem", PAWL_F_ID("workflow", workflow_id),
			 PAWL_F_C("where", problems->items[i].where),
			 PAWL_F_C("message", problems->items[i].message));
}

static void
make_gate(struct pawl_endpoint *endpoint, struct pawl_secrets *secrets,
	  struct pawl_problems *problems)
{
	const struct pawl_workflow *workflow = endpoint->workflow;

	if (workflow->trigger == &pawl_trigger_webhook) {
		endpoint->webhook = pawl_webhook_new(workflow->trigger_config, secrets, problems);
	} else if (workflow->trigger == &pawl_trigger_service) {
		endpoint->webhook = pawl_service_gate(workflow->trigger_config, secrets, problems);
		endpoint->service = pawl_service_new(workflow->trigger_config);
	} else if (workflow->trigger == &pawl_trigger_schedule) {
		endpoint->schedule = pawl_schedule_new(workflow->trigger_config, "", problems);
	} else if (workflow->trigger == &pawl_trigger_event) {
		endpoint->subscription = pawl_subscription_new(workflow->trigger_config, problems);
	}
}

static void
set_rate(struct pawl_endpoint *endpoint)
{
	double per_second = 0;
	uint32_t burst = 0;

	if (endpoint->webhook)
		pawl_policy_rate(pawl_webhook_policy(endpoint->webhook), &per_second, &burst);
	pawl_rate_init(&endpoint->rate, per_second, burst);
}

/* Compiles the entry's document. A revision was checked when it was published; one that this
 * binary no longer understands gets no endpoint, and a log line. */
static struct pawl_endpoint *
make_endpoint(struct pawl_directory *directory, const struct entry *entry)
{
	struct pawl_problems problems = {0};
	struct pawl_endpoint *endpoint = NULL;
	struct pawl_arena arena;
	struct pawl_json document;
	struct pawl_workflow *workflow = NULL;

	if (entry->row.state == PAWL_WORKFLOW_INACTIVE || entry->row.active_revision == 0)
		return NULL;
	pawl_arena_init(&arena, 0);
	if (pawl_workflow_read(&arena, pawl_str(entry->document, entry->document_len), &document,
			       &problems) == PAWL_OK) {
		document = pawl_document_open(directory->server, &arena, &document);
		workflow =
			pawl_workflow_compile(&document, &directory->server->registry, &problems);
	}
	if (workflow) {
		endpoint = pawl_calloc(1, sizeof *endpoint);
		atomic_init(&endpoint->refs, 1);
		endpoint->workflow_id = entry->row.id;
		endpoint->revision = entry->row.active_revision;
		endpoint->activated_at_us = entry->row.activated_at_us;
		pawl_list_init(&endpoint->item);
		endpoint->state = entry->row.state;
		endpoint->workflow = workflow;
		endpoint->token = pawl_strdup(entry->token);
		endpoint->old_token = pawl_strdup(entry->old_token);
		endpoint->old_until_us = entry->row.old_hook_until_us;
		make_gate(endpoint, directory->server->secrets, &problems);
		set_rate(endpoint);
	}
	log_problems(entry->row.id, &problems);
	pawl_problems_fini(&problems);
	pawl_arena_fini(&arena);
	return endpoint;
}

/* Under the lock: which of Pawl's own events somebody waits for. */
static void
update_wanted(struct pawl_directory *directory)
{
	unsigned wanted = 0;

	PAWL_LIST_FOREACH(item, &directory->subscribed)
	{
		const struct pawl_endpoint *endpoint =
			pawl_container_of(item, struct pawl_endpoint, item);

		for (unsigned i = 0; pawl_own_events[i].name; i++)
			if (pawl_subscription_has_type(endpoint->subscription,
						       pawl_str_c(pawl_own_events[i].name)))
				wanted |= 1U << i;
	}
	atomic_store(&directory->wanted, wanted);
}

bool
pawl_directory_wants(const struct pawl_directory *directory, enum pawl_own_event_kind kind)
{
	return atomic_load_explicit(&directory->wanted, memory_order_relaxed) >> kind & 1;
}

static bool
starts_itself(const struct pawl_endpoint *endpoint)
{
	return endpoint && (endpoint->schedule || endpoint->subscription);
}

/* Puts `endpoint` (taken, may be NULL) in the place of the entry's present one. */
static void
swap_endpoint(struct pawl_directory *directory, struct entry *entry, struct pawl_endpoint *endpoint)
{
	struct pawl_endpoint *old = entry->endpoint;

	if (old) {
		pawl_map_remove(&directory->by_token, pawl_str_c(old->token));
		pawl_map_remove(&directory->by_token, pawl_str_c(old->old_token));
		pawl_list_remove(&old->item);
	}
	entry->endpoint = endpoint;
	if (old && endpoint)
		pawl_rate_inherit(&endpoint->rate, &old->rate);
	if (endpoint)
		pawl_map_set(&directory->by_token, pawl_str_c(endpoint->token), endpoint);
	if (endpoint && *endpoint->old_token)
		pawl_map_set(&directory->by_token, pawl_str_c(endpoint->old_token), endpoint);
	if (starts_itself(endpoint))
		pawl_list_append(endpoint->schedule ? &directory->scheduled
						    : &directory->subscribed,
				 &endpoint->item);
	if (starts_itself(old) || starts_itself(endpoint))
		update_wanted(directory);
	if (directory->changed && (starts_itself(old) || starts_itself(endpoint)))
		directory->changed(directory->changed_ctx);
	pawl_endpoint_unref(old);
}

static void
entry_free(struct entry *entry)
{
	if (!entry)
		return;
	pawl_endpoint_unref(entry->endpoint);
	free(entry->name);
	free(entry->token);
	free(entry->old_token);
	free(entry->document);
	free(entry);
}

void
pawl_directory_put(struct pawl_directory *directory, const struct pawl_workflow_row *row,
		   struct pawl_str document)
{
	struct entry *entry = pawl_calloc(1, sizeof *entry);
	struct entry *old;

	entry->row = *row;
	entry->row.name = entry->row.draft = entry->row.hook_token = pawl_str(NULL, 0);
	entry->row.old_hook_token = pawl_str(NULL, 0);
	entry->row.description = entry->row.trigger = entry->row.tags = pawl_str(NULL, 0);
	entry->row.recent = NULL;
	entry->name = pawl_memdup0(row->name.ptr, row->name.len);
	entry->token = pawl_memdup0(row->hook_token.ptr, row->hook_token.len);
	entry->old_token = pawl_memdup0(row->old_hook_token.ptr, row->old_hook_token.len);
	entry->document = pawl_memdup0(document.ptr, document.len);
	entry->document_len = document.len;
	entry->retention = pawl_retention_of(row->id, document);
	struct pawl_endpoint *endpoint = make_endpoint(directory, entry);

	pthread_rwlock_wrlock(&directory->lock);
	old = pawl_map_set(&directory->by_workflow, id_key(&row->id), entry);
	if (old) {
		entry->endpoint = old->endpoint;
		old->endpoint = NULL;
	}
	swap_endpoint(directory, entry, endpoint);
	pthread_rwlock_unlock(&directory->lock);
	pawl_store_retain(directory->store, &entry->retention);
	entry_free(old);
}

void
pawl_directory_remove(struct pawl_directory *directory, uint64_t workflow_id)
{
	struct entry *entry;

	pthread_rwlock_wrlock(&directory->lock);
	entry = pawl_map_remove(&directory->by_workflow, id_key(&workflow_id));
	if (entry)
		swap_endpoint(directory, entry, NULL);
	pthread_rwlock_unlock(&directory->lock);
	pawl_store_retain(directory->store, &(struct pawl_retention){.workflow_id = workflow_id});
	entry_free(entry);
}

void
pawl_directory_reload(struct pawl_directory *directory)
{
	struct pawl_str key;
	size_t cursor = 0;
	void *value;

	pthread_rwlock_wrlock(&directory->lock);
	while (pawl_map_next(&directory->by_workflow, &cursor, &key, &value))
		swap_endpoint(directory, value, make_endpoint(directory, value));
	pthread_rwlock_unlock(&directory->lock);
}

void
pawl_directory_free(struct pawl_directory *directory)
{
	struct pawl_str key;
	size_t cursor = 0;
	void *value;

	if (!directory)
		return;
	while (pawl_map_next(&directory->by_workflow, &cursor, &key, &value))
		entry_free(value);
	pawl_map_fini(&directory->by_workflow);
	pawl_map_fini(&directory->by_token);
	pthread_rwlock_destroy(&directory->lock);
	free(directory);
}

/* One page of the list; *more and *after lead to the next. */
static enum pawl_err
load_page(struct pawl_directory *directory, struct pawl_store *store, struct pawl_arena *arena,
	  struct pawl_str *after, bool *more)
{
	struct pawl_store_list list = {.limit = 500, .after_name = *after};
	enum pawl_err err;

	pawl_store_op_init(&list.op, PAWL_STORE_WORKFLOWS, NULL);
	err = pawl_store_wait(store, &list.op);
	for (size_t i = 0; err == PAWL_OK && i < list.n; i++) {
		const struct pawl_workflow_row *row = &list.workflows[i];
		struct pawl_store_get get = {.id = row->id, .number = row->active_revision};

		if (row->active_revision == 0)
			continue;
		pawl_store_op_init(&get.op, PAWL_STORE_REVISION, NULL);
		err = pawl_store_wait(store, &get.op);
		if (err == PAWL_OK)
			pawl_directory_put(directory, row, get.revision->document);
		pawl_store_op_fini(&get.op);
	}
	*more = err == PAWL_OK && list.more;
	if (*more)
		*after = pawl_arena_dup(arena, list.workflows[list.n - 1].name);
	pawl_store_op_fini(&list.op);
	return err;
}

enum pawl_err
pawl_directory_load(struct pawl_directory *directory, struct pawl_store *store)
{
	struct pawl_str after = pawl_str(NULL, 0);
	enum pawl_err err = PAWL_OK;
	struct pawl_arena arena;
	bool more = true;

	directory->store = store;
	pawl_arena_init(&arena, 0);
	while (err == PAWL_OK && more)
		err = load_page(directory, store, &arena, &after, &more);
	pawl_arena_fini(&arena);
	return err;
}

const uint64_t *
pawl_directory_paused(struct pawl_directory *directory, struct pawl_arena *arena, size_t *n)
{
	uint64_t *ids = pawl_arena_calloc(arena, directory->by_workflow.len + 1, sizeof *ids);
	struct pawl_str key;
	size_t cursor = 0;
	void *value;

	*n = 0;
	while (pawl_map_next(&directory->by_workflow, &cursor, &key, &value)) {
		const struct entry *entry = value;

		if (entry->row.state == PAWL_WORKFLOW_PAUSED)
			ids[(*n)++] = entry->row.id;
	}
	return ids;
}

const struct pawl_workflow_row *
pawl_directory_draining(struct pawl_directory *directory, struct pawl_arena *arena, size_t *n)
{
	struct pawl_workflow_row *rows =
		pawl_arena_calloc(arena, directory->by_workflow.len + 1, sizeof *rows);
	struct pawl_str key;
	size_t cursor = 0;
	void *value;

	*n = 0;
	while (pawl_map_next(&directory->by_workflow, &cursor, &key, &value)) {
		const struct entry *entry = value;

		if (entry->row.drain_per_second)
			rows[(*n)++] = entry->row;
	}
	return rows;
}

void
pawl_directory_facts(struct pawl_directory *directory, uint64_t workflow_id,
		     struct pawl_arena *arena, struct pawl_directory_facts *out)
{
	const struct pawl_workflow *workflow;
	const struct entry *entry;

	*out = (struct pawl_directory_facts){.description = PAWL_STR("")};
	pthread_rwlock_rdlock(&directory->lock);
	entry = pawl_map_get(&directory->by_workflow, id_key(&workflow_id));
	if (entry)
		out->name = pawl_str_c(pawl_arena_dup_c(arena, pawl_str_c(entry->name)));
	if (entry)
		out->retention = entry->retention;
	if (entry && entry->endpoint) {
		workflow = entry->endpoint->workflow;
		out->trigger = workflow->trigger->name;
		out->description = pawl_arena_dup(arena, workflow->description);
	}
	pthread_rwlock_unlock(&directory->lock);
}
