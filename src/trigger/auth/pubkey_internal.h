/* What pubkey*.c share; private to this layer. */
#ifndef PAWL_TRIGGER_AUTH_PUBKEY_INTERNAL_H
#define PAWL_TRIGGER_AUTH_PUBKEY_INTERNAL_H

#include <openssl/evp.h>

#include "trigger/auth/pubkey.h"

#define PAWL_PUBKEY_MAGIC    0x9b7e0001u
#define PAWL_PRIVKEY_MAGIC   0x9b7e0002u
#define PAWL_ED25519_LEN     32
#define PAWL_ED25519_SIG_LEN 64

struct pawl_pubkey {
	unsigned magic;
	enum pawl_pubkey_kind kind;
	unsigned char raw[PAWL_ED25519_LEN]; /* Ed25519 */
	EVP_PKEY *pkey;                      /* the others */
};

struct pawl_privkey {
	unsigned magic;
	enum pawl_pubkey_kind kind;
	unsigned char raw[2 * PAWL_ED25519_LEN]; /* Ed25519: seed and public key */
	EVP_PKEY *pkey;
};

/* Takes the reference. NULL when Pawl cannot use a key of that kind or size. */
struct pawl_pubkey *pawl_pubkey_take(EVP_PKEY *pkey, const char **message);
/* The kind, when the key is one of the three and of a size that is allowed. */
bool pawl_pubkey_check(EVP_PKEY *pkey, enum pawl_pubkey_kind *kind, const char **message);
/* Standard or URL alphabet, with padding or without. */
bool pawl_base64_decode_any(struct pawl_arena *arena, struct pawl_str s, struct pawl_str *out);

/* For PEM_read_*: OpenSSL would ask for a password at the terminal. */
int pawl_pem_no_password(char *buf, int size, int writing, void *ctx);

/* The digest of an algorithm over OpenSSL keys; NULL for Ed25519. */
const EVP_MD *pawl_sign_digest(enum pawl_sign_algorithm algorithm);
/* r || s from and to DER. */
bool pawl_ecdsa_to_der(struct pawl_str rs, struct pawl_arena *arena, struct pawl_str *der);
bool pawl_ecdsa_from_der(struct pawl_str der, struct pawl_arena *arena, struct pawl_str *rs);
/* One string of all pieces: Ed25519 needs the message twice. */
struct pawl_str pawl_pieces_join(struct pawl_arena *arena, const struct pawl_str *pieces, size_t n);

#endif
