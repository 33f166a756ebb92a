/* The presets: those that are compiled in (made by tools/embed-presets from presets/), and those
 * of the operator, one file each.
 *
 * Whoever has a scheme of a preset keeps it: what a reload replaces is freed only at the end. Any
 * thread, but for the load. */
#ifndef PAWL_TRIGGER_AUTH_PRESETS_H
#define PAWL_TRIGGER_AUTH_PRESETS_H

#include "base/err.h"
#include "data/json.h"

struct pawl_scheme;

#define PAWL_PRESET_BYTES_MAX ((size_t)256 << 10)
#define PAWL_PRESET_FILES_MAX 256

/* All three in the same order and ended by NULL. */
extern const char *const pawl_preset_names[];
extern const char *const pawl_preset_texts[];   /* JSON, without the vectors */
extern const char *const pawl_preset_vectors[]; /* JSON: a list */

/* Reads DIR/<name>.json, in place of what was read before; a directory that is not there holds
 * none. Each file is checked as the build checks its own: grammar, name, and every vector, of which
 * there has to be one. A file with a problem (`where` names it) is left out, and what was read of
 * that name before stays. A name that is compiled in is refused unless the file says
 * "override": true. One thread at a time. */
void pawl_presets_load(const char *dir, struct pawl_problems *problems);

struct pawl_preset_info {
	const char *name;
	const struct pawl_json *document; /* lives until the end */
	bool is_builtin;
};
/* False when there is none of that name. */
bool pawl_preset_find(struct pawl_str name, struct pawl_preset_info *out);

/* A preset document by itself: `override` is allowed and left out. NULL with problems. */
struct pawl_scheme *pawl_preset_compile(const struct pawl_json *document, bool *overrides,
					struct pawl_problems *problems);
/* Every vector of the list has to be accepted, and refused once its body has changed (tokens say
 * nothing about the body). Returns how many were tried; each that fails is a problem at
 * /vectors/N. */
size_t pawl_preset_check_vectors(const struct pawl_scheme *scheme, const struct pawl_json *vectors,
				 struct pawl_problems *problems);

#endif
