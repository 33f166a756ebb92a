/* The scheme of an `auth` entry of type signature: a preset by name, or the generic HMAC preset
 * with some of its parts replaced. */
#include <stdio.h>

#include "flow/field.h"
#include "trigger/webhook_internal.h"

/* An entry's member, and where it stands in a preset's document. */
static const struct {
	const char *member;
	const char *pointer;
} parts[] = {
	{"header", "/header"},        {"algorithm", "/algorithm"},
	{"encoding", "/encoding"},    {"signed", "/signed"},
	{"prefix", "/format/prefix"}, {"tolerance", "/timestamp/tolerance"},
	{"timestamp", "/timestamp"},
};
#define N_PARTS (sizeof(parts) / sizeof(parts[0]))

static const char *
member_of(struct pawl_str pointer)
{
	for (size_t i = 0; i < N_PARTS; i++) {
		if (pawl_str_starts_with(pointer, pawl_str_c(parts[i].pointer)))
			return parts[i].member;
	}
	return NULL;
}

static bool
has_own_parts(const struct pawl_json *entry)
{
	for (size_t i = 0; i < N_PARTS; i++) {
		if (pawl_json_get_c(entry, parts[i].member))
			return true;
	}
	return false;
}

static void
set_object(struct pawl_json_builder *b, const char *key, const char *inner_key,
	   struct pawl_json inner)
{
	struct pawl_json_builder object;

	pawl_json_object_begin(&object, b->arena);
	pawl_json_set_c(&object, inner_key, inner);
	pawl_json_set_c(b, key, pawl_json_end(&object));
}

static void
set_timestamp(struct pawl_json_builder *b, const struct pawl_json *entry)
{
	const struct pawl_json *timestamp = pawl_json_get_c(entry, "timestamp");
	int64_t ms = pawl_config_duration_ms(entry, "tolerance", 300000);
	struct pawl_json_builder object;
	struct pawl_str tolerance = pawl_arena_printf(b->arena, "%lldms", (long long)ms);

	pawl_json_object_begin(&object, b->arena);
	pawl_json_set_c(&object, "header", *timestamp);
	pawl_json_set_c(&object, "tolerance", pawl_json_string(tolerance));
	pawl_json_set_c(b, "timestamp", pawl_json_end(&object));
	if (!pawl_json_get_c(entry, "signed"))
		pawl_json_set_c(b, "signed", pawl_json_string_c("{ts}.{body}"));
}

/* The preset "hmac" with the entry's parts in place of its own. */
static struct pawl_json
generic_document(const struct pawl_json *entry, struct pawl_arena *arena)
{
	static const char *const as_they_are[] = {"header", "algorithm", "encoding", "signed"};
	const struct pawl_json *base = pawl_scheme_document(pawl_scheme_preset(PAWL_STR("hmac")));
	const struct pawl_json *prefix = pawl_json_get_c(entry, "prefix");
	struct pawl_json_builder b;

	pawl_json_object_begin(&b, arena);
	for (uint32_t i = 0; i < base->len; i++)
		pawl_json_set(&b, base->members[i].key, base->members[i].value);
	for (size_t i = 0; i < sizeof(as_they_are) / sizeof(as_they_are[0]); i++) {
		const struct pawl_json *v = pawl_json_get_c(entry, as_they_are[i]);

		if (v)
			pawl_json_set_c(&b, as_they_are[i], *v);
	}
	if (prefix)
		set_object(&b, "format", "prefix", *prefix);
	if (pawl_json_get_c(entry, "timestamp"))
		set_timestamp(&b, entry);
	return pawl_json_end(&b);
}

/* Is one of the first `n` about this place? */
static bool
is_told(const struct pawl_problems *problems, size_t n, const char *where)
{
	for (size_t i = 0; i < n; i++) {
		if (strcmp(problems->items[i].where, where) == 0)
			return true;
	}
	return false;
}

/* The problems of a preset's document, at the entry's members; what the fields have said of one
 * already is not said again. */
static void
move_problems(const struct pawl_problems *from, const char *pointer, struct pawl_problems *to)
{
	size_t n_before = to ? to->len : 0; /* one member may well have two of `from` */

	for (size_t i = 0; i < from->len; i++) {
		const char *member = member_of(pawl_str_c(from->items[i].where));
		char where[160];

		snprintf(where, sizeof(where), "%s%s%s", pointer, member ? "/" : "",
			 member ? member : "");
		if (!is_told(to, n_before, where))
			pawl_problems_add(to, where, "%s", from->items[i].message);
	}
}

static struct pawl_scheme *
new_generic(const struct pawl_json *entry, const char *pointer, struct pawl_problems *problems)
{
	struct pawl_problems found = {0};
	struct pawl_scheme *scheme;
	struct pawl_arena arena;
	struct pawl_json doc;

	pawl_arena_init(&arena, 0);
	doc = generic_document(entry, &arena);
	if (pawl_json_get_c(entry, "tolerance") && !pawl_json_get_c(entry, "timestamp"))
		pawl_problems_add(&found, "/timestamp/tolerance",
				  "has no effect without \"timestamp\": name the header with the "
				  "time, or remove it");
	scheme = pawl_scheme_new(&doc, &found);
	move_problems(&found, pointer, problems);
	if (found.len > 0) {
		pawl_scheme_free(scheme);
		scheme = NULL;
	}
	pawl_problems_fini(&found);
	pawl_arena_fini(&arena);
	return scheme;
}

const struct pawl_scheme *
pawl_auth_scheme(const struct pawl_json *entry, const char *pointer, struct pawl_str preset,
		 struct pawl_scheme **own, struct pawl_problems *problems)
{
	struct pawl_str name = pawl_json_get_str(entry, "scheme", preset);
	const struct pawl_scheme *scheme = pawl_scheme_preset(name);

	*own = NULL;
	if (name.len == 0) {
		pawl_problems_add(problems, pointer,
				  "\"scheme\" is missing: name the provider here or as the "
				  "trigger's \"preset\", or say \"hmac\"");
		return NULL;
	}
	if (!scheme) {
		pawl_problems_add(problems, pointer, "there is no scheme of that name");
		return NULL;
	}
	if (!has_own_parts(entry))
		return scheme;
	if (!pawl_str_eq_c(name, "hmac")) {
		pawl_problems_add(
			problems, pointer,
			"only the scheme \"hmac\" takes header, algorithm, encoding, prefix, "
			"signed, timestamp and tolerance; remove them");
		return NULL;
	}
	*own = new_generic(entry, pointer, problems);
	return *own;
}
