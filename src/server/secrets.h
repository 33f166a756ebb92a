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
/* A copy whose secrets are sealed: literals, and texts that hold one. `old` is the document before
 * it as it is stored, or NULL: what is the same at the same place keeps its sealed text, so that an
 * unchanged document is stored unchanged. */
struct pawl_json pawl_document_seal(const struct pawl_server *server, struct pawl_arena *arena,
				    const struct pawl_json *document, const struct pawl_json *old);
/* The other way. What does not open stays as it is. Both note the secrets, so that they are found
 * by their values from then on. */
struct pawl_json pawl_document_open(const struct pawl_server *server, struct pawl_arena *arena,
				    const struct pawl_json *document);
/* A document, opened, as people see it: its secrets are "***", wherever they stand; and what they
 * handed back, with the secrets of the opened document that they saw. */
struct pawl_json pawl_document_shown(const struct pawl_server *server, struct pawl_arena *arena,
				     const struct pawl_json *document);
struct pawl_json pawl_document_unmask(const struct pawl_server *server, struct pawl_arena *arena,
				      const struct pawl_json *document,
				      const struct pawl_json *old);
/* The text of a run's input as it is kept: itself, or where a secret stands in it, a JSON string
 * that is of use to the server only. */
struct pawl_str pawl_input_seal(const struct pawl_server *server, struct pawl_arena *arena,
				struct pawl_str text);
/* The other way, of the parsed text; anything else stays as it is. */
struct pawl_json pawl_input_open(const struct pawl_server *server, struct pawl_arena *arena,
				 const struct pawl_json *input);
/* What a secret's values are sealed as. */
struct pawl_str pawl_server_secret_label(struct pawl_arena *arena, struct pawl_str name);

#endif
