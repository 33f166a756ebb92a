/* Fields: the one description of every setting of a node type, trigger, or the server.
 *
 * A static array of these is the only source of validation, defaults, JSON Schema, the
 * console's form, the reference pages and the masking of secrets.
 * Tables are const: any thread. */
#ifndef PAWL_FLOW_FIELD_H
#define PAWL_FLOW_FIELD_H

#include "base/err.h"
#include "data/json.h"

/* What is shown in place of a secret. */
#define PAWL_FIELD_MASK "***"

enum pawl_field_type {
	PAWL_FIELD_STRING,
	PAWL_FIELD_TEXT, /* more than one line */
	PAWL_FIELD_INTEGER,
	PAWL_FIELD_NUMBER,
	PAWL_FIELD_BOOLEAN,
	PAWL_FIELD_DURATION, /* "30s" */
	PAWL_FIELD_SIZE,     /* "64KiB" */
	PAWL_FIELD_CHOICE,   /* one of `choices` */
	PAWL_FIELD_URL,
	PAWL_FIELD_TIME, /* RFC 3339, or seconds or milliseconds since 1970 */
	PAWL_FIELD_CIDR,
	PAWL_FIELD_ANY,     /* any JSON value */
	PAWL_FIELD_MAP,     /* object with names of the user's choice; values as `items`, or any */
	PAWL_FIELD_OBJECT,  /* object with `fields` */
	PAWL_FIELD_VARIANT, /* object; member "type" chooses one of `variants` */
	PAWL_FIELD_LIST,    /* of `items` */
	PAWL_FIELD_CONDITION, /* condition.h */
};

enum {
	PAWL_FIELD_REQUIRED = 1 << 0,
	PAWL_FIELD_SECRET = 1 << 1, /* shown as "***"; may hold ${secrets.NAME} */
	PAWL_FIELD_STATIC = 1 << 2, /* no expressions */
	PAWL_FIELD_SECRETS_OK =
		1 << 3, /* may hold ${secrets.NAME}, anywhere inside; inherited by inner fields */
	PAWL_FIELD_ADVANCED = 1 << 4, /* folded away in forms */
	/* The object that holds this field is its value: `if`, whose config is a condition, and
	 * cases of `switch`, which have a name beside it. */
	PAWL_FIELD_WHOLE = 1 << 5,
};

struct pawl_field_variant;

struct pawl_field {
	const char *name;
	enum pawl_field_type type;
	unsigned flags;
	const char *default_json;   /* JSON text of the value when absent; NULL: none */
	const char *const *choices; /* NULL-terminated */
	const char *const *(*get_choices)(void); /* in place of choices, where they may change */
	double min, max; /* numbers: bounds; strings, lists: length; durations ms, sizes bytes; max
			    0: none */
	const char *show_if;             /* "field=value|value" of a sibling; NULL: always */
	const struct pawl_field *fields; /* OBJECT: ends with name NULL */
	const struct pawl_field *items;  /* LIST, MAP: the one item's description */
	const struct pawl_field_variant *variants; /* VARIANT: ends with name NULL */
	const char *label;
	const char *help;    /* a sentence or two */
	const char *example; /* JSON text */
};

struct pawl_field_variant {
	const char *name;
	const char *label;
	const struct pawl_field *fields;
};

static inline const char *const *
pawl_field_choices(const struct pawl_field *field)
{
	return field->get_choices ? field->get_choices() : field->choices;
}

/* Checks `config` against `fields` (ends with name NULL). Strings that hold an expression are
 * accepted for every type unless the field is static. Unknown members are problems that name the
 * key and, when one is close, the name that was meant. Every problem is added, `pointer` in front.
 */
void pawl_fields_check(const struct pawl_field *fields, const struct pawl_json *config,
		       const char *pointer, struct pawl_problems *problems);
/* The same, after evaluation: no expression is left, every value has to be of its type. */
void pawl_fields_check_values(const struct pawl_field *fields, const struct pawl_json *config,
			      const char *pointer, struct pawl_problems *problems);
/* JSON Schema 2020-12 of an object with these fields, with x-pawl-* keywords for forms. */
struct pawl_json pawl_fields_schema(struct pawl_arena *arena, const struct pawl_field *fields);
/* A copy in which literal values of secret fields are "***" (those that are one reference stay),
 * and likewise members that no field describes, and headers such as Authorization in maps that may
 * hold secrets. `fields` NULL: nothing is known, every literal is hidden. */
struct pawl_json pawl_fields_mask(struct pawl_arena *arena, const struct pawl_field *fields,
				  const struct pawl_json *config);
/* A copy of `config` in which a "***" that stands where `shown`, which was made of `old`, has one
 * too, has the value that `old` has there. */
struct pawl_json pawl_fields_restore(struct pawl_arena *arena, const struct pawl_json *config,
				     const struct pawl_json *old, const struct pawl_json *shown);
/* A copy of `config` in which a "***" in a secret field has the value that `old` has there; entries
 * of lists are found again when they moved. A "***" that has none stays, and is a problem when
 * checked. */
struct pawl_json pawl_fields_unmask(struct pawl_arena *arena, const struct pawl_field *fields,
				    const struct pawl_json *config, const struct pawl_json *old);

/* Reading an evaluated config: the member's value or the field's default. */
int64_t pawl_config_int(const struct pawl_json *config, const char *name, int64_t fallback);
bool pawl_config_bool(const struct pawl_json *config, const char *name, bool fallback);
/* Durations as text or milliseconds as a number; sizes as text or bytes. */
int64_t pawl_config_duration_ms(const struct pawl_json *config, const char *name, int64_t fallback);
uint64_t pawl_config_size(const struct pawl_json *config, const char *name, uint64_t fallback);
/* RFC 3339 text, or seconds since 1970; numbers of 1e11 and more are milliseconds: as seconds they
 * would lie past the year 5000. False when it is no time. */
bool pawl_value_time_us(const struct pawl_json *v, int64_t *at_us);

#endif
