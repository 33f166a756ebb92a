#include "flow/secrets.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/map.h"
#include "base/seal.h"

#define SECRET_BYTES_MAX (64u << 10)
#define SECRET_NAME_MAX  128

/* pawl_secret_alloc */
struct value {
	struct value *next; /* the version before it */
	uint64_t id;
	int64_t not_before_us, not_after_us;
	int64_t used_at_us;
	size_t len;
	char bytes[];
};

struct pawl_secrets {
	pthread_mutex_t lock;           /* guards all but the texts below */
	struct pawl_map values, stored; /* name -> struct value: of files, of the store */
	struct pawl_map by_id;          /* of the store */
	struct pawl_redactor *redactor; /* of all values that were noted, but for */
	struct value *unknown;          /* these, linked by next */
	size_t n_unknown;
	bool is_full; /* of noted values */
	char *dir;
	char *env_allow;
};

static void
wipe_list(struct value *value)
{
	struct value *next;

	for (; value; value = next) {
		next = value->next;
		pawl_secret_free(value);
	}
}

static void
wipe_values(struct pawl_map *values)
{
	struct pawl_str name;
	size_t cursor = 0;
	void *item;

	while (pawl_map_next(values, &cursor, &name, &item))
		wipe_list(item);
	pawl_map_fini(values);
}

static struct value *
new_value(const char *bytes, size_t len)
{
	struct value *value = pawl_secret_alloc(sizeof(*value) + len);

	*value = (struct value){.len = len};
	memcpy(value->bytes, bytes, len);
	return value;
}

/* It may stand where secrets do, because a signature is checked against it, and lets nobody in: a
 * public key, or the name of a resource of AWS (the topic of SNS, in each of its messages). */
static bool
is_public(struct pawl_str bytes)
{
	return pawl_str_starts_with(bytes, PAWL_STR("-----BEGIN PUBLIC KEY-----")) ||
	       pawl_str_starts_with(bytes, PAWL_STR("-----BEGIN CERTIFICATE-----")) ||
	       pawl_str_starts_with(bytes, PAWL_STR("arn:aws"));
}

/* Under the lock. */
static void
note(struct pawl_secrets *secrets, struct pawl_str bytes)
{
	struct value *value;

	if (bytes.len < PAWL_REDACT_MIN_BYTES || is_public(bytes) ||
	    pawl_redactor_knows(secrets->redactor, bytes))
		return;
	if (pawl_redactor_count(secrets->redactor) + secrets->n_unknown >=
	    PAWL_SECRETS_REDACTED_MAX) {
		if (!secrets->is_full)
			pawl_log(PAWL_LOG_WARN, "redaction_full",
				 PAWL_F_INT("values", PAWL_SECRETS_REDACTED_MAX));
		secrets->is_full = true;
		return;
	}
	value = new_value(bytes.ptr, bytes.len);
	value->next = secrets->unknown;
	secrets->unknown = value;
	secrets->n_unknown++;
}

static void
note_all(struct pawl_secrets *secrets, const struct pawl_map *values)
{
	struct pawl_str name;
	size_t cursor = 0;
	void *item;

	while (pawl_map_next(values, &cursor, &name, &item))
		for (const struct value *v = item; v; v = v->next)
			note(secrets, pawl_str(v->bytes, v->len));
}

/* What `${secrets.NAME}` can name; ".", ".." and what Kubernetes keeps beside them are left out. */
static bool
is_name(const char *name)
{
	size_t len = strlen(name);

	if (!len || len > SECRET_NAME_MAX || name[0] == '.')
		return false;
	for (size_t i = 0; i < len; i++) {
		char c = name[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		      c == '_' || c == '-' || c == '.'))
			return false;
	}
	return true;
}

static struct value *
read_value(int fd)
{
	/* One byte more than is allowed, to see that there is no more. */
	size_t room = SECRET_BYTES_MAX + 1, len = 0;
	char *bytes = pawl_malloc(room);
	struct value *value = NULL;
	ssize_t n;

	do {
		n = read(fd, bytes + len, room - len);
		if (n > 0)
			len += (size_t)n;
	} while (len < room && (n > 0 || (n < 0 && errno == EINTR)));
	if (n < 0 || len > SECRET_BYTES_MAX)
		goto out;
	if (len && bytes[len - 1] == '\n')
		len--;
	value = new_value(bytes, len);
out:
	pawl_free_secret(bytes, room);
	return value;
}

static void
read_file(int dir_fd, const char *dir, const char *name, struct pawl_map *values,
	  struct pawl_problems *problems)
{
	int fd = openat(dir_fd, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct value *value;
	struct stat st;

	if (fd < 0) {
		pawl_problems_add(problems, dir, "the secret \"%s\" cannot be read: %m", name);
		return;
	}
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
		value = read_value(fd);
		if (value)
			pawl_map_set(values, pawl_str_c(name), value);
		else
			pawl_problems_add(problems, dir,
					  "the secret \"%s\" cannot be read, or is larger than %u "
					  "bytes",
					  name, SECRET_BYTES_MAX);
	}
	close(fd);
}

static void
read_dir(const char *path, struct pawl_map *values, struct pawl_problems *problems)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	struct stat st;

	if (!dir) {
		if (errno != ENOENT)
			pawl_problems_add(problems, path, "secrets cannot be read: %m");
		return;
	}
	if (fstat(dirfd(dir), &st) == 0 && (st.st_mode & (S_IROTH | S_IWOTH | S_IWGRP)))
		pawl_problems_add(problems, path,
				  "others may read or change this directory of secrets; run chmod "
				  "700 on it");
	while ((entry = readdir(dir))) {
		if (is_name(entry->d_name))
			read_file(dirfd(dir), path, entry->d_name, values, problems);
	}
	closedir(dir);
}

struct pawl_secrets *
pawl_secrets_open(const char *dir, const char *env_allow, struct pawl_problems *problems)
{
	struct pawl_secrets *secrets = pawl_calloc(1, sizeof(*secrets));

	pthread_mutex_init(&secrets->lock, NULL);
	secrets->dir = pawl_strdup(dir ? dir : "");
	secrets->env_allow = pawl_strdup(env_allow ? env_allow : "");
	if (*secrets->dir)
		read_dir(secrets->dir, &secrets->values, problems);
	note_all(secrets, &secrets->values);
	return secrets;
}

void
pawl_secrets_close(struct pawl_secrets *secrets)
{
	if (!secrets)
		return;
	wipe_values(&secrets->values);
	wipe_values(&secrets->stored);
	pawl_map_fini(&secrets->by_id);
	wipe_list(secrets->unknown);
	pawl_redactor_unref(secrets->redactor);
	pthread_mutex_destroy(&secrets->lock);
	free(secrets->dir);
	free(secrets->env_allow);
	free(secrets);
}

void
pawl_secrets_reload(struct pawl_secrets *secrets, struct pawl_problems *problems)
{
	struct pawl_map fresh = {0}, old;

	if (*secrets->dir)
		read_dir(secrets->dir, &fresh, problems);
	pthread_mutex_lock(&secrets->lock);
	old = secrets->values;
	secrets->values = fresh;
	note_all(secrets, &fresh);
	pthread_mutex_unlock(&secrets->lock);
	wipe_values(&old);
}

static struct pawl_str
id_key(const uint64_t *id)
{
	return pawl_str((const char *)id, sizeof(*id));
}

static void
inherit_use(const struct pawl_map *to, const struct pawl_map *from, uint64_t id)
{
	const struct value *old = pawl_map_get(from, id_key(&id));
	struct value *value = pawl_map_get(to, id_key(&id));

	if (old && value && old->used_at_us > value->used_at_us)
		value->used_at_us = old->used_at_us;
}

void
pawl_secrets_set_stored(struct pawl_secrets *secrets, const struct pawl_secret_version *versions,
			size_t n)
{
	struct pawl_map fresh = {0}, by_id = {0}, old;

	/* Backwards, so that the newest ends up in front. */
	for (size_t i = n; i-- > 0;) {
		const struct pawl_secret_version *v = &versions[i];
		struct value *value = new_value(v->value.ptr, v->value.len);

		value->id = v->id;
		value->not_before_us = v->not_before_us;
		value->not_after_us = v->not_after_us;
		value->used_at_us = v->used_at_us;
		value->next = pawl_map_set(&fresh, v->name, value);
		pawl_map_set(&by_id, id_key(&value->id), value);
	}
	pthread_mutex_lock(&secrets->lock);
	for (size_t i = 0; i < n; i++)
		inherit_use(&by_id, &secrets->by_id, versions[i].id);
	old = secrets->stored;
	secrets->stored = fresh;
	pawl_map_fini(&secrets->by_id);
	secrets->by_id = by_id;
	note_all(secrets, &fresh);
	pthread_mutex_unlock(&secrets->lock);
	wipe_values(&old);
}

/* Under the lock. */
static struct value *
find(const struct pawl_secrets *secrets, struct pawl_str name)
{
	struct value *value = pawl_map_get(&secrets->stored, name);

	return value ? value : pawl_map_get(&secrets->values, name);
}

/* Those that are not over at that time. */
static size_t
list_versions(struct pawl_secrets *secrets, struct pawl_str name, int64_t at_us,
	      struct pawl_arena *arena, struct pawl_secret_version **out)
{
	size_t n = 0, i = 0;

	pthread_mutex_lock(&secrets->lock);
	for (const struct value *v = find(secrets, name); v; v = v->next)
		n++;
	*out = pawl_arena_calloc(arena, n + 1, sizeof(**out));
	for (const struct value *v = find(secrets, name); v; v = v->next) {
		if (v->not_after_us && v->not_after_us <= at_us)
			continue;
		(*out)[i++] = (struct pawl_secret_version){
			.name = name,
			.value = pawl_arena_dup(arena, pawl_str(v->bytes, v->len)),
			.id = v->id,
			.not_before_us = v->not_before_us,
			.not_after_us = v->not_after_us};
	}
	pthread_mutex_unlock(&secrets->lock);
	return i;
}

size_t
pawl_secrets_versions(struct pawl_secrets *secrets, struct pawl_str name, struct pawl_arena *arena,
		      struct pawl_secret_version **out)
{
	return list_versions(secrets, name, pawl_clock_now_us(), arena, out);
}

size_t
pawl_secrets_all_versions(struct pawl_secrets *secrets, struct pawl_str name,
			  struct pawl_arena *arena, struct pawl_secret_version **out)
{
	return list_versions(secrets, name, INT64_MIN, arena, out);
}

void
pawl_secrets_note_use(struct pawl_secrets *secrets, uint64_t version)
{
	struct value *value;

	if (!version)
		return;
	pthread_mutex_lock(&secrets->lock);
	value = pawl_map_get(&secrets->by_id, id_key(&version));
	if (value)
		value->used_at_us = pawl_clock_now_us();
	pthread_mutex_unlock(&secrets->lock);
}

int64_t
pawl_secrets_last_use(struct pawl_secrets *secrets, uint64_t version)
{
	const struct value *value;
	int64_t used_us = 0;

	pthread_mutex_lock(&secrets->lock);
	value = pawl_map_get(&secrets->by_id, id_key(&version));
	if (value)
		used_us = value->used_at_us;
	pthread_mutex_unlock(&secrets->lock);
	return used_us;
}

size_t
pawl_secrets_uses(struct pawl_secrets *secrets, int64_t since_us, struct pawl_arena *arena,
		  struct pawl_secret_version **out)
{
	struct pawl_str key;
	size_t cursor = 0, n = 0;
	void *item;

	pthread_mutex_lock(&secrets->lock);
	*out = pawl_arena_calloc(arena, secrets->by_id.len + 1, sizeof(**out));
	while (pawl_map_next(&secrets->by_id, &cursor, &key, &item)) {
		const struct value *value = item;

		if (value->used_at_us >= since_us)
			(*out)[n++] = (struct pawl_secret_version){.id = value->id,
								   .used_at_us = value->used_at_us};
	}
	pthread_mutex_unlock(&secrets->lock);
	return n;
}

static bool
get(struct pawl_secrets *secrets, struct pawl_str name, struct pawl_arena *arena,
    struct pawl_str *value, bool is_use)
{
	int64_t now_us = pawl_clock_now_us();
	struct value *v;

	pthread_mutex_lock(&secrets->lock);
	v = find(secrets, name);
	while (v && (v->not_before_us > now_us || (v->not_after_us && v->not_after_us <= now_us)))
		v = v->next;
	if (v)
		*value = pawl_arena_dup(arena, pawl_str(v->bytes, v->len));
	if (v && is_use)
		v->used_at_us = now_us;
	pthread_mutex_unlock(&secrets->lock);
	return v != NULL;
}

bool
pawl_secrets_get(struct pawl_secrets *secrets, struct pawl_str name, struct pawl_arena *arena,
		 struct pawl_str *value)
{
	return get(secrets, name, arena, value, false);
}

bool
pawl_secrets_use(struct pawl_secrets *secrets, struct pawl_str name, struct pawl_arena *arena,
		 struct pawl_str *value)
{
	return get(secrets, name, arena, value, true);
}

static int
compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

size_t
pawl_secrets_names(struct pawl_secrets *secrets, struct pawl_arena *arena, const char ***out)
{
	struct pawl_str name;
	size_t cursor = 0, n = 0;
	void *value;

	pthread_mutex_lock(&secrets->lock);
	*out = pawl_arena_calloc(arena, secrets->values.len + secrets->stored.len + 1,
				 sizeof(**out));
	while (pawl_map_next(&secrets->stored, &cursor, &name, &value))
		(*out)[n++] = pawl_arena_dup_c(arena, name);
	cursor = 0;
	while (pawl_map_next(&secrets->values, &cursor, &name, &value)) {
		if (!pawl_map_get(&secrets->stored, name))
			(*out)[n++] = pawl_arena_dup_c(arena, name);
	}
	pthread_mutex_unlock(&secrets->lock);
	qsort(*out, n, sizeof(**out), compare_names);
	return n;
}

bool
pawl_secrets_get_env(struct pawl_secrets *secrets, struct pawl_str name, struct pawl_arena *arena,
		     struct pawl_str *value)
{
	struct pawl_str rest = pawl_str_c(secrets->env_allow), allowed;
	const char *text = NULL;

	while (!text && pawl_str_split(&rest, ',', &allowed)) {
		allowed = pawl_str_trim(allowed);
		if (allowed.len && pawl_str_eq(allowed, name))
			text = getenv(pawl_arena_dup_c(arena, name));
	}
	if (!text)
		return false;
	*value = pawl_arena_dup(arena, pawl_str_c(text));
	return true;
}

/* ---- out of sight by value ------------------------------------------------------------ */

void
pawl_secrets_note(struct pawl_secrets *secrets, struct pawl_str value)
{
	pthread_mutex_lock(&secrets->lock);
	note(secrets, value);
	pthread_mutex_unlock(&secrets->lock);
}

/* Under the lock. */
static void
take_in_unknown(struct pawl_secrets *secrets)
{
	struct pawl_redactor *old = secrets->redactor;
	struct pawl_str *values =
		pawl_realloc_array(NULL, secrets->n_unknown, sizeof(struct pawl_str));
	size_t n = 0;

	for (const struct value *v = secrets->unknown; v; v = v->next)
		values[n++] = pawl_str(v->bytes, v->len);
	secrets->redactor = pawl_redactor_new(old, values, n);
	free(values);
	pawl_redactor_unref(old);
	wipe_list(secrets->unknown);
	secrets->unknown = NULL;
	secrets->n_unknown = 0;
}

struct pawl_redactor *
pawl_secrets_redactor(struct pawl_secrets *secrets)
{
	struct pawl_redactor *redactor;

	if (!secrets)
		return NULL;
	pthread_mutex_lock(&secrets->lock);
	if (secrets->n_unknown)
		take_in_unknown(secrets);
	redactor = pawl_redactor_ref(secrets->redactor);
	pthread_mutex_unlock(&secrets->lock);
	return redactor;
}
