#include "data/json_diff.h"

#include <stdio.h>

#define POINTER_BYTES_MAX 4096

struct diff {
	struct pawl_json_builder *out;
	size_t left;
	bool is_cut;
};

/* A step down from the place above it. */
struct place {
	const struct place *above; /* NULL: the whole */
	struct pawl_str key;
};

static void compare(struct diff *diff, const struct place *at, const struct pawl_json *old,
		    const struct pawl_json *new);

static void
write_pointer(struct pawl_buf *buf, const struct place *at)
{
	if (!at)
		return;
	write_pointer(buf, at->above);
	pawl_buf_append_char(buf, '/');
	for (size_t i = 0; i < at->key.len; i++) {
		if (at->key.ptr[i] == '~')
			pawl_buf_append_c(buf, "~0");
		else if (at->key.ptr[i] == '/')
			pawl_buf_append_c(buf, "~1");
		else
			pawl_buf_append_char(buf, at->key.ptr[i]);
	}
}

static void
report(struct diff *diff, const struct place *at, const struct pawl_json *old,
       const struct pawl_json *new)
{
	struct pawl_json_builder b;
	struct pawl_buf pointer;

	diff->is_cut = diff->left == 0;
	if (diff->is_cut)
		return;
	diff->left--;
	pawl_buf_init(&pointer, POINTER_BYTES_MAX);
	write_pointer(&pointer, at);
	pawl_json_object_begin(&b, diff->out->arena);
	pawl_json_set_c(&b, "pointer",
			pawl_json_string_dup(diff->out->arena, pawl_buf_peek(&pointer)));
	if (old)
		pawl_json_set_c(&b, "old", *old);
	if (new)
		pawl_json_set_c(&b, "new", *new);
	pawl_json_push(diff->out, pawl_json_end(&b));
	pawl_buf_fini(&pointer);
}

static void
compare_objects(struct diff *diff, const struct place *at, const struct pawl_json *old,
		const struct pawl_json *new)
{
	for (uint32_t i = 0; i < old->len && !diff->is_cut; i++)
		compare(diff, &(struct place){at, old->members[i].key}, &old->members[i].value,
			pawl_json_get(new, old->members[i].key));
	for (uint32_t i = 0; i < new->len && !diff->is_cut; i++)
		if (!pawl_json_get(old, new->members[i].key))
			compare(diff, &(struct place){at, new->members[i].key}, NULL,
				&new->members[i].value);
}

static void
compare_arrays(struct diff *diff, const struct place *at, const struct pawl_json *old,
	       const struct pawl_json *new)
{
	uint32_t n = old->len > new->len ? old->len : new->len;
	char key[16];

	for (uint32_t i = 0; i < n && !diff->is_cut; i++) {
		int len = snprintf(key, sizeof key, "%u", i);

		compare(diff, &(struct place){at, pawl_str(key, (size_t)len)},
			i < old->len ? &old->items[i] : NULL, i < new->len ? &new->items[i] : NULL);
	}
}

static void
compare(struct diff *diff, const struct place *at, const struct pawl_json *old,
	const struct pawl_json *new)
{
	if (pawl_json_is(old, PAWL_JSON_OBJECT) && pawl_json_is(new, PAWL_JSON_OBJECT))
		compare_objects(diff, at, old, new);
	else if (pawl_json_is(old, PAWL_JSON_ARRAY) && pawl_json_is(new, PAWL_JSON_ARRAY))
		compare_arrays(diff, at, old, new);
	else if ((old || new) && !(old && new && pawl_json_equal(old, new)))
		report(diff, at, old, new);
}

bool
pawl_json_diff(const struct pawl_json *old, const struct pawl_json *new, size_t max,
	       struct pawl_json_builder *out)
{
	struct diff diff = {.out = out, .left = max};

	compare(&diff, NULL, old, new);
	return !diff.is_cut;
}
