/* PROXY headers: what is whole stays whole whatever follows it, and its front is unfinished. */
#include "fuzz.h"

#include "net/proxy_protocol.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pawl_str bytes = {(const char *)data, size};
	struct pawl_ip client = {.family = 0}, again = client;
	size_t used, used_again;

	switch (pawl_proxy_parse(bytes, &used, &client)) {
	case PAWL_PROXY_MORE:
		require(size < PAWL_PROXY_HEADER_MAX);
		break;
	case PAWL_PROXY_DONE:
		require(used > 0 && used <= size && used <= PAWL_PROXY_HEADER_MAX);
		require(pawl_proxy_parse(pawl_str(bytes.ptr, used), &used_again, &again) ==
			PAWL_PROXY_DONE);
		require(used == used_again && pawl_ip_eq(&client, &again));
		require(pawl_proxy_parse(pawl_str(bytes.ptr, used - 1), &used_again, &again) ==
			PAWL_PROXY_MORE);
		break;
	case PAWL_PROXY_BAD:
		require(client.family == 0);
		break;
	}
	return 0;
}
