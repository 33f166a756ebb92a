#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/parse.h"
#include "data/jsonpath_ast.h"

/* I-Regexp (RFC 9485) has no back references, no look-around and no lazy or possessive
 * quantifiers. The pattern is checked against its grammar and written anew for PCRE2, so
 * that nothing of PCRE2's own syntax gets through. */

#define PATTERN_MAX       (16 * 1024)
#define PATTERN_TEXT_MAX  (8 * PATTERN_MAX)
#define GROUP_NESTING_MAX 100
#define HEAP_MAX_KIB      (16 * 1024)
/* Backtracks of the first try; see pawl_jp_regexp_test. */
#define FIRST_TRY_WHOLE  200
#define FIRST_TRY_SEARCH 20
/* Steps for trying an item in the second one: it takes as long as visiting so many nodes. */
#define ITEM_PRICE 4

struct pawl_jp_regexp {
	pcre2_code *code;    /* NULL: not well-formed, matches nothing */
	pcre2_code *counted; /* the same with a callout before each item */
	struct pawl_jp_regexp *next;
	bool whole;
	uint64_t longest_min; /* the greatest n of all {n} and {n,m} */
	size_t len;
	char pattern[];
};

struct translation {
	const char *p, *end;
	struct pawl_buf out;
	uint64_t longest_min;
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

/* QuantExact, after which a comma may come. One that PCRE2 refuses need not be counted. */
static bool
take_minimum(struct translation *t)
{
	const char *start = t->p;
	uint64_t n;

	if (!take_digits(t))
		return false;
	if (pawl_parse_u64(pawl_str(start, (size_t)(t->p - start)), &n) && n > t->longest_min)
		t->longest_min = n;
	return true;
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
	if (!take_minimum(t))
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

/* With ANYCRLF as its newline, PCRE2's dot leaves out exactly U+000A and U+000D, as
 * RFC 9485 section 5.3 asks for. */
static pcre2_code *
compile(struct pawl_str text, uint32_t options)
{
	pcre2_compile_context *context = pcre2_compile_context_create(NULL);
	pcre2_code *code;
	int error;
	PCRE2_SIZE where;

	if (!context)
		return NULL;
	pcre2_set_newline(context, PCRE2_NEWLINE_ANYCRLF);
	code = pcre2_compile((PCRE2_SPTR)text.ptr, text.len,
			     options | PCRE2_UTF | PCRE2_DOLLAR_ENDONLY | PCRE2_NEVER_BACKSLASH_C,
			     &error, &where, context);
	pcre2_compile_context_free(context);
	return code;
}

static void
compile_both(struct pawl_jp_regexp *regexp, struct pawl_str text)
{
	regexp->code = compile(text, 0);
	if (!regexp->code)
		return;
	regexp->counted = compile(text, PCRE2_AUTO_CALLOUT);
	if (!regexp->counted) {
		pcre2_code_free(regexp->code);
		regexp->code = NULL;
	}
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
			compile_both(regexp, pawl_buf_peek(&t.out));
		regexp->longest_min = t.longest_min;
	}
	pawl_buf_fini(&t.out);
	return regexp;
}

void
pawl_jp_regexp_free(struct pawl_jp_regexp *regexp)
{
	if (!regexp)
		return;
	pcre2_code_free(regexp->code);
	pcre2_code_free(regexp->counted);
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

/* Called before each item of the pattern that is tried. What an item runs over is seen from
 * how far the next one is away; only one that fails below its minimum is not seen so. */
static int
count_step(pcre2_callout_block *block, void *data)
{
	struct pawl_jp_matcher *matcher = data;
	size_t at = block->current_position;
	size_t way = at > matcher->at ? at - matcher->at : matcher->at - at;
	uint64_t price = matcher->price + way / 64;

	matcher->at = at;
	if (*matcher->steps < price)
		return PCRE2_ERROR_CALLOUT;
	*matcher->steps -= price;
	return 0;
}

static bool
matcher_open(struct pawl_jp_matcher *matcher)
{
	if (!matcher->context) {
		matcher->context = pcre2_match_context_create(NULL);
		if (!matcher->context)
			return false;
		pcre2_set_heap_limit(matcher->context, HEAP_MAX_KIB);
		pcre2_set_callout(matcher->context, count_step, matcher);
	}
	if (!matcher->data)
		matcher->data = pcre2_match_data_create(1, NULL);
	return matcher->data != NULL;
}

void
pawl_jp_matcher_fini(struct pawl_jp_matcher *matcher)
{
	pcre2_match_data_free(matcher->data);
	pcre2_match_context_free(matcher->context);
}

static int
search(const pcre2_code *code, struct pawl_jp_matcher *matcher, struct pawl_str s, uint32_t limit)
{
	pcre2_set_match_limit(matcher->context, limit);
	return pcre2_match(code, (PCRE2_SPTR)(s.ptr ? s.ptr : ""), s.len, 0, 0, matcher->data,
			   matcher->context);
}

/* A pattern from outside may backtrack without end, and PCRE2 does not tell how much it did:
 * its limit holds for one starting place, not for the search. So the first try has a limit
 * that is small enough for its whole cost to be in proportion to the subject, which is what
 * it is charged. Where that is not enough, a second try counts its work as it goes. */
enum pawl_err
pawl_jp_regexp_test(const struct pawl_jp_regexp *regexp, struct pawl_jp_matcher *matcher,
		    struct pawl_str subject, bool *matches)
{
	uint64_t base = 16 + subject.len;
	uint64_t least = regexp->longest_min < subject.len ? regexp->longest_min : subject.len;
	int rc;

	*matches = false;
	if (!regexp->code)
		return PAWL_OK;
	if (*matcher->steps < base || !matcher_open(matcher))
		return PAWL_ETOOBIG;
	*matcher->steps -= base;
	rc = search(regexp->code, matcher, subject,
		    regexp->whole ? FIRST_TRY_WHOLE : FIRST_TRY_SEARCH);
	if (rc == PCRE2_ERROR_MATCHLIMIT) {
		matcher->at = 0;
		matcher->price = ITEM_PRICE + least / 64;
		rc = search(regexp->counted, matcher, subject, PAWL_JSONPATH_STEPS_MAX);
	}
	*matches = rc >= 0;
	if (rc == PCRE2_ERROR_MATCHLIMIT || rc == PCRE2_ERROR_HEAPLIMIT ||
	    rc == PCRE2_ERROR_CALLOUT)
		return PAWL_ETOOBIG;
	return PAWL_OK;
}
