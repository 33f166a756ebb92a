#include "trigger/auth/diagnose.h"

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>

#include "base/parse.h"
#include "trigger/auth/diagnose_internal.h"

#define ANY_TIME_US (INT64_MAX / 4)
#define FITS_COST   4096 /* of a verification, whatever the body */

bool
pawl_diagnosing_fits(struct pawl_diagnosing *d, const struct pawl_scheme *scheme,
		     const struct pawl_scheme_key *key, const struct pawl_request_facts *facts)
{
	struct pawl_refusal refusal;
	struct pawl_arena arena;
	size_t cost = facts->body.len + FITS_COST;
	bool fits;

	d->gave_up |= *d->work < cost;
	if (d->gave_up)
		return false;
	*d->work -= cost;
	pawl_arena_init(&arena, 0);
	fits = pawl_scheme_verify(scheme, key, 1, facts, &arena, &refusal);
	pawl_arena_fini(&arena);
	return fits;
}

bool
pawl_diagnosing_found(struct pawl_diagnosing *d, const char *code, const char *message)
{
	*d->out = (struct pawl_diagnosis){code, message};
	return true;
}

bool
pawl_diagnosing_found_with(struct pawl_diagnosing *d, const char *code, const char *fmt, ...)
{
	char message[512];
	va_list args;

	va_start(args, fmt);
	vsnprintf(message, sizeof(message), fmt, args);
	va_end(args);
	return pawl_diagnosing_found(d, code, pawl_arena_dup_c(d->arena, pawl_str_c(message)));
}

bool
pawl_diagnosing_try_body(struct pawl_diagnosing *d, struct pawl_str body, const char *code,
			 const char *message)
{
	struct pawl_request_facts facts = *d->in->facts;

	facts.body = body;
	return pawl_diagnosing_fits(d, &d->lax, &d->key, &facts) &&
	       pawl_diagnosing_found(d, code, message);
}

/* ---- time ------------------------------------------------------------------- */

/* The timestamp as a number, for the words; false when it is none. */
static bool
find_number(struct pawl_diagnosing *d, uint64_t *out)
{
	const struct pawl_scheme *scheme = d->in->scheme;
	const struct pawl_request_facts *facts = d->in->facts;
	struct pawl_json tree, *body = NULL;
	struct pawl_str text;

	if (scheme->timestamp.from == PAWL_FROM_BODY &&
	    pawl_json_parse(&d->scratch, facts->body, &tree, NULL) == PAWL_OK)
		body = &tree;
	return pawl_scheme_find(scheme, &scheme->timestamp, facts, body, &d->scratch, &text) > 0 &&
	       pawl_parse_u64(text, out);
}

static bool
is_near(int64_t a_us, int64_t b_us)
{
	return a_us - b_us < 86400 * 1000000LL && b_us - a_us < 86400 * 1000000LL;
}

/* The signature fits but for the time. */
static bool
explain_time(struct pawl_diagnosing *d, const struct pawl_refusal *refusal)
{
	int64_t now_us = d->in->facts->now_us;
	uint64_t n;

	if (find_number(d, &n) && n < INT64_MAX / 1000000) {
		if (d->in->scheme->unit == PAWL_UNIT_S && is_near((int64_t)n * 1000, now_us))
			return pawl_diagnosing_found(
				d, "timestamp_in_milliseconds",
				"the signature is right, but its timestamp is in milliseconds and "
				"has to be in seconds: divide it by 1000 before signing");
		if (d->in->scheme->unit == PAWL_UNIT_MS && is_near((int64_t)n * 1000000, now_us))
			return pawl_diagnosing_found(
				d, "timestamp_in_seconds",
				"the signature is right, but its timestamp is in seconds and has "
				"to be in milliseconds: multiply it by 1000 before signing");
	}
	if (strcmp(refusal->code, "future_timestamp") == 0)
		return pawl_diagnosing_found_with(
			d, "clock_ahead",
			"the signature is right, but %s: the sender's clock is ahead, or this "
			"machine's behind; set both by NTP",
			refusal->message);
	if (strcmp(refusal->code, "stale_timestamp") == 0)
		return pawl_diagnosing_found_with(
			d, "clock_behind",
			"the signature is right, but %s: the sender's clock is behind, this "
			"machine's is ahead, or the delivery was held up or repeated",
			refusal->message);
	return pawl_diagnosing_found_with(d, refusal->code, "the signature is right, but %s",
					  refusal->message);
}

static bool
diagnose_time(struct pawl_diagnosing *d)
{
	const struct pawl_diagnosis_input *in = d->in;
	struct pawl_refusal refusal;

	if (!pawl_diagnosing_fits(d, &d->lax, &d->key, in->facts))
		return false;
	if (pawl_scheme_verify(in->scheme, &d->key, 1, in->facts, &d->scratch, &refusal))
		return pawl_diagnosing_found(d, "fits_now", PAWL_DIAGNOSIS_FITS_NOW);
	return explain_time(d, &refusal);
}

/* ---- all of it ----------------------------------------------------------------- */

static bool
try_all(struct pawl_diagnosing *d)
{
	static bool (*const kinds[])(struct pawl_diagnosing *d) = {
		diagnose_time,      pawl_diagnose_secret, pawl_diagnose_header, pawl_diagnose_body,
		pawl_diagnose_json, pawl_diagnose_url,    pawl_diagnose_scheme,
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		pawl_arena_reset(&d->scratch);
		if (kinds[i](d))
			return true;
	}
	return false;
}

/* Nothing was found; is there anything to look at? */
static bool
explain_absence(struct pawl_diagnosing *d)
{
	struct pawl_refusal refusal = {0};

	pawl_arena_reset(&d->scratch);
	if (pawl_scheme_verify(d->in->scheme, &d->key, 1, d->in->facts, &d->scratch, &refusal) ||
	    strcmp(refusal.code, "missing_header") != 0)
		return false;
	return pawl_diagnosing_found_with(
		d, "signature_absent",
		"%s: the sender has no secret set for this URL and does not sign, is another "
		"one than the scheme is for, or something on the way removes the header",
		refusal.message);
}

/* The key; where the secret has not the scheme's form, one that fits nothing, so that its variants
 * are tried all the same. */
static void
make_key(struct pawl_diagnosing *d)
{
	const char *message;

	if (d->in->secret.len == 0 ||
	    !pawl_scheme_key(d->in->scheme, d->in->secret, d->arena, &d->key, &message))
		d->key = (struct pawl_scheme_key){.bytes = PAWL_STR("\0")};
}

void
pawl_diagnose(const struct pawl_diagnosis_input *input, struct pawl_arena *arena,
	      struct pawl_diagnosis *out)
{
	size_t work = PAWL_DIAGNOSE_WORK_MAX;
	struct pawl_diagnosing d = {.in = input,
				    .arena = arena,
				    .out = out,
				    .lax = *input->scheme,
				    .work = input->work ? input->work : &work};

	*out = (struct pawl_diagnosis){
		NULL, "no known mistake explains it: the sender uses a secret that is not known "
		      "here (copy it anew from there), or something on the way changes the "
		      "body"};
	if (input->facts->body.len > PAWL_DIAGNOSE_BODY_MAX) {
		out->message = "the body is larger than 1 MiB: it is not tried";
		return;
	}
	d.lax.tolerance_us = ANY_TIME_US;
	pawl_arena_init(&d.scratch, 0);
	make_key(&d);
	if (!try_all(&d) && !explain_absence(&d) && d.gave_up)
		out->message = "no mistake was found before there was too much to try: a large "
			       "body, and many entries of auth or secrets";
	pawl_scheme_key_fini(&d.key);
	pawl_arena_fini(&d.scratch);
}
