/* Second factors: one-time codes by time (RFC 6238: SHA-1, 6 digits, 30 seconds) and recovery
 * codes. Pure but for what is random; any thread. */
#ifndef PAWL_SERVER_TOTP_H
#define PAWL_SERVER_TOTP_H

#include <stdint.h>

#include "base/arena.h"

#define PAWL_TOTP_SECRET_BYTES 20
#define PAWL_TOTP_STEP_S       30
#define PAWL_RECOVERY_CODES    10

/* The code of the secret at that step of 30 seconds since 1970. */
uint32_t pawl_totp_code(struct pawl_str secret, int64_t step);
/* The step, of the present one and those beside it, whose code this is; 0: of none that is later
 * than `after`. Blanks in the code are skipped. */
int64_t pawl_totp_match(struct pawl_str secret, struct pawl_str code, int64_t now_us,
			int64_t after);
/* Base32 (RFC 4648) without padding, in the arena. */
struct pawl_str pawl_base32_encode(struct pawl_arena *arena, struct pawl_str data);
/* "otpauth://totp/Pawl:NAME?secret=...", in the arena: what authenticators read from a QR code. */
struct pawl_str pawl_totp_uri(struct pawl_arena *arena, struct pawl_str name,
			      struct pawl_str secret);

/* "abcd-efgh-ijkl-mnop": 80 random bits, in the arena. */
struct pawl_str pawl_recovery_code_make(struct pawl_arena *arena);
/* SHA-256 of the code, however it is written: without dashes and blanks, in lower case. */
void pawl_recovery_code_hash(struct pawl_str code, unsigned char hash[32]);

#endif
