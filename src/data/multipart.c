#include "data/multipart.h"
#include "base/codec.h"

#include <stdint.h>

#include "data/media.h"

/* The text that is read, and the first thing that is wrong. */
struct reader {
	struct pawl_arena *arena;
	struct pawl_str body;
	size_t at;
	char delimiter[4 + PAWL_MULTIPART_BOUNDARY_MAX]; /* CRLF "--" boundary */
	size_t delimiter_len;
	bool has_disposition; /* the part that is being read */
	enum pawl_err err;
	const char *message;
};

static bool
fail(struct reader *r, enum pawl_err err, const char *message)
{
	r->err = err;
	r->message = message;
	return false;
}

bool
pawl_multipart_is_form(struct pawl_str content_type)
{
	return pawl_str_eq_nocase(pawl_media_type(content_type), PAWL_STR("multipart/form-data"));
}

/* ---- parameters: name=token and name="quoted" ------------------------------------------ */

static bool
is_token_char(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c && strchr("!#$%&'*+-.^_`|~", c));
}

static size_t
skip_space(struct pawl_str s, size_t at)
{
	while (at < s.len && (s.ptr[at] == ' ' || s.ptr[at] == '\t'))
		at++;
	return at;
}

static size_t
skip_token(struct pawl_str s, size_t at)
{
	while (at < s.len && is_token_char(s.ptr[at]))
		at++;
	return at;
}

struct param {
	struct pawl_str name;
	struct pawl_str value; /* of a quoted one: what stands between the quotes */
	bool is_quoted;
};

/* The end of a quoted value that begins behind its quote. A backslash is one, but before a quote or
 * another (senders put paths of their own file system there). */
static size_t
quoted_end(struct pawl_str s, size_t at)
{
	while (at < s.len && s.ptr[at] != '"') {
		if (s.ptr[at] == '\\' && at + 1 < s.len &&
		    (s.ptr[at + 1] == '"' || s.ptr[at + 1] == '\\'))
			at++;
		at++;
	}
	return at;
}

/* One `; name=value` off *rest. False at the end; *ok false when it is malformed. */
static bool
next_param(struct pawl_str *rest, struct param *out, bool *ok)
{
	struct pawl_str s = *rest;
	size_t at = skip_space(s, 0), start, end;

	*ok = at == s.len;
	if (*ok || s.ptr[at] != ';')
		return false;
	start = skip_space(s, at + 1);
	if (start == s.len) {
		*ok = true; /* a ';' at the end */
		return false;
	}
	end = skip_token(s, start);
	out->name = pawl_str_sub(s, start, end);
	if (end == start || end == s.len || s.ptr[end] != '=')
		return false;
	start = end + 1;
	out->is_quoted = start < s.len && s.ptr[start] == '"';
	end = out->is_quoted ? quoted_end(s, ++start) : skip_token(s, start);
	if (out->is_quoted ? end >= s.len : end == start)
		return false;
	out->value = pawl_str_sub(s, start, end);
	*rest = pawl_str_sub(s, end + out->is_quoted, s.len);
	return *ok = true;
}

/* RFC 2046 section 5.1.1: bchars, and no space at the end. */
static bool
is_boundary(struct pawl_str s)
{
	if (s.len == 0 || s.len > PAWL_MULTIPART_BOUNDARY_MAX || s.ptr[s.len - 1] == ' ')
		return false;
	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];

		if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		      (c && strchr("'()+_,-./:=? ", c))))
			return false;
	}
	return true;
}

static bool
read_boundary(struct reader *r, struct pawl_str content_type)
{
	size_t mark = pawl_str_find_char(content_type, ';');
	struct pawl_str rest = pawl_str_sub(content_type, mark, content_type.len), found = {0};
	struct param param;
	bool ok = false;

	while (next_param(&rest, &param, &ok)) {
		if (!pawl_str_eq_nocase(param.name, PAWL_STR("boundary")))
			continue;
		if (found.ptr)
			return fail(r, PAWL_EINVAL, "Content-Type has two boundaries");
		found = param.value;
	}
	if (!ok)
		return fail(r, PAWL_EINVAL, "the parameters of Content-Type are malformed");
	if (!found.ptr)
		return fail(r, PAWL_EINVAL, "Content-Type has no boundary");
	if (!is_boundary(found))
		return fail(r, PAWL_EINVAL, "the boundary is not what RFC 2046 allows");
	memcpy(r->delimiter, "\r\n--", 4);
	memcpy(r->delimiter + 4, found.ptr, found.len);
	r->delimiter_len = 4 + found.len;
	return true;
}

/* ---- names ------------------------------------------------------------------------------- */

/* Escaped by a backslash, or as browsers do it (WHATWG HTML, multipart/form-data encoding
 * algorithm): %22, %0D and %0A, and nothing else. */
static struct pawl_str
unquote(struct pawl_arena *arena, struct pawl_str s)
{
	char *out = pawl_arena_alloc(arena, s.len + 1);
	size_t len = 0;

	for (size_t i = 0; i < s.len; i++) {
		struct pawl_str three = pawl_str_sub(s, i, i + 3);
		char c = s.ptr[i];

		if (c == '\\' && i + 1 < s.len && (s.ptr[i + 1] == '"' || s.ptr[i + 1] == '\\')) {
			c = s.ptr[++i];
		} else if (pawl_str_eq_c(three, "%22") ||
			   pawl_str_eq_nocase(three, PAWL_STR("%0D")) ||
			   pawl_str_eq_nocase(three, PAWL_STR("%0A"))) {
			c = (char)(pawl_hex_digit(three.ptr[1]) << 4 |
				   pawl_hex_digit(three.ptr[2]));
			i += 2;
		}
		out[len++] = c;
	}
	return pawl_str(out, len);
}

static struct pawl_str
as_utf8(struct pawl_arena *arena, struct pawl_str s)
{
	struct pawl_json text = pawl_media_header(arena, s);

	return pawl_json_str(&text);
}

static struct pawl_str
param_text(struct pawl_arena *arena, const struct param *param)
{
	return as_utf8(arena, param->is_quoted ? unquote(arena, param->value) : param->value);
}

/* UTF-8'language'percent-encoded (RFC 8187); false when it is another charset or broken. */
static bool
extended_text(struct pawl_arena *arena, struct pawl_str value, struct pawl_str *out)
{
	struct pawl_str charset, language;
	char *text;
	size_t len = 0;

	if (!pawl_str_split(&value, '\'', &charset) || !pawl_str_split(&value, '\'', &language) ||
	    !value.ptr || !pawl_str_eq_nocase(charset, PAWL_STR("utf-8")))
		return false;
	text = pawl_arena_alloc(arena, value.len + 1);
	for (size_t i = 0; i < value.len; i++) {
		char c = value.ptr[i];

		if (c == '%') {
			int high = value.len - i > 2 ? pawl_hex_digit(value.ptr[i + 1]) : -1;
			int low = value.len - i > 2 ? pawl_hex_digit(value.ptr[i + 2]) : -1;

			if (high < 0 || low < 0)
				return false;
			c = (char)(high << 4 | low);
			i += 2;
		}
		text[len++] = c;
	}
	*out = pawl_str(text, len);
	return pawl_str_is_utf8(*out);
}

/* Cuts at a character's start. */
static struct pawl_str
cut(struct pawl_str s, size_t max)
{
	if (s.len <= max)
		return s;
	while (max > 0 && ((unsigned char)s.ptr[max] & 0xc0) == 0x80)
		max--;
	return pawl_str_sub(s, 0, max);
}

/* The last segment of a path, in which what could mean something to a file system, a shell or a
 * header is an underscore. */
static struct pawl_str
safe_filename(struct pawl_arena *arena, struct pawl_str s)
{
	size_t start = s.len;
	char *out;

	while (start > 0 && s.ptr[start - 1] != '/' && s.ptr[start - 1] != '\\')
		start--;
	s = cut(pawl_str_sub(s, start, s.len), PAWL_MULTIPART_FILENAME_MAX);
	if (pawl_str_eq_c(s, ".") || pawl_str_eq_c(s, ".."))
		return PAWL_STR("");
	out = pawl_arena_alloc(arena, s.len + 1);
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.ptr[i];

		out[i] = (char)(c < 0x20 || c == 0x7f || strchr("\"<>|:*?", c) ? '_' : c);
	}
	return pawl_str(out, s.len);
}

/* ---- one part's headers ------------------------------------------------------------------- */

static bool
read_disposition(struct reader *r, struct pawl_str value, struct pawl_multipart_part *part)
{
	size_t mark = pawl_str_find_char(value, ';');
	struct pawl_str rest = pawl_str_sub(value, mark, value.len);
	struct param name = {0}, plain = {0}, extended = {0}, param;
	struct pawl_str filename = PAWL_STR("");
	bool ok = false;

	if (!pawl_str_eq_nocase(pawl_media_type(value), PAWL_STR("form-data")))
		return fail(r, PAWL_EINVAL, "its Content-Disposition is not form-data");
	while (next_param(&rest, &param, &ok)) {
		struct param *to = pawl_str_eq_nocase(param.name, PAWL_STR("name"))       ? &name
				   : pawl_str_eq_nocase(param.name, PAWL_STR("filename")) ? &plain
				   : pawl_str_eq_nocase(param.name, PAWL_STR("filename*"))
					   ? &extended
					   : NULL;

		if (to && to->name.len)
			return fail(r, PAWL_EINVAL, "its Content-Disposition says something twice");
		if (to)
			*to = param;
	}
	if (!ok)
		return fail(r, PAWL_EINVAL, "its Content-Disposition is malformed");
	if (!name.name.len)
		return fail(r, PAWL_EINVAL, "its Content-Disposition has no name");
	part->name = param_text(r->arena, &name);
	if (part->name.len > PAWL_MULTIPART_NAME_MAX)
		return fail(r, PAWL_ETOOBIG, "its name is longer than 1024 bytes");
	part->is_file = plain.name.len || extended.name.len;
	if (extended.name.len && !extended_text(r->arena, extended.value, &filename))
		return fail(r, PAWL_EINVAL, "its \"filename*\" is not UTF-8''...");
	if (!extended.name.len && plain.name.len)
		filename = param_text(r->arena, &plain);
	part->filename = safe_filename(r->arena, filename);
	return true;
}

/* RFC 7578 section 4.7: no sender encodes parts any more. */
static bool
is_encoded(struct pawl_str value)
{
	return !pawl_str_eq_nocase(value, PAWL_STR("7bit")) &&
	       !pawl_str_eq_nocase(value, PAWL_STR("8bit")) &&
	       !pawl_str_eq_nocase(value, PAWL_STR("binary"));
}

static bool
read_header(struct reader *r, struct pawl_str line, struct pawl_multipart_part *part)
{
	size_t colon = skip_token(line, 0);
	struct pawl_str name = pawl_str_sub(line, 0, colon), value;

	if (colon == 0 || colon == line.len || line.ptr[colon] != ':')
		return fail(r, PAWL_EINVAL, "it has a header that is malformed");
	value = pawl_str_trim(pawl_str_sub(line, colon + 1, line.len));
	for (size_t i = 0; i < value.len; i++) {
		unsigned char c = (unsigned char)value.ptr[i];

		if ((c < 0x20 && c != '\t') || c == 0x7f)
			return fail(r, PAWL_EINVAL, "a header of it holds a control character");
	}
	if (pawl_str_eq_nocase(name, PAWL_STR("Content-Disposition"))) {
		if (r->has_disposition)
			return fail(r, PAWL_EINVAL, "it has Content-Disposition twice");
		r->has_disposition = true;
		return read_disposition(r, value, part);
	}
	if (pawl_str_eq_nocase(name, PAWL_STR("Content-Type")))
		part->content_type = value;
	if (pawl_str_eq_nocase(name, PAWL_STR("Content-Transfer-Encoding")) && is_encoded(value))
		return fail(r, PAWL_EINVAL, "it has a Content-Transfer-Encoding: send it as it is");
	return true;
}

static bool
read_headers(struct reader *r, struct pawl_multipart_part *part)
{
	size_t start = r->at;

	for (size_t n = 0;; n++) {
		struct pawl_str rest = pawl_str_sub(r->body, r->at, r->body.len);
		size_t len = pawl_str_find(pawl_str_sub(rest, 0, PAWL_MULTIPART_HEAD_BYTES),
					   PAWL_STR("\r\n"));

		if (len == SIZE_MAX && rest.len < PAWL_MULTIPART_HEAD_BYTES)
			return fail(r, PAWL_EINVAL, "the body ends within its headers");
		if (len == SIZE_MAX || r->at + len - start > PAWL_MULTIPART_HEAD_BYTES)
			return fail(r, PAWL_ETOOBIG, "its headers are longer than 8 KiB");
		r->at += len + 2;
		if (len == 0)
			break;
		if (n == PAWL_MULTIPART_HEADERS_MAX)
			return fail(r, PAWL_ETOOBIG, "it has more than 16 headers");
		if (!read_header(r, pawl_str_sub(rest, 0, len), part))
			return false;
	}
	if (!r->has_disposition)
		return fail(r, PAWL_EINVAL, "it has no Content-Disposition");
	return true;
}

/* ---- boundaries ------------------------------------------------------------------------------ */

/* Behind a boundary: the end of its line, or of the whole. */
static bool
read_boundary_end(struct reader *r, bool *is_last)
{
	struct pawl_str rest = pawl_str_sub(r->body, r->at, r->body.len);
	size_t at;

	*is_last = pawl_str_starts_with(rest, PAWL_STR("--"));
	at = skip_space(rest, *is_last ? 2 : 0);
	if (*is_last) {
		while (pawl_str_starts_with(pawl_str_sub(rest, at, rest.len), PAWL_STR("\r\n")))
			at += 2;
		if (at < rest.len)
			return fail(r, PAWL_EINVAL, "something follows the last boundary");
	} else if (!pawl_str_starts_with(pawl_str_sub(rest, at, rest.len), PAWL_STR("\r\n"))) {
		return fail(r, PAWL_EINVAL, "a boundary is followed by something on its line");
	} else {
		at += 2;
	}
	r->at += at;
	return true;
}

static bool
read_first_boundary(struct reader *r, bool *is_last)
{
	struct pawl_str first = pawl_str(r->delimiter + 2, r->delimiter_len - 2);

	if (pawl_str_starts_with(r->body, PAWL_STR("\r\n")))
		r->at = 2;
	if (!pawl_str_starts_with(pawl_str_sub(r->body, r->at, r->body.len), first))
		return fail(r, PAWL_EINVAL, "the body does not begin with the boundary");
	r->at += first.len;
	return read_boundary_end(r, is_last);
}

static bool
read_part(struct reader *r, struct pawl_multipart_part *part, bool *is_last)
{
	struct pawl_str rest;
	size_t len;

	*part = (struct pawl_multipart_part){.content_type = PAWL_STR("")};
	r->has_disposition = false;
	if (!read_headers(r, part))
		return false;
	/* The line break before a boundary is the boundary's; the headers' may be it. */
	rest = pawl_str_sub(r->body, r->at - 2, r->body.len);
	len = pawl_str_find(rest, pawl_str(r->delimiter, r->delimiter_len));
	if (len == SIZE_MAX)
		return fail(r, PAWL_EINVAL, "no boundary follows it");
	part->content = len < 2 ? PAWL_STR("") : pawl_str_sub(rest, 2, len);
	r->at = r->at - 2 + len + r->delimiter_len;
	return read_boundary_end(r, is_last);
}

enum pawl_err
pawl_multipart_parse(struct pawl_arena *arena, struct pawl_str content_type, struct pawl_str body,
		     struct pawl_multipart_part **parts, size_t *n,
		     struct pawl_multipart_error *error)
{
	struct reader r = {.arena = arena, .body = body};
	struct pawl_multipart_part *list = NULL, part;
	bool is_last = false, ok;
	size_t len = 0, cap = 0;

	ok = read_boundary(&r, content_type) && read_first_boundary(&r, &is_last);
	while (ok && !is_last) {
		if (len++ == PAWL_MULTIPART_PARTS_MAX)
			ok = fail(&r, PAWL_ETOOBIG, "there are more than 1000 parts");
		else
			ok = read_part(&r, &part, &is_last);
		if (!ok || !parts)
			continue;
		if (len > cap) {
			struct pawl_multipart_part *more;

			cap = cap ? 2 * cap : 8;
			more = pawl_arena_alloc(arena, cap * sizeof(*more));
			if (list)
				memcpy(more, list, (len - 1) * sizeof(*more));
			list = more;
		}
		list[len - 1] = part;
	}
	if (ok && parts) {
		*parts = list;
		*n = len;
	}
	if (!ok)
		*error = (struct pawl_multipart_error){len <= PAWL_MULTIPART_PARTS_MAX ? len : 0,
						       r.message};
	return ok ? PAWL_OK : r.err;
}
