/* Credentials that are compared as they are: a token in a header, Bearer, Basic. */
#include <stdint.h>

#include "base/codec.h"
#include "trigger/auth/diagnose_internal.h"

struct credential {
	const struct pawl_credential_input *in;
	struct pawl_arena *arena;
	struct pawl_diagnosis *out;
	struct pawl_str given; /* ptr NULL: it is not there */
};

static bool
found(struct credential *c, const char *code, const char *message)
{
	*c->out = (struct pawl_diagnosis){code, message};
	return true;
}

static bool
found_name(struct credential *c, const char *code, const char *before, struct pawl_str name,
	   const char *after)
{
	struct pawl_str text =
		pawl_arena_printf(c->arena, "%s%.*s%s", before, PAWL_STR_ARG(name), after);

	return found(c, code, pawl_arena_dup_c(c->arena, text));
}

static bool
cut(struct pawl_str value, struct pawl_str scheme, struct pawl_str *rest)
{
	if (value.len <= scheme.len || value.ptr[scheme.len] != ' ' ||
	    !pawl_str_eq_nocase(pawl_str_sub(value, 0, scheme.len), scheme))
		return false;
	*rest = pawl_str_trim(pawl_str_sub(value, scheme.len, value.len));
	return true;
}

/* The credential as it was sent, without its scheme's word. */
static void
find_given(struct credential *c, struct pawl_str value)
{
	struct pawl_str rest;

	switch (c->in->kind) {
	case PAWL_CREDENTIAL_HEADER:
		c->given = value;
		break;
	case PAWL_CREDENTIAL_BEARER:
		if (cut(value, PAWL_STR("Bearer"), &rest))
			c->given = rest;
		break;
	case PAWL_CREDENTIAL_BASIC:
		if (cut(value, PAWL_STR("Basic"), &rest) &&
		    !pawl_base64_decode(c->arena, rest, PAWL_BASE64_STD, &c->given))
			c->given = pawl_str(NULL, 0);
		break;
	}
}

static void
look_for_given(struct credential *c)
{
	const struct pawl_request_facts *facts = c->in->facts;

	for (size_t i = 0; i < facts->n_headers; i++)
		if (pawl_str_eq_nocase(facts->headers[i].name, c->in->header))
			find_given(c, facts->headers[i].value);
}

static bool
explain_header(struct credential *c)
{
	const struct pawl_credential_input *in = c->in;
	struct pawl_str rest;

	for (size_t i = 0; i < in->facts->n_headers; i++) {
		const struct pawl_http_header *h = &in->facts->headers[i];
		bool is_it = pawl_str_eq_nocase(h->name, in->header);

		if (is_it && in->kind == PAWL_CREDENTIAL_BEARER &&
		    pawl_str_eq(h->value, in->expected))
			return found(c, "bearer_missing",
				     "the token is right, but \"Bearer \" is missing before it");
		if (is_it && in->kind == PAWL_CREDENTIAL_HEADER &&
		    cut(h->value, PAWL_STR("Bearer"), &rest) && pawl_str_eq(rest, in->expected))
			return found(c, "bearer_added",
				     "the token is right, but \"Bearer \" stands before it: this "
				     "entry compares the whole value; use one of type bearer");
		if (!is_it && pawl_str_eq(h->value, in->expected))
			return found_name(c, "credential_header_other",
					  "a credential that is right stands in the header ",
					  h->name, ", where this entry does not look");
	}
	return false;
}

/* A secret of the store is only the password, and an entry's is the whole. */
static bool
is_made_with(const struct credential *c, struct pawl_str secret)
{
	struct pawl_str expected = c->in->expected, password = c->given, name, expected_name;

	if (pawl_str_eq(c->given, secret))
		return true;
	return c->in->kind == PAWL_CREDENTIAL_BASIC && pawl_str_split(&password, ':', &name) &&
	       pawl_str_split(&expected, ':', &expected_name) && pawl_str_eq(name, expected_name) &&
	       pawl_str_eq(password, secret);
}

static bool
explain_other(struct credential *c)
{
	for (size_t i = 0; i < c->in->n_others; i++) {
		if (!is_made_with(c, c->in->others[i].text))
			continue;
		*c->out = pawl_diagnose_other(&c->in->others[i], c->in->facts->now_us, "it is",
					      c->arena);
		return true;
	}
	return false;
}

static bool
explain_text(struct credential *c)
{
	struct pawl_str expected = c->in->expected, given = c->given, name, rest = given;

	if (pawl_str_eq(given, expected))
		return found(c, "fits_now", PAWL_DIAGNOSIS_FITS_NOW);
	if (pawl_str_eq(given, pawl_str_trim(expected)))
		return found(c, "secret_blanks",
			     "the configured secret has blanks or a line break "
			     "around it: remove them");
	if (given.len >= 2 && pawl_str_eq(pawl_str_sub(given, 1, given.len - 1), expected))
		return found(c, "secret_quotes",
			     "the sender's credential stands in quotation "
			     "marks: remove them there");
	if (explain_other(c))
		return true;
	if (c->in->kind == PAWL_CREDENTIAL_BASIC && pawl_str_split(&rest, ':', &name) && rest.ptr &&
	    pawl_str_starts_with(expected, name) && expected.len > name.len &&
	    expected.ptr[name.len] == ':')
		return found(c, "password_other", "the user name is right, the password is not");
	return false;
}

void
pawl_diagnose_credential(const struct pawl_credential_input *input, struct pawl_arena *arena,
			 struct pawl_diagnosis *out)
{
	struct credential c = {.in = input, .arena = arena, .out = out};

	*out = (struct pawl_diagnosis){
		NULL, "no known mistake explains it: the sender uses a secret that is not known "
		      "here (copy it anew from there)"};
	look_for_given(&c);
	if (input->expected.len == 0) {
		(void)(c.given.ptr && explain_other(&c));
		return;
	}
	if (explain_header(&c))
		return;
	if (!c.given.ptr)
		*out = (struct pawl_diagnosis){
			"credential_absent",
			"the request carries no credential where this entry looks for it"};
	else
		(void)explain_text(&c);
}
