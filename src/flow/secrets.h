/* Values behind ${secrets.NAME} and ${env.NAME}.
 *
 * Secrets are files in a directory that only its owner can read (the form in which systemd
 * credentials and Kubernetes secrets arrive): the file's name is the secret's, its content the
 * value without one trailing newline. Read at open and at reload; any thread. Never logged. */
#ifndef PAWL_FLOW_SECRETS_H
#define PAWL_FLOW_SECRETS_H

#include "base/arena.h"
#include "base/err.h"

struct pawl_secrets;

/* A directory that does not exist holds no secrets; what cannot be read, or can be read by others,
 * is a problem, and the rest is used. `env_allow` is a comma-separated list of names of environment
 * variables that documents may use, or NULL. Never returns NULL. */
struct pawl_secrets *pawl_secrets_open(const char *dir, const char *env_allow,
				       struct pawl_problems *problems);
void pawl_secrets_close(struct pawl_secrets *secrets);
void pawl_secrets_reload(struct pawl_secrets *secrets, struct pawl_problems *problems);
/* A copy in the arena; false when there is none of that name. */
bool pawl_secrets_get(struct pawl_secrets *secrets, struct pawl_str name, struct pawl_arena *arena,
		      struct pawl_str *value);
/* Those that there are, by name, NULL-terminated, in the arena; returns how many. */
size_t pawl_secrets_names(struct pawl_secrets *secrets, struct pawl_arena *arena,
			  const char ***out);
bool pawl_secrets_get_env(struct pawl_secrets *secrets, struct pawl_str name,
			  struct pawl_arena *arena, struct pawl_str *value);

#endif
