/* Several public keys of one owner: a JWK set (RFC 7517 section 5), or the one of a certificate.
 *
 * Counted and immutable: any thread. */
#ifndef PAWL_TRIGGER_AUTH_KEYSET_H
#define PAWL_TRIGGER_AUTH_KEYSET_H

#include "trigger/auth/pubkey.h"

#define PAWL_KEYSET_TEXT_MAX ((size_t)256 << 10)
#define PAWL_KEYSET_KEYS_MAX 64

struct pawl_keyset;

/* {"keys": [...]}, or one JWK. Keys that are not for signatures, or of a kind that is not
 * supported, are left out, as RFC 7517 section 5 says; a set without any that can be used is
 * refused. The message is static. */
struct pawl_keyset *pawl_keyset_parse(struct pawl_str text, const char **message);
/* The key of a PEM certificate, if it is in date. */
struct pawl_keyset *pawl_keyset_from_certificate(struct pawl_str pem, int64_t now_us,
						 const char **message);
struct pawl_keyset *pawl_keyset_ref(struct pawl_keyset *set);
void pawl_keyset_unref(struct pawl_keyset *set);

/* One that may be: of that kind, and with that `kid` when one is given (empty: any). Start with
 * *cursor = 0; NULL at the end. */
const struct pawl_pubkey *pawl_keyset_next(const struct pawl_keyset *set,
					   enum pawl_pubkey_kind kind, struct pawl_str kid,
					   size_t *cursor);
bool pawl_keyset_has_kid(const struct pawl_keyset *set, struct pawl_str kid);
size_t pawl_keyset_len(const struct pawl_keyset *set);
/* True when something of it is not valid before, or not after, `now_us` (a certificate). */
bool pawl_keyset_is_in_date(const struct pawl_keyset *set, int64_t now_us);

#endif
