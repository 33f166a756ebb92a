/* The workflows of examples/, each with an event to try it with, as they are embedded in the
 * program. */
#ifndef PAWL_SERVER_EXAMPLES_H
#define PAWL_SERVER_EXAMPLES_H

struct pawl_example {
	const char *name;
	const char *document, *event; /* JSON text */
};

extern const struct pawl_example pawl_examples[]; /* ends with name NULL */

#endif
