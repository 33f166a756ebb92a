/* JSONPath: the first line is the query, what follows is the document. The two ways to compile
 * agree, evaluating twice gives the same nodes, and a singular query selects one at most. */
#include "fuzz.h"

#include "data/jsonpath.h"

static const char default_document[] =
	"{\"a\":[{\"b\":1,\"c\":\"x\"},{\"b\":2.0,\"d\":[true,null,[\"aab\",{}]]},-1e400],"
	"\"\":{\"c\":\"a.*\",\"1\":[0,1,2,3,4]}}";

static void
check_segments(struct pawl_str query)
{
	struct pawl_jsonpath_error error;
	struct pawl_jsonpath *path;
	size_t used;

	query.ptr++;
	query.len--;
	require(pawl_jsonpath_compile_segments(query, &used, &path, &error) == PAWL_OK);
	require(used == query.len);
	pawl_jsonpath_free(path);
}

static void
check_selection(const struct pawl_jsonpath *path, struct pawl_str text)
{
	struct pawl_jsonpath_nodes nodes, again;
	struct pawl_arena arena;
	struct pawl_json root;
	enum pawl_err err;

	pawl_arena_init(&arena, 0);
	if (pawl_json_parse(&arena, text, &root, NULL) != PAWL_OK)
		require(pawl_json_parse(&arena, pawl_str_c(default_document), &root, NULL) ==
			PAWL_OK);
	err = pawl_jsonpath_select(path, &root, &arena, &nodes);
	require(err == PAWL_OK || (err == PAWL_ETOOBIG && nodes.len == 0));
	require(pawl_jsonpath_select(path, &root, &arena, &again) == err);
	require(again.len == nodes.len);
	for (size_t i = 0; i < nodes.len; i++)
		require(nodes.items[i] == again.items[i]);
	if (err == PAWL_OK && pawl_jsonpath_is_singular(path)) {
		require(nodes.len <= 1);
		require(pawl_jsonpath_get(path, &root) == (nodes.len ? nodes.items[0] : NULL));
	}
	pawl_arena_fini(&arena);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pawl_str document = pawl_str((const char *)data, size), query;
	struct pawl_jsonpath_error error = {0};
	struct pawl_jsonpath *path;

	if (!pawl_str_split(&document, '\n', &query))
		return 0;
	if (pawl_jsonpath_compile(query, &path, &error) != PAWL_OK) {
		require(error.offset <= query.len && error.message[0] != '\0');
		return 0;
	}
	check_segments(query);
	check_selection(path, document);
	pawl_jsonpath_free(path);
	return 0;
}
