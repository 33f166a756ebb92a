#include "net/http_parse.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/assert.h"
#include "base/parse.h"
#include "net/http_chars.h"

#define TEXT_OF(number)              #number
#define VERSION(major, minor, patch) TEXT_OF(major) "." TEXT_OF(minor) "." TEXT_OF(patch)

const char pawl_http_parser_version[] =
	VERSION(LLHTTP_VERSION_MAJOR, LLHTTP_VERSION_MINOR, LLHTTP_VERSION_PATCH);

/* Framing bytes that a chunked body may have beside its data: enough for one-byte chunks, too
 * little for a peer that sends only extensions, trailers and leading zeros. */
#define FRAMING_FREE_BYTES (16 * 1024)
#define FRAMING_PER_BYTE   16
/* What a parser keeps between requests. */
#define KEPT_BODY_MAX_BYTES (64 * 1024)

__attribute__((format(printf, 4, 5))) static enum pawl_http_parse
refuse(struct pawl_http_parser *p, int status, const char *type, const char *format, ...)
{
	va_list args;

	p->refusal.status = status;
	p->refusal.type = type;
	va_start(args, format);
	vsnprintf(p->refusal.detail, sizeof p->refusal.detail, format, args);
	va_end(args);
	return PAWL_HTTP_PARSE_REFUSED;
}

static enum pawl_http_parse
malformed(struct pawl_http_parser *p, const char *detail)
{
	return refuse(p, 400, "malformed_request", "%s", detail);
}

/* Methods, request line. */

static const struct pawl_str method_names[] = {
	[PAWL_HTTP_GET] = PAWL_STR("GET"),         [PAWL_HTTP_HEAD] = PAWL_STR("HEAD"),
	[PAWL_HTTP_POST] = PAWL_STR("POST"),       [PAWL_HTTP_PUT] = PAWL_STR("PUT"),
	[PAWL_HTTP_PATCH] = PAWL_STR("PATCH"),     [PAWL_HTTP_DELETE] = PAWL_STR("DELETE"),
	[PAWL_HTTP_OPTIONS] = PAWL_STR("OPTIONS"), [PAWL_HTTP_OTHER] = PAWL_STR("OTHER"),
};

const char *
pawl_http_method_name(enum pawl_http_method method)
{
	return method_names[method].ptr;
}

bool
pawl_http_method_parse(struct pawl_str s, enum pawl_http_method *out)
{
	for (int m = PAWL_HTTP_GET; m < PAWL_HTTP_OTHER; m++) {
		if (pawl_str_eq(s, method_names[m])) {
			*out = (enum pawl_http_method)m;
			return true;
		}
	}
	return false;
}

/* The absolute form is for proxies, but a server must take it (RFC 9112 section 3.2.2). */
static bool
strip_authority(struct pawl_str *target)
{
	static const struct pawl_str schemes[] = {PAWL_STR("http://"), PAWL_STR("https://")};

	for (size_t i = 0; i < 2; i++) {
		size_t n = schemes[i].len;
		size_t end;

		if (!pawl_str_eq_nocase(pawl_str_sub(*target, 0, n), schemes[i]))
			continue;
		for (end = n; end < target->len; end++) {
			if (target->ptr[end] == '/' || target->ptr[end] == '?')
				break;
		}
		if (end == n || !pawl_http_is_all(pawl_str_sub(*target, n, end), PAWL_HTTP_C_HOST))
			return false;
		*target = pawl_str_sub(*target, end, target->len);
		return true;
	}
	return false;
}

static bool
parse_target(struct pawl_http_request *req, struct pawl_str target)
{
	size_t mark;

	if (target.len == 0 || !pawl_http_is_all(target, PAWL_HTTP_C_TARGET))
		return false;
	if (target.ptr[0] != '/') {
		bool is_asterisk = req->method == PAWL_HTTP_OPTIONS && pawl_str_eq_c(target, "*");

		if (!is_asterisk && !strip_authority(&target))
			return false;
	}
	req->target = target;
	mark = pawl_str_find_char(target, '?');
	req->path = pawl_str_sub(target, 0, mark);
	req->query =
		mark == SIZE_MAX ? pawl_str(NULL, 0) : pawl_str_sub(target, mark + 1, target.len);
	if (req->path.len == 0)
		req->path = PAWL_STR("/");
	if (req->target.len == 0)
		req->target = req->path;
	return true;
}

/* method SP request-target SP HTTP-version, and nothing else (RFC 9112 section 3). */
static enum pawl_http_parse
parse_request_line(struct pawl_http_parser *p, struct pawl_str line)
{
	struct pawl_str method, target, version = line;

	if (!pawl_str_split(&version, ' ', &method) || !pawl_str_split(&version, ' ', &target) ||
	    !pawl_http_is_token(method) || version.len != 8 ||
	    memcmp(version.ptr, "HTTP/", 5) != 0 || version.ptr[6] != '.' || version.ptr[5] < '0' ||
	    version.ptr[5] > '9' || version.ptr[7] < '0' || version.ptr[7] > '9')
		return malformed(p, "the request line is not METHOD TARGET HTTP/1.1");
	if (version.ptr[5] != '1' || version.ptr[7] > '1')
		return refuse(p, 505, "unsupported_version",
			      "only HTTP/1.1 and HTTP/1.0 are spoken");
	p->minor = (uint8_t)(version.ptr[7] - '0');
	p->req.method = PAWL_HTTP_OTHER;
	if (!pawl_http_method_parse(method, &p->req.method)) {
		if (parse_target(&p->req, target))
			p->has_request_line = true;
		return refuse(p, 501, "unsupported_method", "this method is not implemented");
	}
	if (!parse_target(&p->req, target))
		return malformed(p, "the request target is not a path");
	p->has_request_line = true;
	return PAWL_HTTP_PARSE_MORE;
}

/* Header fields. */

static enum pawl_http_parse
check_length(struct pawl_http_parser *p, struct pawl_str value)
{
	if (p->has_length)
		return malformed(p, "more than one Content-Length");
	if (!pawl_parse_u64(value, &p->content_length))
		return malformed(p, "Content-Length is not a number");
	p->has_length = true;
	return PAWL_HTTP_PARSE_MORE;
}

static enum pawl_http_parse
check_coding(struct pawl_http_parser *p, struct pawl_str value)
{
	if (p->has_coding || !pawl_str_eq_nocase(value, PAWL_STR("chunked")))
		return refuse(p, 501, "unsupported_transfer_encoding",
			      "the only Transfer-Encoding is chunked");
	p->has_coding = true;
	return PAWL_HTTP_PARSE_MORE;
}

static enum pawl_http_parse
check_host(struct pawl_http_parser *p, struct pawl_str value)
{
	if (p->has_host)
		return malformed(p, "more than one Host");
	if (!pawl_http_is_all(value, PAWL_HTTP_C_HOST))
		return malformed(p, "Host is not a host and port");
	p->has_host = true;
	return PAWL_HTTP_PARSE_MORE;
}

static enum pawl_http_parse
check_expect(struct pawl_http_parser *p, struct pawl_str value)
{
	/* RFC 9110 section 10.1.1: a 1.0 client cannot mean it. */
	if (p->minor == 0)
		return PAWL_HTTP_PARSE_MORE;
	if (!pawl_str_eq_nocase(value, PAWL_STR("100-continue")))
		return refuse(p, 417, "expectation_failed", "the only Expect is 100-continue");
	p->expects_continue = true;
	return PAWL_HTTP_PARSE_MORE;
}

static enum pawl_http_parse
check_field(struct pawl_http_parser *p, const struct pawl_http_header *h)
{
	switch (h->name.len) {
	case 4:
		if (pawl_str_eq_nocase(h->name, PAWL_STR("Host")))
			return check_host(p, h->value);
		break;
	case 6:
		if (pawl_str_eq_nocase(h->name, PAWL_STR("Expect")))
			return check_expect(p, h->value);
		break;
	case 14:
		if (pawl_str_eq_nocase(h->name, PAWL_STR("Content-Length")))
			return check_length(p, h->value);
		break;
	case 17:
		if (pawl_str_eq_nocase(h->name, PAWL_STR("Transfer-Encoding")))
			return check_coding(p, h->value);
		break;
	default:
		break;
	}
	return PAWL_HTTP_PARSE_MORE;
}

static struct pawl_str
trim_blanks(struct pawl_str s)
{
	while (s.len > 0 && (s.ptr[0] == ' ' || s.ptr[0] == '\t')) {
		s.ptr++;
		s.len--;
	}
	while (s.len > 0 && (s.ptr[s.len - 1] == ' ' || s.ptr[s.len - 1] == '\t'))
		s.len--;
	return s;
}

static enum pawl_http_parse
parse_field(struct pawl_http_parser *p, struct pawl_str line)
{
	struct pawl_http_header *h;
	size_t n = 0;

	while (n < line.len &&
	       (pawl_http_char_class[(unsigned char)line.ptr[n]] & PAWL_HTTP_C_TOKEN))
		n++;
	if (n == line.len || line.ptr[n] != ':' || n == 0) {
		if (line.ptr[0] == ' ' || line.ptr[0] == '\t')
			return malformed(p, "a header line is folded");
		if (line.ptr[0] == ':')
			return malformed(p, "a header has no name");
		if (n < line.len && (line.ptr[n] == ' ' || line.ptr[n] == '\t'))
			return malformed(p, "a header name is followed by white space");
		return malformed(p, "a header line is not NAME: VALUE");
	}
	if (p->req.n_headers == p->limits->max_headers)
		return refuse(p, 431, "headers_too_large",
			      "more than %zu header lines, the most that is accepted here",
			      p->limits->max_headers);
	h = &p->headers[p->req.n_headers++];
	h->name = pawl_str(line.ptr, n);
	h->value = trim_blanks(pawl_str(line.ptr + n + 1, line.len - n - 1));
	if (!pawl_http_is_all(h->value, PAWL_HTTP_C_VALUE))
		return malformed(p, "a header value holds a control character");
	return check_field(p, h);
}

/* The whole head. */

static int
on_headers_complete(llhttp_t *ll)
{
	struct pawl_http_parser *p = ll->data;

	p->is_head_done = true;
	p->is_keep_alive = llhttp_should_keep_alive(ll) != 0;
	/* An Upgrade that is not taken is ignored (RFC 9110 section 7.8). */
	ll->upgrade = 0;
	return 0;
}

static int
on_message_complete(llhttp_t *ll)
{
	struct pawl_http_parser *p = ll->data;

	p->is_done = true;
	return HPE_PAUSED;
}

/* Bytes of the chunked coding that are not data: llhttp judges what they mean, and they have to
 * be lines that end in CR LF, without controls and without folding. */
static bool
check_framing(struct pawl_http_parser *p, const char *from, const char *to)
{
	char prev = p->framing_prev;

	for (const char *c = from; c < to; c++) {
		unsigned char u = (unsigned char)*c;

		if ((prev == '\r') != (u == '\n') || (prev == '\n' && (u == ' ' || u == '\t')))
			return false;
		if (u != '\r' && u != '\n' && !(pawl_http_char_class[u] & PAWL_HTTP_C_VALUE))
			return false;
		prev = *c;
	}
	p->framing_prev = prev;
	p->framing_len += (size_t)(to - from);
	return p->framing_len <= FRAMING_FREE_BYTES + FRAMING_PER_BYTE * p->body_len;
}

void
pawl_http_parser_refuse_body(struct pawl_http_parser *p)
{
	refuse(p, 413, "body_too_large",
	       "the body is larger than %zu bytes, the most that is accepted here", p->max_body);
}

static int
on_body(llhttp_t *ll, const char *at, size_t len)
{
	struct pawl_http_parser *p = ll->data;

	if (p->has_coding) {
		if (!check_framing(p, p->framing_from, at)) {
			malformed(p, "the chunked coding is broken");
			return HPE_USER;
		}
		p->framing_from = at + len;
		p->framing_prev = 0;
	}
	p->body_len += len;
	if (p->is_discarding)
		return 0;
	if (p->body_len > p->max_body) {
		pawl_http_parser_refuse_body(p);
		return HPE_USER;
	}
	if (p->body.len == 0 && (!p->view.ptr || p->view.ptr + p->view.len == at)) {
		p->view = pawl_str(p->view.ptr ? p->view.ptr : at, p->view.len + len);
		return 0;
	}
	if (p->view.ptr) {
		pawl_buf_append_str(&p->body, p->view);
		p->view = pawl_str(NULL, 0);
	}
	pawl_buf_append(&p->body, at, len);
	return 0;
}

static int
on_chunk_header(llhttp_t *ll)
{
	struct pawl_http_parser *p = ll->data;

	/* A size that cannot be met is refused before it is sent. */
	if (!p->is_discarding && ll->content_length > p->max_body - p->body_len) {
		pawl_http_parser_refuse_body(p);
		return HPE_USER;
	}
	return 0;
}

static const llhttp_settings_t settings = {
	.on_headers_complete = on_headers_complete,
	.on_message_complete = on_message_complete,
	.on_body = on_body,
	.on_chunk_header = on_chunk_header,
};

static enum pawl_http_parse
finish_head(struct pawl_http_parser *p)
{
	enum llhttp_errno err;

	if (p->minor == 1 && !p->has_host)
		return malformed(p, "no Host");
	if (p->has_coding && p->has_length)
		return malformed(p, "both Transfer-Encoding and Content-Length");
	if (p->has_coding && p->minor == 0)
		return malformed(p, "Transfer-Encoding in HTTP/1.0");
	llhttp_init(&p->ll, HTTP_REQUEST, &settings);
	p->ll.data = p;
	err = llhttp_execute(&p->ll, p->base, p->head_len);
	if (!p->is_head_done || (err != HPE_OK && !p->is_done))
		return malformed(p, "the head is broken");
	/* Both parsers must see the same body, or neither is believed. */
	if (((p->ll.flags & F_CHUNKED) != 0) != (p->has_coding && !p->is_done) ||
	    p->is_done != (!p->has_coding && p->content_length == 0) ||
	    (p->has_length && !p->is_done && p->ll.content_length != p->content_length))
		return malformed(p, "the framing is ambiguous");
	p->req.headers = p->headers;
	p->framing_prev = '\n';
	return PAWL_HTTP_PARSE_DONE;
}

static void
move_str(struct pawl_str *s, const char *from, size_t len, const char *to)
{
	/* Static texts and absent strings stay. */
	if (s->ptr && s->ptr >= from && s->ptr < from + len)
		s->ptr = to + (s->ptr - from);
}

void
pawl_http_parser_moved(struct pawl_http_parser *p, const char *to)
{
	size_t len = p->head_len ? p->head_len : p->seen;

	move_str(&p->req.target, p->base, len, to);
	move_str(&p->req.path, p->base, len, to);
	move_str(&p->req.query, p->base, len, to);
	for (size_t i = 0; i < p->req.n_headers; i++) {
		move_str(&p->headers[i].name, p->base, len, to);
		move_str(&p->headers[i].value, p->base, len, to);
	}
	p->base = to;
}

static enum pawl_http_parse
refuse_head(struct pawl_http_parser *p)
{
	return refuse(p, 431, "headers_too_large",
		      "the head is larger than %zu bytes, the most that is accepted here",
		      p->limits->max_header_bytes);
}

/* What has come of a line that has not ended yet, so that rubbish is not waited for. */
static enum pawl_http_parse
check_unfinished(struct pawl_http_parser *p, size_t len)
{
	size_t end = p->base[len - 1] == '\r' ? len - 1 : len;

	if (end > p->seen &&
	    !pawl_http_is_all(pawl_str(p->base + p->seen, end - p->seen), PAWL_HTTP_C_VALUE))
		return malformed(p, "a control character in the head");
	if (end > p->seen)
		p->seen = end;
	if (p->seen > p->limits->max_header_bytes)
		return refuse_head(p);
	return PAWL_HTTP_PARSE_MORE;
}

enum pawl_http_parse
pawl_http_parser_head(struct pawl_http_parser *p, const char *data, size_t len)
{
	enum pawl_http_parse result;

	if (p->base && p->base != data)
		pawl_http_parser_moved(p, data);
	p->base = data;
	while (p->seen < len) {
		const char *lf = memchr(data + p->seen, '\n', len - p->seen);
		struct pawl_str line;

		if (!lf)
			return check_unfinished(p, len);
		line = pawl_str(data + p->line, (size_t)(lf - data) - p->line);
		if (line.len == 0 || line.ptr[line.len - 1] != '\r')
			return malformed(p, "a line ends without CR");
		line.len--;
		p->line = p->seen = (size_t)(lf - data) + 1;
		if (p->seen > p->limits->max_header_bytes)
			return refuse_head(p);
		if (!p->has_request_line) {
			result = parse_request_line(p, line);
		} else if (line.len > 0) {
			result = parse_field(p, line);
		} else {
			p->head_len = p->seen;
			return finish_head(p);
		}
		if (result != PAWL_HTTP_PARSE_MORE)
			return result;
	}
	return PAWL_HTTP_PARSE_MORE;
}

void
pawl_http_parser_keep(struct pawl_http_parser *p)
{
	PAWL_ASSERT(p->head_len > 0);
	if (p->is_kept)
		return;
	pawl_buf_append(&p->head, p->base, p->head_len);
	PAWL_ASSERT(pawl_buf_status(&p->head) == PAWL_OK);
	pawl_http_parser_moved(p, p->head.data);
	p->is_kept = true;
}

enum pawl_http_parse
pawl_http_parser_body(struct pawl_http_parser *p, const char *data, size_t len, size_t *used)
{
	enum llhttp_errno err;

	p->framing_from = data;
	err = llhttp_execute(&p->ll, data, len);
	*used = len;
	if (p->is_done)
		*used = (size_t)(llhttp_get_error_pos(&p->ll) - data);
	else if (err != HPE_OK && p->refusal.status == 0)
		return malformed(p, "the body is not what its framing says");
	if (p->refusal.status != 0)
		return PAWL_HTTP_PARSE_REFUSED;
	if (p->has_coding && !check_framing(p, p->framing_from, data + *used))
		return malformed(p, "the chunked coding is broken");
	if (p->is_done) {
		p->req.body = p->body.len > 0 ? pawl_buf_peek(&p->body) : p->view;
		return PAWL_HTTP_PARSE_DONE;
	}
	if (p->view.ptr) {
		pawl_buf_append_str(&p->body, p->view);
		p->view = pawl_str(NULL, 0);
	}
	return PAWL_HTTP_PARSE_MORE;
}

void
pawl_http_parser_init(struct pawl_http_parser *p, const struct pawl_http_limits *limits)
{
	*p = (struct pawl_http_parser){.limits = limits};
	p->headers = pawl_realloc_array(NULL, limits->max_headers, sizeof(*p->headers));
	pawl_buf_init(&p->head, limits->max_header_bytes);
	/* on_body holds the line; the buffer's own maximum never bites. */
	pawl_buf_init(&p->body, SIZE_MAX);
}

void
pawl_http_parser_fini(struct pawl_http_parser *p)
{
	free(p->headers);
	pawl_buf_fini(&p->head);
	pawl_buf_fini(&p->body);
}

void
pawl_http_parser_reset(struct pawl_http_parser *p)
{
	struct pawl_http_parser fresh = {
		.limits = p->limits, .headers = p->headers, .head = p->head, .body = p->body};

	if (fresh.body.cap > KEPT_BODY_MAX_BYTES) {
		pawl_buf_fini(&fresh.body);
		pawl_buf_init(&fresh.body, SIZE_MAX);
	}
	pawl_buf_reset(&fresh.head);
	pawl_buf_reset(&fresh.body);
	*p = fresh;
}
