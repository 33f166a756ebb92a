/* The table of presets, for presets*.c only. Immutable once published: any thread. */
#ifndef PAWL_TRIGGER_AUTH_PRESETS_INTERNAL_H
#define PAWL_TRIGGER_AUTH_PRESETS_INTERNAL_H

#include "trigger/auth/presets.h"
#include "trigger/auth/scheme.h"

struct pawl_preset_item {
	struct pawl_scheme *scheme;
	bool is_builtin;
	bool is_owner; /* the table frees it; else an older one does */
};

struct pawl_preset_table {
	struct pawl_preset_table *older;
	size_t n, n_builtin, max;
	const char **names; /* NULL-terminated */
	struct pawl_preset_item *items;
};

struct pawl_preset_table *pawl_preset_table_new(size_t max);
/* The index; n when it is not there. */
size_t pawl_preset_table_find(const struct pawl_preset_table *table, struct pawl_str name);
/* In the place of what has its name. */
void pawl_preset_table_put(struct pawl_preset_table *table, struct pawl_preset_item item);
const struct pawl_preset_table *pawl_preset_table_get(void);
/* Takes it. */
void pawl_preset_table_publish(struct pawl_preset_table *table);

#endif
