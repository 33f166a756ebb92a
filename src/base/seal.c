#include "base/seal.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/assert.h"
#include "base/codec.h"

#define HEAP_BYTES     ((size_t)1 << 20)
#define HEAP_BYTES_MIN 32

#define FORMAT       1
#define ALIGNMENT    16
#define KEY_ID_BYTES 8
#define NONCE_BYTES  crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG_BYTES    crypto_aead_xchacha20poly1305_ietf_ABYTES
/* Format, which master key, and the text's own key, wrapped: the envelope. Then nonce, text, tag.
 */
#define WRAPPED_BYTES (NONCE_BYTES + PAWL_SEAL_KEY_BYTES + TAG_BYTES)
#define HEAD_BYTES    (1 + KEY_ID_BYTES + WRAPPED_BYTES)

_Static_assert(PAWL_SEAL_KEY_BYTES == crypto_aead_xchacha20poly1305_ietf_KEYBYTES, "key");
_Static_assert(PAWL_SEAL_OVERHEAD == HEAD_BYTES + NONCE_BYTES + TAG_BYTES, "overhead");

struct pawl_sealer {
	unsigned char *key; /* pawl_secret_alloc */
	unsigned char id[KEY_ID_BYTES];
	char id_text[2 * KEY_ID_BYTES + 1];
};

/* ---- memory ------------------------------------------------------------------- */

void *
pawl_secret_alloc(size_t len)
{
	void *ptr;

	PAWL_ASSERT(sodium_init() >= 0);
	/* It ends at a guard page: only what is a multiple of it begins aligned. */
	ptr = sodium_malloc((len + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
	PAWL_ASSERT(ptr);
	return ptr;
}

void
pawl_secret_free(void *ptr)
{
	sodium_free(ptr);
}

void
pawl_secret_heap_init(void)
{
	(void)CRYPTO_secure_malloc_init(HEAP_BYTES, HEAP_BYTES_MIN);
}

char *
pawl_secret_dup(struct pawl_str secret)
{
	char *copy = NULL;

	if (CRYPTO_secure_malloc_initialized())
		copy = OPENSSL_secure_malloc(secret.len + 1);
	if (!copy)
		copy = pawl_secret_alloc(secret.len + 1);
	if (secret.len)
		memcpy(copy, secret.ptr, secret.len);
	copy[secret.len] = '\0';
	return copy;
}

void
pawl_secret_dup_free(char *copy)
{
	if (CRYPTO_secure_allocated(copy))
		OPENSSL_secure_free(copy); /* which wipes it */
	else
		pawl_secret_free(copy);
}

/* ---- the master key --------------------------------------------------------------- */

static void
set_key(struct pawl_sealer *s, const unsigned char key[PAWL_SEAL_KEY_BYTES])
{
	static const unsigned char what[] = "pawl master key";

	s->key = pawl_secret_alloc(PAWL_SEAL_KEY_BYTES);
	memcpy(s->key, key, PAWL_SEAL_KEY_BYTES);
	crypto_generichash(s->id, sizeof(s->id), what, sizeof(what), s->key, PAWL_SEAL_KEY_BYTES);
	pawl_hex_encode(s->id, sizeof(s->id), s->id_text);
	sodium_mprotect_readonly(s->key);
}

/* Synced, with its directory: what is sealed by a key that is lost is lost. */
static bool
create(const char *path)
{
	unsigned char key[PAWL_SEAL_KEY_BYTES];
	char text[2 * sizeof(key) + 1], dir[4096];
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	const char *slash = strrchr(path, '/');
	bool ok;

	if (fd < 0)
		return false;
	randombytes_buf(key, sizeof(key));
	pawl_hex_encode(key, sizeof(key), text);
	text[sizeof(text) - 1] = '\n';
	ok = write(fd, text, sizeof(text)) == (ssize_t)sizeof(text) && fsync(fd) == 0;
	sodium_memzero(key, sizeof(key));
	sodium_memzero(text, sizeof(text));
	close(fd);
	snprintf(dir, sizeof(dir), "%.*s", slash ? (int)(slash - path) + 1 : 1, slash ? path : ".");
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0) {
		ok = fsync(fd) == 0 && ok;
		close(fd);
	}
	if (!ok)
		unlink(path);
	return ok;
}

/* Raw bytes, or hex digits and perhaps a line end. */
static bool
parse_key(const char *bytes, size_t len, unsigned char key[PAWL_SEAL_KEY_BYTES])
{
	struct pawl_str text = pawl_str_trim(pawl_str(bytes, len));

	if (len == PAWL_SEAL_KEY_BYTES) {
		memcpy(key, bytes, len);
		return true;
	}
	return text.len == 2 * (size_t)PAWL_SEAL_KEY_BYTES && pawl_hex_decode(text, key);
}

static enum pawl_err
load(struct pawl_sealer *s, int fd, const char *path, struct pawl_problems *problems)
{
	unsigned char key[PAWL_SEAL_KEY_BYTES];
	char bytes[2 * PAWL_SEAL_KEY_BYTES + 16];
	enum pawl_err err = PAWL_EINVAL;
	struct stat st;
	ssize_t n;

	if (fstat(fd, &st) != 0 || st.st_mode & 077) {
		pawl_problems_add(problems, path,
				  "can be read by others than its owner; chmod 600 it");
		return PAWL_EINVAL;
	}
	n = read(fd, bytes, sizeof(bytes));
	if (n > 0 && parse_key(bytes, (size_t)n, key)) {
		set_key(s, key);
		err = PAWL_OK;
	} else {
		pawl_problems_add(problems, path,
				  "is no master key: 32 bytes, or 64 hexadecimal digits");
	}
	sodium_memzero(key, sizeof(key));
	sodium_memzero(bytes, sizeof(bytes));
	return err;
}

enum pawl_err
pawl_sealer_open(const char *path, bool may_create, struct pawl_sealer **out, bool *created,
		 struct pawl_problems *problems)
{
	struct pawl_sealer *s;
	enum pawl_err err;
	int fd;

	PAWL_ASSERT(sodium_init() >= 0);
	*out = NULL;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	*created = fd < 0 && errno == ENOENT && may_create && create(path);
	if (*created)
		fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		pawl_problems_add(problems, path, "the master key cannot be %s: %s",
				  may_create ? "read or made" : "read", strerror(errno));
		return errno == ENOENT ? PAWL_ENOTFOUND : PAWL_EIO;
	}
	s = pawl_calloc(1, sizeof(*s));
	err = load(s, fd, path, problems);
	close(fd);
	if (err)
		pawl_sealer_close(s);
	else
		*out = s;
	return err;
}

void
pawl_sealer_close(struct pawl_sealer *s)
{
	if (!s)
		return;
	pawl_secret_free(s->key);
	free(s);
}

const char *
pawl_sealer_key_id(const struct pawl_sealer *s)
{
	return s->id_text;
}

/* ---- texts ------------------------------------------------------------------------- */

static void
encrypt(const unsigned char *key, struct pawl_str what, const unsigned char *plain, size_t len,
	unsigned char *out)
{
	randombytes_buf(out, NONCE_BYTES);
	crypto_aead_xchacha20poly1305_ietf_encrypt(out + NONCE_BYTES, NULL, plain, len,
						   (const unsigned char *)what.ptr, what.len, NULL,
						   out, key);
}

/* `in` holds nonce, text and tag; `out` gets len - NONCE_BYTES - TAG_BYTES bytes. */
static bool
decrypt(const unsigned char *key, struct pawl_str what, const unsigned char *in, size_t len,
	unsigned char *out)
{
	return crypto_aead_xchacha20poly1305_ietf_decrypt(
		       out, NULL, NULL, in + NONCE_BYTES, len - NONCE_BYTES,
		       (const unsigned char *)what.ptr, what.len, in, key) == 0;
}

static void
write_head(const struct pawl_sealer *s, struct pawl_str what, const unsigned char *key,
	   unsigned char *out)
{
	out[0] = FORMAT;
	memcpy(out + 1, s->id, KEY_ID_BYTES);
	encrypt(s->key, what, key, PAWL_SEAL_KEY_BYTES, out + 1 + KEY_ID_BYTES);
}

static bool
open_head(const struct pawl_sealer *s, struct pawl_str what, struct pawl_str sealed,
	  unsigned char key[PAWL_SEAL_KEY_BYTES])
{
	const unsigned char *bytes = (const unsigned char *)sealed.ptr;

	return sealed.len >= PAWL_SEAL_OVERHEAD && bytes[0] == FORMAT &&
	       memcmp(bytes + 1, s->id, KEY_ID_BYTES) == 0 &&
	       decrypt(s->key, what, bytes + 1 + KEY_ID_BYTES, WRAPPED_BYTES, key);
}

void
pawl_seal(const struct pawl_sealer *s, struct pawl_str what, struct pawl_str plain,
	  struct pawl_buf *out)
{
	unsigned char key[PAWL_SEAL_KEY_BYTES];
	unsigned char *to = (unsigned char *)pawl_buf_reserve(out, plain.len + PAWL_SEAL_OVERHEAD);

	randombytes_buf(key, sizeof(key));
	if (to) {
		write_head(s, what, key, to);
		encrypt(key, what, (const unsigned char *)plain.ptr, plain.len, to + HEAD_BYTES);
		out->len += plain.len + PAWL_SEAL_OVERHEAD;
	}
	sodium_memzero(key, sizeof(key));
}

bool
pawl_unseal(const struct pawl_sealer *s, struct pawl_str what, struct pawl_str sealed,
	    struct pawl_arena *arena, struct pawl_str *plain)
{
	unsigned char key[PAWL_SEAL_KEY_BYTES], *to;
	size_t len;
	bool ok;

	if (!open_head(s, what, sealed, key))
		return false;
	len = sealed.len - PAWL_SEAL_OVERHEAD;
	to = pawl_arena_alloc(arena, len + 1);
	ok = decrypt(key, what, (const unsigned char *)sealed.ptr + HEAD_BYTES,
		     sealed.len - HEAD_BYTES, to);
	sodium_memzero(key, sizeof(key));
	*plain = pawl_str((const char *)to, ok ? len : 0);
	return ok;
}

bool
pawl_reseal(const struct pawl_sealer *from, const struct pawl_sealer *to, struct pawl_str what,
	    struct pawl_str sealed, struct pawl_arena *arena, struct pawl_str *out)
{
	unsigned char key[PAWL_SEAL_KEY_BYTES];

	if (!open_head(from, what, sealed, key))
		return false;
	*out = pawl_arena_dup(arena, sealed);
	write_head(to, what, key, (unsigned char *)(uintptr_t)out->ptr);
	sodium_memzero(key, sizeof(key));
	return true;
}
