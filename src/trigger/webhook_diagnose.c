#include "trigger/webhook_diagnose.h"

#include <stdio.h>

#include "trigger/webhook_internal.h"

#define ENTRIES_MAX 32

struct looking {
	const struct pawl_webhook_diagnosis *in;
	const struct pawl_json *auth;
	struct pawl_str preset;
	struct pawl_arena *arena;
	struct pawl_str texts[ENTRIES_MAX]; /* each entry's secret; empty: it has none */
	struct pawl_diagnosis_secret others[PAWL_DIAGNOSE_SECRETS_MAX];
	size_t n_others;
	size_t work; /* that is left for all entries together */
};

/* ---- the secrets of entries ------------------------------------------------------------- */

static struct pawl_str
resolve(struct looking *l, const struct pawl_json *entry, const char *member,
	struct pawl_auth_versions *versions)
{
	const struct pawl_json *text = pawl_json_get_c(entry, member);
	struct pawl_str value;

	if (!pawl_json_is(text, PAWL_JSON_STRING) ||
	    !pawl_auth_resolve(text, "", l->in->secrets, versions, l->arena, &value, NULL))
		return PAWL_STR("");
	return value;
}

static struct pawl_str
secret_of(struct looking *l, const struct pawl_json *entry, struct pawl_auth_versions *versions)
{
	struct pawl_str type = pawl_json_get_str(entry, "type", PAWL_STR(""));
	struct pawl_str password;

	if (!pawl_str_eq_c(type, "basic"))
		return resolve(l, entry, "secret", versions);
	password = resolve(l, entry, "password", versions);
	if (password.len == 0)
		return PAWL_STR("");
	return pawl_arena_printf(l->arena, "%.*s:%.*s",
				 PAWL_STR_ARG(resolve(l, entry, "username", versions)),
				 PAWL_STR_ARG(password));
}

/* The newest that was valid when the request came. */
static struct pawl_str
secret_at(struct looking *l, const struct pawl_json *entry)
{
	struct pawl_auth_versions versions;
	struct pawl_str text;
	size_t wanted = 0;

	do {
		versions = (struct pawl_auth_versions){.wanted = wanted};
		text = secret_of(l, entry, &versions);
		if (versions.not_before_us <= l->in->facts->now_us)
			return text;
	} while (++wanted < versions.n);
	return PAWL_STR("");
}

/* ---- what the sender might have used ---------------------------------------------------- */

/* What is there already was found in a better place. */
static void
add_other(struct looking *l, struct pawl_str text, struct pawl_str name,
	  const struct pawl_auth_versions *valid)
{
	bool is_new = text.len > 0 && l->n_others < PAWL_DIAGNOSE_SECRETS_MAX;

	for (size_t i = 0; is_new && i < l->n_others; i++)
		is_new = !pawl_str_eq(l->others[i].text, text);
	if (is_new)
		l->others[l->n_others++] = (struct pawl_diagnosis_secret){
			text, name, valid->not_before_us, valid->not_after_us};
}

/* Versions are told apart where they are not all alike. */
static struct pawl_str
version_name(struct looking *l, struct pawl_str name, const struct pawl_auth_versions *of)
{
	if (!of->version || (!of->not_before_us && !of->not_after_us))
		return name;
	return pawl_arena_printf(l->arena, "version %llu of %.*s", (unsigned long long)of->version,
				 PAWL_STR_ARG(name));
}

/* By its own name where the entry only names it. */
static struct pawl_str
entry_name(struct looking *l, const struct pawl_json *auth, uint32_t i, const char *where)
{
	struct pawl_str text = pawl_json_get_str(&auth->items[i], "secret", PAWL_STR(""));
	bool is_named = pawl_str_starts_with(text, PAWL_STR("${secrets.")) &&
			pawl_str_find_char(text, '}') == text.len - 1;

	return is_named ? text
			: pawl_arena_printf(l->arena, "the secret of entry %u of auth%s",
					    (unsigned)i + 1, where);
}

static void
add_entries(struct looking *l, const struct pawl_json *auth, const char *where)
{
	for (uint32_t i = 0; pawl_json_is(auth, PAWL_JSON_ARRAY) && i < auth->len; i++) {
		struct pawl_str name = entry_name(l, auth, i, where);
		struct pawl_auth_versions versions;
		struct pawl_str text;
		size_t wanted = 0;

		if (i == ENTRIES_MAX)
			return;
		do {
			versions =
				(struct pawl_auth_versions){.wanted = wanted, .also_expired = true};
			text = secret_of(l, &auth->items[i], &versions);
			add_other(l, text, version_name(l, name, &versions), &versions);
		} while (++wanted < versions.n);
	}
}

static void
add_named(struct looking *l)
{
	const char **names;
	size_t n = pawl_secrets_names(l->in->secrets, l->arena, &names);

	for (size_t i = 0; i < n; i++) {
		struct pawl_str name = pawl_arena_printf(l->arena, "${secrets.%s}", names[i]);
		struct pawl_secret_version *list;
		size_t n_list = pawl_secrets_all_versions(l->in->secrets, pawl_str_c(names[i]),
							  l->arena, &list);

		for (size_t v = 0; v < n_list; v++) {
			struct pawl_auth_versions valid = {.version = list[v].id,
							   .not_before_us = list[v].not_before_us,
							   .not_after_us = list[v].not_after_us};

			add_other(l, list[v].value, version_name(l, name, &valid), &valid);
		}
	}
}

/* All that the sender might have used. Its own secret is among them; that does no harm. */
static void
gather(struct looking *l)
{
	char where[48];

	add_entries(l, l->auth, "");
	add_named(l);
	for (size_t i = 0; i < l->in->n_revisions; i++) {
		const struct pawl_webhook_revision *revision = &l->in->revisions[i];

		snprintf(where, sizeof where, " in revision %lu", (unsigned long)revision->number);
		add_entries(l, pawl_json_get_c(revision->config, "auth"), where);
	}
}

/* ---- one entry -------------------------------------------------------------------------- */

static void
look_at_signature(struct looking *l, const struct pawl_json *entry, struct pawl_str secret,
		  struct pawl_diagnosis *out)
{
	struct pawl_scheme *own = NULL;
	const struct pawl_scheme *scheme = pawl_auth_scheme(entry, "", l->preset, &own, NULL);

	if (scheme)
		pawl_diagnose(&(struct pawl_diagnosis_input){.scheme = scheme,
							     .secret = secret,
							     .others = l->others,
							     .n_others = l->n_others,
							     .facts = l->in->facts,
							     .work = &l->work},
			      l->arena, out);
	pawl_scheme_free(own);
}

static void
look_at_credential(struct looking *l, const struct pawl_json *entry, struct pawl_str secret,
		   struct pawl_diagnosis *out)
{
	struct pawl_str type = pawl_json_get_str(entry, "type", PAWL_STR(""));
	struct pawl_credential_input in = {.kind = PAWL_CREDENTIAL_HEADER,
					   .header = PAWL_STR("Authorization"),
					   .expected = secret,
					   .others = l->others,
					   .n_others = l->n_others,
					   .facts = l->in->facts};

	if (pawl_str_eq_c(type, "basic"))
		in.kind = PAWL_CREDENTIAL_BASIC;
	else if (pawl_str_eq_c(type, "bearer"))
		in.kind = PAWL_CREDENTIAL_BEARER;
	else
		in.header = pawl_json_get_str(entry, "name", PAWL_STR(""));
	pawl_diagnose_credential(&in, l->arena, out);
}

/* Where the entry has no secret, only another one can be named. */
static void
look_at(struct looking *l, uint32_t i, struct pawl_diagnosis *out)
{
	const struct pawl_json *entry = &l->auth->items[i];
	struct pawl_str type = pawl_json_get_str(entry, "type", PAWL_STR(""));

	if (pawl_str_eq_c(type, "none"))
		*out = (struct pawl_diagnosis){"fits_now", "everybody is let in now"};
	else if (pawl_str_eq_c(type, "signature"))
		look_at_signature(l, entry, l->texts[i], out);
	else
		look_at_credential(l, entry, l->texts[i], out);
	if (!out->code && l->texts[i].len == 0)
		*out = (struct pawl_diagnosis){
			"secret_missing",
			"the secret that this entry of auth names is not there, "
			"valid no more or not yet, or empty: nobody is let in by it"};
}

void
pawl_webhook_diagnose(const struct pawl_webhook_diagnosis *in, struct pawl_arena *arena,
		      struct pawl_diagnosis *out, int *entry)
{
	struct looking l = {.in = in,
			    .auth = pawl_json_get_c(in->config, "auth"),
			    .preset = pawl_json_get_str(in->config, "preset", PAWL_STR("")),
			    .arena = arena,
			    .work = PAWL_DIAGNOSE_WORK_MAX};
	struct pawl_diagnosis one;

	*entry = -1;
	*out = (struct pawl_diagnosis){NULL, "no entry of auth can be tried"};
	if (!pawl_json_is(l.auth, PAWL_JSON_ARRAY))
		return;
	for (uint32_t i = 0; i < l.auth->len && i < ENTRIES_MAX; i++)
		l.texts[i] = secret_at(&l, &l.auth->items[i]);
	gather(&l);
	for (uint32_t i = 0; i < l.auth->len && i < ENTRIES_MAX; i++) {
		one = (struct pawl_diagnosis){NULL, out->message};
		look_at(&l, i, &one);
		if (one.code || i == 0)
			*out = one;
		if (one.code) {
			*entry = (int)i;
			return;
		}
	}
}
