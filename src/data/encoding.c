#include "data/encoding.h"

#include <brotli/decode.h>
#include <zlib.h>

#include "base/alloc.h"

#define PIECE (32u << 10)

#define CUT_SHORT "the compressed body is cut short"
#define FOLLOWED  "something follows the end of the compressed body"

static bool
add_layer(struct pawl_encodings *out, enum pawl_encoding layer)
{
	if (out->n == PAWL_ENCODING_LAYERS)
		return false;
	out->layers[out->n++] = layer;
	return true;
}

bool
pawl_encodings_add(struct pawl_encodings *out, struct pawl_str header)
{
	struct pawl_str name;
	bool ok = true;

	while (ok && pawl_str_split(&header, ',', &name)) {
		name = pawl_str_trim(name);
		if (name.len == 0 || pawl_str_eq_nocase(name, PAWL_STR("identity")))
			continue;
		/* RFC 9110 section 8.4.1.3: x-gzip is the same. */
		if (pawl_str_eq_nocase(name, PAWL_STR("gzip")) ||
		    pawl_str_eq_nocase(name, PAWL_STR("x-gzip")))
			ok = add_layer(out, PAWL_ENCODING_GZIP);
		else if (pawl_str_eq_nocase(name, PAWL_STR("deflate")))
			ok = add_layer(out, PAWL_ENCODING_DEFLATE);
		else if (pawl_str_eq_nocase(name, PAWL_STR("br")))
			ok = add_layer(out, PAWL_ENCODING_BR);
		else
			ok = false;
	}
	return ok;
}

/* The buffer's maximum is set to what may come out. */
static enum pawl_err
put(struct pawl_buf *out, const unsigned char *piece, size_t len, const char **wrong)
{
	if (pawl_buf_append(out, piece, len) == PAWL_OK)
		return PAWL_OK;
	*wrong = "the body is larger than allowed when it is decompressed";
	return PAWL_ETOOBIG;
}

/* ---- zlib: gzip (RFC 1952), zlib (RFC 1950) and bare deflate (RFC 1951) ------------ */

/* Senders of `deflate` are of two minds. A bare stream cannot begin as the header of zlib's does:
 * that would be a stored block with padding that is not zero. */
static bool
has_zlib_header(struct pawl_str s)
{
	unsigned first, second;

	if (s.len < 2)
		return false;
	first = (unsigned char)s.ptr[0];
	second = (unsigned char)s.ptr[1];
	return (first & 0x0f) == Z_DEFLATED && first >> 4 <= 7 && (first << 8 | second) % 31 == 0;
}

/* At the end of a stream: in gzip another may follow (RFC 1952 section 2.2). */
static enum pawl_err
end_stream(z_stream *z, bool is_gzip, bool *is_over, const char **wrong)
{
	*is_over = z->avail_in == 0;
	if (*is_over)
		return PAWL_OK;
	if (is_gzip && z->avail_in >= 2 && z->next_in[0] == 0x1f && z->next_in[1] == 0x8b &&
	    inflateReset(z) == Z_OK)
		return PAWL_OK;
	*wrong = FOLLOWED;
	return PAWL_EINVAL;
}

static enum pawl_err
inflate_all(z_stream *z, bool is_gzip, struct pawl_buf *out, const char **wrong)
{
	unsigned char piece[PIECE];
	enum pawl_err err = PAWL_OK;
	bool is_over = false;

	while (!err && !is_over) {
		int rc;

		z->next_out = piece;
		z->avail_out = sizeof(piece);
		rc = inflate(z, Z_NO_FLUSH);
		if (rc != Z_OK && rc != Z_STREAM_END) {
			*wrong = rc == Z_BUF_ERROR ? CUT_SHORT : "the compressed body is malformed";
			return PAWL_EINVAL;
		}
		err = put(out, piece, sizeof(piece) - z->avail_out, wrong);
		if (!err && rc == Z_STREAM_END)
			err = end_stream(z, is_gzip, &is_over, wrong);
	}
	return err;
}

static enum pawl_err
decode_zlib(enum pawl_encoding encoding, struct pawl_str bytes, struct pawl_buf *out,
	    const char **wrong)
{
	bool is_gzip = encoding == PAWL_ENCODING_GZIP;
	int form = is_gzip ? 16 + MAX_WBITS : has_zlib_header(bytes) ? MAX_WBITS : -MAX_WBITS;
	z_stream z = {.next_in = (Bytef *)(uintptr_t)bytes.ptr, .avail_in = (uInt)bytes.len};
	enum pawl_err err;

	if (bytes.len > UINT32_MAX || inflateInit2(&z, form) != Z_OK) {
		*wrong = "the body cannot be decompressed";
		return PAWL_EINVAL;
	}
	err = inflate_all(&z, is_gzip, out, wrong);
	inflateEnd(&z);
	return err;
}

/* ---- brotli (RFC 7932) -------------------------------------------------------------- */

static enum pawl_err
unbrotli_all(BrotliDecoderState *state, struct pawl_str bytes, struct pawl_buf *out,
	     const char **wrong)
{
	const uint8_t *in = (const uint8_t *)bytes.ptr;
	BrotliDecoderResult rc = BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT;
	unsigned char piece[PIECE];
	size_t in_left = bytes.len;
	enum pawl_err err = PAWL_OK;

	while (!err && rc == BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT) {
		size_t room = sizeof(piece);
		uint8_t *at = piece;

		rc = BrotliDecoderDecompressStream(state, &in_left, &in, &room, &at, NULL);
		err = put(out, piece, sizeof(piece) - room, wrong);
	}
	if (err)
		return err;
	if (rc == BROTLI_DECODER_RESULT_SUCCESS && in_left == 0)
		return PAWL_OK;
	*wrong = rc == BROTLI_DECODER_RESULT_SUCCESS ? FOLLOWED
		 : rc == BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT
			 ? CUT_SHORT
			 : "the compressed body is malformed";
	return PAWL_EINVAL;
}

static enum pawl_err
decode_brotli(struct pawl_str bytes, struct pawl_buf *out, const char **wrong)
{
	BrotliDecoderState *state = BrotliDecoderCreateInstance(NULL, NULL, NULL);
	enum pawl_err err;

	if (!state) {
		*wrong = "the body cannot be decompressed";
		return PAWL_EINVAL;
	}
	err = unbrotli_all(state, bytes, out, wrong);
	BrotliDecoderDestroyInstance(state);
	return err;
}

/* ---- all layers ----------------------------------------------------------------------- */

static enum pawl_err
decode_layer(enum pawl_encoding encoding, struct pawl_str bytes, struct pawl_buf *out,
	     const char **wrong)
{
	if (encoding == PAWL_ENCODING_BR)
		return decode_brotli(bytes, out, wrong);
	return decode_zlib(encoding, bytes, out, wrong);
}

enum pawl_err
pawl_encodings_decode(const struct pawl_encodings *encodings, struct pawl_str bytes,
		      struct pawl_buf *out, const char **wrong)
{
	size_t limit = bytes.len > SIZE_MAX / PAWL_ENCODING_RATIO ? SIZE_MAX
								  : bytes.len * PAWL_ENCODING_RATIO;
	struct pawl_buf between = {0};
	enum pawl_err err = PAWL_OK;

	*wrong = NULL;
	if (limit < PAWL_ENCODING_FREE_BYTES)
		limit = PAWL_ENCODING_FREE_BYTES;
	if (out->max > limit)
		out->max = limit;
	for (size_t i = encodings->n; i > 0 && !err; i--) {
		/* The last one was applied last; only the first one's text is for the caller. */
		struct pawl_buf decoded;

		pawl_buf_init(&decoded, out->max);
		err = decode_layer(encodings->layers[i - 1], bytes, &decoded, wrong);
		pawl_buf_fini(&between);
		between = decoded;
		bytes = pawl_buf_peek(&between);
	}
	if (!err && encodings->n > 0) {
		pawl_buf_fini(out);
		*out = between;
		return PAWL_OK;
	}
	pawl_buf_fini(&between);
	return err ? err : pawl_buf_append_str(out, bytes);
}
