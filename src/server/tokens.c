/* API tokens: 256 random bits, kept as their SHA-256 only. */
#include <errno.h>
#include <fcntl.h>
#include <openssl/sha.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/codec.h"
#include "base/map.h"
#include "server/api.h"

#define PREFIX "pawl_"

struct known {
	uint64_t id;
	int64_t expires_at_us;
	atomic_int_least64_t used_at_us;
	enum pawl_role role;
	size_t name_len;
	char name[];
};

struct pawl_api {
	pthread_rwlock_t lock;
	struct pawl_map tokens; /* hash -> struct known * */
	struct pawl_announcer *announcer;
};

struct pawl_str
pawl_api_token_make(struct pawl_arena *arena, unsigned char hash[32])
{
	unsigned char random[32];
	struct pawl_buf text;
	struct pawl_str token;

	pawl_random(random, sizeof random);
	pawl_buf_init(&text, 128);
	pawl_buf_append_c(&text, PREFIX);
	pawl_base64_encode(&text, pawl_str((const char *)random, sizeof random), PAWL_BASE64_URL);
	token = pawl_arena_dup(arena, pawl_buf_peek(&text));
	pawl_buf_fini(&text);
	pawl_api_token_hash(token, hash);
	return token;
}

void
pawl_api_token_hash(struct pawl_str token, unsigned char hash[32])
{
	SHA256((const unsigned char *)token.ptr, token.len, hash);
}

void
pawl_api_token_known(struct pawl_api *api, const struct pawl_token_row *row)
{
	struct known *kept = pawl_malloc(sizeof *kept + row->name.len);

	kept->id = row->id;
	kept->role = row->role;
	kept->expires_at_us = row->expires_at_us;
	atomic_init(&kept->used_at_us, row->used_at_us);
	kept->name_len = row->name.len;
	memcpy(kept->name, row->name.ptr, row->name.len);
	pthread_rwlock_wrlock(&api->lock);
	free(pawl_map_set(&api->tokens, row->hash, kept));
	pthread_rwlock_unlock(&api->lock);
}

struct pawl_str
pawl_api_token_name(struct pawl_api *api, uint64_t id, struct pawl_arena *arena)
{
	struct pawl_str key, name = PAWL_STR("token:");
	size_t cursor = 0;
	void *kept;

	pthread_rwlock_rdlock(&api->lock);
	while (pawl_map_next(&api->tokens, &cursor, &key, &kept)) {
		const struct known *known = kept;

		if (known->id == id)
			name = pawl_arena_printf(arena, "token:%.*s", (int)known->name_len,
						 known->name);
	}
	pthread_rwlock_unlock(&api->lock);
	return name;
}

void
pawl_api_token_forget(struct pawl_api *api, uint64_t id)
{
	struct pawl_str key;
	size_t cursor = 0;
	void *kept;

	pthread_rwlock_wrlock(&api->lock);
	while (pawl_map_next(&api->tokens, &cursor, &key, &kept))
		if (((struct known *)kept)->id == id) {
			pawl_map_remove(&api->tokens, key);
			free(kept);
			break;
		}
	pthread_rwlock_unlock(&api->lock);
}

bool
pawl_api_authorize(struct pawl_api *api, const struct pawl_http_request *req,
		   struct pawl_principal *who)
{
	struct pawl_str value = pawl_http_request_header(req, "Authorization");
	unsigned char hash[32];
	int64_t now_us = pawl_clock_now_us();
	struct known *known;

	if (value.len < 8 || !pawl_str_eq_nocase(pawl_str_sub(value, 0, 7), PAWL_STR("Bearer ")))
		return false;
	value = pawl_str_trim(pawl_str_sub(value, 7, value.len));
	/* Looking up a hash by a keyed hash tells nothing about how close a guess was. */
	pawl_api_token_hash(value, hash);
	pthread_rwlock_rdlock(&api->lock);
	known = pawl_map_get(&api->tokens, pawl_str((const char *)hash, sizeof hash));
	if (known && known->expires_at_us && known->expires_at_us <= now_us)
		known = NULL;
	if (known) {
		*who = (struct pawl_principal){.role = known->role, .token_id = known->id};
		atomic_store_explicit(&known->used_at_us, now_us, memory_order_relaxed);
	}
	pthread_rwlock_unlock(&api->lock);
	return known != NULL;
}

/* ---- uses ------------------------------------------------------------------------------- */

int64_t
pawl_api_token_last_use(struct pawl_api *api, uint64_t id)
{
	struct pawl_str key;
	size_t cursor = 0;
	void *kept;
	int64_t used_at_us = 0;

	pthread_rwlock_rdlock(&api->lock);
	while (pawl_map_next(&api->tokens, &cursor, &key, &kept))
		if (((struct known *)kept)->id == id)
			used_at_us = atomic_load(&((struct known *)kept)->used_at_us);
	pthread_rwlock_unlock(&api->lock);
	return used_at_us;
}

size_t
pawl_api_token_uses(struct pawl_api *api, int64_t since_us, struct pawl_arena *arena,
		    const struct pawl_token_row **out)
{
	struct pawl_token_row *rows;
	struct pawl_str key;
	size_t cursor = 0, n = 0;
	void *kept;

	pthread_rwlock_rdlock(&api->lock);
	rows = pawl_arena_calloc(arena, api->tokens.len + 1, sizeof *rows);
	while (pawl_map_next(&api->tokens, &cursor, &key, &kept)) {
		int64_t used_at_us = atomic_load(&((struct known *)kept)->used_at_us);

		if (used_at_us >= since_us)
			rows[n++] = (struct pawl_token_row){.id = ((struct known *)kept)->id,
							    .used_at_us = used_at_us};
	}
	pthread_rwlock_unlock(&api->lock);
	*out = rows;
	return n;
}

void
pawl_api_end_expired(struct pawl_server *server)
{
	struct pawl_api *api = server->api;
	int64_t now_us = pawl_clock_now_us();
	struct pawl_str key;
	size_t cursor = 0;
	void *kept;

	pthread_rwlock_rdlock(&api->lock);
	while (pawl_map_next(&api->tokens, &cursor, &key, &kept)) {
		const struct known *known = kept;

		if (known->expires_at_us && known->expires_at_us <= now_us)
			pawl_stream_hub_close_owner(server->hub, known->id);
	}
	pthread_rwlock_unlock(&api->lock);
}

/* ---- life --------------------------------------------------------------------------------- */

struct pawl_api *
pawl_api_new(struct pawl_server *server)
{
	struct pawl_api *api = pawl_calloc(1, sizeof *api);
	struct pawl_str after = pawl_str(NULL, 0);
	struct pawl_arena arena;
	bool more = true;

	pthread_rwlock_init(&api->lock, NULL);
	api->announcer = pawl_announcer_new();
	pawl_arena_init(&arena, 0);
	while (more) {
		struct pawl_store_list list = {.limit = 1000, .after_name = after};

		pawl_store_op_init(&list.op, PAWL_STORE_TOKENS, NULL);
		more = pawl_store_wait(server->store, &list.op) == PAWL_OK && list.more;
		for (size_t i = 0; i < list.n; i++)
			pawl_api_token_known(api, &list.tokens[i]);
		if (more)
			after = pawl_arena_dup(&arena, list.tokens[list.n - 1].name);
		pawl_store_op_fini(&list.op);
	}
	pawl_arena_fini(&arena);
	return api;
}

void
pawl_api_free(struct pawl_api *api)
{
	struct pawl_str key;
	size_t cursor = 0;
	void *kept;

	if (!api)
		return;
	while (pawl_map_next(&api->tokens, &cursor, &key, &kept))
		free(kept);
	pawl_map_fini(&api->tokens);
	pawl_announcer_free(api->announcer);
	pthread_rwlock_destroy(&api->lock);
	free(api);
}

struct pawl_announcer *
pawl_api_announcer(struct pawl_api *api)
{
	return api->announcer;
}

static bool
write_private(const char *path, struct pawl_str text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	/* A file that is there already may be open to others. */
	bool ok = fd >= 0 && fchmod(fd, 0600) == 0 &&
		  write(fd, text.ptr, text.len) == (ssize_t)text.len && write(fd, "\n", 1) == 1 &&
		  fsync(fd) == 0;

	if (fd >= 0)
		close(fd);
	return ok;
}

/* The file is written first: a token that nobody can read would lock its owner out. */
enum pawl_err
pawl_api_first_token(struct pawl_server *server, const char *path, struct pawl_problems *problems)
{
	struct pawl_store_list list = {.limit = 1};
	struct pawl_store_token add = {
		.token = {.name = PAWL_STR("admin"), .role = PAWL_ROLE_OWNER}};
	unsigned char hash[32];
	struct pawl_arena arena;
	enum pawl_err err;
	size_t known;

	pawl_store_op_init(&list.op, PAWL_STORE_TOKENS, NULL);
	err = pawl_store_wait(server->store, &list.op);
	known = list.n;
	pawl_store_op_fini(&list.op);
	if (err != PAWL_OK || known > 0)
		return err;
	pawl_arena_init(&arena, 0);
	if (!write_private(path, pawl_api_token_make(&arena, hash))) {
		pawl_problems_add(problems, "--data", "%s cannot be written: %s", path,
				  strerror(errno));
		err = PAWL_EIO;
	} else {
		add.token.hash = pawl_str((const char *)hash, sizeof hash);
		add.token.created_at_us = pawl_clock_now_us();
		pawl_store_op_init(&add.op, PAWL_STORE_TOKEN_ADD, NULL);
		add.op.audit = &(struct pawl_audit_note){.actor = PAWL_STR("system"),
							 .action = PAWL_STR("addToken"),
							 .target = add.token.name};
		err = pawl_store_wait(server->store, &add.op);
		pawl_store_op_fini(&add.op);
	}
	pawl_arena_fini(&arena);
	return err;
}
