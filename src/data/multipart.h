/* multipart/form-data (RFC 7578) over the received bytes: strict, and nothing is copied.
 *
 * Lines end in CRLF; nothing but line breaks may stand before the first boundary and after the
 * last; a boundary counts wherever it begins a line (RFC 2046 section 5.1.1). Each part says
 * form-data and its name. Whatever a sender can grow has a limit. Pure, any thread. */
#ifndef PAWL_DATA_MULTIPART_H
#define PAWL_DATA_MULTIPART_H

#include "base/arena.h"
#include "base/err.h"

#define PAWL_MULTIPART_PARTS_MAX    1000
#define PAWL_MULTIPART_HEADERS_MAX  16
#define PAWL_MULTIPART_HEAD_BYTES   (8u << 10) /* all headers of a part */
#define PAWL_MULTIPART_NAME_MAX     1024
#define PAWL_MULTIPART_FILENAME_MAX 255
#define PAWL_MULTIPART_BOUNDARY_MAX 70 /* RFC 2046 section 5.1.1 */

struct pawl_multipart_part {
	struct pawl_str name; /* UTF-8 */
	bool is_file;         /* it has a file name, be it an empty one */
	/* UTF-8, without directories, control characters and what else is special to a file
	 * system; may be empty */
	struct pawl_str filename;
	struct pawl_str content_type; /* "": absent */
	struct pawl_str content;
};

struct pawl_multipart_error {
	size_t part;         /* from 1; 0: it is about the whole */
	const char *message; /* static text */
};

/* Is it multipart/form-data? Its boundary is not looked at. */
bool pawl_multipart_is_form(struct pawl_str content_type);
/* *parts, the names and the file names live in the arena; contents and types are borrowed from
 * `body` (of the length given). With `parts` NULL it is only checked. PAWL_EINVAL: malformed;
 * PAWL_ETOOBIG: a limit was passed. */
PAWL_MUST_USE enum pawl_err pawl_multipart_parse(struct pawl_arena *arena,
						 struct pawl_str content_type, struct pawl_str body,
						 struct pawl_multipart_part **parts, size_t *n,
						 struct pawl_multipart_error *error);

#endif
