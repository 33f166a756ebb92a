#include "data/regexp.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>

#include "base/alloc.h"

#define HEAP_MAX_KIB (16 * 1024)
/* Steps for trying an item of the pattern: it takes as long as visiting so many nodes. */
#define ITEM_PRICE 4
/* What an item runs over goes so many bytes a step. */
#define STEP_BYTES 16

struct pawl_regexp {
	pcre2_code *code; /* with a callout before each item */
	uint64_t unseen;  /* so far an item may run before it fails, and no callout tells */
};

/* The greatest n of all {n} and {n,m}; what only looks like one makes the search dearer, not wrong.
 * A back reference may run as far as the subject goes. */
static uint64_t
find_unseen(struct pawl_str pattern, const pcre2_code *code)
{
	uint64_t longest = 0;
	uint32_t references = 0;

	pcre2_pattern_info(code, PCRE2_INFO_BACKREFMAX, &references);
	if (references > 0)
		return UINT64_MAX;
	for (size_t i = 0; i < pattern.len; i++) {
		uint64_t n = 0;

		if (pattern.ptr[i] != '{')
			continue;
		while (i + 1 < pattern.len && pattern.ptr[i + 1] >= '0' &&
		       pattern.ptr[i + 1] <= '9' && n < UINT32_MAX)
			n = n * 10 + (uint64_t)(pattern.ptr[++i] - '0');
		if (n > longest)
			longest = n;
	}
	return longest;
}

struct pawl_regexp *
pawl_regexp_new(struct pawl_str pattern, enum pawl_regexp_dialect dialect)
{
	uint32_t options = PCRE2_UTF | PCRE2_NEVER_BACKSLASH_C | PCRE2_AUTO_CALLOUT;
	pcre2_compile_context *context = pcre2_compile_context_create(NULL);
	struct pawl_regexp *regexp;
	pcre2_code *code;
	PCRE2_SIZE where;
	int error;

	if (!context)
		return NULL;
	if (dialect == PAWL_REGEXP_RFC9485) {
		/* The dot leaves out exactly U+000A and U+000D (section 5.3). */
		pcre2_set_newline(context, PCRE2_NEWLINE_ANYCRLF);
		options |= PCRE2_DOLLAR_ENDONLY;
	}
	code = pcre2_compile((PCRE2_SPTR)(pattern.ptr ? pattern.ptr : ""), pattern.len, options,
			     &error, &where, context);
	pcre2_compile_context_free(context);
	if (!code)
		return NULL;
	regexp = pawl_malloc(sizeof(*regexp));
	*regexp = (struct pawl_regexp){code, find_unseen(pattern, code)};
	return regexp;
}

void
pawl_regexp_free(struct pawl_regexp *regexp)
{
	if (!regexp)
		return;
	pcre2_code_free(regexp->code);
	free(regexp);
}

/* Called before each item of the pattern that is tried. What an item runs over is seen from
 * how far the next one is away; only one that fails below its minimum is not seen so. */
static int
count_step(pcre2_callout_block *block, void *data)
{
	struct pawl_regexp_matcher *matcher = data;
	size_t at = block->current_position;
	size_t way = at > matcher->at ? at - matcher->at : matcher->at - at;
	uint64_t price = matcher->price + way / STEP_BYTES;

	matcher->at = at;
	if (*matcher->steps < price)
		return PCRE2_ERROR_CALLOUT;
	*matcher->steps -= price;
	return 0;
}

static bool
matcher_open(struct pawl_regexp_matcher *matcher)
{
	if (!matcher->context) {
		matcher->context = pcre2_match_context_create(NULL);
		if (!matcher->context)
			return false;
		pcre2_set_heap_limit(matcher->context, HEAP_MAX_KIB);
		/* The callouts count. PCRE2's own limits hold for one starting place, not for
		 * the search, and know nothing of what a repeated item runs over. */
		pcre2_set_match_limit(matcher->context, UINT32_MAX);
		pcre2_set_depth_limit(matcher->context, UINT32_MAX);
		pcre2_set_callout(matcher->context, count_step, matcher);
	}
	if (!matcher->data)
		matcher->data = pcre2_match_data_create(1, NULL);
	return matcher->data != NULL;
}

void
pawl_regexp_matcher_fini(struct pawl_regexp_matcher *matcher)
{
	pcre2_match_data_free(matcher->data);
	pcre2_match_context_free(matcher->context);
}

enum pawl_err
pawl_regexp_search(const struct pawl_regexp *regexp, struct pawl_regexp_matcher *matcher,
		   struct pawl_str subject, bool *found)
{
	uint64_t base = 16 + subject.len;
	uint64_t unseen = regexp->unseen < subject.len ? regexp->unseen : subject.len;
	int rc;

	*found = false;
	if (*matcher->steps < base || !matcher_open(matcher))
		return PAWL_ETOOBIG;
	*matcher->steps -= base;
	matcher->at = 0;
	matcher->price = ITEM_PRICE + unseen / STEP_BYTES;
	rc = pcre2_match(regexp->code, (PCRE2_SPTR)(subject.ptr ? subject.ptr : ""), subject.len, 0,
			 0, matcher->data, matcher->context);
	*found = rc >= 0;
	return rc >= 0 || rc == PCRE2_ERROR_NOMATCH ? PAWL_OK : PAWL_ETOOBIG;
}
