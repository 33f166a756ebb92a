#include "data/yaml_scalar.h"

enum kind { KIND_NULL, KIND_BOOL, KIND_INT, KIND_FLOAT, KIND_STRING, KIND_NOT_FINITE };

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_word(struct pawl_str s, const char *const words[3])
{
	for (int i = 0; i < 3; i++) {
		if (pawl_str_eq_c(s, words[i]))
			return true;
	}
	return false;
}

static bool
is_true(struct pawl_str s)
{
	return is_word(s, (const char *const[]){"true", "True", "TRUE"});
}

static bool
is_false(struct pawl_str s)
{
	return is_word(s, (const char *const[]){"false", "False", "FALSE"});
}

static bool
is_null(struct pawl_str s)
{
	return s.len == 0 || pawl_str_eq_c(s, "~") ||
	       is_word(s, (const char *const[]){"null", "Null", "NULL"});
}

static bool
is_not_finite(struct pawl_str s)
{
	if (is_word(s, (const char *const[]){".nan", ".NaN", ".NAN"}))
		return true;
	if (s.len > 0 && (s.ptr[0] == '+' || s.ptr[0] == '-'))
		s = pawl_str_sub(s, 1, s.len);
	return is_word(s, (const char *const[]){".inf", ".Inf", ".INF"});
}

static int
digit_in_base(char c, unsigned base)
{
	int d = is_digit(c) ? c - '0' : (c | 0x20) >= 'a' ? (c | 0x20) - 'a' + 10 : 99;

	return d < (int)base ? d : -1;
}

/* 0 when `s` is no 0x or 0o number, else 16 or 8. */
static unsigned
number_base(struct pawl_str s)
{
	unsigned base;

	if (s.len < 3 || s.ptr[0] != '0' || (s.ptr[1] != 'x' && s.ptr[1] != 'o'))
		return 0;
	base = s.ptr[1] == 'x' ? 16 : 8;
	for (size_t i = 2; i < s.len; i++) {
		if (digit_in_base(s.ptr[i], base) < 0)
			return 0;
	}
	return base;
}

/* The parts of [-+]? (\.[0-9]+ | [0-9]+(\.[0-9]*)?) ([eE][-+]?[0-9]+)? */
struct decimal_parts {
	bool is_negative;
	struct pawl_str whole, fraction, exponent; /* exponent: from the "e" on */
};

static struct pawl_str
take_digits(struct pawl_str *rest)
{
	size_t n = 0;
	struct pawl_str digits;

	while (n < rest->len && is_digit(rest->ptr[n]))
		n++;
	digits = pawl_str_sub(*rest, 0, n);
	*rest = pawl_str_sub(*rest, n, rest->len);
	return digits;
}

static bool
take_any_of(struct pawl_str *rest, char a, char b)
{
	if (rest->len == 0 || (rest->ptr[0] != a && rest->ptr[0] != b))
		return false;
	*rest = pawl_str_sub(*rest, 1, rest->len);
	return true;
}

static bool
split_decimal(struct pawl_str s, struct decimal_parts *out)
{
	struct pawl_str rest = s;

	*out = (struct decimal_parts){.is_negative = s.len > 0 && s.ptr[0] == '-'};
	(void)take_any_of(&rest, '-', '+');
	out->whole = take_digits(&rest);
	if (take_any_of(&rest, '.', '.'))
		out->fraction = take_digits(&rest);
	if (out->whole.len + out->fraction.len == 0)
		return false;
	out->exponent = rest;
	if (take_any_of(&rest, 'e', 'E')) {
		(void)take_any_of(&rest, '-', '+');
		if (take_digits(&rest).len == 0)
			return false;
	}
	return rest.len == 0;
}

static enum kind
kind_of_plain(struct pawl_str s)
{
	struct decimal_parts parts;

	if (is_null(s))
		return KIND_NULL;
	if (is_true(s) || is_false(s))
		return KIND_BOOL;
	if (number_base(s))
		return KIND_INT;
	if (split_decimal(s, &parts))
		return parts.exponent.len == 0 && pawl_str_find_char(s, '.') == SIZE_MAX
			       ? KIND_INT
			       : KIND_FLOAT;
	return is_not_finite(s) ? KIND_NOT_FINITE : KIND_STRING;
}

static const char *
number_in_base(struct pawl_arena *arena, struct pawl_str s, unsigned base, struct pawl_str *out)
{
	uint64_t n = 0;

	for (size_t i = 2; i < s.len; i++) {
		if (__builtin_mul_overflow(n, base, &n))
			return "a hexadecimal or octal number has at most 64 bits";
		n += (uint64_t)digit_in_base(s.ptr[i], base);
	}
	*out = pawl_arena_printf(arena, "%llu", (unsigned long long)n);
	return NULL;
}

/* The text itself where it is a JSON number; else the same number as JSON writes it. */
static const char *
number(struct pawl_arena *arena, struct pawl_str s, struct pawl_json *out)
{
	struct pawl_str text = s;
	struct decimal_parts parts;
	unsigned base = number_base(s);
	const char *problem;

	if (base) {
		problem = number_in_base(arena, s, base, &text);
		if (problem)
			return problem;
	} else if (pawl_json_validate(s, NULL) == PAWL_OK) {
		text = pawl_arena_dup(arena, s);
	} else if (split_decimal(s, &parts)) {
		while (parts.whole.len > 1 && parts.whole.ptr[0] == '0')
			parts.whole = pawl_str_sub(parts.whole, 1, parts.whole.len);
		if (parts.whole.len == 0)
			parts.whole = PAWL_STR("0");
		text = pawl_arena_printf(arena, "%s%.*s%s%.*s%.*s", parts.is_negative ? "-" : "",
					 PAWL_STR_ARG(parts.whole), parts.fraction.len ? "." : "",
					 PAWL_STR_ARG(parts.fraction),
					 PAWL_STR_ARG(parts.exponent));
	}
	*out = (struct pawl_json){
		.type = PAWL_JSON_NUMBER, .len = (uint32_t)text.len, .text = text.ptr};
	return NULL;
}

static const char *
value_of_kind(struct pawl_arena *arena, struct pawl_str text, enum kind kind, struct pawl_json *out)
{
	switch (kind) {
	case KIND_NULL:
		*out = pawl_json_null();
		return NULL;
	case KIND_BOOL:
		*out = pawl_json_bool(is_true(text));
		return NULL;
	case KIND_INT:
	case KIND_FLOAT:
		return number(arena, text, out);
	case KIND_STRING:
		*out = pawl_json_string(pawl_arena_dup(arena, text));
		return NULL;
	case KIND_NOT_FINITE:
		return "JSON has no infinity and no NaN; put it in quotes to have it as a string";
	}
	return NULL;
}

const char *
pawl_yaml_scalar(struct pawl_arena *arena, struct pawl_str text, struct pawl_str tag, bool is_plain,
		 struct pawl_json *out)
{
	const struct pawl_str prefix = PAWL_STR(PAWL_YAML_TAG_PREFIX);
	enum kind kind = kind_of_plain(text);

	if (tag.len == 0)
		return value_of_kind(arena, text, is_plain ? kind : KIND_STRING, out);
	if (pawl_str_eq_c(tag, "!"))
		return value_of_kind(arena, text, KIND_STRING, out);
	if (!pawl_str_starts_with(tag, prefix))
		return "unknown tag: only those of the core schema have a meaning in JSON";
	tag = pawl_str_sub(tag, prefix.len, tag.len);
	if (pawl_str_eq_c(tag, "str"))
		return value_of_kind(arena, text, KIND_STRING, out);
	if ((pawl_str_eq_c(tag, "null") && kind == KIND_NULL) ||
	    (pawl_str_eq_c(tag, "bool") && kind == KIND_BOOL) ||
	    (pawl_str_eq_c(tag, "int") && kind == KIND_INT) ||
	    (pawl_str_eq_c(tag, "float") &&
	     (kind == KIND_INT || kind == KIND_FLOAT || kind == KIND_NOT_FINITE)))
		return value_of_kind(arena, text, kind, out);
	return "the tag does not fit the value";
}
