/* Resume URLs: /resume/<run id>-<mac> sets a waiting run going again.
 *
 * Whoever holds the URL may call it, so it cannot be guessed: the MAC is HMAC-SHA256 of the run's
 * id under a key that the store keeps, cut to 128 bits. A JSON body becomes the waiting node's
 * output; `?node=` says which one when several wait. */
#include <openssl/hmac.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/codec.h"
#include "base/id.h"
#include "server/internal.h"
#include "trigger/form.h"

#define MAC_BYTES 16
#define PREFIX    "/resume/"

struct resume {
	struct pawl_engine_command command;
	struct pawl_task task;
	struct pawl_http_ref ref;
	struct pawl_arena arena;
	enum pawl_err err;
	const char *message;
};

static void
mac_text(const struct pawl_server *server, struct pawl_str run_id, char out[2 * MAC_BYTES])
{
	unsigned char mac[EVP_MAX_MD_SIZE];
	unsigned int len = sizeof mac;

	HMAC(EVP_sha256(), server->key, sizeof server->key, (const unsigned char *)run_id.ptr,
	     run_id.len, mac, &len);
	pawl_hex_encode(mac, MAC_BYTES, out);
}

struct pawl_str
pawl_resume_url(void *ctx, uint64_t run_id, struct pawl_arena *arena)
{
	const struct pawl_server *server = ctx;
	char id[PAWL_ID_TEXT_MAX], mac[2 * MAC_BYTES];
	size_t len = pawl_id_format(run_id, id);

	mac_text(server, pawl_str(id, len), mac);
	return pawl_arena_printf(arena, "%s" PREFIX "%s-%.*s", server->public_url, id,
				 2 * MAC_BYTES, mac);
}

/* The run that the path names, when its MAC is right. */
static bool
run_of_path(const struct pawl_server *server, struct pawl_str path, uint64_t *run_id)
{
	struct pawl_str rest = pawl_str_sub(path, sizeof(PREFIX) - 1, path.len);
	char mac[2 * MAC_BYTES];
	struct pawl_str id;

	if (!pawl_str_split(&rest, '-', &id) || !pawl_id_parse(id, run_id))
		return false;
	mac_text(server, id, mac);
	return pawl_str_eq_secret(rest, pawl_str(mac, sizeof mac));
}

static void
answer(struct pawl_task *task)
{
	struct resume *resume = pawl_container_of(task, struct resume, task);
	static const struct pawl_str ok = {
		"{\"code\":200,\"message\":\"RESUMED\",\"data\":{}}",
		sizeof("{\"code\":200,\"message\":\"RESUMED\",\"data\":{}}") - 1};

	if (resume->err == PAWL_OK)
		pawl_http_respond(resume->ref, &(struct pawl_http_response){
						       .status = 200,
						       .content_type = PAWL_STR("application/json"),
						       .body = ok,
						       .body_static = true});
	else if (resume->err == PAWL_ENOTFOUND)
		pawl_http_respond_error(resume->ref, 404, "not_found",
					"there is nothing at this URL");
	else
		pawl_http_respond_error(resume->ref, 409, "not_waiting",
					resume->message ? resume->message
							: "the run does not wait");
	pawl_arena_fini(&resume->arena);
	free(resume);
}

/* On the engine's loop. */
static void
resumed(struct pawl_engine_command *command, enum pawl_err err, const char *message)
{
	struct resume *resume = pawl_container_of(command, struct resume, command);

	resume->err = err;
	resume->message = message ? pawl_arena_dup_c(&resume->arena, pawl_str_c(message)) : NULL;
	pawl_loop_post(pawl_http_ref_loop(resume->ref), &resume->task);
}

void
pawl_resume_request(struct pawl_server *server, struct pawl_http_request *req)
{
	struct resume *resume;
	uint64_t run_id;

	if (!run_of_path(server, req->path, &run_id)) {
		pawl_http_respond_error(req->ref, 404, "not_found", "there is nothing at this URL");
		return;
	}
	if (req->method != PAWL_HTTP_POST && req->method != PAWL_HTTP_GET) {
		pawl_api_refuse_method(req->ref, "GET, POST");
		return;
	}
	if (req->body.len && pawl_json_validate(req->body, NULL) != PAWL_OK) {
		pawl_http_respond_error(req->ref, 400, "malformed_body", "the body has to be JSON");
		return;
	}
	resume = pawl_calloc(1, sizeof *resume);
	pawl_arena_init(&resume->arena, 0);
	resume->ref = req->ref;
	resume->task.fn = answer;
	resume->command.action = PAWL_ACTION_RESUME;
	resume->command.run_id = run_id;
	resume->command.by_url = true;
	resume->command.data = pawl_arena_dup(&resume->arena, req->body);
	resume->command.done = resumed;
	if (req->query.len) {
		struct pawl_json query = pawl_form_parse(&resume->arena, req->query);
		resume->command.node_id =
			pawl_json_get_str(&query, "node", resume->command.node_id);
	}
	pawl_engine_command(server->engine, &resume->command);
}
