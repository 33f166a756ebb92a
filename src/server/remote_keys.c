#include "server/remote_keys.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/assert.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/map.h"
#include "base/parse.h"
#include "net/http_client.h"

#define KEYS_MAGIC     0x6b657973u
#define ENTRIES_MAX    256
#define TIMEOUT_MS     5000
#define CONNECT_MS     3000
#define BYTES_MAX      PAWL_KEYSET_TEXT_MAX
#define AGE_DEFAULT_MS (3600 * 1000LL)
#define AGE_MIN_MS     (60 * 1000LL)
#define AGE_MAX_MS     (24 * 3600 * 1000LL)
#define STALE_MAX_MS   (24 * 3600 * 1000LL)
#define REFRESH_MIN_MS (30 * 1000LL)
#define VISIT_KEPT_MS  (5 * 60 * 1000LL)

/* One URL. Owner: the map; changed under the lock. Times are of the monotonic clock. */
struct entry {
	struct pawl_task task;
	struct pawl_remote_keys *keys;
	enum pawl_remote_kind kind;
	char *url;
	bool is_fetching, has_answer; /* an answer: of a visit, or `set` */
	struct pawl_keyset *set;
	int64_t fetched_ms, fresh_until_ms, failed_until_ms, used_ms;
	struct pawl_remote_waiter *waiters;
};

struct pawl_remote_keys {
	unsigned magic;
	const struct pawl_egress *egress;
	int64_t refresh_ms;
	pthread_mutex_t lock; /* of all that follows, but for the client */
	struct pawl_map entries;
	size_t n_waiters;
	bool is_closing;
	struct pawl_loop *loop;          /* NULL before the first URL */
	struct pawl_http_client *client; /* the loop's */
};

static int64_t
now_ms(void)
{
	return pawl_clock_mono_us() / 1000;
}

static const char *
kind_name(enum pawl_remote_kind kind)
{
	switch (kind) {
	case PAWL_REMOTE_JWKS:
		return "jwks";
	case PAWL_REMOTE_CERTIFICATE:
		return "certificate";
	case PAWL_REMOTE_VISIT:
		return "visit";
	}
	return "";
}

struct pawl_remote_keys *
pawl_remote_keys_new(const struct pawl_egress *egress)
{
	struct pawl_remote_keys *keys = pawl_calloc(1, sizeof(*keys));

	keys->magic = KEYS_MAGIC;
	keys->egress = egress;
	keys->refresh_ms = REFRESH_MIN_MS;
	pthread_mutex_init(&keys->lock, NULL);
	return keys;
}

void
pawl_remote_keys_set_refresh(struct pawl_remote_keys *keys, int64_t at_least_ms)
{
	keys->refresh_ms = at_least_ms;
}

/* ---- entries; under the lock ----------------------------------------------- */

static void
entry_free(struct entry *entry)
{
	pawl_keyset_unref(entry->set);
	free(entry->url);
	free(entry);
}

/* The kind is part of the key: one URL may be asked for as two things. */
static struct pawl_str
entry_key(struct pawl_arena *arena, const struct pawl_remote_want *want)
{
	return pawl_arena_printf(arena, "%s %.*s", kind_name(want->kind), PAWL_STR_ARG(want->url));
}

static struct entry *
find_entry(struct pawl_remote_keys *keys, const struct pawl_remote_want *want)
{
	struct pawl_arena arena;
	struct entry *entry;

	pawl_arena_init(&arena, 0);
	entry = pawl_map_get(&keys->entries, entry_key(&arena, want));
	pawl_arena_fini(&arena);
	return entry;
}

/* The one that was not used for longest and is not being fetched; false when there is none. */
static bool
evict_one(struct pawl_remote_keys *keys)
{
	struct entry *oldest = NULL;
	struct pawl_str key, oldest_key = {0};
	size_t cursor = 0;
	void *value;

	while (pawl_map_next(&keys->entries, &cursor, &key, &value)) {
		struct entry *entry = value;

		if (!entry->is_fetching && (!oldest || entry->used_ms < oldest->used_ms)) {
			oldest = entry;
			oldest_key = key;
		}
	}
	if (!oldest)
		return false;
	pawl_map_remove(&keys->entries, oldest_key);
	entry_free(oldest);
	return true;
}

static struct entry *
make_entry(struct pawl_remote_keys *keys, const struct pawl_remote_want *want)
{
	struct pawl_arena arena;
	struct entry *entry;

	if (keys->entries.len >= ENTRIES_MAX && !evict_one(keys))
		return NULL;
	entry = pawl_calloc(1, sizeof(*entry));
	entry->keys = keys;
	entry->kind = want->kind;
	entry->url = pawl_memdup0(want->url.ptr, want->url.len);
	pawl_arena_init(&arena, 0);
	pawl_map_set(&keys->entries, entry_key(&arena, want), entry);
	pawl_arena_fini(&arena);
	return entry;
}

static bool
is_usable(const struct entry *entry, int64_t now)
{
	if (!entry->has_answer)
		return false;
	if (entry->set && !pawl_keyset_is_in_date(entry->set, pawl_clock_now_us()))
		return false;
	if (now < entry->fresh_until_ms)
		return true;
	/* It cannot be fetched at the moment: the old one does for a while. A visit does not. */
	return entry->set && now < entry->failed_until_ms && now - entry->fetched_ms < STALE_MAX_MS;
}

static enum pawl_remote_state
state_of(struct entry *entry, const struct pawl_remote_want *want)
{
	int64_t now = now_ms();

	entry->used_ms = now;
	if (is_usable(entry, now)) {
		if (!entry->set || want->kid.len == 0 || pawl_keyset_has_kid(entry->set, want->kid))
			return PAWL_REMOTE_HAVE;
		/* An unknown kid: the keys may have changed since. */
		if (entry->is_fetching || (now - entry->fetched_ms >= entry->keys->refresh_ms &&
					   now >= entry->failed_until_ms))
			return PAWL_REMOTE_PENDING;
		return PAWL_REMOTE_HAVE;
	}
	return now < entry->failed_until_ms && !entry->is_fetching ? PAWL_REMOTE_FAILED
								   : PAWL_REMOTE_PENDING;
}

enum pawl_remote_state
pawl_remote_keys_find(void *ctx, const struct pawl_remote_want *want, struct pawl_keyset **out)
{
	struct pawl_remote_keys *keys = ctx;
	enum pawl_remote_state state = PAWL_REMOTE_PENDING;
	struct entry *entry;

	PAWL_CHECK_OBJ(keys, KEYS_MAGIC);
	*out = NULL;
	if (want->url.len == 0 || want->url.len > PAWL_REMOTE_URL_MAX)
		return PAWL_REMOTE_FAILED;
	pthread_mutex_lock(&keys->lock);
	entry = find_entry(keys, want);
	if (keys->is_closing)
		state = PAWL_REMOTE_FAILED;
	else if (entry)
		state = state_of(entry, want);
	if (state == PAWL_REMOTE_HAVE && entry->set)
		*out = pawl_keyset_ref(entry->set);
	pthread_mutex_unlock(&keys->lock);
	return state;
}

/* ---- fetching --------------------------------------------------------------- */

/* "max-age=300" among the directives; false when there is none. */
static bool
read_max_age(struct pawl_str value, uint64_t *seconds)
{
	struct pawl_str item;

	while (pawl_str_split(&value, ',', &item)) {
		item = pawl_str_trim(item);
		if (pawl_str_starts_with(item, PAWL_STR("max-age=")) &&
		    pawl_parse_u64(pawl_str_sub(item, 8, item.len), seconds))
			return true;
	}
	return false;
}

int64_t
pawl_remote_max_age_ms(const struct pawl_http_header *headers, size_t n)
{
	uint64_t seconds;

	for (size_t i = 0; i < n; i++) {
		if (!pawl_str_eq_nocase(headers[i].name, PAWL_STR("Cache-Control")) ||
		    !read_max_age(headers[i].value, &seconds))
			continue;
		if (seconds < AGE_MIN_MS / 1000)
			return AGE_MIN_MS;
		return seconds < AGE_MAX_MS / 1000 ? (int64_t)seconds * 1000 : AGE_MAX_MS;
	}
	return AGE_DEFAULT_MS;
}

static struct pawl_keyset *
read_answer(const struct entry *entry, const struct pawl_http_call_result *result,
	    const char **problem)
{
	switch (entry->kind) {
	case PAWL_REMOTE_JWKS:
		return pawl_keyset_parse(result->body, problem);
	case PAWL_REMOTE_CERTIFICATE:
		return pawl_keyset_from_certificate(result->body, pawl_clock_now_us(), problem);
	case PAWL_REMOTE_VISIT:
		break;
	}
	return NULL;
}

/* Why the answer cannot be used, or NULL; *set is what it holds. */
static const char *
judge(const struct entry *entry, const struct pawl_http_call_result *result,
      struct pawl_keyset **set)
{
	const char *problem = NULL;

	*set = NULL;
	if (result->error != PAWL_HTTP_CALL_OK)
		return result->message;
	if (result->status < 200 || result->status > 299)
		return "the answer's status is not 2xx, and redirects are not followed";
	if (entry->kind == PAWL_REMOTE_VISIT)
		return NULL;
	*set = read_answer(entry, result, &problem);
	return *set ? NULL : problem;
}

/* Under the lock: takes the list of those that wait. */
static struct pawl_remote_waiter *
take_waiters(struct entry *entry)
{
	struct pawl_remote_waiter *waiters = entry->waiters;

	entry->waiters = NULL;
	for (struct pawl_remote_waiter *w = waiters; w; w = w->next)
		entry->keys->n_waiters--;
	return waiters;
}

static void
post_all(struct pawl_remote_waiter *waiters)
{
	while (waiters) {
		struct pawl_remote_waiter *next = waiters->next; /* gone once it is posted */

		pawl_loop_post(waiters->loop, &waiters->task);
		waiters = next;
	}
}

static int64_t
kept_ms(const struct entry *entry, const struct pawl_http_call_result *result)
{
	return entry->kind == PAWL_REMOTE_VISIT
		       ? VISIT_KEPT_MS
		       : pawl_remote_max_age_ms(result->headers, result->n_headers);
}

/* On the loop. */
static void
fetched(void *ctx, const struct pawl_http_call_result *result)
{
	struct entry *entry = ctx;
	struct pawl_remote_keys *keys = entry->keys;
	struct pawl_remote_waiter *waiters;
	struct pawl_keyset *set;
	const char *problem = judge(entry, result, &set);
	int64_t now = now_ms();

	if (problem)
		pawl_log(PAWL_LOG_WARN, "remote_key_failed", PAWL_F_C("url", entry->url),
			 PAWL_F_C("kind", kind_name(entry->kind)),
			 PAWL_F_INT("status", result->status), PAWL_F_C("message", problem));
	else
		pawl_log(PAWL_LOG_INFO, "remote_key_fetched", PAWL_F_C("url", entry->url),
			 PAWL_F_C("kind", kind_name(entry->kind)),
			 PAWL_F_INT("keys", set ? (int64_t)pawl_keyset_len(set) : 0),
			 PAWL_F_INT("in_ms", result->elapsed_us / 1000));
	pthread_mutex_lock(&keys->lock);
	entry->is_fetching = false;
	if (problem) {
		entry->failed_until_ms = now + PAWL_REMOTE_RETRY_AFTER_S * 1000LL;
	} else {
		pawl_keyset_unref(entry->set);
		entry->set = set;
		entry->has_answer = true;
		entry->failed_until_ms = 0;
		entry->fetched_ms = now;
		entry->fresh_until_ms = now + kept_ms(entry, result);
	}
	waiters = take_waiters(entry);
	pthread_mutex_unlock(&keys->lock);
	post_all(waiters);
}

/* On the loop. */
static void
fetch(struct pawl_task *task)
{
	struct entry *entry = pawl_container_of(task, struct entry, task);
	struct pawl_remote_keys *keys = entry->keys;
	const struct pawl_http_header accept = {
		PAWL_STR("Accept"), PAWL_STR("application/jwk-set+json, application/json, */*")};
	const struct pawl_http_call_config config = {
		.method = PAWL_STR("GET"),
		.url = pawl_str_c(entry->url),
		.headers = &accept,
		.n_headers = 1,
		.timeout_ms = TIMEOUT_MS,
		.connect_timeout_ms = CONNECT_MS,
		.max_response_bytes = BYTES_MAX,
	};

	if (!keys->client)
		keys->client = pawl_http_client_new(keys->loop, keys->egress);
	pawl_http_client_send(keys->client, &config, fetched, entry);
}

/* Under the lock. */
static bool
start_loop(struct pawl_remote_keys *keys)
{
	if (keys->loop)
		return true;
	keys->loop = pawl_loop_new("pawl-keys");
	if (pawl_loop_start(keys->loop) == PAWL_OK)
		return true;
	pawl_loop_free(keys->loop);
	keys->loop = NULL;
	return false;
}

bool
pawl_remote_keys_wait(struct pawl_remote_keys *keys, const struct pawl_remote_want *want,
		      struct pawl_remote_waiter *waiter)
{
	bool ok = false, post = false;
	struct entry *entry;

	pthread_mutex_lock(&keys->lock);
	entry = find_entry(keys, want);
	if (keys->is_closing || (entry && state_of(entry, want) != PAWL_REMOTE_PENDING)) {
		ok = post = true; /* decided meanwhile */
	} else if (keys->n_waiters < PAWL_REMOTE_WAITERS_MAX && start_loop(keys) &&
		   (entry || (entry = make_entry(keys, want)))) {
		ok = true;
		waiter->next = entry->waiters;
		entry->waiters = waiter;
		keys->n_waiters++;
		entry->used_ms = now_ms();
		if (!entry->is_fetching) {
			entry->is_fetching = true;
			entry->task.fn = fetch;
			pawl_loop_post(keys->loop, &entry->task);
		}
	}
	pthread_mutex_unlock(&keys->lock);
	if (post)
		pawl_loop_post(waiter->loop, &waiter->task);
	return ok;
}

/* ---- the end ----------------------------------------------------------------- */

void
pawl_remote_keys_close(struct pawl_remote_keys *keys)
{
	struct pawl_remote_waiter *waiters;
	struct pawl_loop *loop;
	struct pawl_str key;
	size_t cursor = 0;
	void *value;

	if (!keys)
		return;
	pthread_mutex_lock(&keys->lock);
	keys->is_closing = true;
	loop = keys->loop;
	pthread_mutex_unlock(&keys->lock);
	if (loop)
		pawl_loop_stop_and_join(loop);
	pawl_http_client_free(keys->client);
	pawl_loop_free(loop);
	keys->client = NULL;
	keys->loop = NULL;
	/* Nobody fetches any more, so nobody else takes them. */
	while (pawl_map_next(&keys->entries, &cursor, &key, &value)) {
		pthread_mutex_lock(&keys->lock);
		waiters = take_waiters(value);
		pthread_mutex_unlock(&keys->lock);
		post_all(waiters);
	}
}

void
pawl_remote_keys_free(struct pawl_remote_keys *keys)
{
	struct pawl_str key;
	size_t cursor = 0;
	void *value;

	if (!keys)
		return;
	PAWL_CHECK_OBJ(keys, KEYS_MAGIC);
	while (pawl_map_next(&keys->entries, &cursor, &key, &value))
		entry_free(value);
	pawl_map_fini(&keys->entries);
	pthread_mutex_destroy(&keys->lock);
	keys->magic = 0;
	free(keys);
}
