/* Values behind ${secrets.NAME} and ${env.NAME}.
 *
 * Secrets come from the store, where they lie sealed and can have several versions, and from files
 * in a directory that only its owner can read (the form in which systemd credentials and Kubernetes
 * secrets arrive): the file's name is the secret's, its content the value without one trailing
 * newline. A name that the store has is the store's. Values lie in memory that is left out of core
 * dumps. Any thread. Never logged. */
#ifndef PAWL_FLOW_SECRETS_H
#define PAWL_FLOW_SECRETS_H

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "flow/redact.h"

struct pawl_secrets;

/* A directory that does not exist holds no secrets; what cannot be read, or can be read by others,
 * is a problem, and the rest is used. `env_allow` is a comma-separated list of names of environment
 * variables that documents may use, or NULL. Never returns NULL. */
struct pawl_secrets *pawl_secrets_open(const char *dir, const char *env_allow,
				       struct pawl_problems *problems);
void pawl_secrets_close(struct pawl_secrets *secrets);
void pawl_secrets_reload(struct pawl_secrets *secrets, struct pawl_problems *problems);
/* One version of a secret of the store; borrowed. It is valid in [not_before, not_after); 0:
 * always.
 */
struct pawl_secret_version {
	struct pawl_str name, value;
	uint64_t id; /* 0: of a file */
	int64_t not_before_us, not_after_us;
	int64_t used_at_us; /* 0: never */
};

/* Puts these in the place of all that the store had; of one name the newest comes first. */
void pawl_secrets_set_stored(struct pawl_secrets *secrets,
			     const struct pawl_secret_version *versions, size_t n);
/* All versions that are valid now or will be, the newest first: copies in the arena. */
size_t pawl_secrets_versions(struct pawl_secrets *secrets, struct pawl_str name,
			     struct pawl_arena *arena, struct pawl_secret_version **out);
/* Those that are valid no more as well: nobody is to be let in by them. */
size_t pawl_secrets_all_versions(struct pawl_secrets *secrets, struct pawl_str name,
				 struct pawl_arena *arena, struct pawl_secret_version **out);
/* A caller has proved to know this version; cheap. 0 does nothing. */
void pawl_secrets_note_use(struct pawl_secrets *secrets, uint64_t version);
/* When that, or a use by a run, was last; 0: never. */
int64_t pawl_secrets_last_use(struct pawl_secrets *secrets, uint64_t version);
/* Ids and times of the versions that have been used since then (arena). */
size_t pawl_secrets_uses(struct pawl_secrets *secrets, int64_t since_us, struct pawl_arena *arena,
			 struct pawl_secret_version **out);
/* The newest that is valid now: a copy in the arena; false when there is none of that name. */
bool pawl_secrets_get(struct pawl_secrets *secrets, struct pawl_str name, struct pawl_arena *arena,
		      struct pawl_str *value);
/* The same, for somebody who uses it: that is noted. */
bool pawl_secrets_use(struct pawl_secrets *secrets, struct pawl_str name, struct pawl_arena *arena,
		      struct pawl_str *value);
/* Those that there are, by name, NULL-terminated, in the arena; returns how many. */
size_t pawl_secrets_names(struct pawl_secrets *secrets, struct pawl_arena *arena,
			  const char ***out);
/* One of the environment variables that documents may use; false when it is none, or not set. */
bool pawl_secrets_get_env(struct pawl_secrets *secrets, struct pawl_str name,
			  struct pawl_arena *arena, struct pawl_str *value);

/* ---- out of sight by value ------------------------------------------------------------ */

/* Past this many values, later ones are not looked for; the log says so. */
#define PAWL_SECRETS_REDACTED_MAX 20000

/* This is a secret too, wherever it came from: one that stands in a document, or in the
 * environment. */
void pawl_secrets_note(struct pawl_secrets *secrets, struct pawl_str value);
/* Finds every secret that there has been since the start, removed ones too: all versions of the
 * store's, files, and what was noted. A counted reference, NULL when there are none (or no
 * `secrets`); cheap when nothing has changed. */
struct pawl_redactor *pawl_secrets_redactor(struct pawl_secrets *secrets);

#endif
