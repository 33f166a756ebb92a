/* pawl-docs [--check] DIR: writes the generated reference pages, or says which are stale. */
#include <stdio.h>

#include "docs/pages.h"
#include "trigger/auth/scheme.h"

#define PAGE_BYTES_MAX ((size_t)16 << 20)

static const struct {
	const char *name;
	void (*write)(struct pawl_buf *out);
} pages[] = {
	{"api.md", pawl_page_api},           {"cli.md", pawl_page_cli},
	{"nodes.md", pawl_page_nodes},       {"openapi.json", pawl_page_openapi},
	{"triggers.md", pawl_page_triggers}, {"workflow.schema.json", pawl_page_schema},
};

void
pawl_page_cell(struct pawl_buf *out, const char *text)
{
	for (; text && *text; text++) {
		if (*text == '|')
			pawl_buf_append_char(out, '\\');
		pawl_buf_append_char(out, *text == '\n' ? ' ' : *text);
	}
}

/* Is the file as the page is now? */
static bool
is_current(const char *path, struct pawl_str page)
{
	FILE *file = fopen(path, "re");
	struct pawl_buf text;
	char *room;
	bool same;

	if (!file)
		return false;
	pawl_buf_init(&text, PAGE_BYTES_MAX + 1);
	room = pawl_buf_reserve(&text, page.len + 1);
	text.len += fread(room, 1, page.len + 1, file);
	same = pawl_str_eq(pawl_buf_peek(&text), page);
	pawl_buf_fini(&text);
	fclose(file);
	return same;
}

static bool
replace(const char *path, struct pawl_str page)
{
	FILE *file = fopen(path, "we");
	bool ok = file && fwrite(page.ptr, 1, page.len, file) == page.len;

	if (file && fclose(file) != 0)
		ok = false;
	if (!ok)
		fprintf(stderr, "pawl-docs: %s cannot be written\n", path);
	return ok;
}

static bool
handle(size_t i, const char *dir, bool check)
{
	struct pawl_buf page, path;
	bool ok;

	pawl_buf_init(&page, PAGE_BYTES_MAX);
	pawl_buf_init(&path, 4096);
	pawl_buf_printf(&path, "%s/%s", dir, pages[i].name);
	pages[i].write(&page);
	ok = pawl_buf_status(&page) == PAWL_OK;
	if (check)
		ok = ok && is_current(path.data, pawl_buf_peek(&page));
	else
		ok = ok && replace(path.data, pawl_buf_peek(&page));
	if (!ok && check)
		fprintf(stderr, "%s is stale: run build/pawl-docs docs/reference\n", path.data);
	pawl_buf_fini(&page);
	pawl_buf_fini(&path);
	return ok;
}

int
main(int argc, char **argv)
{
	bool check = argc == 3 && strcmp(argv[1], "--check") == 0, ok = true;

	if (argc != 2 && !check) {
		fputs("Usage: pawl-docs [--check] DIR\n", stderr);
		return 2;
	}
	pawl_schemes_init();
	for (size_t i = 0; i < sizeof pages / sizeof pages[0]; i++)
		if (!handle(i, argv[argc - 1], check))
			ok = false;
	pawl_schemes_fini();
	return ok ? 0 : 1;
}
