/* Secrets in a trigger's settings: filled in when a revision becomes active, and looked at when
 * a document is saved. */
#include <stdint.h>
#include <stdio.h>

#include "data/template.h"
#include "trigger/webhook_internal.h"

struct resolving {
	struct pawl_secrets *secrets;
	struct pawl_auth_versions *versions;
	const char *pointer;
	struct pawl_problems *problems;
	bool failed;
};

/* Of several secrets in one text, it is valid while all of them are. */
static bool
find_secret(struct resolving *r, struct pawl_str name, struct pawl_arena *arena,
	    struct pawl_str *value)
{
	struct pawl_auth_versions *chosen = r->versions;
	struct pawl_secret_version *list, *v;
	size_t n = chosen->also_expired ? pawl_secrets_all_versions(r->secrets, name, arena, &list)
					: pawl_secrets_versions(r->secrets, name, arena, &list);

	if (n == 0)
		return false;
	v = &list[chosen->wanted < n ? chosen->wanted : n - 1];
	if (n > chosen->n)
		chosen->n = n;
	chosen->version = v->id;
	if (v->not_before_us > chosen->not_before_us)
		chosen->not_before_us = v->not_before_us;
	if (v->not_after_us && (!chosen->not_after_us || v->not_after_us < chosen->not_after_us))
		chosen->not_after_us = v->not_after_us;
	*value = v->value;
	return true;
}

static const struct pawl_json *
resolve(void *ctx, struct pawl_str name, struct pawl_str member, struct pawl_arena *arena)
{
	struct resolving *r = ctx;
	struct pawl_json *v = pawl_arena_alloc(arena, sizeof(*v));
	struct pawl_str value;
	bool found = false;

	if (r->secrets && pawl_str_eq_c(name, "secrets"))
		found = find_secret(r, member, arena, &value);
	else if (r->secrets && pawl_str_eq_c(name, "env"))
		found = pawl_secrets_get_env(r->secrets, member, arena, &value);
	if (found)
		pawl_secrets_note(r->secrets, value);
	if (!found) {
		pawl_problems_add(r->problems, r->pointer, "there is no ${%.*s.%.*s}",
				  PAWL_STR_ARG(name), PAWL_STR_ARG(member));
		r->failed = true;
		return NULL;
	}
	*v = pawl_json_string(value);
	return v;
}

bool
pawl_auth_resolve(const struct pawl_json *text, const char *pointer, struct pawl_secrets *secrets,
		  struct pawl_auth_versions *versions, struct pawl_arena *arena,
		  struct pawl_str *out, struct pawl_problems *problems)
{
	struct resolving r = {secrets, versions, pointer, problems, false};
	const struct pawl_scope scope = {resolve, &r};
	struct pawl_template *tpl;
	struct pawl_json value;
	bool ok = false;

	tpl = pawl_template_compile_str(pawl_json_str(text), pointer, problems);
	if (!tpl)
		return false;
	if (pawl_template_eval(tpl, &scope, arena, 0, &value) != PAWL_OK) {
		pawl_problems_add(problems, pointer, "cannot be evaluated");
	} else if (!r.failed) {
		/* A copy: what is constant belongs to the template. */
		*out = pawl_arena_dup(arena, pawl_json_str(&value));
		ok = out->len > 0;
		if (!ok)
			pawl_problems_add(problems, pointer, "is empty: it would admit nobody");
	}
	pawl_template_free(tpl);
	return ok;
}

/* True when the text is known now: it holds no expression. */
static bool
check_text(const struct pawl_json *entry, const char *pointer, const char *member,
	   struct pawl_problems *problems)
{
	struct pawl_str text = pawl_json_get_str(entry, member, PAWL_STR(""));
	const struct pawl_template_ref *refs;
	struct pawl_template *tpl;
	char where[160];
	size_t n;

	if (!pawl_template_has_expression(text))
		return text.len > 0;
	snprintf(where, sizeof(where), "%s/%s", pointer, member);
	tpl = pawl_template_compile_str(text, where, NULL);
	if (!tpl)
		return false; /* the compiler of the whole document says why */
	refs = pawl_template_refs(tpl, &n);
	for (size_t i = 0; i < n; i++) {
		if (!pawl_str_eq_c(refs[i].name, "secrets") && !pawl_str_eq_c(refs[i].name, "env"))
			pawl_problems_add(problems, where,
					  "may refer to ${secrets.NAME} and ${env.NAME} only; "
					  "\"%.*s\" is not known before a request is let in",
					  PAWL_STR_ARG(refs[i].name));
	}
	pawl_template_free(tpl);
	return false;
}

static void
check_key(const struct pawl_scheme *scheme, const struct pawl_json *entry, const char *pointer,
	  struct pawl_problems *problems)
{
	struct pawl_scheme_key key;
	struct pawl_arena arena;
	const char *message;
	char where[160];

	snprintf(where, sizeof(where), "%s/secret", pointer);
	pawl_arena_init(&arena, 0);
	if (!pawl_scheme_key(scheme, pawl_json_str(pawl_json_get_c(entry, "secret")), &arena, &key,
			     &message))
		pawl_problems_add(problems, where, "%s", message);
	else
		pawl_scheme_key_fini(&key);
	pawl_arena_fini(&arena);
}

/* A header's value is read without the blanks around it (RFC 9110 section 5.5). */
static void
check_header_secret(const struct pawl_json *entry, const char *pointer,
		    struct pawl_problems *problems)
{
	struct pawl_str secret = pawl_json_get_str(entry, "secret", PAWL_STR(""));
	bool fits = pawl_str_trim(secret).len == secret.len;
	char where[160];

	for (size_t i = 0; i < secret.len; i++)
		fits &= (unsigned char)secret.ptr[i] >= ' ' && secret.ptr[i] != 0x7f;
	snprintf(where, sizeof(where), "%s/secret", pointer);
	if (!fits)
		pawl_problems_add(problems, where,
				  "no header can carry it: remove the blanks around it, line "
				  "breaks and control characters");
}

void
pawl_auth_check(const struct pawl_json *entry, const char *pointer, struct pawl_str preset,
		struct pawl_problems *problems)
{
	struct pawl_str type = pawl_json_get_str(entry, "type", PAWL_STR(""));
	struct pawl_str username = pawl_json_get_str(entry, "username", PAWL_STR(""));
	struct pawl_str scheme_name = pawl_json_get_str(entry, "scheme", preset);
	bool is_literal = check_text(entry, pointer, "secret", problems);
	const struct pawl_scheme *scheme;
	struct pawl_scheme *own;
	char where[160];

	(void)check_text(entry, pointer, "verify_token", problems);
	if (is_literal && (pawl_str_eq_c(type, "header") || pawl_str_eq_c(type, "bearer")))
		check_header_secret(entry, pointer, problems);
	if (pawl_str_eq_c(type, "basic")) {
		(void)check_text(entry, pointer, "password", problems);
		snprintf(where, sizeof(where), "%s/username", pointer);
		if (check_text(entry, pointer, "username", problems) &&
		    pawl_str_find_char(username, ':') != SIZE_MAX)
			pawl_problems_add(problems, where, "must not hold a colon (RFC 7617)");
	} else if (pawl_str_eq_c(type, "header")) {
		struct pawl_str header = pawl_json_get_str(entry, "name", PAWL_STR(""));

		snprintf(where, sizeof(where), "%s/name", pointer);
		if (header.len > 0 && !pawl_is_token(header))
			pawl_problems_add(problems, where, "must be a header's name");
	} else if (pawl_str_eq_c(type, "signature") &&
		   (scheme_name.len == 0 ||
		    pawl_scheme_preset(scheme_name))) { /* else the field says so */
		scheme = pawl_auth_scheme(entry, pointer, preset, &own, problems);
		if (scheme && is_literal)
			check_key(scheme, entry, pointer, problems);
		pawl_scheme_free(own);
	}
}
