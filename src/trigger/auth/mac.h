/* HMAC (RFC 2104) and hashes over pieces, without joining them.
 *
 * Each thread keeps one OpenSSL context per algorithm, made at its first use and freed at its
 * end, so that a computation allocates nothing. Any thread. */
#ifndef PAWL_TRIGGER_AUTH_MAC_H
#define PAWL_TRIGGER_AUTH_MAC_H

#include "base/err.h"
#include "base/str.h"

enum pawl_mac_algorithm { PAWL_MAC_HMAC_SHA1, PAWL_MAC_HMAC_SHA256, PAWL_MAC_HMAC_SHA512 };
#define PAWL_MAC_ALGORITHMS 3
#define PAWL_MAC_MAX        64

/* By the name that presets and documents use ("hmac-sha256"). */
bool pawl_mac_parse(struct pawl_str name, enum pawl_mac_algorithm *out);
size_t pawl_mac_len(enum pawl_mac_algorithm algorithm);
/* False when OpenSSL refuses (an algorithm that the machine's policy forbids); the key must not
 * be empty. */
PAWL_MUST_USE bool pawl_mac(enum pawl_mac_algorithm algorithm, struct pawl_str key,
			    const struct pawl_str *pieces, size_t n,
			    unsigned char out[PAWL_MAC_MAX]);
/* No MAC, but SHA-256 over the pieces: for the schemes that hash their secret along. */
void pawl_mac_sha256(const struct pawl_str *pieces, size_t n, unsigned char out[32]);

#endif
