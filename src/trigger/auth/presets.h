/* The presets that are compiled in: made by tools/embed-presets from presets/, both arrays in
 * the same order and ended by NULL. Const: any thread. */
#ifndef PAWL_TRIGGER_AUTH_PRESETS_H
#define PAWL_TRIGGER_AUTH_PRESETS_H

extern const char *const pawl_preset_names[];
extern const char *const pawl_preset_texts[]; /* JSON, without the vectors */

#endif
