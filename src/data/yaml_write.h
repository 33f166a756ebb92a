/* JSON values as YAML 1.2 text: blocks, indented by two spaces, texts of several lines as they are.
 * What pawl_yaml_parse makes of it is the same value. Pure, any thread. */
#ifndef PAWL_DATA_YAML_WRITE_H
#define PAWL_DATA_YAML_WRITE_H

#include "data/json.h"

/* Appends the value and a line end; the buffer's limit holds. A value with a key that is too long
 * for YAML, or a level too many, is written as JSON, which is YAML too. */
PAWL_MUST_USE enum pawl_err pawl_yaml_write(struct pawl_buf *buf, const struct pawl_json *value);

#endif
