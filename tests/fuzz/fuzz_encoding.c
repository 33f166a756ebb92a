/* Compressed bodies: whatever comes in, no more comes out than may. The first byte picks the
 * encodings. */
#include "fuzz.h"

#include "data/encoding.h"

#define MAX_BYTES (256u << 10)

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const headers[] = {"gzip",      "deflate",  "br",          "identity",
					      "gzip,gzip", "gzip, br", "br, deflate", "zstd"};
	struct pawl_encodings encodings = {0};
	struct pawl_str bytes = {(const char *)data + 1, size - 1};
	const char *wrong;
	struct pawl_buf out;
	enum pawl_err err;

	if (size == 0 || !pawl_encodings_add(&encodings, pawl_str_c(headers[data[0] % 8])))
		return 0;
	pawl_buf_init(&out, MAX_BYTES);
	err = pawl_encodings_decode(&encodings, bytes, &out, &wrong);
	require(err == PAWL_OK || err == PAWL_EINVAL || err == PAWL_ETOOBIG);
	require(out.len <= MAX_BYTES);
	if (err && encodings.n)
		require(wrong != NULL);
	pawl_buf_fini(&out);
	return 0;
}
