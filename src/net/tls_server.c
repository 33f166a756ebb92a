#include "net/tls_server.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/assert.h"

/* Forward secrecy and authenticated encryption only (RFC 9325 section 4.2). */
#define CIPHERS_TLS12                                                                              \
	"ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:"                               \
	"ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:"                               \
	"ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305"

struct pawl_tls_server {
	pthread_mutex_t lock; /* for ctx: reload puts another in its place */
	SSL_CTX *ctx;
	char *cert_path, *key_path;
};

struct pawl_tls {
	SSL *ssl;
	BIO *in, *out; /* the SSL's */
	bool is_ended;
};

/* ---- the certificate -------------------------------------------------------- */

/* The newest of OpenSSL's reasons, and none of them left behind. */
static const char *
last_reason(void)
{
	const char *reason = ERR_reason_error_string(ERR_peek_last_error());

	ERR_clear_error();
	return reason ? reason : "unknown error";
}

static int
select_protocol(SSL *ssl, const unsigned char **out, unsigned char *out_len,
		const unsigned char *in, unsigned in_len, void *arg)
{
	static const unsigned char own[] = "\x08http/1.1";
	unsigned char *chosen;

	if (SSL_select_next_proto(&chosen, out_len, own, sizeof(own) - 1, in, in_len) !=
	    OPENSSL_NPN_NEGOTIATED)
		return SSL_TLSEXT_ERR_ALERT_FATAL;
	*out = chosen;
	return SSL_TLSEXT_ERR_OK;
}

static bool
load(SSL_CTX *ctx, const struct pawl_tls_server *server, struct pawl_problems *problems)
{
	if (SSL_CTX_use_certificate_chain_file(ctx, server->cert_path) != 1) {
		pawl_problems_add(problems, "--tls-cert",
				  "%s cannot be read as a certificate in PEM form: %s",
				  server->cert_path, last_reason());
		return false;
	}
	/* A key of another kind than the certificate's is taken, and stands alone. */
	if (SSL_CTX_use_PrivateKey_file(ctx, server->key_path, SSL_FILETYPE_PEM) != 1 ||
	    SSL_CTX_check_private_key(ctx) != 1) {
		pawl_problems_add(problems, "--tls-key",
				  "%s cannot be used as the key, in PEM form, of %s: %s",
				  server->key_path, server->cert_path, last_reason());
		return false;
	}
	return true;
}

/* NULL with problems. */
static SSL_CTX *
make_context(const struct pawl_tls_server *server, struct pawl_problems *problems)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());

	PAWL_ASSERT(ctx);
	SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION);
	SSL_CTX_set_cipher_list(ctx, CIPHERS_TLS12);
	SSL_CTX_set_options(ctx, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
					 SSL_OP_CIPHER_SERVER_PREFERENCE |
					 SSL_OP_PRIORITIZE_CHACHA | SSL_OP_CLEANSE_PLAINTEXT);
	SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS);
	/* Tickets serve those who come back; nothing about them is kept here. */
	SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_alpn_select_cb(ctx, select_protocol, NULL);
	if (load(ctx, server, problems))
		return ctx;
	SSL_CTX_free(ctx);
	return NULL;
}

enum pawl_err
pawl_tls_server_open(const char *cert_path, const char *key_path, struct pawl_tls_server **out,
		     struct pawl_problems *problems)
{
	struct pawl_tls_server *server = pawl_calloc(1, sizeof(*server));

	pthread_mutex_init(&server->lock, NULL);
	server->cert_path = pawl_strdup(cert_path);
	server->key_path = pawl_strdup(key_path);
	server->ctx = make_context(server, problems);
	if (!server->ctx) {
		pawl_tls_server_close(server);
		return PAWL_EINVAL;
	}
	*out = server;
	return PAWL_OK;
}

void
pawl_tls_server_close(struct pawl_tls_server *server)
{
	if (!server)
		return;
	SSL_CTX_free(server->ctx);
	pthread_mutex_destroy(&server->lock);
	free(server->cert_path);
	free(server->key_path);
	free(server);
}

enum pawl_err
pawl_tls_server_reload(struct pawl_tls_server *server, struct pawl_problems *problems)
{
	SSL_CTX *ctx = make_context(server, problems), *old;

	if (!ctx)
		return PAWL_EINVAL;
	pthread_mutex_lock(&server->lock);
	old = server->ctx;
	server->ctx = ctx;
	pthread_mutex_unlock(&server->lock);
	SSL_CTX_free(old); /* counted: connections keep it */
	return PAWL_OK;
}

/* ---- a connection ------------------------------------------------------------ */

struct pawl_tls *
pawl_tls_accept(struct pawl_tls_server *server)
{
	struct pawl_tls *tls = pawl_calloc(1, sizeof(*tls));

	pthread_mutex_lock(&server->lock);
	tls->ssl = SSL_new(server->ctx);
	pthread_mutex_unlock(&server->lock);
	tls->in = BIO_new(BIO_s_mem());
	tls->out = BIO_new(BIO_s_mem());
	PAWL_ASSERT(tls->ssl && tls->in && tls->out);
	SSL_set_bio(tls->ssl, tls->in, tls->out);
	SSL_set_accept_state(tls->ssl);
	return tls;
}

void
pawl_tls_free(struct pawl_tls *tls)
{
	if (!tls)
		return;
	SSL_free(tls->ssl);
	free(tls);
}

void
pawl_tls_feed(struct pawl_tls *tls, struct pawl_str received)
{
	int len = (int)received.len;

	PAWL_ASSERT(BIO_write(tls->in, received.ptr, len) == len);
}

static enum pawl_tls_status
why_broken(void)
{
	int reason = ERR_GET_REASON(ERR_peek_last_error());

	ERR_clear_error();
	return reason == SSL_R_HTTP_REQUEST ? PAWL_TLS_PLAIN : PAWL_TLS_BROKEN;
}

enum pawl_tls_status
pawl_tls_read(struct pawl_tls *tls, char *out, size_t max, size_t *n)
{
	int rc;

	ERR_clear_error();
	rc = SSL_read_ex(tls->ssl, out, max, n);
	if (rc == 1)
		return PAWL_TLS_DATA;
	switch (SSL_get_error(tls->ssl, rc)) {
	case SSL_ERROR_WANT_READ:
		return PAWL_TLS_MORE;
	case SSL_ERROR_ZERO_RETURN:
		return PAWL_TLS_END;
	default:
		/* Nothing may be written to it after this, not even its end. */
		tls->is_ended = true;
		return why_broken();
	}
}

bool
pawl_tls_write(struct pawl_tls *tls, struct pawl_str plain)
{
	size_t written;

	if (plain.len == 0)
		return true;
	ERR_clear_error();
	/* Into memory: it is all taken, or the connection is broken. */
	if (SSL_write_ex(tls->ssl, plain.ptr, plain.len, &written) == 1)
		return true;
	ERR_clear_error();
	tls->is_ended = true;
	return false;
}

void
pawl_tls_end(struct pawl_tls *tls)
{
	if (tls->is_ended || !pawl_tls_is_open(tls))
		return;
	tls->is_ended = true;
	(void)SSL_shutdown(tls->ssl);
	ERR_clear_error();
}

bool
pawl_tls_is_open(const struct pawl_tls *tls)
{
	return SSL_is_init_finished(tls->ssl);
}

struct pawl_str
pawl_tls_peek_output(struct pawl_tls *tls)
{
	char *bytes = NULL;
	long len = BIO_get_mem_data(tls->out, &bytes);

	return pawl_str(bytes, len > 0 ? (size_t)len : 0);
}

void
pawl_tls_drop_output(struct pawl_tls *tls)
{
	(void)BIO_reset(tls->out);
}
