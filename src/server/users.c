#include "server/users.h"

#include <openssl/crypto.h>
#include <openssl/sha.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/id.h"
#include "base/map.h"

#define SAVE_EVERY_US ((int64_t)60 * 1000000)
#define LOOK_EVERY_MS 60000
#define LOOK_LEAST_MS 50
#define PAGE          1000

struct user {
	enum pawl_role role;
	bool is_disabled;
	char name[PAWL_USER_NAME_MAX + 1];
};

struct session {
	uint64_t id, user_id;
	int64_t created_at_us;
	atomic_int_least64_t seen_at_us, saved_at_us;
	unsigned char hash[PAWL_SESSION_HASH_BYTES];
	bool has_pending;
	unsigned char pending[PAWL_TOTP_SECRET_BYTES];
};

struct pawl_users {
	struct pawl_server *server;
	pthread_rwlock_t lock;
	struct pawl_map users;    /* id -> struct user * */
	struct pawl_map sessions; /* hash -> struct session * */
	int64_t age_us, idle_us;
	struct pawl_loop *loop;
	struct pawl_timer timer;
	struct pawl_task task;
};

static struct pawl_str
key_of_id(const uint64_t *id)
{
	return pawl_str((const char *)id, sizeof *id);
}

static struct pawl_str
key_of(const struct session *session)
{
	return pawl_str((const char *)session->hash, sizeof session->hash);
}

static int64_t
session_ends_at(const struct pawl_users *users, const struct session *session)
{
	int64_t oldest_us = session->created_at_us + users->age_us;
	int64_t idle_us = atomic_load(&session->seen_at_us) + users->idle_us;

	return oldest_us < idle_us ? oldest_us : idle_us;
}

/* Under the lock. */
static struct session *
find_by_id(const struct pawl_users *users, uint64_t id)
{
	struct pawl_str key;
	size_t cursor = 0;
	void *value;

	while (pawl_map_next(&users->sessions, &cursor, &key, &value))
		if (((struct session *)value)->id == id)
			return value;
	return NULL;
}

/* ---- what the store does not wait for -------------------------------------------- */

static void
saved(struct pawl_store_op *op)
{
	pawl_store_op_fini(op);
	free(op);
}

static void
save_seen(struct pawl_users *users, uint64_t session_id, int64_t at_us)
{
	struct pawl_store_seen *seen = pawl_calloc(1, sizeof *seen);

	seen->id = session_id;
	seen->at_us = at_us;
	pawl_store_op_init(&seen->op, PAWL_STORE_SESSION_SEEN, saved);
	if (pawl_store_submit(users->server->store, &seen->op) != PAWL_OK)
		saved(&seen->op);
}

static void
save_end(struct pawl_users *users, uint64_t session_id)
{
	struct pawl_store_session_end *end = pawl_calloc(1, sizeof *end);

	end->id = session_id;
	pawl_store_op_init(&end->op, PAWL_STORE_SESSION_END, saved);
	if (pawl_store_submit(users->server->store, &end->op) != PAWL_OK)
		saved(&end->op);
}

/* ---- changes -------------------------------------------------------------------------- */

void
pawl_users_put(struct pawl_users *users, const struct pawl_user_row *row)
{
	struct user *user = pawl_calloc(1, sizeof *user);

	user->role = row->role;
	user->is_disabled = row->is_disabled;
	memcpy(user->name, row->name.ptr,
	       row->name.len < sizeof user->name ? row->name.len : sizeof user->name - 1);
	pthread_rwlock_wrlock(&users->lock);
	free(pawl_map_set(&users->users, key_of_id(&row->id), user));
	pthread_rwlock_unlock(&users->lock);
}

void
pawl_users_begin_session(struct pawl_users *users, const struct pawl_session_row *row)
{
	struct session *session = pawl_calloc(1, sizeof *session);

	session->id = row->id;
	session->user_id = row->user_id;
	session->created_at_us = row->created_at_us;
	session->seen_at_us = session->saved_at_us = row->seen_at_us;
	memcpy(session->hash, row->hash.ptr, sizeof session->hash);
	pthread_rwlock_wrlock(&users->lock);
	free(pawl_map_set(&users->sessions, key_of(session), session));
	pthread_rwlock_unlock(&users->lock);
}

/* Under the lock, for writing. Who listens with it is cut off. */
static void
end_locked(struct pawl_users *users, struct session *session)
{
	pawl_map_remove(&users->sessions, key_of(session));
	pawl_stream_hub_close_owner(users->server->hub, session->id);
	OPENSSL_cleanse(session->pending, sizeof session->pending);
	free(session);
}

void
pawl_users_end_session(struct pawl_users *users, uint64_t session_id)
{
	struct session *session;

	pthread_rwlock_wrlock(&users->lock);
	session = find_by_id(users, session_id);
	if (session)
		end_locked(users, session);
	pthread_rwlock_unlock(&users->lock);
}

/* Under the lock. Of that user but one; with user_id 0, those whose time has come. NULL: none. */
static struct session *
find_to_end(const struct pawl_users *users, uint64_t user_id, uint64_t but, int64_t now_us)
{
	struct pawl_str key;
	size_t cursor = 0;
	void *value;

	while (pawl_map_next(&users->sessions, &cursor, &key, &value)) {
		struct session *session = value;

		if (user_id ? session->user_id == user_id && session->id != but
			    : session_ends_at(users, session) <= now_us)
			return session;
	}
	return NULL;
}

void
pawl_users_end_sessions(struct pawl_users *users, uint64_t user_id, uint64_t but)
{
	struct session *session;

	pthread_rwlock_wrlock(&users->lock);
	while ((session = find_to_end(users, user_id, but, 0)))
		end_locked(users, session);
	pthread_rwlock_unlock(&users->lock);
}

void
pawl_users_remove(struct pawl_users *users, uint64_t user_id)
{
	pawl_users_end_sessions(users, user_id, 0);
	pthread_rwlock_wrlock(&users->lock);
	free(pawl_map_remove(&users->users, key_of_id(&user_id)));
	pthread_rwlock_unlock(&users->lock);
}

/* ---- looking up ------------------------------------------------------------------------- */

/* Under the lock. */
static bool
is_live(struct pawl_users *users, const struct session *session, int64_t now_us,
	struct pawl_principal *out)
{
	const struct user *user = pawl_map_get(&users->users, key_of_id(&session->user_id));

	if (!user || user->is_disabled || session_ends_at(users, session) <= now_us)
		return false;
	*out = (struct pawl_principal){
		.role = user->role, .session_id = session->id, .user_id = session->user_id};
	memcpy(out->user_name, user->name, sizeof out->user_name);
	memcpy(out->session_hash, session->hash, sizeof out->session_hash);
	return true;
}

bool
pawl_users_find_session(struct pawl_users *users, struct pawl_str cookie,
			struct pawl_principal *out)
{
	unsigned char hash[PAWL_SESSION_HASH_BYTES];
	int64_t now_us = pawl_clock_now_us();
	struct session *session;
	bool is_ok, has_to_save = false;

	/* Looking up a hash by a keyed hash tells nothing about how close a guess was. */
	SHA256((const unsigned char *)cookie.ptr, cookie.len, hash);
	pthread_rwlock_rdlock(&users->lock);
	session = pawl_map_get(&users->sessions, pawl_str((const char *)hash, sizeof hash));
	is_ok = session && is_live(users, session, now_us, out);
	if (is_ok) {
		atomic_store(&session->seen_at_us, now_us);
		if (now_us - atomic_load(&session->saved_at_us) > SAVE_EVERY_US) {
			atomic_store(&session->saved_at_us, now_us);
			has_to_save = true;
		}
	}
	pthread_rwlock_unlock(&users->lock);
	if (has_to_save)
		save_seen(users, out->session_id, now_us);
	return is_ok;
}

bool
pawl_users_has_session(struct pawl_users *users, uint64_t session_id)
{
	bool has;

	pthread_rwlock_rdlock(&users->lock);
	has = find_by_id(users, session_id) != NULL;
	pthread_rwlock_unlock(&users->lock);
	return has;
}

uint64_t
pawl_users_find(struct pawl_users *users, struct pawl_str text)
{
	uint64_t id = 0, found = 0;
	struct pawl_str key;
	size_t cursor = 0;
	void *user;

	(void)pawl_id_parse(text, &id);
	pthread_rwlock_rdlock(&users->lock);
	while (!found && pawl_map_next(&users->users, &cursor, &key, &user)) {
		uint64_t this;

		memcpy(&this, key.ptr, sizeof this);
		if (this == id || pawl_str_eq_nocase(text, pawl_str_c(((struct user *)user)->name)))
			found = this;
	}
	pthread_rwlock_unlock(&users->lock);
	return found;
}

struct pawl_str
pawl_users_name(struct pawl_users *users, uint64_t user_id, struct pawl_arena *arena)
{
	struct pawl_str name = pawl_str(NULL, 0);
	const struct user *user;

	pthread_rwlock_rdlock(&users->lock);
	user = pawl_map_get(&users->users, key_of_id(&user_id));
	if (user)
		name = pawl_arena_dup(arena, pawl_str_c(user->name));
	pthread_rwlock_unlock(&users->lock);
	return name;
}

bool
pawl_users_is_empty(struct pawl_users *users)
{
	struct pawl_str key;
	size_t cursor = 0;
	void *user;
	bool is_empty;

	pthread_rwlock_rdlock(&users->lock);
	is_empty = !pawl_map_next(&users->users, &cursor, &key, &user);
	pthread_rwlock_unlock(&users->lock);
	return is_empty;
}

bool
pawl_users_session_times(struct pawl_users *users, uint64_t session_id, int64_t *seen_at_us,
			 int64_t *ends_at_us)
{
	const struct session *session;

	pthread_rwlock_rdlock(&users->lock);
	session = find_by_id(users, session_id);
	if (session) {
		*seen_at_us = atomic_load(&session->seen_at_us);
		*ends_at_us = session_ends_at(users, session);
	}
	pthread_rwlock_unlock(&users->lock);
	return session != NULL;
}

/* ---- second factors ------------------------------------------------------------------------ */

void
pawl_users_set_pending(struct pawl_users *users, uint64_t session_id,
		       const unsigned char secret[PAWL_TOTP_SECRET_BYTES])
{
	struct session *session;

	pthread_rwlock_wrlock(&users->lock);
	session = find_by_id(users, session_id);
	if (session) {
		session->has_pending = true;
		memcpy(session->pending, secret, sizeof session->pending);
	}
	pthread_rwlock_unlock(&users->lock);
}

bool
pawl_users_get_pending(struct pawl_users *users, uint64_t session_id,
		       unsigned char secret[PAWL_TOTP_SECRET_BYTES])
{
	const struct session *session;
	bool has;

	pthread_rwlock_rdlock(&users->lock);
	session = find_by_id(users, session_id);
	has = session && session->has_pending;
	if (has)
		memcpy(secret, session->pending, sizeof session->pending);
	pthread_rwlock_unlock(&users->lock);
	return has;
}

struct pawl_str
pawl_users_totp_label(struct pawl_arena *arena, uint64_t user_id)
{
	return pawl_arena_printf(arena, "totp/%llu", (unsigned long long)user_id);
}

/* ---- ending in time -------------------------------------------------------------------------- */

static void look(struct pawl_timer *timer);

/* Under the lock. */
static int64_t
next_end_us(const struct pawl_users *users)
{
	int64_t next_us = INT64_MAX;
	struct pawl_str key;
	size_t cursor = 0;
	void *session;

	while (pawl_map_next(&users->sessions, &cursor, &key, &session)) {
		int64_t at_us = session_ends_at(users, session);

		if (at_us < next_us)
			next_us = at_us;
	}
	return next_us;
}

static void
end_due(struct pawl_task *task)
{
	struct pawl_users *users = pawl_container_of(task, struct pawl_users, task);
	int64_t now_us = pawl_clock_now_us(), wait_ms = LOOK_EVERY_MS, due_us;
	int64_t life_us = users->age_us < users->idle_us ? users->age_us : users->idle_us;
	struct session *session;

	pthread_rwlock_wrlock(&users->lock);
	while ((session = find_to_end(users, 0, 0, now_us))) {
		save_end(users, session->id);
		end_locked(users, session);
	}
	due_us = next_end_us(users);
	pthread_rwlock_unlock(&users->lock);
	if (due_us < now_us + wait_ms * 1000)
		wait_ms = (due_us - now_us) / 1000;
	if (life_us / 1000 < wait_ms) /* one that begins meanwhile may end before */
		wait_ms = life_us / 1000;
	pawl_timer_start(&users->timer, users->loop,
			 wait_ms < LOOK_LEAST_MS ? LOOK_LEAST_MS : wait_ms, look);
}

static void
look(struct pawl_timer *timer)
{
	end_due(&pawl_container_of(timer, struct pawl_users, timer)->task);
}

void
pawl_users_watch(struct pawl_users *users, struct pawl_loop *loop)
{
	users->loop = loop;
	users->task.fn = end_due;
	pawl_loop_post(loop, &users->task);
}

void
pawl_users_unwatch(struct pawl_users *users)
{
	if (users)
		pawl_timer_close(&users->timer);
}

/* ---- life --------------------------------------------------------------------------------------
 */

static enum pawl_err
load_users(struct pawl_users *users)
{
	struct pawl_arena arena;
	struct pawl_str after = pawl_str(NULL, 0);
	enum pawl_err err = PAWL_OK;
	bool more = true;

	pawl_arena_init(&arena, 0);
	while (more && err == PAWL_OK) {
		struct pawl_store_list list = {.limit = PAGE, .after_name = after};

		pawl_store_op_init(&list.op, PAWL_STORE_USERS, NULL);
		err = pawl_store_wait(users->server->store, &list.op);
		for (size_t i = 0; i < list.n; i++)
			pawl_users_put(users, &list.users[i]);
		more = list.more;
		if (more)
			after = pawl_arena_dup(&arena, list.users[list.n - 1].name);
		pawl_store_op_fini(&list.op);
	}
	pawl_arena_fini(&arena);
	return err;
}

static enum pawl_err
load_sessions(struct pawl_users *users)
{
	enum pawl_err err = PAWL_OK;
	uint64_t before = 0;
	bool more = true;

	while (more && err == PAWL_OK) {
		struct pawl_store_list list = {.limit = PAGE, .before = before};

		pawl_store_op_init(&list.op, PAWL_STORE_SESSIONS, NULL);
		err = pawl_store_wait(users->server->store, &list.op);
		for (size_t i = 0; i < list.n; i++)
			if (list.sessions[i].hash.len == PAWL_SESSION_HASH_BYTES)
				pawl_users_begin_session(users, &list.sessions[i]);
		more = list.more;
		if (more)
			before = list.sessions[list.n - 1].id;
		pawl_store_op_fini(&list.op);
	}
	return err;
}

enum pawl_err
pawl_users_load(struct pawl_server *server)
{
	struct pawl_users *users = pawl_calloc(1, sizeof *users);
	enum pawl_err err;

	server->users = users;
	users->server = server;
	users->age_us = server->config.session_age_ms * 1000;
	users->idle_us = server->config.session_idle_ms * 1000;
	pthread_rwlock_init(&users->lock, NULL);
	err = load_users(users);
	return err == PAWL_OK ? load_sessions(users) : err;
}

void
pawl_users_free(struct pawl_users *users)
{
	struct pawl_str key;
	size_t cursor = 0;
	void *value;

	if (!users)
		return;
	while (pawl_map_next(&users->sessions, &cursor, &key, &value))
		free(value);
	cursor = 0;
	while (pawl_map_next(&users->users, &cursor, &key, &value))
		free(value);
	pawl_map_fini(&users->sessions);
	pawl_map_fini(&users->users);
	pthread_rwlock_destroy(&users->lock);
	free(users);
}
