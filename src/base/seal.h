/* Sealing: secrets at rest, and whatever else must not lie in the clear on the disk.
 *
 * Authenticated encryption (XChaCha20-Poly1305 of libsodium) in envelopes: each sealed text has a
 * random key of its own, which is wrapped by the master key. What a text is for goes into the
 * check: a sealed text that is put in another's place does not open. Master keys lie in memory that
 * is locked and left out of core dumps. A sealer is const after it was opened: any thread. */
#ifndef PAWL_BASE_SEAL_H
#define PAWL_BASE_SEAL_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

#define PAWL_SEAL_KEY_BYTES 32
/* So much longer is a sealed text than the plain one. */
#define PAWL_SEAL_OVERHEAD 121

struct pawl_sealer;

/* The master key: 32 bytes, or 64 hex digits, in a file that only its owner can read. With
 * may_create one that is not there is made; *created says so. Problems name the file. */
PAWL_MUST_USE enum pawl_err pawl_sealer_open(const char *path, bool may_create,
					     struct pawl_sealer **out, bool *created,
					     struct pawl_problems *problems);
void pawl_sealer_close(struct pawl_sealer *sealer);
/* "a1b2c3d4e5f60718": tells keys apart and says nothing about them. */
const char *pawl_sealer_key_id(const struct pawl_sealer *sealer);

/* Appends to `out`. `what` says what it is, like "secret/github"; opening takes the same. */
void pawl_seal(const struct pawl_sealer *sealer, struct pawl_str what, struct pawl_str plain,
	       struct pawl_buf *out);
/* False: sealed by another key, for something else, or damaged. The plain text is in the arena;
 * whoever asked wipes it. */
PAWL_MUST_USE bool pawl_unseal(const struct pawl_sealer *sealer, struct pawl_str what,
			       struct pawl_str sealed, struct pawl_arena *arena,
			       struct pawl_str *plain);

/* The same text under another master key: its own key is wrapped anew, the rest stays. In the
 * arena. False: as above. */
PAWL_MUST_USE bool pawl_reseal(const struct pawl_sealer *from, const struct pawl_sealer *to,
			       struct pawl_str what, struct pawl_str sealed,
			       struct pawl_arena *arena, struct pawl_str *out);

/* Memory for secrets: locked where the system allows, never in a core dump, wiped at the end.
 * A page or more each. */
void *pawl_secret_alloc(size_t len);
void pawl_secret_free(void *ptr);
/* For small secrets, of which there may be tens of thousands: the same kind of memory, from a heap
 * that they share with OpenSSL's private keys, or by pages once it is full. The heap is made before
 * any thread starts; without it, all are by pages. */
void pawl_secret_heap_init(void);
/* A copy, with NUL after it. */
char *pawl_secret_dup(struct pawl_str secret);
/* May be NULL. */
void pawl_secret_dup_free(char *copy);

#endif
