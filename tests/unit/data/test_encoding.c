#include "json_testing.h"

#include <brotli/encode.h>
#include <zlib.h>

#include "data/encoding.h"

#define TEXT "{\"event\":\"order.created\",\"text\":\"ein Wort, ein Wort, ein Wort\"}"

/* What a sender does. `form` as deflateInit2's. */
static struct pawl_str
squeeze(int form, struct pawl_str text)
{
	z_stream z = {0};
	struct pawl_str out;
	size_t room = text.len + 1024;
	char *bytes = malloc(room);

	assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, form, 8, Z_DEFAULT_STRATEGY), Z_OK);
	z.next_in = (Bytef *)(uintptr_t)text.ptr;
	z.avail_in = (uInt)text.len;
	z.next_out = (Bytef *)bytes;
	z.avail_out = (uInt)room;
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	out = pawl_str(bytes, room - z.avail_out);
	deflateEnd(&z);
	return out;
}

static struct pawl_str
gzip(struct pawl_str text)
{
	return squeeze(16 + MAX_WBITS, text);
}

static struct pawl_str
brotli(struct pawl_str text)
{
	size_t len = BrotliEncoderMaxCompressedSize(text.len) + 64;
	char *bytes = malloc(len);

	assert_true(BrotliEncoderCompress(9, 22, BROTLI_MODE_TEXT, text.len,
					  (const uint8_t *)text.ptr, &len, (uint8_t *)bytes));
	return pawl_str(bytes, len);
}

static struct pawl_str
join(struct pawl_str a, struct pawl_str b)
{
	char *bytes = malloc(a.len + b.len);

	memcpy(bytes, a.ptr, a.len);
	memcpy(bytes + a.len, b.ptr, b.len);
	return pawl_str(bytes, a.len + b.len);
}

static enum pawl_err
decode(const char *header, struct pawl_str bytes, size_t max, struct pawl_buf *out,
       const char **wrong)
{
	struct pawl_encodings encodings = {0};

	assert_true(pawl_encodings_add(&encodings, pawl_str_c(header)));
	pawl_buf_init(out, max);
	return pawl_encodings_decode(&encodings, bytes, out, wrong);
}

/* Takes the bytes. */
static void
check_decoded(const char *header, struct pawl_str bytes, struct pawl_str expected)
{
	struct pawl_buf out;
	const char *wrong;

	assert_int_equal(decode(header, bytes, 1 << 20, &out, &wrong), PAWL_OK);
	assert_true(pawl_str_eq(pawl_buf_peek(&out), expected));
	pawl_buf_fini(&out);
	free((void *)(uintptr_t)bytes.ptr);
}

static void
check_wrong(const char *header, struct pawl_str bytes, const char *expected)
{
	struct pawl_buf out;
	const char *wrong;

	assert_int_equal(decode(header, bytes, 1 << 20, &out, &wrong), PAWL_EINVAL);
	assert_string_equal(wrong, expected);
	pawl_buf_fini(&out);
	free((void *)(uintptr_t)bytes.ptr);
}

static void
test_each_encoding_gives_the_text_back(void **state)
{
	struct pawl_str text = PAWL_STR(TEXT);

	(void)state;
	check_decoded("gzip", gzip(text), text);
	check_decoded("X-GZIP", gzip(text), text);
	check_decoded("deflate", squeeze(MAX_WBITS, text), text);
	check_decoded("deflate", squeeze(-MAX_WBITS, text), text);
	check_decoded("br", brotli(text), text);
	check_decoded("identity", join(text, PAWL_STR("")), text);
	check_decoded("gzip", gzip(PAWL_STR("")), PAWL_STR(""));
}

static void
test_layers_come_off_in_reverse_order(void **state)
{
	struct pawl_str text = PAWL_STR(TEXT), inner = gzip(text);

	(void)state;
	check_decoded("gzip, br", brotli(inner), text);
	check_decoded(" gzip ,identity,, deflate", squeeze(MAX_WBITS, inner), text);
	check_decoded("gzip,gzip", gzip(inner), text);
	check_wrong("br, gzip", brotli(inner), "the compressed body is malformed");
	free((void *)(uintptr_t)inner.ptr);
}

static void
test_gzip_members_follow_each_other(void **state)
{
	struct pawl_str one = gzip(PAWL_STR("one ")), two = gzip(PAWL_STR("two"));

	(void)state;
	check_decoded("gzip", join(one, two), PAWL_STR("one two"));
	free((void *)(uintptr_t)one.ptr);
	free((void *)(uintptr_t)two.ptr);
}

static void
test_unknown_encodings_are_known_as_such(void **state)
{
	static const char *const headers[] = {"zstd",      "compress",     "gzip, zstd", "gzip;q=1",
					      "gzip gzip", "br, gzip, br", "*"};
	struct pawl_encodings encodings;

	(void)state;
	for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++) {
		encodings = (struct pawl_encodings){0};
		assert_false(pawl_encodings_add(&encodings, pawl_str_c(headers[i])));
	}
	encodings = (struct pawl_encodings){0};
	assert_true(pawl_encodings_add(&encodings, PAWL_STR("")));
	assert_true(pawl_encodings_add(&encodings, PAWL_STR("identity")));
	assert_int_equal(encodings.n, 0);
	/* More than one header count as one. */
	assert_true(pawl_encodings_add(&encodings, PAWL_STR("gzip")));
	assert_true(pawl_encodings_add(&encodings, PAWL_STR("br")));
	assert_false(pawl_encodings_add(&encodings, PAWL_STR("gzip")));
}

static void
test_streams_have_to_be_whole_and_alone(void **state)
{
	struct pawl_str text = PAWL_STR(TEXT), more = PAWL_STR("\n");
	struct pawl_str made[] = {gzip(text), squeeze(MAX_WBITS, text), squeeze(-MAX_WBITS, text),
				  brotli(text)};
	static const char *const headers[] = {"gzip", "deflate", "deflate", "br"};

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		for (size_t len = 0; len < made[i].len; len++)
			check_wrong(headers[i], join(pawl_str_sub(made[i], 0, len), PAWL_STR("")),
				    "the compressed body is cut short");
		check_wrong(headers[i], join(made[i], more),
			    "something follows the end of the compressed body");
		free((void *)(uintptr_t)made[i].ptr);
	}
	check_wrong("gzip", join(text, more), "the compressed body is malformed");
	check_wrong("deflate", join(text, more), "the compressed body is malformed");
	check_wrong("br", join(text, more), "the compressed body is malformed");
}

static void
test_a_changed_byte_is_found(void **state)
{
	struct pawl_str bytes = gzip(PAWL_STR(TEXT));
	const char *wrong;

	(void)state;
	for (size_t i = 10; i < bytes.len; i++) {
		char *at = (char *)(uintptr_t)bytes.ptr + i;
		struct pawl_buf out;

		*at ^= 0x20;
		assert_int_not_equal(decode("gzip", bytes, 1 << 20, &out, &wrong), PAWL_OK);
		*at ^= 0x20;
		pawl_buf_fini(&out);
	}
	free((void *)(uintptr_t)bytes.ptr);
}

/* `len` zeros, squeezed. */
static struct pawl_str
bomb(struct pawl_str (*make)(struct pawl_str text), size_t len)
{
	char *zeros = calloc(1, len);
	struct pawl_str made = make(pawl_str(zeros, len));

	free(zeros);
	return made;
}

static void
check_limit(const char *header, struct pawl_str bytes, size_t max, enum pawl_err expected)
{
	struct pawl_buf out;
	const char *wrong = NULL;

	assert_int_equal(decode(header, bytes, max, &out, &wrong), expected);
	if (expected)
		assert_string_equal(wrong,
				    "the body is larger than allowed when it is decompressed");
	/* No more was kept than may come out. */
	assert_true(out.cap <= max + 1);
	assert_true(out.cap <= PAWL_ENCODING_FREE_BYTES + 1 ||
		    out.cap <= bytes.len * PAWL_ENCODING_RATIO + 1);
	pawl_buf_fini(&out);
}

static void
test_what_comes_out_is_bounded(void **state)
{
	struct pawl_str million = bomb(gzip, 1 << 20), more = bomb(gzip, (1 << 20) + 1);
	struct pawl_str br = bomb(brotli, 8 << 20), twice;

	(void)state;
	check_limit("gzip", million, 1 << 20, PAWL_OK);
	check_limit("gzip", million, (1 << 20) - 1, PAWL_ETOOBIG);
	check_limit("gzip", more, 1 << 20, PAWL_ETOOBIG);
	check_limit("gzip", more, 64 << 20, PAWL_ETOOBIG); /* the ratio */
	check_limit("br", br, 64 << 20, PAWL_ETOOBIG);
	twice = gzip(br);
	check_limit("br, gzip", twice, 64 << 20, PAWL_ETOOBIG);
	free((void *)(uintptr_t)million.ptr);
	free((void *)(uintptr_t)more.ptr);
	free((void *)(uintptr_t)br.ptr);
	free((void *)(uintptr_t)twice.ptr);
}

static void
test_large_bodies_may_be_what_they_were(void **state)
{
	size_t len = 4 << 20;
	char *text = malloc(len);
	struct pawl_str made;
	uint32_t random = 1;

	(void)state;
	for (size_t i = 0; i < len; i++) {
		random = random * 1664525u + 1013904223u;
		text[i] = (char)('a' + (random >> 30));
	}
	made = gzip(pawl_str(text, len));
	check_limit("gzip", made, 4 << 20, PAWL_OK);
	check_limit("gzip", made, (4 << 20) - 1, PAWL_ETOOBIG);
	free(text);
	free((void *)(uintptr_t)made.ptr);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_encoding_gives_the_text_back),
		cmocka_unit_test(test_layers_come_off_in_reverse_order),
		cmocka_unit_test(test_gzip_members_follow_each_other),
		cmocka_unit_test(test_unknown_encodings_are_known_as_such),
		cmocka_unit_test(test_streams_have_to_be_whole_and_alone),
		cmocka_unit_test(test_a_changed_byte_is_found),
		cmocka_unit_test(test_what_comes_out_is_bounded),
		cmocka_unit_test(test_large_bodies_may_be_what_they_were),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
