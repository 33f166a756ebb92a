/* Content-Encoding (RFC 9110 section 8.4): gzip, deflate and br, also one upon the other.
 *
 * Nothing is believed about the length of what comes out: decoding stops at a limit, which grows
 * with what was received, so that a small request cannot become a large one. A stream has to be
 * whole, and nothing may follow it. Pure, any thread. */
#ifndef PAWL_DATA_ENCODING_H
#define PAWL_DATA_ENCODING_H

#include "base/buf.h"

/* Up to PAWL_ENCODING_FREE_BYTES come out of anything; past that, at most PAWL_ENCODING_RATIO for
 * each byte received. */
#define PAWL_ENCODING_RATIO      100
#define PAWL_ENCODING_FREE_BYTES (1u << 20)
/* Encodings one upon the other. */
#define PAWL_ENCODING_LAYERS 2
/* What can be decoded, for Accept-Encoding. */
#define PAWL_ENCODING_ACCEPTED "gzip, deflate, br"

enum pawl_encoding { PAWL_ENCODING_GZIP, PAWL_ENCODING_DEFLATE, PAWL_ENCODING_BR };

/* In the order in which they were applied. */
struct pawl_encodings {
	enum pawl_encoding layers[PAWL_ENCODING_LAYERS];
	size_t n;
};

/* Adds those of one Content-Encoding header to *out, which starts zeroed; identity adds nothing.
 * False: one is not known, or there are too many. */
PAWL_MUST_USE bool pawl_encodings_add(struct pawl_encodings *out, struct pawl_str header);

/* Decodes `bytes` into `out`, which is empty and has a maximum. PAWL_ETOOBIG: more came out than
 * the buffer or the ratio allows; PAWL_EINVAL: malformed, cut short, or followed by something.
 * *wrong says so for people. */
PAWL_MUST_USE enum pawl_err pawl_encodings_decode(const struct pawl_encodings *encodings,
						  struct pawl_str bytes, struct pawl_buf *out,
						  const char **wrong);

#endif
