/* Calls of the server's API, each waited for, with its errors printed.
 *
 * Where the server is and which token to use: --server and --token, else --ready-file, else
 * --data, else PAWL_SERVER and PAWL_TOKEN, PAWL_READY_FILE, PAWL_DATA, ./data. A token that is
 * found that way by itself goes to no other machine. Main thread only; values live in the
 * command's arena. */
#ifndef PAWL_CLI_CLIENT_H
#define PAWL_CLI_CLIENT_H

#include "base/buf.h"
#include "cli/options.h"
#include "data/json.h"
#include "net/http_server.h"

#define PAWL_API_BODY_MAX ((size_t)256 << 20)

/* Of whatever talks to a server; pawl_client_read_ca reads it. */
#define PAWL_CA_OPTION                                                                             \
	{"ca-file", "FILE", "Certificates (PEM) to check the server's by", "PAWL_CA_FILE"}

/* The options of every command that talks to a server. */
#define PAWL_CLIENT_OPTIONS                                                                        \
	{"server", "URL", "The server's address", "PAWL_SERVER"}, PAWL_CA_OPTION,                  \
		{"token", "TOKEN", "An API token", "PAWL_TOKEN"},                                  \
		{"ready-file", "FILE", "What pawl serve --ready-file wrote: address and token",    \
		 "PAWL_READY_FILE"},                                                               \
		{"data", "DIR", "The server's data directory: address and token", "PAWL_DATA",     \
		 .fallback = "./data"},                                                            \
		{"json", .help = "Print JSON, as the API gives it"}

struct pawl_client;

/* PAWL_EXIT_OK, or prints what is missing. */
int pawl_client_new(const struct pawl_args *args, struct pawl_client **out);
void pawl_client_free(struct pawl_client *client);
struct pawl_str pawl_client_server(const struct pawl_client *client);
struct pawl_str pawl_client_token(const struct pawl_client *client);
/* PEM text of --ca-file, empty without; PAWL_EXIT_OK, or prints that it cannot be read. */
int pawl_client_read_ca(const struct pawl_args *args, struct pawl_str *pem);
/* The client's; empty: the system's certificates are used. */
struct pawl_str pawl_client_ca(const struct pawl_client *client);

/* Values live in this arena from now on. */
void pawl_client_set_arena(struct pawl_client *client, struct pawl_arena *arena);

/* One call; `path` begins with a slash. `body` may be NULL. An error is printed and gives its exit
 * status; *out is null when the answer has no body. */
int pawl_client_call(struct pawl_client *client, enum pawl_http_method method, struct pawl_str path,
		     const struct pawl_json *body, struct pawl_json *out);
/* Deletes what is at `path` and says so: "NAME: deleted", with --json null, as there is no answer.
 */
int pawl_client_delete(struct pawl_client *client, const struct pawl_args *args,
		       struct pawl_str path, const char *name);
/* Puts --input (a file of JSON) and --revision as "input" and "revision", as far as they are given.
 * PAWL_EXIT_OK, or prints what is wrong. */
int pawl_client_put_start(const struct pawl_args *args, struct pawl_json_builder *b);
/* Posts what starts a run, with a client of its own, and prints the new run's id. */
int pawl_client_start_run(const struct pawl_args *args, struct pawl_str path,
			  const struct pawl_json *body);
/* Items of a list, page after page, up to `limit`. */
int pawl_client_list(struct pawl_client *client, struct pawl_str path, uint64_t limit,
		     struct pawl_json *items);

/* "/api/v1/runs/", encoded operand, "/cancel". */
struct pawl_str pawl_api_path(struct pawl_arena *arena, const char *prefix, const char *operand,
			      const char *suffix);
/* Appends `?name=value` or `&name=value`; nothing when value is NULL. */
struct pawl_str pawl_api_query(struct pawl_arena *arena, struct pawl_str path, const char *name,
			       const char *value);

#endif
