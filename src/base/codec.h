/* Hex, base64 (RFC 4648), percent-encoding (RFC 3986), and random bytes.
 * Decoders are strict and refuse anything else. Pure but for random; any thread. */
#ifndef PAWL_BASE_CODEC_H
#define PAWL_BASE_CODEC_H

#include "base/arena.h"
#include "base/buf.h"

/* The value of one digit in either case; -1: it is none. */
int pawl_hex_digit(char c);
void pawl_hex_encode(const void *data, size_t len, char *out /* 2*len, no NUL */);
/* Either case. *out has room for s.len/2 bytes. */
bool pawl_hex_decode(struct pawl_str s, unsigned char *out);

enum pawl_base64 { PAWL_BASE64_STD, PAWL_BASE64_URL /* '-' and '_', no padding */ };
enum pawl_err pawl_base64_encode(struct pawl_buf *buf, struct pawl_str data, enum pawl_base64 form);
/* STD requires padding, URL refuses it. Trailing bits must be zero. Bytes live in the arena. */
bool pawl_base64_decode(struct pawl_arena *arena, struct pawl_str s, enum pawl_base64 form,
			struct pawl_str *out);

/* Unreserved characters stay as they are (RFC 3986 section 2.3). */
enum pawl_err pawl_url_encode(struct pawl_buf *buf, struct pawl_str s);
/* %XX, and '+' as a space when plus_is_space; false on a broken escape. */
bool pawl_url_decode(struct pawl_arena *arena, struct pawl_str s, bool plus_is_space,
		     struct pawl_str *out);

/* From the kernel (getrandom); aborts when there is none. */
void pawl_random(void *out, size_t len);

#endif
