/* The secrets of the store as the server has them (secrets.c), and documents whose secrets are
 * sealed (documents.c). */
#ifndef PAWL_SERVER_SECRETS_H
#define PAWL_SERVER_SECRETS_H

#include "base/seal.h"
#include "server/internal.h"

/* Of all secrets together: what is read in one piece. */
#define PAWL_SECRET_VERSIONS_MAX 1000
#define PAWL_SECRET_BYTES_MAX    ((size_t)64 * 1024)

/* The master key: the configured file, else DATA/master.key, which is made when it is not there.
 * Blocks, for start-up; the store is open. */
PAWL_MUST_USE enum pawl_err pawl_server_open_sealer(struct pawl_server *server,
						    struct pawl_problems *problems);
/* Reads all secrets from the store; blocks, for start-up. */
PAWL_MUST_USE enum pawl_err pawl_server_load_secrets(struct pawl_server *server);
/* These are all secrets there are; any thread. Endpoints are to be made anew after it. */
void pawl_server_use_secrets(struct pawl_server *server, const struct pawl_secret_row *rows,
			     size_t n);
/* A copy whose literal secrets are sealed. `old` is the document before it as it is stored, or
 * NULL: what is the same at the same place keeps its sealed text, so that an unchanged document is
 * stored unchanged. */
struct pawl_json pawl_document_seal(const struct pawl_server *server, struct pawl_arena *arena,
				    const struct pawl_json *document, const struct pawl_json *old);
/* The other way. What does not open stays as it is. Both note the secrets, so that they are found
 * by their values from then on. */
struct pawl_json pawl_document_open(const struct pawl_server *server, struct pawl_arena *arena,
				    const struct pawl_json *document);
/* What a secret's values are sealed as. */
struct pawl_str pawl_server_secret_label(struct pawl_arena *arena, struct pawl_str name);

#endif
