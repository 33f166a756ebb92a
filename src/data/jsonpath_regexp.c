#include <stdlib.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "data/jsonpath_ast.h"

/* I-Regexp (RFC 9485) has no back references, no look-around and no lazy or possessive
 * quantifiers. The pattern is checked against its grammar and written anew for PCRE2, so
 * that nothing of PCRE2's own syntax gets through. */

#define PATTERN_MAX       (16 * 1024)
#define PATTERN_TEXT_MAX  (8 * PATTERN_MAX)
#define GROUP_NESTING_MAX 100

struct pawl_jp_regexp {
	struct pawl_regexp *code; /* NULL: not well-formed, matches nothing */
	struct pawl_jp_regexp *next;
	bool whole;
	size_t len;
	char pattern[];
};

struct translation {
	const char *p, *end;
	struct pawl_buf out;
};

static bool
next_is(const struct translation *t, char c)
{
	return t->p < t->end && *t->p == c;
}

/* One character, written so that it stands for itself, in and outside of brackets. */
static void
put_literal(struct translation *t, char c)
{
	bool is_word = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
		       c == '_' || (unsigned char)c >= 0x80;

	if (is_word)
		pawl_buf_append_char(&t->out, c);
	else
		pawl_buf_printf(&t->out, "\\x{%x}", (unsigned)(unsigned char)c);
}

/* charProp: a general category (RFC 9485 section 4); Cs is left out as strings have none. */
static bool
take_category(struct translation *t)
{
	static const char *const minors[] = {
		['L'] = "lmotu", ['M'] = "cen",  ['N'] = "dlo",  ['P'] = "cdefios",
		['Z'] = "lps",   ['S'] = "ckmo", ['C'] = "cfno",
	};
	const char *start = t->p;
	unsigned char major;

	if (!next_is(t, '{') || t->end - t->p < 3)
		return false;
	major = (unsigned char)t->p[1];
	if (major >= sizeof(minors) / sizeof(minors[0]) || !minors[major])
		return false;
	t->p += 2;
	if (*t->p != '}' && (*t->p == '\0' || !strchr(minors[major], *t->p)))
		return false;
	t->p += *t->p != '}';
	if (!next_is(t, '}'))
		return false;
	t->p++;
	pawl_buf_append(&t->out, start, (size_t)(t->p - start));
	return true;
}

/* After the backslash: a character that stands for itself, or a category when `category`
 * is not NULL, which says then which of the two it was. */
static bool
take_escape(struct translation *t, bool *category)
{
	char c;

	if (t->p == t->end)
		return false;
	c = *t->p++;
	if (category)
		*category = c == 'p' || c == 'P';
	if (c == 'p' || c == 'P') {
		if (!category)
			return false;
		pawl_buf_append_char(&t->out, '\\');
		pawl_buf_append_char(&t->out, c);
		return take_category(t);
	}
	switch (c) {
	case 'n':
		put_literal(t, '\n');
		return true;
	case 'r':
		put_literal(t, '\r');
		return true;
	case 't':
		put_literal(t, '\t');
		return true;
	default:
		if (c == '\0' || !strchr("()*+-.?[\\]^{|}", c))
			return false;
		put_literal(t, c);
		return true;
	}
}

/* CCchar, one code point; `*category` as in take_escape. */
static bool
take_class_char(struct translation *t, bool *category)
{
	if (category)
		*category = false;
	if (t->p == t->end || *t->p == '-' || *t->p == '[' || *t->p == ']')
		return false;
	if (*t->p == '\\') {
		t->p++;
		return take_escape(t, category);
	}
	put_literal(t, *t->p++);
	while (t->p < t->end && ((unsigned char)*t->p & 0xc0) == 0x80)
		put_literal(t, *t->p++);
	return true;
}

/* charClassExpr, after its `[`. A hyphen stands for itself first and last only. */
static bool
take_class(struct translation *t)
{
	bool category, empty = true;

	pawl_buf_append_char(&t->out, '[');
	if (next_is(t, '^')) {
		t->p++;
		pawl_buf_append_char(&t->out, '^');
	}
	if (next_is(t, '-')) {
		t->p++;
		put_literal(t, '-');
		empty = false;
	}
	while (t->p < t->end && *t->p != ']' && *t->p != '-') {
		if (!take_class_char(t, &category))
			return false;
		empty = false;
		if (category || !next_is(t, '-') || (t->end - t->p > 1 && t->p[1] == ']'))
			continue;
		t->p++;
		pawl_buf_append_char(&t->out, '-');
		if (!take_class_char(t, NULL))
			return false;
	}
	if (!empty && next_is(t, '-')) {
		t->p++;
		put_literal(t, '-');
	}
	if (empty || !next_is(t, ']'))
		return false;
	t->p++;
	pawl_buf_append_char(&t->out, ']');
	return true;
}

static bool
take_digits(struct translation *t)
{
	const char *start = t->p;

	while (t->p < t->end && *t->p >= '0' && *t->p <= '9')
		t->p++;
	pawl_buf_append(&t->out, start, (size_t)(t->p - start));
	return t->p > start;
}

static bool
take_quantifier(struct translation *t)
{
	if (t->p == t->end)
		return true;
	if (*t->p == '*' || *t->p == '+' || *t->p == '?') {
		pawl_buf_append_char(&t->out, *t->p++);
		return true;
	}
	if (*t->p != '{')
		return true;
	pawl_buf_append_char(&t->out, *t->p++);
	if (!take_digits(t))
		return false;
	if (next_is(t, ',')) {
		pawl_buf_append_char(&t->out, *t->p++);
		(void)take_digits(t);
	}
	if (!next_is(t, '}'))
		return false;
	pawl_buf_append_char(&t->out, *t->p++);
	return true;
}

/* An atom that is no group. `^` and `$` are anchors as in every other dialect: RFC 9485 has
 * them among its normal characters, the compliance test suite wants them to anchor. */
static bool
take_atom(struct translation *t)
{
	char c = *t->p++;
	bool category;

	switch (c) {
	case '[':
		return take_class(t);
	case '\\':
		return take_escape(t, &category);
	case '.':
	case '^':
	case '$':
		pawl_buf_append_char(&t->out, c);
		return true;
	case '*':
	case '+':
	case '?':
	case ']':
	case '{':
	case '}':
		return false;
	default:
		put_literal(t, c);
		while (t->p < t->end && ((unsigned char)*t->p & 0xc0) == 0x80)
			put_literal(t, *t->p++);
		return true;
	}
}

static bool
translate(struct translation *t)
{
	unsigned depth = 0;

	while (t->p < t->end) {
		switch (*t->p) {
		case '(':
			if (++depth > GROUP_NESTING_MAX)
				return false;
			t->p++;
			pawl_buf_append_c(&t->out, "(?:");
			continue;
		case '|':
			pawl_buf_append_char(&t->out, *t->p++);
			continue;
		case ')':
			if (depth-- == 0)
				return false;
			pawl_buf_append_char(&t->out, *t->p++);
			break;
		default:
			if (!take_atom(t))
				return false;
			break;
		}
		if (!take_quantifier(t))
			return false;
	}
	return depth == 0;
}

struct pawl_jp_regexp *
pawl_jp_regexp_new(struct pawl_str pattern, bool whole)
{
	struct pawl_jp_regexp *regexp = pawl_malloc(sizeof(*regexp) + pattern.len);
	struct translation t = {.p = pattern.ptr, .end = pattern.ptr + pattern.len};

	*regexp = (struct pawl_jp_regexp){.whole = whole, .len = pattern.len};
	if (pattern.len > 0)
		memcpy(regexp->pattern, pattern.ptr, pattern.len);
	if (pattern.len > PATTERN_MAX)
		return regexp;
	pawl_buf_init(&t.out, PATTERN_TEXT_MAX);
	pawl_buf_append_c(&t.out, whole ? "\\A(?:" : "(?:");
	if (translate(&t)) {
		pawl_buf_append_c(&t.out, whole ? ")\\z" : ")");
		if (pawl_buf_status(&t.out) == PAWL_OK)
			regexp->code = pawl_regexp_new(pawl_buf_peek(&t.out), PAWL_REGEXP_RFC9485);
	}
	pawl_buf_fini(&t.out);
	return regexp;
}

void
pawl_jp_regexp_free(struct pawl_jp_regexp *regexp)
{
	if (!regexp)
		return;
	pawl_regexp_free(regexp->code);
	free(regexp);
}

struct pawl_jp_regexp **
pawl_jp_regexp_next(struct pawl_jp_regexp *regexp)
{
	return &regexp->next;
}

bool
pawl_jp_regexp_is(const struct pawl_jp_regexp *regexp, struct pawl_str pattern, bool whole)
{
	return regexp->whole == whole && regexp->len == pattern.len &&
	       (pattern.len == 0 || memcmp(regexp->pattern, pattern.ptr, pattern.len) == 0);
}

enum pawl_err
pawl_jp_regexp_test(const struct pawl_jp_regexp *regexp, struct pawl_regexp_matcher *matcher,
		    struct pawl_str subject, bool *matches)
{
	*matches = false;
	return regexp->code ? pawl_regexp_search(regexp->code, matcher, subject, matches) : PAWL_OK;
}
