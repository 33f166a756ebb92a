#include "server/totp.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

#include "base/buf.h"
#include "base/codec.h"

#define DIGITS             6
#define MODULUS            1000000
#define RECOVERY_BYTES     10
#define RECOVERY_CHARS_MAX 64
#define URI_BYTES_MAX      2048

/* RFC 4226 section 5.3, over the step. */
uint32_t
pawl_totp_code(struct pawl_str secret, int64_t step)
{
	unsigned char counter[8], mac[EVP_MAX_MD_SIZE];
	unsigned len = 0, at;

	for (int i = 7; i >= 0; i--, step >>= 8)
		counter[i] = (unsigned char)(step & 0xff);
	HMAC(EVP_sha1(), secret.ptr, (int)secret.len, counter, sizeof counter, mac, &len);
	at = mac[len - 1] & 0xf;
	return ((uint32_t)(mac[at] & 0x7f) << 24 | (uint32_t)mac[at + 1] << 16 |
		(uint32_t)mac[at + 2] << 8 | mac[at + 3]) %
	       MODULUS;
}

static bool
read_code(struct pawl_str text, uint32_t *code)
{
	unsigned n = 0;

	*code = 0;
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] == ' ')
			continue;
		if (text.ptr[i] < '0' || text.ptr[i] > '9' || ++n > DIGITS)
			return false;
		*code = *code * 10 + (uint32_t)(text.ptr[i] - '0');
	}
	return n == DIGITS;
}

int64_t
pawl_totp_match(struct pawl_str secret, struct pawl_str code, int64_t now_us, int64_t after)
{
	int64_t now = now_us / 1000000 / PAWL_TOTP_STEP_S, found = 0;
	uint32_t given;

	if (!read_code(code, &given))
		return 0;
	for (int64_t step = now - 1; step <= now + 1; step++) {
		uint32_t right = pawl_totp_code(secret, step);

		if (CRYPTO_memcmp(&right, &given, sizeof right) == 0 && step > after && !found)
			found = step;
	}
	return found;
}

static struct pawl_str
base32(struct pawl_arena *arena, struct pawl_str data, const char *alphabet)
{
	char *text = pawl_arena_alloc(arena, (data.len * 8 + 4) / 5 + 1);
	size_t n = 0;
	uint32_t bits = 0;
	unsigned n_bits = 0;

	for (size_t i = 0; i < data.len; i++) {
		bits = bits << 8 | (unsigned char)data.ptr[i];
		for (n_bits += 8; n_bits >= 5; n_bits -= 5)
			text[n++] = alphabet[bits >> (n_bits - 5) & 31];
	}
	if (n_bits)
		text[n++] = alphabet[bits << (5 - n_bits) & 31];
	return pawl_str(text, n);
}

struct pawl_str
pawl_base32_encode(struct pawl_arena *arena, struct pawl_str data)
{
	return base32(arena, data, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567");
}

struct pawl_str
pawl_totp_uri(struct pawl_arena *arena, struct pawl_str name, struct pawl_str secret)
{
	struct pawl_str text = pawl_base32_encode(arena, secret);
	struct pawl_buf uri;

	pawl_buf_init(&uri, URI_BYTES_MAX);
	pawl_buf_append_c(&uri, "otpauth://totp/Pawl:");
	pawl_url_encode(&uri, name);
	pawl_buf_printf(&uri, "?secret=%.*s&issuer=Pawl&algorithm=SHA1&digits=6&period=30",
			PAWL_STR_ARG(text));
	text = pawl_arena_dup(arena, pawl_buf_peek(&uri));
	pawl_buf_fini(&uri);
	return text;
}

struct pawl_str
pawl_recovery_code_make(struct pawl_arena *arena)
{
	unsigned char random[RECOVERY_BYTES];
	struct pawl_str text;

	pawl_random(random, sizeof random);
	text = base32(arena, pawl_str((const char *)random, sizeof random),
		      "abcdefghijklmnopqrstuvwxyz234567");
	return pawl_arena_printf(arena, "%.4s-%.4s-%.4s-%.4s", text.ptr, text.ptr + 4, text.ptr + 8,
				 text.ptr + 12);
}

void
pawl_recovery_code_hash(struct pawl_str code, unsigned char hash[32])
{
	unsigned char plain[RECOVERY_CHARS_MAX];
	size_t n = 0;

	for (size_t i = 0; i < code.len && n < sizeof plain; i++) {
		char c = code.ptr[i];

		if (c != '-' && c != ' ')
			plain[n++] = (unsigned char)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
	}
	SHA256(plain, n, hash);
	OPENSSL_cleanse(plain, sizeof plain);
}
