/* What dedup has to know about a delivery: its id, and a hash of what was sent. */
#include <sodium.h>

#include "trigger/auth/scheme_internal.h"

static void
hash_body(const struct pawl_request_facts *facts, unsigned char out[32])
{
	crypto_hash_sha256(out, (const unsigned char *)facts->body.ptr, facts->body.len);
}

void
pawl_scheme_delivery(const struct pawl_scheme *scheme, bool is_verified,
		     const struct pawl_request_facts *facts, const struct pawl_json *body,
		     struct pawl_arena *arena, struct pawl_delivery *out)
{
	(void)arena;
	*out = (struct pawl_delivery){.id = PAWL_STR("")};
	hash_body(facts, out->content);
	if (!scheme)
		return;
	out->id = pawl_scheme_find_fact(scheme, &scheme->id, facts, body);
	if (!is_verified)
		return;
	out->is_signed = true;
	out->has_signed_timestamp = scheme->signs_ts;
	out->id_is_signed = scheme->signs_id || scheme->id.from == PAWL_FROM_BODY;
}
