/* The secrets of the store as the server has them: the master key, and the values in memory. */
#include "server/secrets.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/log.h"

enum pawl_err
pawl_master_key_in_use(struct pawl_store *store, struct pawl_arena *arena, struct pawl_str *id)
{
	struct pawl_store_setting setting = {.key = PAWL_STR(PAWL_KEY_SETTING)};
	enum pawl_err err;

	pawl_store_op_init(&setting.op, PAWL_STORE_SETTING, NULL);
	err = pawl_store_wait(store, &setting.op);
	*id = pawl_arena_dup(arena, err ? PAWL_STR("") : setting.value);
	pawl_store_op_fini(&setting.op);
	return err;
}

/* Is it there, and is it that key? */
static bool
is_key(const char *path, struct pawl_str id)
{
	struct pawl_problems problems = {0};
	struct pawl_sealer *sealer;
	bool created, is_it;

	is_it = pawl_sealer_open(path, false, &sealer, &created, &problems) == PAWL_OK &&
		pawl_str_eq_c(id, pawl_sealer_key_id(sealer));
	pawl_sealer_close(sealer);
	pawl_problems_fini(&problems);
	return is_it;
}

enum pawl_err
pawl_master_key_settle(const char *data_dir, struct pawl_str in_use, struct pawl_problems *problems)
{
	char own[PAWL_KEY_PATH_MAX], next[PAWL_KEY_PATH_MAX];
	int fd;
	bool ok;

	snprintf(own, sizeof(own), "%s/" PAWL_KEY_FILE, data_dir);
	snprintf(next, sizeof(next), "%s/" PAWL_KEY_FILE ".new", data_dir);
	if (!is_key(next, in_use))
		return PAWL_OK;
	fd = open(data_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ok = fd >= 0 && rename(next, own) == 0 && fsync(fd) == 0;
	if (!ok)
		pawl_problems_add(problems, next, "cannot be renamed to %s: %s", own,
				  strerror(errno));
	if (fd >= 0)
		close(fd);
	return ok ? PAWL_OK : PAWL_EIO;
}

static enum pawl_err
settle_own_key(struct pawl_server *server, struct pawl_problems *problems)
{
	struct pawl_arena arena;
	struct pawl_str in_use;
	enum pawl_err err;

	pawl_arena_init(&arena, 0);
	err = pawl_master_key_in_use(server->store, &arena, &in_use);
	if (err == PAWL_OK)
		err = pawl_master_key_settle(server->data_dir, in_use, problems);
	pawl_arena_fini(&arena);
	return err;
}

/* What was sealed by another key could not be opened: better no start than one without secrets. */
static enum pawl_err
check_key(struct pawl_server *server, const char *path, struct pawl_problems *problems)
{
	struct pawl_store_setting setting = {.key = PAWL_STR(PAWL_KEY_SETTING), .only_new = true};
	struct pawl_str id = pawl_str_c(pawl_sealer_key_id(server->sealer));
	enum pawl_err err;

	setting.value = id;
	pawl_store_op_init(&setting.op, PAWL_STORE_SETTING_SET, NULL);
	err = pawl_store_wait(server->store, &setting.op);
	if (err == PAWL_OK && !pawl_str_eq(setting.value, id)) {
		pawl_problems_add(problems, "--master-key-file",
				  "%s is not the key that %s was sealed with: that has the id "
				  "%.*s, this one %s",
				  path, server->data_dir, PAWL_STR_ARG(setting.value),
				  pawl_sealer_key_id(server->sealer));
		err = PAWL_EINVAL;
	}
	pawl_store_op_fini(&setting.op);
	return err;
}

enum pawl_err
pawl_server_open_sealer(struct pawl_server *server, struct pawl_problems *problems)
{
	const char *given = server->config.master_key_file, *path = given;
	char own[PAWL_KEY_PATH_MAX];
	enum pawl_err err;
	bool created;

	if (!given) {
		snprintf(own, sizeof(own), "%s/" PAWL_KEY_FILE, server->data_dir);
		path = own;
		err = settle_own_key(server, problems);
		if (err)
			return err;
	}
	err = pawl_sealer_open(path, !given, &server->sealer, &created, problems);

	if (err == PAWL_OK && created)
		pawl_log(PAWL_LOG_WARN, "master_key_made", PAWL_F_C("path", path),
			 PAWL_F_C("message", "back it up, apart from the data: without it, sealed "
					     "secrets are lost"));
	return err == PAWL_OK ? check_key(server, path, problems) : err;
}

struct pawl_str
pawl_server_secret_label(struct pawl_arena *arena, struct pawl_str name)
{
	return pawl_arena_printf(arena, "secret/%.*s", PAWL_STR_ARG(name));
}

/* Values went through it. */
static void
wipe(struct pawl_secret_version *versions, size_t n, struct pawl_arena *arena)
{
	for (size_t i = 0; i < n; i++)
		sodium_memzero((void *)(uintptr_t)versions[i].value.ptr, versions[i].value.len);
	pawl_arena_fini(arena);
}

void
pawl_server_use_secrets(struct pawl_server *server, const struct pawl_secret_row *rows, size_t n)
{
	struct pawl_secret_version *versions;
	struct pawl_arena arena;
	size_t n_versions = 0;

	pawl_arena_init(&arena, 0);
	versions = pawl_arena_calloc(&arena, n + 1, sizeof(*versions));
	for (size_t i = 0; i < n; i++) {
		struct pawl_secret_version *v = &versions[n_versions];

		if (!pawl_unseal(server->sealer, pawl_server_secret_label(&arena, rows[i].name),
				 rows[i].sealed, &arena, &v->value)) {
			pawl_log(PAWL_LOG_ERROR, "secret_unreadable",
				 PAWL_F_STR("name", rows[i].name),
				 PAWL_F_ID("version", rows[i].id));
			continue;
		}
		v->name = rows[i].name;
		v->id = rows[i].id;
		v->not_before_us = rows[i].not_before_us;
		v->not_after_us = rows[i].not_after_us;
		v->used_at_us = rows[i].used_at_us;
		n_versions++;
	}
	pawl_secrets_set_stored(server->secrets, versions, n_versions);
	wipe(versions, n_versions, &arena);
}

enum pawl_err
pawl_server_load_secrets(struct pawl_server *server)
{
	struct pawl_store_list list = {.limit = PAWL_SECRET_VERSIONS_MAX};
	enum pawl_err err;

	pawl_store_op_init(&list.op, PAWL_STORE_SECRETS, NULL);
	err = pawl_store_wait(server->store, &list.op);
	if (err == PAWL_OK)
		pawl_server_use_secrets(server, list.secrets, list.n);
	pawl_store_op_fini(&list.op);
	return err;
}
