#include "trigger/webhook_diagnose.h"

#include <stdio.h>

#include "trigger/webhook_internal.h"

#define ENTRIES_MAX 32

struct looking {
	const struct pawl_json *auth;
	struct pawl_str preset;
	struct pawl_secrets *secrets;
	const struct pawl_request_facts *facts;
	struct pawl_arena *arena;
	struct pawl_str texts[ENTRIES_MAX]; /* each entry's secret; empty: it has none */
	struct pawl_diagnosis_secret others[PAWL_DIAGNOSE_SECRETS_MAX];
	size_t n_others;
	size_t work; /* that is left for all entries together */
};

static void
add_other(struct looking *l, struct pawl_str text, struct pawl_str name)
{
	if (text.len > 0 && l->n_others < PAWL_DIAGNOSE_SECRETS_MAX)
		l->others[l->n_others++] = (struct pawl_diagnosis_secret){text, name};
}

/* All that the sender might have used. Its own secret is among them; that does no harm. */
static void
gather(struct looking *l)
{
	const char **names;
	struct pawl_str value;
	size_t n;

	for (uint32_t i = 0; i < l->auth->len && i < ENTRIES_MAX; i++)
		add_other(l, l->texts[i],
			  pawl_arena_printf(l->arena, "the secret of entry %u of auth",
					    (unsigned)i + 1));
	n = pawl_secrets_names(l->secrets, l->arena, &names);
	for (size_t i = 0; i < n; i++) {
		if (pawl_secrets_get(l->secrets, pawl_str_c(names[i]), l->arena, &value))
			add_other(l, value, pawl_arena_printf(l->arena, "${secrets.%s}", names[i]));
	}
}

static struct pawl_str
resolve(struct looking *l, const struct pawl_json *entry, const char *member)
{
	const struct pawl_json *text = pawl_json_get_c(entry, member);
	struct pawl_auth_versions newest = {.wanted = 0};
	struct pawl_str value;

	if (!pawl_json_is(text, PAWL_JSON_STRING) ||
	    !pawl_auth_resolve(text, "", l->secrets, &newest, l->arena, &value, NULL))
		return PAWL_STR("");
	return value;
}

static struct pawl_str
secret_of(struct looking *l, const struct pawl_json *entry)
{
	struct pawl_str type = pawl_json_get_str(entry, "type", PAWL_STR(""));
	struct pawl_str password;

	if (!pawl_str_eq_c(type, "basic"))
		return resolve(l, entry, "secret");
	password = resolve(l, entry, "password");
	if (password.len == 0)
		return PAWL_STR("");
	return pawl_arena_printf(l->arena, "%.*s:%.*s", PAWL_STR_ARG(resolve(l, entry, "username")),
				 PAWL_STR_ARG(password));
}

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
							     .facts = l->facts,
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
					   .facts = l->facts};

	if (pawl_str_eq_c(type, "basic"))
		in.kind = PAWL_CREDENTIAL_BASIC;
	else if (pawl_str_eq_c(type, "bearer"))
		in.kind = PAWL_CREDENTIAL_BEARER;
	else
		in.header = pawl_json_get_str(entry, "name", PAWL_STR(""));
	pawl_diagnose_credential(&in, l->arena, out);
}

static void
look_at(struct looking *l, uint32_t i, struct pawl_diagnosis *out)
{
	const struct pawl_json *entry = &l->auth->items[i];
	struct pawl_str type = pawl_json_get_str(entry, "type", PAWL_STR(""));

	if (pawl_str_eq_c(type, "none"))
		*out = (struct pawl_diagnosis){"fits_now", "everybody is let in now"};
	else if (l->texts[i].len == 0)
		*out = (struct pawl_diagnosis){
			"secret_missing", "the secret that this entry of auth names is not there, "
					  "or empty: nobody is let in by it"};
	else if (pawl_str_eq_c(type, "signature"))
		look_at_signature(l, entry, l->texts[i], out);
	else
		look_at_credential(l, entry, l->texts[i], out);
}

void
pawl_webhook_diagnose(const struct pawl_json *config, struct pawl_secrets *secrets,
		      const struct pawl_request_facts *facts, struct pawl_arena *arena,
		      struct pawl_diagnosis *out, int *entry)
{
	const struct pawl_json *auth = pawl_json_get_c(config, "auth");
	struct looking l = {.auth = auth,
			    .preset = pawl_json_get_str(config, "preset", PAWL_STR("")),
			    .secrets = secrets,
			    .facts = facts,
			    .arena = arena,
			    .work = PAWL_DIAGNOSE_WORK_MAX};
	struct pawl_diagnosis one;

	*entry = -1;
	*out = (struct pawl_diagnosis){NULL, "no entry of auth can be tried"};
	if (!pawl_json_is(auth, PAWL_JSON_ARRAY))
		return;
	for (uint32_t i = 0; i < auth->len && i < ENTRIES_MAX; i++)
		l.texts[i] = secret_of(&l, &auth->items[i]);
	gather(&l);
	for (uint32_t i = 0; i < auth->len && i < ENTRIES_MAX; i++) {
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
