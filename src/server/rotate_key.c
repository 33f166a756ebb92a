#include "server/rotate_key.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/crashpoint.h"
#include "server/secrets.h"

struct keys {
	char own[PAWL_KEY_PATH_MAX], next[PAWL_KEY_PATH_MAX];
	const char *old_path, *new_path;
	struct pawl_sealer *old, *fresh;
};

/* On the store's thread. */
static struct pawl_str
reseal(void *ctx, struct pawl_str what, struct pawl_str text, struct pawl_arena *arena, size_t *n,
       size_t *n_unreadable)
{
	const struct keys *keys = ctx;
	struct pawl_str out;

	if (!what.len)
		return pawl_json_reseal(keys->old, keys->fresh, arena, text, n);
	if (!pawl_reseal(keys->old, keys->fresh, what, text, arena, &out)) {
		++*n_unreadable;
		return pawl_str(NULL, 0);
	}
	++*n;
	return out;
}

static enum pawl_err
open_keys(struct keys *keys, const struct pawl_rotation *rotation, struct pawl_problems *problems)
{
	enum pawl_err err;
	bool created;

	err = pawl_sealer_open(keys->old_path, false, &keys->old, &created, problems);
	if (err)
		return err;
	/* One that is left of a rotation that did not come to its transaction is not in use. */
	if (!rotation->new_key_file && unlink(keys->next) != 0 && errno != ENOENT) {
		pawl_problems_add(problems, keys->next, "cannot be removed: %s", strerror(errno));
		return PAWL_EIO;
	}
	return pawl_sealer_open(keys->new_path, true, &keys->fresh, &created, problems);
}

static enum pawl_err
check_keys(const struct keys *keys, struct pawl_str in_use, const char *data_dir,
	   struct pawl_problems *problems)
{
	const char *old = pawl_sealer_key_id(keys->old), *fresh = pawl_sealer_key_id(keys->fresh);

	if (strcmp(old, fresh) == 0) {
		pawl_problems_add(problems, keys->new_path, "is the key that is in use already");
		return PAWL_EINVAL;
	}
	if (pawl_str_eq_c(in_use, old))
		return PAWL_OK;
	pawl_problems_add(problems, keys->old_path,
			  "is not the key that %s was sealed with: that has the id %.*s, this one "
			  "%s",
			  data_dir, PAWL_STR_ARG(in_use), old);
	return PAWL_EINVAL;
}

static enum pawl_err
reseal_all(struct pawl_store *store, struct keys *keys, struct pawl_rotation *rotation,
	   struct pawl_problems *problems)
{
	struct pawl_str id = pawl_str_c(pawl_sealer_key_id(keys->fresh));
	struct pawl_audit_note note = {
		.actor = PAWL_STR("system"), .action = PAWL_STR("rotateMasterKey"), .target = id};
	struct pawl_store_reseal op = {
		.reseal = reseal, .ctx = keys, .setting = PAWL_STR(PAWL_KEY_SETTING), .value = id};
	enum pawl_err err;

	PAWL_CRASH_POINT("rotate.before_reseal");
	pawl_store_op_init(&op.op, PAWL_STORE_RESEAL, NULL);
	op.op.audit = &note;
	err = pawl_store_wait(store, &op.op);
	pawl_store_op_fini(&op.op);
	PAWL_CRASH_POINT("rotate.after_reseal");
	rotation->n = op.n;
	rotation->n_unreadable = op.n_unreadable;
	if (err)
		pawl_problems_add(problems, rotation->data_dir,
				  "cannot be written (%s); the old key stays in force",
				  pawl_err_name(err));
	return err;
}

static enum pawl_err
rotate(struct pawl_store *store, struct keys *keys, struct pawl_rotation *rotation,
       struct pawl_problems *problems)
{
	struct pawl_arena arena;
	struct pawl_str in_use;
	enum pawl_err err;

	pawl_arena_init(&arena, 0);
	err = pawl_master_key_in_use(store, &arena, &in_use);
	if (!err && !rotation->key_file)
		err = pawl_master_key_settle(rotation->data_dir, in_use, problems);
	if (!err)
		err = open_keys(keys, rotation, problems);
	if (!err) {
		snprintf(rotation->key_id, sizeof(rotation->key_id), "%s",
			 pawl_sealer_key_id(keys->fresh));
		rotation->is_done_before =
			pawl_str_eq_c(in_use, rotation->key_id) &&
			strcmp(pawl_sealer_key_id(keys->old), rotation->key_id) != 0;
	}
	if (!err && !rotation->is_done_before)
		err = check_keys(keys, in_use, rotation->data_dir, problems);
	if (!err && !rotation->is_done_before)
		err = reseal_all(store, keys, rotation, problems);
	if (!err && !rotation->new_key_file)
		err = pawl_master_key_settle(rotation->data_dir, pawl_str_c(rotation->key_id),
					     problems);
	pawl_arena_fini(&arena);
	return err;
}

enum pawl_err
pawl_rotate_key(struct pawl_rotation *rotation, struct pawl_problems *problems)
{
	struct pawl_store_config config = {.url = pawl_str_c(rotation->data_dir)};
	struct pawl_store *store;
	struct keys keys = {0};
	struct stat st;
	enum pawl_err err;

	snprintf(keys.own, sizeof(keys.own), "%s/" PAWL_KEY_FILE, rotation->data_dir);
	snprintf(keys.next, sizeof(keys.next), "%s/" PAWL_KEY_FILE ".new", rotation->data_dir);
	keys.old_path = rotation->key_file ? rotation->key_file : keys.own;
	keys.new_path = rotation->new_key_file ? rotation->new_key_file : keys.next;
	if (rotation->key_file && !rotation->new_key_file) {
		pawl_problems_add(problems, "--new-key-file",
				  "is needed with --master-key-file: Pawl does not change a file "
				  "that it has not made");
		return PAWL_EINVAL;
	}
	if (stat(keys.old_path, &st) != 0) { /* before a store is made where there is none */
		pawl_problems_add(problems, keys.old_path, "the master key cannot be read: %s",
				  strerror(errno));
		return PAWL_ENOTFOUND;
	}
	err = pawl_store_open(&config, 0, &store, problems);
	if (err)
		return err;
	err = rotate(store, &keys, rotation, problems);
	pawl_store_close(store);
	pawl_sealer_close(keys.old);
	pawl_sealer_close(keys.fresh);
	return err;
}
