#include "flow/suggest.h"

#include <stdio.h>

#define NAME_MAX_BYTES 64

void
pawl_suggest_init(struct pawl_suggest *suggest, struct pawl_str wanted)
{
	*suggest = (struct pawl_suggest){.wanted = wanted};
	/* One mistake in three letters is as far as a slip of the hand goes. */
	suggest->distance = wanted.len < 3 ? 2 : wanted.len / 3 + 2;
}

static size_t
min3(size_t a, size_t b, size_t c)
{
	size_t m = a < b ? a : b;

	return m < c ? m : c;
}

static char
fold(char c)
{
	if (c >= 'A' && c <= 'Z')
		return (char)(c - 'A' + 'a');
	return c == '-' ? '_' : c;
}

/* Optimal string alignment: insert, delete, replace, swap neighbours. */
static size_t
edit_distance(struct pawl_str a, struct pawl_str b)
{
	size_t rows[3][NAME_MAX_BYTES + 1];
	size_t *before = rows[0], *above = rows[1], *row = rows[2];

	for (size_t j = 0; j <= b.len; j++)
		above[j] = j;
	for (size_t i = 1; i <= a.len; i++) {
		size_t *spare = before;

		row[0] = i;
		for (size_t j = 1; j <= b.len; j++) {
			char x = fold(a.ptr[i - 1]), y = fold(b.ptr[j - 1]);

			row[j] = min3(above[j] + 1, row[j - 1] + 1, above[j - 1] + (x != y));
			if (i > 1 && j > 1 && x == fold(b.ptr[j - 2]) && y == fold(a.ptr[i - 2]) &&
			    before[j - 2] + 1 < row[j])
				row[j] = before[j - 2] + 1;
		}
		before = above;
		above = row;
		row = spare;
	}
	return above[b.len];
}

void
pawl_suggest_offer(struct pawl_suggest *suggest, struct pawl_str name)
{
	struct pawl_str wanted = suggest->wanted;
	size_t distance;

	if (!wanted.len || wanted.len > NAME_MAX_BYTES || !name.len || name.len > NAME_MAX_BYTES)
		return;
	distance = edit_distance(wanted, name);
	if (distance < suggest->distance && distance < wanted.len) {
		suggest->distance = distance;
		suggest->best = name;
	}
}

const char *
pawl_suggest_text(const struct pawl_suggest *suggest, char out[PAWL_SUGGEST_TEXT_MAX])
{
	if (!suggest->best.ptr)
		return "";
	snprintf(out, PAWL_SUGGEST_TEXT_MAX, "; did you mean \"%.*s\"?",
		 PAWL_STR_ARG(suggest->best));
	return out;
}
