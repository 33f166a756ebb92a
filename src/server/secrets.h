/* The secrets of the store as the server has them (secrets.c), and documents whose secrets are
 * sealed (documents.c). */
#ifndef PAWL_SERVER_SECRETS_H
#define PAWL_SERVER_SECRETS_H

#include "base/seal.h"
#include "server/internal.h"

/* Of all secrets together: what is read in one piece. */
#define PAWL_SECRET_VERSIONS_MAX 1000
#define PAWL_SECRET_BYTES_MAX    ((size_t)64 * 1024)

#define PAWL_KEY_FILE     "master.key" /* in the data directory */
#define PAWL_KEY_SETTING  "master_key_id"
#define PAWL_KEY_PATH_MAX 4096

/* The id of the key that the store was sealed with (arena); empty: none was used yet. Blocks. */
PAWL_MUST_USE enum pawl_err pawl_master_key_in_use(struct pawl_store *store,
						   struct pawl_arena *arena, struct pawl_str *id);
/* A rotation of DATA/master.key (rotate_key.h) may have ended before its last step: where the key
 * in use is DATA/master.key.new, that takes the other's place. */
PAWL_MUST_USE enum pawl_err pawl_master_key_settle(const char *data_dir, struct pawl_str in_use,
						   struct pawl_problems *problems);

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
/* JSON text of a document or an input with its sealed texts under another master key; ptr NULL:
 * there are none. Adds to *n. */
struct pawl_str pawl_json_reseal(const struct pawl_sealer *from, const struct pawl_sealer *to,
				 struct pawl_arena *arena, struct pawl_str text, size_t *n);
/* The other way, of the parsed text; anything else stays as it is. */
struct pawl_json pawl_input_open(const struct pawl_server *server, struct pawl_arena *arena,
				 const struct pawl_json *input);
/* What a secret's values are sealed as. */
struct pawl_str pawl_server_secret_label(struct pawl_arena *arena, struct pawl_str name);

#endif
