/* Templates of presets: reading them, and filling them in. */
#include <stdint.h>
#include <stdio.h>

#include "base/codec.h"
#include "trigger/auth/scheme_internal.h"

static const struct {
	const char *name;
	enum pawl_scheme_variable variable;
} variables[] = {
	{"body", PAWL_VAR_BODY},     {"ts", PAWL_VAR_TS},   {"id", PAWL_VAR_ID},
	{"secret", PAWL_VAR_SECRET}, {"url", PAWL_VAR_URL}, {"sorted_form", PAWL_VAR_FORM},
};

static const struct {
	const char *name;
	enum pawl_scheme_filter filter;
} filters[] = {
	{"json", PAWL_FILTER_JSON},
	{"hmac_hex", PAWL_FILTER_HMAC_HEX},
	{"hmac_base64", PAWL_FILTER_HMAC_BASE64},
};

#define N_VARIABLES (sizeof(variables) / sizeof(variables[0]))
#define N_FILTERS   (sizeof(filters) / sizeof(filters[0]))

/* ---- reading ---------------------------------------------------------------------- */

struct reading {
	struct pawl_scheme_compiler *c;
	const char *where;
	unsigned allowed;
	const struct pawl_scheme_values *values;
	struct pawl_scheme_template *out;
};

static bool
add_part(const struct reading *r, struct pawl_scheme_part part)
{
	struct pawl_scheme_template *out = r->out;

	if (out->len == PAWL_SCHEME_PARTS_MAX) {
		pawl_scheme_complain(r->c, r->where, NULL, "has more than %d parts",
				     PAWL_SCHEME_PARTS_MAX);
		return false;
	}
	out->parts[out->len++] = part;
	out->uses |= 1u << part.variable;
	out->has_hmac |=
		part.filter == PAWL_FILTER_HMAC_HEX || part.filter == PAWL_FILTER_HMAC_BASE64;
	return true;
}

static bool
find_variable(const struct reading *r, struct pawl_str name, struct pawl_scheme_part *part)
{
	for (size_t i = 0; i < N_VARIABLES; i++) {
		part->variable = variables[i].variable;
		if ((r->allowed & 1u << part->variable) && pawl_str_eq_c(name, variables[i].name))
			return true;
	}
	part->variable = PAWL_VAR_VALUE;
	for (part->value = 0; r->values && part->value < r->values->len; part->value++) {
		if (pawl_str_eq(name, r->values->items[part->value].name))
			return true;
	}
	return false;
}

static bool
find_filter(struct pawl_str name, struct pawl_scheme_part *part)
{
	for (size_t i = 0; i < N_FILTERS; i++) {
		part->filter = filters[i].filter;
		if (pawl_str_eq_c(name, filters[i].name))
			return true;
	}
	return false;
}

/* What stands between the braces. */
static bool
read_variable(const struct reading *r, struct pawl_str inner)
{
	struct pawl_scheme_part part = {0};
	struct pawl_str name, filter = inner;

	(void)pawl_str_split(&filter, '|', &name);
	if (!find_variable(r, name, &part)) {
		pawl_scheme_complain(r->c, r->where, NULL, "knows no {%.*s}",
				     (int)(name.len < 64 ? name.len : 64), name.ptr);
		return false;
	}
	if (filter.ptr && !find_filter(filter, &part)) {
		pawl_scheme_complain(r->c, r->where, NULL,
				     "knows no filter \"%.*s\"; there are json, hmac_hex and "
				     "hmac_base64",
				     (int)(filter.len < 64 ? filter.len : 64), filter.ptr);
		return false;
	}
	return add_part(r, part);
}

/* Up to the first single brace; "{{" and "}}" stand for one of them. *rest begins at it, or is
 * empty. */
static bool
read_literal(const struct reading *r, struct pawl_str *rest)
{
	char *copy = pawl_arena_alloc(&r->c->scheme->arena, rest->len + 1);
	size_t i = 0, len = 0;

	for (; i < rest->len; i++) {
		char ch = rest->ptr[i];
		bool is_brace = ch == '{' || ch == '}';

		if (is_brace && i + 1 < rest->len && rest->ptr[i + 1] == ch)
			i++;
		else if (ch == '{')
			break;
		copy[len++] = ch;
	}
	*rest = pawl_str_sub(*rest, i, rest->len);
	if (len == 0)
		return true;
	return add_part(r, (struct pawl_scheme_part){.variable = PAWL_VAR_LITERAL,
						     .literal = pawl_str(copy, len)});
}

void
pawl_scheme_read_template(struct pawl_scheme_compiler *c, const char *where, struct pawl_str text,
			  unsigned allowed, const struct pawl_scheme_values *values,
			  struct pawl_scheme_template *out)
{
	struct reading r = {c, where, allowed, values, out};
	struct pawl_str rest = text;

	while (rest.len > 0) {
		size_t close;

		if (!read_literal(&r, &rest) || rest.len == 0)
			return;
		rest = pawl_str_sub(rest, 1, rest.len);
		close = pawl_str_find_char(rest, '}');
		if (close == SIZE_MAX) {
			pawl_scheme_complain(c, where, NULL, "has a { without its }");
			return;
		}
		if (!read_variable(&r, pawl_str_sub(rest, 0, close)))
			return;
		rest = pawl_str_sub(rest, close + 1, rest.len);
	}
}

/* ---- filling in --------------------------------------------------------------------- */

/* As JSON.stringify writes it: only what has to be escaped is. */
static struct pawl_str
json_text(struct pawl_str s, struct pawl_arena *arena)
{
	struct pawl_json v = pawl_json_string_dup(arena, s);

	return pawl_json_text(arena, &v);
}

static bool
hmac_text(struct pawl_str text, struct pawl_str key, bool hex, struct pawl_arena *arena,
	  struct pawl_str *out)
{
	unsigned char mac[PAWL_MAC_MAX];
	size_t len = pawl_mac_len(PAWL_MAC_HMAC_SHA256);
	struct pawl_str bytes = pawl_str((const char *)mac, len);
	struct pawl_buf buf;
	char *digits;

	if (key.len == 0 || !pawl_mac(PAWL_MAC_HMAC_SHA256, key, &text, 1, mac))
		return false;
	if (hex) {
		digits = pawl_arena_alloc(arena, 2 * len);
		pawl_hex_encode(mac, len, digits);
		*out = pawl_str(digits, 2 * len);
		return true;
	}
	pawl_buf_init(&buf, 2 * PAWL_MAC_MAX);
	(void)pawl_base64_encode(&buf, bytes, PAWL_BASE64_STD);
	*out = pawl_arena_dup(arena, pawl_buf_peek(&buf));
	pawl_buf_fini(&buf);
	return true;
}

static struct pawl_str
text_of(const struct pawl_scheme_part *part, const struct pawl_scheme_texts *texts)
{
	switch (part->variable) {
	case PAWL_VAR_LITERAL:
		return part->literal;
	case PAWL_VAR_BODY:
		return texts->body;
	case PAWL_VAR_TS:
		return texts->ts;
	case PAWL_VAR_ID:
		return texts->id;
	case PAWL_VAR_SECRET:
		return texts->secret;
	case PAWL_VAR_URL:
		return texts->url;
	case PAWL_VAR_FORM:
		return texts->form;
	case PAWL_VAR_VALUE:
		return texts->values[part->value];
	}
	return PAWL_STR("");
}

bool
pawl_scheme_expand(const struct pawl_scheme_template *tpl, const struct pawl_scheme_texts *texts,
		   struct pawl_arena *arena, struct pawl_str *pieces)
{
	for (size_t i = 0; i < tpl->len; i++) {
		const struct pawl_scheme_part *part = &tpl->parts[i];

		pieces[i] = text_of(part, texts);
		switch (part->filter) {
		case PAWL_FILTER_NONE:
			break;
		case PAWL_FILTER_JSON:
			pieces[i] = json_text(pieces[i], arena);
			break;
		case PAWL_FILTER_HMAC_HEX:
		case PAWL_FILTER_HMAC_BASE64:
			if (!hmac_text(pieces[i], texts->secret,
				       part->filter == PAWL_FILTER_HMAC_HEX, arena, &pieces[i]))
				return false;
			break;
		}
	}
	return true;
}

bool
pawl_scheme_render(const struct pawl_scheme_template *tpl, const struct pawl_scheme_texts *texts,
		   struct pawl_arena *arena, struct pawl_str *out)
{
	struct pawl_str pieces[PAWL_SCHEME_PARTS_MAX];
	size_t len = 0, at = 0;
	char *joined;

	if (!pawl_scheme_expand(tpl, texts, arena, pieces))
		return false;
	for (size_t i = 0; i < tpl->len; i++)
		len += pieces[i].len;
	joined = pawl_arena_alloc(arena, len + 1);
	for (size_t i = 0; i < tpl->len; i++) {
		if (pieces[i].len)
			memcpy(joined + at, pieces[i].ptr, pieces[i].len);
		at += pieces[i].len;
	}
	*out = pawl_str(joined, len);
	return true;
}
