/* The framing of a request, without sockets. The first byte says where the input is cut into two
 * reads: whole and cut, the same must come out, and never from outside of the bytes given. */
#include "fuzz.h"

#include "base/alloc.h"
#include "base/assert.h"
#include "net/http_parse.h"

#define MAX_BODY 256

struct outcome {
	enum pawl_http_parse result;
	int status;
	size_t used;
	uint64_t hash; /* of everything that the handler would see */
};

static uint64_t
hash_request(const struct pawl_http_request *req)
{
	uint64_t hash = (uint64_t)req->method;

	fuzz_mix(&hash, req->target);
	fuzz_mix(&hash, req->path);
	fuzz_mix(&hash, req->query);
	for (size_t i = 0; i < req->n_headers; i++) {
		fuzz_mix(&hash, req->headers[i].name);
		fuzz_mix(&hash, req->headers[i].value);
	}
	fuzz_mix(&hash, req->body);
	return hash;
}

/* One read: its own allocation, so that a step beyond it is seen. */
static void
feed(struct pawl_http_parser *p, struct pawl_str all, size_t len, struct outcome *out)
{
	char *bytes = pawl_malloc(len ? len : 1);
	size_t n = 0;

	memcpy(bytes, all.ptr, len);
	if (p->head_len == 0) {
		out->result = pawl_http_parser_head(p, bytes, len);
		out->used = out->result == PAWL_HTTP_PARSE_DONE ? p->head_len : len;
		if (out->result == PAWL_HTTP_PARSE_DONE && !p->is_done)
			out->result = PAWL_HTTP_PARSE_MORE;
	}
	if (p->head_len > 0 && !p->is_done && out->result == PAWL_HTTP_PARSE_MORE &&
	    out->used < len) {
		out->result = pawl_http_parser_body(p, bytes + out->used, len - out->used, &n);
		out->used += n;
	}
	if (out->result == PAWL_HTTP_PARSE_REFUSED) {
		PAWL_ASSERT(p->refusal.status >= 400 && p->refusal.type && p->refusal.detail);
		out->status = p->refusal.status;
	}
	if (out->result == PAWL_HTTP_PARSE_DONE)
		out->hash = hash_request(&p->req);
	else if (out->result == PAWL_HTTP_PARSE_MORE && p->head_len > 0)
		pawl_http_parser_keep(p);
	free(bytes);
}

static struct outcome
run(struct pawl_http_parser *p, struct pawl_str in, size_t cut)
{
	struct outcome out = {PAWL_HTTP_PARSE_MORE, 0, 0, 0};

	pawl_http_parser_reset(p);
	p->max_body = MAX_BODY;
	feed(p, in, cut, &out);
	if (out.result == PAWL_HTTP_PARSE_MORE && cut < in.len)
		feed(p, in, in.len, &out);
	return out;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pawl_http_limits limits;
	struct pawl_http_parser parser;
	struct outcome whole, cut;
	struct pawl_str in;

	if (size < 2)
		return 0;
	pawl_http_limits_init(&limits);
	limits.max_header_bytes = 1024;
	limits.max_headers = 16;
	in = pawl_str((const char *)data + 1, size - 1);
	pawl_http_parser_init(&parser, &limits);
	whole = run(&parser, in, in.len);
	cut = run(&parser, in, in.len * data[0] / 256);
	PAWL_ASSERT(whole.result == cut.result);
	/* A limit and a mistake in the same bytes: which is met first depends on the cut. */
	if (whole.result == PAWL_HTTP_PARSE_DONE) {
		PAWL_ASSERT(whole.used == cut.used);
		PAWL_ASSERT(whole.hash == cut.hash);
	}
	pawl_http_parser_fini(&parser);
	return 0;
}
