/* The table of presets: made anew by each load, never changed once it is there. */
#include "trigger/auth/presets.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/assert.h"
#include "trigger/auth/presets_internal.h"
#include "trigger/auth/scheme_internal.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* of `tables` */
static struct pawl_preset_table *tables;                 /* the newest first */

static struct pawl_scheme *
make_scheme(const char *text)
{
	struct pawl_scheme *scheme;
	struct pawl_arena arena;
	struct pawl_json doc;

	pawl_arena_init(&arena, 0);
	PAWL_ASSERT(pawl_json_parse(&arena, pawl_str_c(text), &doc, NULL) == PAWL_OK);
	scheme = pawl_scheme_new(&doc, NULL);
	PAWL_ASSERT(scheme);
	pawl_arena_fini(&arena);
	return scheme;
}

struct pawl_preset_table *
pawl_preset_table_new(size_t max)
{
	struct pawl_preset_table *table = pawl_calloc(1, sizeof(*table));

	table->max = max;
	table->names = pawl_calloc(max + 1, sizeof(*table->names));
	table->items = pawl_calloc(max, sizeof(*table->items));
	return table;
}

static void
free_tables(struct pawl_preset_table *table)
{
	while (table) {
		struct pawl_preset_table *older = table->older;

		for (size_t i = 0; i < table->n; i++) {
			if (table->items[i].is_owner)
				pawl_scheme_free(table->items[i].scheme);
		}
		free(table->names);
		free(table->items);
		free(table);
		table = older;
	}
}

size_t
pawl_preset_table_find(const struct pawl_preset_table *table, struct pawl_str name)
{
	size_t i = 0;

	while (i < table->n && !pawl_str_eq_c(name, table->names[i]))
		i++;
	return i;
}

void
pawl_preset_table_put(struct pawl_preset_table *table, struct pawl_preset_item item)
{
	size_t i = pawl_preset_table_find(table, pawl_str_c(pawl_scheme_name(item.scheme)));

	PAWL_ASSERT(i < table->max);
	/* A built-in that gives way belongs to the first table. */
	if (i < table->n && table->items[i].is_owner)
		pawl_scheme_free(table->items[i].scheme);
	table->items[i] = item;
	table->names[i] = pawl_scheme_name(item.scheme);
	table->n = i < table->n ? table->n : i + 1;
}

static struct pawl_preset_table *
make_builtin(void)
{
	struct pawl_preset_table *table;
	size_t n = 0;

	while (pawl_preset_names[n])
		n++;
	table = pawl_preset_table_new(n);
	table->n_builtin = n;
	for (size_t i = 0; i < n; i++)
		pawl_preset_table_put(
			table, (struct pawl_preset_item){make_scheme(pawl_preset_texts[i]),
							 .is_builtin = true, .is_owner = true});
	return table;
}

void
pawl_schemes_init(void)
{
	pthread_mutex_lock(&lock);
	if (!tables)
		tables = make_builtin();
	pthread_mutex_unlock(&lock);
}

void
pawl_schemes_fini(void)
{
	pthread_mutex_lock(&lock);
	free_tables(tables);
	tables = NULL;
	pthread_mutex_unlock(&lock);
}

/* The newest; it is never freed while anybody may ask. */
const struct pawl_preset_table *
pawl_preset_table_get(void)
{
	const struct pawl_preset_table *table;

	pawl_schemes_init(); /* for those that only check a document */
	pthread_mutex_lock(&lock);
	table = tables;
	pthread_mutex_unlock(&lock);
	return table;
}

void
pawl_preset_table_publish(struct pawl_preset_table *table)
{
	pthread_mutex_lock(&lock);
	table->older = tables;
	tables = table;
	pthread_mutex_unlock(&lock);
}

const struct pawl_scheme *
pawl_scheme_preset(struct pawl_str name)
{
	const struct pawl_preset_table *table = pawl_preset_table_get();
	size_t i = pawl_preset_table_find(table, name);

	return i < table->n ? table->items[i].scheme : NULL;
}

const char *const *
pawl_scheme_preset_names(void)
{
	return pawl_preset_table_get()->names;
}

bool
pawl_preset_find(struct pawl_str name, struct pawl_preset_info *out)
{
	const struct pawl_preset_table *table = pawl_preset_table_get();
	size_t i = pawl_preset_table_find(table, name);

	if (i == table->n)
		return false;
	*out = (struct pawl_preset_info){table->names[i],
					 pawl_scheme_document(table->items[i].scheme),
					 table->items[i].is_builtin};
	return true;
}
