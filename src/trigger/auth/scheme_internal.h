/* A compiled signature scheme, and what scheme_*.c and the triggers share; private to this
 * layer. Immutable once made: any thread. Everything lives in the scheme's own arena. */
#ifndef PAWL_TRIGGER_AUTH_SCHEME_INTERNAL_H
#define PAWL_TRIGGER_AUTH_SCHEME_INTERNAL_H

#include "trigger/auth/mac.h"
#include "trigger/auth/scheme.h"

#define PAWL_SCHEME_MAGIC     0x5c4e3e01u
#define PAWL_SCHEME_PARTS_MAX 16

/* Alternative header names: the first that a request has is the one. */
struct pawl_scheme_names {
	struct pawl_str *items;
	size_t len;
};

enum pawl_scheme_from { PAWL_FROM_NOWHERE, PAWL_FROM_HEADER, PAWL_FROM_PAIR, PAWL_FROM_BODY };

struct pawl_scheme_source {
	enum pawl_scheme_from from;
	struct pawl_scheme_names headers;
	struct pawl_str key; /* the pair's key, or the JSON pointer into the body */
};

enum pawl_scheme_format { PAWL_FORMAT_PREFIX, PAWL_FORMAT_LIST, PAWL_FORMAT_PAIRS };
enum pawl_scheme_encoding { PAWL_ENCODING_HEX, PAWL_ENCODING_BASE64 };
enum pawl_scheme_decoding { PAWL_DECODING_UTF8, PAWL_DECODING_BASE64, PAWL_DECODING_HEX };

enum pawl_scheme_variable { PAWL_VAR_LITERAL, PAWL_VAR_BODY, PAWL_VAR_TS, PAWL_VAR_ID };

struct pawl_scheme_part {
	enum pawl_scheme_variable variable;
	struct pawl_str literal;
};

struct pawl_scheme {
	unsigned magic;
	struct pawl_arena arena;
	struct pawl_json document;
	const char *name;
	enum pawl_mac_algorithm algorithm;
	struct pawl_scheme_names headers;
	enum pawl_scheme_format format;
	struct pawl_str prefix; /* of the header's value, of a list's item, or "v1=" of a pair */
	char separator;         /* list, pairs */
	enum pawl_scheme_encoding encoding;
	struct pawl_scheme_part parts[PAWL_SCHEME_PARTS_MAX];
	size_t n_parts;
	bool signs_ts, signs_id;
	struct pawl_scheme_source timestamp, id, event;
	int64_t unit_us; /* of the timestamp's text */
	int64_t tolerance_us;
	enum pawl_scheme_decoding decoding;
	struct pawl_str strip_prefix;
	bool has_handshake;
	struct pawl_str when_pointer, when_equals, reply_pointer, reply_type;
	int reply_status;
	int success_status;
};

/* The document that the scheme was made from. */
const struct pawl_json *pawl_scheme_document(const struct pawl_scheme *scheme);
/* True when the handshake or what is described stands in the body: it has to be parsed. */
bool pawl_scheme_wants_body(const struct pawl_scheme *scheme);
/* As the public functions, over a body that was parsed already; NULL: it is no JSON. */
bool pawl_scheme_handshake_in(const struct pawl_scheme *scheme, const struct pawl_json *body,
			      struct pawl_handshake *out);
/* Adds the members id, event, timestamp that there are. */
void pawl_scheme_describe_in(const struct pawl_scheme *scheme,
			     const struct pawl_request_facts *facts, const struct pawl_json *body,
			     struct pawl_json_builder *out);

/* The text at a source; empty when it is not there. `body` is the parsed one or NULL. */
struct pawl_str pawl_scheme_find_fact(const struct pawl_scheme *scheme,
				      const struct pawl_scheme_source *source,
				      const struct pawl_request_facts *facts,
				      const struct pawl_json *body);
/* How often a header of one of the names occurs: the first of the names that does decides. */
size_t pawl_scheme_find_header(const struct pawl_scheme_names *names,
			       const struct pawl_request_facts *facts, struct pawl_str *value);

/* One signature after the other from the header's value. Start with a zeroed cursor. */
struct pawl_scheme_cursor {
	struct pawl_str rest;
	bool started;
};
bool pawl_scheme_next_signature(const struct pawl_scheme *scheme, struct pawl_str value,
				struct pawl_scheme_cursor *cursor, struct pawl_str *signature);
/* How often the pairs hold the key. */
size_t pawl_scheme_find_pair(const struct pawl_scheme *scheme, struct pawl_str value,
			     struct pawl_str key, struct pawl_str *found);

/* RFC 9110 section 5.6.2: what a header's name may be. */
bool pawl_is_token(struct pawl_str s);

/* The text of a MAC as the sender writes it. */
#define PAWL_SCHEME_TEXT_MAX (PAWL_MAC_MAX * 2 + 4)
PAWL_MUST_USE bool pawl_scheme_compute(const struct pawl_scheme *scheme,
				       const struct pawl_scheme_key *key, struct pawl_str id,
				       struct pawl_str ts, struct pawl_str body,
				       char out[PAWL_SCHEME_TEXT_MAX], size_t *len);

#endif
