/* /service/<token> to browsers: OPTIONS, and the headers of CORS. */
#include "server/internal.h"

void
pawl_service_add_cors(struct pawl_http_request *req)
{
	const struct pawl_endpoint *endpoint = req->route;
	struct pawl_cors_request cors = {
		.origin = pawl_http_request_header(req, "Origin"),
	};
	struct pawl_http_header headers[PAWL_SERVICE_CORS_HEADERS];
	struct pawl_arena arena;
	size_t n;

	if (req->method == PAWL_HTTP_OPTIONS && cors.origin.ptr) {
		cors.method = pawl_http_request_header(req, "Access-Control-Request-Method");
		cors.headers = pawl_http_request_header(req, "Access-Control-Request-Headers");
	}
	pawl_arena_init(&arena, 0);
	n = pawl_service_cors(endpoint->service, &cors, pawl_webhook_allow(endpoint->webhook),
			      &arena, headers);
	if (n)
		pawl_http_add_headers(req->ref, headers, n);
	pawl_arena_fini(&arena);
}

/* Costs no run and no line in the request log: browsers ask before most calls. */
void
pawl_service_answer_options(struct pawl_http_request *req)
{
	const struct pawl_endpoint *endpoint = req->route;
	struct pawl_http_header header = {PAWL_STR("Allow"),
					  pawl_str_c(pawl_webhook_allow(endpoint->webhook))};

	pawl_http_respond(req->ref, &(struct pawl_http_response){
					    .status = 204, .headers = &header, .n_headers = 1});
}
