/* A compiled signature scheme, and what scheme_*.c and the triggers share; private to this
 * layer. Immutable once made: any thread. Everything lives in the scheme's own arena. */
#ifndef PAWL_TRIGGER_AUTH_SCHEME_INTERNAL_H
#define PAWL_TRIGGER_AUTH_SCHEME_INTERNAL_H

#include <stdarg.h>

#include "trigger/auth/jws.h"
#include "trigger/auth/mac.h"
#include "trigger/auth/scheme.h"

#define PAWL_SCHEME_MAGIC          0x5c4e3e01u
#define PAWL_SCHEME_PARTS_MAX      16
#define PAWL_SCHEME_VALUES_MAX     8
#define PAWL_SCHEME_HANDSHAKES_MAX 8
#define PAWL_SCHEME_LIST_MAX       8

/* Alternative header names: the first that a request has is the one. */
struct pawl_scheme_names {
	struct pawl_str *items;
	size_t len;
};

/* ---- where a text stands in a request ---------------------------------------- */

enum pawl_scheme_from {
	PAWL_FROM_NOWHERE,
	PAWL_FROM_HEADER,
	PAWL_FROM_PAIR, /* of the signature header's key=value items */
	PAWL_FROM_BODY, /* a JSON pointer */
	PAWL_FROM_QUERY,
	PAWL_FROM_FORM,   /* a parameter of a urlencoded body */
	PAWL_FROM_BEARER, /* tokens only: Authorization: Bearer, or Basic decoded */
	PAWL_FROM_BASIC,
};

struct pawl_scheme_source {
	enum pawl_scheme_from from;
	struct pawl_scheme_names headers;
	struct pawl_str key; /* of the pair, the parameter, or the pointer */
};

struct pawl_scheme_sources {
	struct pawl_scheme_source items[PAWL_SCHEME_LIST_MAX];
	size_t len;
};

/* A named text for templates. */
struct pawl_scheme_value {
	struct pawl_str name;
	struct pawl_scheme_source source;
	struct pawl_str fallback; /* ptr NULL: it has to be there */
	struct pawl_str example;  /* what signing takes for it */
};

struct pawl_scheme_values {
	struct pawl_scheme_value items[PAWL_SCHEME_VALUES_MAX];
	size_t len;
};

/* ---- templates ------------------------------------------------------------------ */

enum pawl_scheme_variable {
	PAWL_VAR_LITERAL,
	PAWL_VAR_BODY,
	PAWL_VAR_TS,
	PAWL_VAR_ID,
	PAWL_VAR_SECRET,
	PAWL_VAR_URL,
	PAWL_VAR_FORM, /* {sorted_form} */
	PAWL_VAR_VALUE,
};

enum pawl_scheme_filter {
	PAWL_FILTER_NONE,
	PAWL_FILTER_JSON, /* as a JSON string, quoted */
	PAWL_FILTER_HMAC_HEX,
	PAWL_FILTER_HMAC_BASE64, /* its HMAC-SHA256 by the entry's secret */
};

struct pawl_scheme_part {
	enum pawl_scheme_variable variable;
	enum pawl_scheme_filter filter;
	struct pawl_str literal;
	size_t value; /* index among the values */
};

struct pawl_scheme_template {
	struct pawl_scheme_part parts[PAWL_SCHEME_PARTS_MAX];
	size_t len;
	unsigned uses; /* 1 << enum pawl_scheme_variable */
	bool has_hmac;
};

/* What is put in for the variables; those that a template does not use may be empty. */
struct pawl_scheme_texts {
	struct pawl_str body, ts, id, secret, url, form;
	struct pawl_str values[PAWL_SCHEME_VALUES_MAX];
};

/* Fills pieces[template->len]; false when OpenSSL refuses a MAC. Only filters allocate. */
PAWL_MUST_USE bool pawl_scheme_expand(const struct pawl_scheme_template *tpl,
				      const struct pawl_scheme_texts *texts,
				      struct pawl_arena *arena, struct pawl_str *pieces);
/* The pieces as one text in the arena. */
PAWL_MUST_USE bool pawl_scheme_render(const struct pawl_scheme_template *tpl,
				      const struct pawl_scheme_texts *texts,
				      struct pawl_arena *arena, struct pawl_str *out);

/* ---- the scheme -------------------------------------------------------------------- */

enum pawl_scheme_kind {
	PAWL_SCHEME_MAC,
	PAWL_SCHEME_HASH, /* plain SHA-256, with the secret among what is hashed */
	PAWL_SCHEME_PUBLIC_KEY,
	PAWL_SCHEME_JWS,
	PAWL_SCHEME_TOKEN,
};

enum pawl_scheme_format {
	PAWL_FORMAT_PREFIX,
	PAWL_FORMAT_LIST,
	PAWL_FORMAT_PAIRS,
	PAWL_FORMAT_MESSAGE, /* HTTP message signatures, RFC 9421 */
};
enum pawl_scheme_encoding { PAWL_ENCODING_HEX, PAWL_ENCODING_BASE64, PAWL_ENCODING_BASE64URL };
enum pawl_scheme_decoding { PAWL_DECODING_UTF8, PAWL_DECODING_BASE64, PAWL_DECODING_HEX };
enum pawl_scheme_unit { PAWL_UNIT_S, PAWL_UNIT_MS, PAWL_UNIT_AUTO, PAWL_UNIT_RFC3339 };

/* A second, asymmetric way to sign, told by how its keys begin. */
struct pawl_scheme_public {
	bool is_there;
	enum pawl_sign_algorithm algorithm;
	struct pawl_str key_prefix, private_prefix, item_prefix;
};

/* Signed members of a JSON body, by the body's kind (SNS). */
struct pawl_scheme_member_list {
	struct pawl_str kind;
	struct pawl_str names[PAWL_SCHEME_LIST_MAX];
	size_t len;
};

struct pawl_scheme_members {
	struct pawl_str by; /* pointer; empty: the template is signed */
	struct pawl_scheme_member_list lists[PAWL_SCHEME_LIST_MAX];
	size_t len;
};

enum pawl_scheme_proof {
	PAWL_PROOF_SIGNATURE,  /* looked for after verification */
	PAWL_PROOF_NONE,       /* the provider does not sign it: looked for before */
	PAWL_PROOF_IF_PRESENT, /* without a signature it is taken, too; a wrong one is refused */
};

struct pawl_scheme_condition {
	struct pawl_scheme_source source;
	bool is_absent;
	const struct pawl_json *equals; /* NULL: it has to be there (or not) */
};

struct pawl_scheme_reply_item {
	struct pawl_str name;
	struct pawl_scheme_template text;
	const struct pawl_json *constant; /* a JSON member that is no text */
};

struct pawl_scheme_reply {
	int status;
	struct pawl_str content_type; /* ptr NULL: no body */
	bool is_json;
	struct pawl_scheme_template text;
	struct pawl_scheme_reply_item *members, *headers;
	size_t n_members, n_headers;
};

struct pawl_scheme_handshake {
	unsigned methods; /* 1 << enum pawl_http_method; 0: any that the trigger takes */
	enum pawl_scheme_proof proof;
	struct pawl_scheme_condition when[PAWL_SCHEME_LIST_MAX];
	size_t n_when;
	struct pawl_scheme_source verify_token;
	struct pawl_scheme_values values;
	struct pawl_scheme_reply reply;
	struct pawl_scheme_source confirm; /* a URL that has to be fetched */
};

struct pawl_scheme_jws {
	unsigned algorithms; /* 1 << enum pawl_jws_algorithm */
	struct pawl_str issuer, audience;
	struct pawl_str body_claim; /* hex SHA-256 of the body */
};

struct pawl_scheme {
	unsigned magic;
	struct pawl_arena arena;
	struct pawl_json document;
	const char *name;
	enum pawl_scheme_kind kind;
	enum pawl_mac_algorithm mac;
	enum pawl_sign_algorithm algorithm;
	struct pawl_str algorithm_by; /* pointer to the text that chooses among `algorithms` */
	struct {
		struct pawl_str text;
		enum pawl_sign_algorithm algorithm;
	} algorithms[PAWL_SCHEME_LIST_MAX];
	size_t n_algorithms;
	struct pawl_scheme_source signature; /* a header, or a member of the body */
	enum pawl_scheme_format format;
	struct pawl_str prefix;    /* of the header's value, of a list's item, or "v1=" of a pair */
	struct pawl_str separator; /* list, pairs: one character, and a blank where it is written */
	bool is_signature_first;   /* pairs, for who signs */
	enum pawl_scheme_encoding encoding;
	struct pawl_scheme_public public;
	struct pawl_scheme_template material; /* what is signed */
	struct pawl_scheme_members members;
	struct pawl_scheme_names covered; /* RFC 9421: components that have to be covered */
	struct pawl_scheme_values values;
	struct pawl_str body_hash; /* the query parameter that stands for the body; empty: none */
	struct pawl_scheme_jws jws;
	struct pawl_scheme_sources tokens;
	struct pawl_scheme_sources id, event;
	struct pawl_scheme_source timestamp;
	enum pawl_scheme_unit unit;
	int64_t tolerance_us;
	enum pawl_scheme_decoding decoding;
	struct pawl_str strip_prefix;
	struct pawl_scheme_source pin;         /* the secret is no key, but what this has to be */
	struct pawl_scheme_source certificate; /* URL of the certificate with the key */
	struct pawl_str certificate_suffix;
	struct pawl_regexp *hosts; /* of every URL that a request names; owned */
	struct pawl_str decrypt;   /* pointer to the encrypted body; empty: none */
	struct pawl_scheme_handshake *handshakes;
	size_t n_handshakes;
	int success_status;
	size_t max_body;
	struct pawl_str content_type;      /* what the body is, whatever the request says */
	const struct pawl_json *allow_ips; /* or NULL */
};

/* The document that the scheme was made from. */
const struct pawl_json *pawl_scheme_document(const struct pawl_scheme *scheme);
/* True when something that is looked for after verification stands in the body. */
bool pawl_scheme_wants_body(const struct pawl_scheme *scheme);
/* Adds the members id, event, timestamp that there are. */
void pawl_scheme_describe_in(const struct pawl_scheme *scheme,
			     const struct pawl_request_facts *facts, const struct pawl_json *body,
			     struct pawl_arena *arena, struct pawl_json_builder *out);

/* ---- compiling ----------------------------------------------------------------------- */

struct pawl_scheme_compiler {
	struct pawl_scheme *scheme;
	struct pawl_problems *problems;
	size_t n_problems; /* problems may be NULL, so they are counted here */
};

/* A place in the document: the object at the pointer `where`. */
struct pawl_scheme_place {
	const struct pawl_json *object;
	const char *where;
};

__attribute__((format(printf, 4, 5))) void pawl_scheme_complain(struct pawl_scheme_compiler *c,
								const char *where, const char *key,
								const char *fmt, ...);
/* The object with no members but `allowed`; false when it is none. */
bool pawl_scheme_check_members(struct pawl_scheme_compiler *c, struct pawl_scheme_place at,
			       const char *const *allowed);
struct pawl_str pawl_scheme_read_text(struct pawl_scheme_compiler *c, struct pawl_scheme_place at,
				      const char *key, bool required);
struct pawl_str pawl_scheme_read_pointer(struct pawl_scheme_compiler *c,
					 struct pawl_scheme_place at, const char *key);
/* One name, or a list of alternatives. */
void pawl_scheme_read_names(struct pawl_scheme_compiler *c, struct pawl_scheme_place at,
			    const char *key, struct pawl_scheme_names *out);
/* Where a text is found, said in exactly one of the ways whose bits are set in `ways`
 * (1 << enum pawl_scheme_from). Other members are the caller's to check. */
void pawl_scheme_read_source(struct pawl_scheme_compiler *c, struct pawl_scheme_place at,
			     unsigned ways, struct pawl_scheme_source *out);
/* One, or a list of them. */
void pawl_scheme_read_sources(struct pawl_scheme_compiler *c, struct pawl_scheme_place at,
			      const char *key, unsigned ways, struct pawl_scheme_sources *out);
void pawl_scheme_read_values(struct pawl_scheme_compiler *c, struct pawl_scheme_place at,
			     unsigned ways, struct pawl_scheme_values *out);
/* `variables` are the bits of those that it may use; the values come by their own names. */
void pawl_scheme_read_template(struct pawl_scheme_compiler *c, const char *where,
			       struct pawl_str text, unsigned variables,
			       const struct pawl_scheme_values *values,
			       struct pawl_scheme_template *out);
/* A whole number from 200 to 299, or `fallback` when there is none. */
int pawl_scheme_read_status(struct pawl_scheme_compiler *c, struct pawl_scheme_place at,
			    const char *key, int fallback);
void pawl_scheme_read_handshakes(struct pawl_scheme_compiler *c, struct pawl_scheme_place root);
/* algorithm, format, encoding, signed, timestamp: how it is signed. */
void pawl_scheme_read_signature(struct pawl_scheme_compiler *c, struct pawl_scheme_place root);

/* ---- reading requests ------------------------------------------------------------------ */

/* How often a header of one of the names occurs: the first of the names that does decides. */
size_t pawl_scheme_find_header(const struct pawl_scheme_names *names,
			       const struct pawl_request_facts *facts, struct pawl_str *value);
/* How often the text at a source is there; the first one in *out. `body` is the parsed one or
 * NULL. */
size_t pawl_scheme_find(const struct pawl_scheme *scheme, const struct pawl_scheme_source *source,
			const struct pawl_request_facts *facts, const struct pawl_json *body,
			struct pawl_arena *arena, struct pawl_str *out);
/* Those that there are, joined by ':'; empty when the first is not there. */
struct pawl_str pawl_scheme_find_all(const struct pawl_scheme *scheme,
				     const struct pawl_scheme_sources *sources,
				     const struct pawl_request_facts *facts,
				     const struct pawl_json *body, struct pawl_arena *arena);
/* Fills texts->values; *missing is the name of one that is not there, or there twice. */
bool pawl_scheme_find_values(const struct pawl_scheme *scheme,
			     const struct pawl_scheme_values *values,
			     const struct pawl_request_facts *facts, const struct pawl_json *body,
			     struct pawl_arena *arena, struct pawl_scheme_texts *texts,
			     struct pawl_str *missing);

/* One signature after the other from the header's value. Start with a zeroed cursor. */
struct pawl_scheme_cursor {
	struct pawl_str rest;
	bool started;
};
bool pawl_scheme_next_signature(const struct pawl_scheme *scheme, struct pawl_str prefix,
				struct pawl_str value, struct pawl_scheme_cursor *cursor,
				struct pawl_str *signature);
/* How often the pairs hold the key. */
size_t pawl_scheme_find_pair(const struct pawl_scheme *scheme, struct pawl_str value,
			     struct pawl_str key, struct pawl_str *found);

/* RFC 9110 section 5.6.2: what a header's name may be. */
bool pawl_is_token(struct pawl_str s);

/* ---- verifying ------------------------------------------------------------------------ */

/* What one request says about its signature. */
struct pawl_scheme_claim {
	const struct pawl_scheme *scheme;
	const struct pawl_request_facts *facts;
	struct pawl_arena *arena;
	struct pawl_refusal *refusal;
	const struct pawl_json *body; /* parsed, where the scheme needs it before it verifies */
	struct pawl_json tree;
	struct pawl_str value; /* of the signature header */
	struct pawl_scheme_texts texts;
	enum pawl_sign_algorithm algorithm;
};

/* Always false. */
bool pawl_scheme_refuse(struct pawl_refusal *refusal, const char *code, const char *message);
__attribute__((format(printf, 4, 5))) bool pawl_scheme_refuse_with(struct pawl_refusal *refusal,
								   struct pawl_arena *arena,
								   const char *code,
								   const char *fmt, ...);
/* Exactly one header of the names. */
bool pawl_scheme_find_one(const struct pawl_scheme_names *names,
			  const struct pawl_request_facts *facts, struct pawl_arena *arena,
			  struct pawl_str *value, struct pawl_refusal *refusal);
/* The timestamp's text against the clock. */
bool pawl_scheme_check_time(const struct pawl_scheme *scheme, int64_t now_us, struct pawl_str text,
			    struct pawl_arena *arena, struct pawl_refusal *refusal);
/* The timestamp's text as a time. */
bool pawl_scheme_read_time(const struct pawl_scheme *scheme, struct pawl_str text, int64_t *at_us);
/* What a sender would write for that time. */
struct pawl_str pawl_scheme_time_text(const struct pawl_scheme *scheme, int64_t at_us,
				      struct pawl_arena *arena);

/* The URL as the sender may have signed it: from 0 on, false at the end. */
#define PAWL_SCHEME_URLS_MAX 6
size_t pawl_scheme_urls(const struct pawl_request_facts *facts, struct pawl_arena *arena,
			struct pawl_str out[PAWL_SCHEME_URLS_MAX]);
/* {sorted_form} of the body, or nothing where the query holds the body's hash. */
bool pawl_scheme_form(struct pawl_scheme_claim *claim);
/* The members of the body that are signed, as one text. */
bool pawl_scheme_member_text(const struct pawl_scheme *scheme, const struct pawl_json *body,
			     struct pawl_arena *arena, struct pawl_str *out);

/* Each over a scheme of its kind, with the header that it needs read already into claim->value
 * but for tokens. */
bool pawl_scheme_verify_token(const struct pawl_scheme *scheme, const struct pawl_scheme_key *keys,
			      size_t n_keys, const struct pawl_request_facts *facts,
			      struct pawl_arena *arena, struct pawl_refusal *refusal);
bool pawl_scheme_verify_jws(const struct pawl_scheme *scheme, const struct pawl_scheme_key *keys,
			    size_t n_keys, const struct pawl_request_facts *facts,
			    struct pawl_arena *arena, struct pawl_refusal *refusal);
bool pawl_scheme_verify_message(const struct pawl_scheme *scheme,
				const struct pawl_scheme_key *keys, size_t n_keys,
				const struct pawl_request_facts *facts, struct pawl_arena *arena,
				struct pawl_refusal *refusal);

/* Writes three headers, or none: 0. */
size_t pawl_scheme_sign_message(const struct pawl_scheme *scheme, const struct pawl_scheme_key *key,
				const struct pawl_scheme_draft *draft, struct pawl_arena *arena,
				struct pawl_http_header *headers);

/* The text of a MAC as the sender writes it. */
#define PAWL_SCHEME_TEXT_MAX (PAWL_MAC_MAX * 2 + 4)
PAWL_MUST_USE bool pawl_scheme_compute(const struct pawl_scheme *scheme,
				       const struct pawl_scheme_key *key,
				       struct pawl_scheme_texts *texts, struct pawl_arena *arena,
				       char out[PAWL_SCHEME_TEXT_MAX], size_t *len);
size_t pawl_scheme_text_len(const struct pawl_scheme *scheme);
/* The bytes as text in the scheme's encoding; returns its length. */
size_t pawl_scheme_encode(const struct pawl_scheme *scheme, struct pawl_str bytes, char *out);

#endif
