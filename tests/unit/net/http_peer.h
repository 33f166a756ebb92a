/* A small HTTP/1.1 server for the client's tests: 127.0.0.1, port 0, one thread for each
 * connection. What it does is in the path:
 *
 *   /request          200, the request line and headers as they came
 *   /echo             200, the request's body
 *   /status/N         that status, an empty body
 *   /big/N /chunked/N N bytes of 'x', with a length or in chunks
 *   /headers/N        200 and N headers
 *   /raw/...          what stands after it, '+' for a space and %0A for a line end; closes
 *   /redirect/N       302 to /redirect/N-1; /redirect/0 answers like /request
 *   /location/N       status N with the Location that the header X-To says
 *   /hang /half /drop nothing; half a body, then nothing; closes without an answer
 *   /leave            200, keep-alive, then closes all the same
 */
#ifndef PAWL_TEST_HTTP_PEER_H
#define PAWL_TEST_HTTP_PEER_H

struct peer;

struct peer *peer_start(void);
/* Closes what is open and joins its threads. */
void peer_stop(struct peer *peer);
unsigned peer_port(const struct peer *peer);
/* Connections accepted, and requests read, so far. */
unsigned peer_connections(struct peer *peer);
unsigned peer_requests(struct peer *peer);

#endif
