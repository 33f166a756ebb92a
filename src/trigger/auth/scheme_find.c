/* Where the texts of a request stand: headers, pairs, parameters, members of the body. */
#include <stdint.h>
#include <stdio.h>

#include "base/codec.h"
#include "trigger/auth/scheme_internal.h"

#define ID_PARTS_JOINER ":"

size_t
pawl_scheme_find_header(const struct pawl_scheme_names *names,
			const struct pawl_request_facts *facts, struct pawl_str *value)
{
	for (size_t k = 0; k < names->len; k++) {
		size_t n = 0;

		for (size_t i = 0; i < facts->n_headers; i++) {
			if (!pawl_str_eq_nocase(facts->headers[i].name, names->items[k]))
				continue;
			if (n++ == 0)
				*value = facts->headers[i].value;
		}
		if (n > 0)
			return n;
	}
	return 0;
}

bool
pawl_scheme_next_signature(const struct pawl_scheme *scheme, struct pawl_str prefix,
			   struct pawl_str value, struct pawl_scheme_cursor *cursor,
			   struct pawl_str *signature)
{
	struct pawl_str item;

	if (!cursor->started) {
		cursor->started = true;
		cursor->rest = value;
		if (scheme->format == PAWL_FORMAT_PREFIX) {
			if (!pawl_str_starts_with(value, prefix))
				return false;
			*signature = pawl_str_sub(value, prefix.len, value.len);
			return true;
		}
	}
	if (scheme->format == PAWL_FORMAT_PREFIX)
		return false;
	while (pawl_str_split(&cursor->rest, scheme->separator.ptr[0], &item)) {
		item = pawl_str_trim(item);
		if (pawl_str_starts_with(item, prefix)) {
			*signature = pawl_str_sub(item, prefix.len, item.len);
			return true;
		}
	}
	return false;
}

size_t
pawl_scheme_find_pair(const struct pawl_scheme *scheme, struct pawl_str value, struct pawl_str key,
		      struct pawl_str *found)
{
	struct pawl_str item;
	size_t n = 0;

	while (pawl_str_split(&value, scheme->separator.ptr[0], &item)) {
		item = pawl_str_trim(item);
		if (item.len <= key.len || item.ptr[key.len] != '=' ||
		    !pawl_str_starts_with(item, key))
			continue;
		if (n++ == 0)
			*found = pawl_str_sub(item, key.len + 1, item.len);
	}
	return n;
}

/* Names of parameters are plain in every preset; a value is decoded, or left as it is where its
 * escapes are broken. */
static size_t
find_parameter(struct pawl_str text, struct pawl_str name, struct pawl_arena *arena,
	       struct pawl_str *out)
{
	struct pawl_str item;
	size_t n = 0;

	while (text.ptr && pawl_str_split(&text, '&', &item)) {
		struct pawl_str given;
		struct pawl_str rest = item, decoded;

		(void)pawl_str_split(&rest, '=', &given);
		if (!pawl_url_decode(arena, given, true, &decoded))
			decoded = given;
		if (!pawl_str_eq(decoded, name) || n++ > 0)
			continue;
		*out = rest.ptr ? rest : PAWL_STR("");
		if (pawl_url_decode(arena, *out, true, &decoded))
			*out = decoded;
	}
	return n;
}

static size_t
find_credentials(const struct pawl_request_facts *facts, struct pawl_str scheme_name,
		 struct pawl_str *out)
{
	static struct pawl_str name = {"Authorization", 13};
	const struct pawl_scheme_names names = {&name, 1};
	struct pawl_str value;
	size_t n = pawl_scheme_find_header(&names, facts, &value);

	if (n == 0 || value.len <= scheme_name.len || value.ptr[scheme_name.len] != ' ' ||
	    !pawl_str_eq_nocase(pawl_str_sub(value, 0, scheme_name.len), scheme_name))
		return 0;
	*out = pawl_str_trim(pawl_str_sub(value, scheme_name.len, value.len));
	return n;
}

static size_t
find_in_body(const struct pawl_json *body, struct pawl_str pointer, struct pawl_str *out)
{
	const struct pawl_json *v = body ? pawl_json_pointer(body, pointer) : NULL;

	if (!pawl_json_is(v, PAWL_JSON_STRING) && !pawl_json_is(v, PAWL_JSON_NUMBER))
		return 0;
	*out = pawl_json_str(v);
	return 1;
}

size_t
pawl_scheme_find(const struct pawl_scheme *scheme, const struct pawl_scheme_source *source,
		 const struct pawl_request_facts *facts, const struct pawl_json *body,
		 struct pawl_arena *arena, struct pawl_str *out)
{
	struct pawl_str header;
	size_t n;

	switch (source->from) {
	case PAWL_FROM_NOWHERE:
		return 0;
	case PAWL_FROM_HEADER:
		return pawl_scheme_find_header(&source->headers, facts, out);
	case PAWL_FROM_PAIR:
		if (pawl_scheme_find_header(&scheme->signature.headers, facts, &header) == 0)
			return 0;
		return pawl_scheme_find_pair(scheme, header, source->key, out);
	case PAWL_FROM_BODY:
		return find_in_body(body, source->key, out);
	case PAWL_FROM_QUERY:
		return find_parameter(facts->query, source->key, arena, out);
	case PAWL_FROM_FORM:
		return find_parameter(facts->body, source->key, arena, out);
	case PAWL_FROM_BEARER:
		return find_credentials(facts, PAWL_STR("Bearer"), out);
	case PAWL_FROM_BASIC:
		n = find_credentials(facts, PAWL_STR("Basic"), &header);
		return n && pawl_base64_decode(arena, header, PAWL_BASE64_STD, out) ? n : 0;
	}
	return 0;
}

struct pawl_str
pawl_scheme_find_all(const struct pawl_scheme *scheme, const struct pawl_scheme_sources *sources,
		     const struct pawl_request_facts *facts, const struct pawl_json *body,
		     struct pawl_arena *arena)
{
	struct pawl_str all = PAWL_STR("");

	for (size_t i = 0; i < sources->len; i++) {
		struct pawl_str one = PAWL_STR("");

		(void)pawl_scheme_find(scheme, &sources->items[i], facts, body, arena, &one);
		if (i == 0)
			all = one;
		else if (one.len > 0)
			all = pawl_arena_printf(arena, "%.*s" ID_PARTS_JOINER "%.*s",
						PAWL_STR_ARG(all), PAWL_STR_ARG(one));
		if (all.len == 0)
			break;
	}
	return all;
}

bool
pawl_scheme_find_values(const struct pawl_scheme *scheme, const struct pawl_scheme_values *values,
			const struct pawl_request_facts *facts, const struct pawl_json *body,
			struct pawl_arena *arena, struct pawl_scheme_texts *texts,
			struct pawl_str *missing)
{
	for (size_t i = 0; i < values->len; i++) {
		const struct pawl_scheme_value *v = &values->items[i];
		size_t n =
			pawl_scheme_find(scheme, &v->source, facts, body, arena, &texts->values[i]);

		if (n == 0 && v->fallback.ptr)
			texts->values[i] = v->fallback;
		else if (n != 1) {
			*missing = v->name;
			return false;
		}
	}
	return true;
}

bool
pawl_scheme_find_one(const struct pawl_scheme_names *names, const struct pawl_request_facts *facts,
		     struct pawl_arena *arena, struct pawl_str *value, struct pawl_refusal *refusal)
{
	size_t n = pawl_scheme_find_header(names, facts, value);

	if (n == 0)
		return pawl_scheme_refuse_with(refusal, arena, "missing_header",
					       "the header %.*s is missing",
					       PAWL_STR_ARG(names->items[0]));
	if (n > 1)
		return pawl_scheme_refuse_with(refusal, arena, "repeated_header",
					       "the header %.*s is there more than once",
					       PAWL_STR_ARG(names->items[0]));
	return true;
}

bool
pawl_scheme_refuse(struct pawl_refusal *refusal, const char *code, const char *message)
{
	*refusal = (struct pawl_refusal){code, message};
	return false;
}

bool
pawl_scheme_refuse_with(struct pawl_refusal *refusal, struct pawl_arena *arena, const char *code,
			const char *fmt, ...)
{
	char message[256];
	va_list args;

	va_start(args, fmt);
	vsnprintf(message, sizeof(message), fmt, args);
	va_end(args);
	return pawl_scheme_refuse(refusal, code, pawl_arena_dup_c(arena, pawl_str_c(message)));
}
