/* What a Content-Type (RFC 9110 section 8.3) and its charset make of bytes. Pure, any thread. */
#ifndef PAWL_DATA_MEDIA_H
#define PAWL_DATA_MEDIA_H

#include "data/json.h"

/* "text/plain" of `text/plain; charset=utf-8`. Its case has no meaning. */
struct pawl_str pawl_media_type(struct pawl_str content_type);
/* application/json, text/json and what ends in +json (RFC 6839 section 3.1). */
bool pawl_media_is_json(struct pawl_str content_type);

/* The bytes as UTF-8: by their charset, or when it is absent, unknown or does not fit, as what they
 * are. False when they are no text then. *text may be the bytes themselves. */
PAWL_MUST_USE bool pawl_media_text(struct pawl_arena *arena, struct pawl_str content_type,
				   struct pawl_str bytes, struct pawl_str *text);
/* As pawl_json_parse; the charset counts, and a byte order mark may come first (RFC 8259 section
 * 8.1). With `out` NULL nothing is built. */
PAWL_MUST_USE enum pawl_err pawl_media_json(struct pawl_arena *arena, struct pawl_str content_type,
					    struct pawl_str bytes, struct pawl_json *out,
					    struct pawl_json_error *error);
/* The same within pawl_json_parse_bounded's limit. */
PAWL_MUST_USE enum pawl_err pawl_media_json_bounded(struct pawl_arena *arena,
						    struct pawl_str content_type,
						    struct pawl_str bytes, size_t max_values,
						    struct pawl_json *out,
						    struct pawl_json_error *error);
/* A header's value: UTF-8, or else ISO-8859-1 (RFC 9110 section 5.5), which loses nothing. */
struct pawl_json pawl_media_header(struct pawl_arena *arena, struct pawl_str value);

#endif
