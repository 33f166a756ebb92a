/* The operator's presets: files that are checked as the build checks its own. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "trigger/auth/presets_internal.h"
#include "trigger/auth/scheme_internal.h"

#define NAME_MAX_LEN 64

/* "acme" of "acme.json"; ptr NULL when it is no preset's file. */
static struct pawl_str
name_of(const char *file)
{
	struct pawl_str name = pawl_str_c(file);

	if (!pawl_str_ends_with(name, PAWL_STR(".json")))
		return pawl_str(NULL, 0);
	name.len -= 5;
	if (name.len == 0 || name.len > NAME_MAX_LEN || name.ptr[0] == '.')
		return pawl_str(NULL, 0);
	for (size_t i = 0; i < name.len; i++) {
		char c = name.ptr[i];

		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
		      c == '-'))
			return pawl_str(NULL, 0);
	}
	return name;
}

static bool
read_all(int fd, struct pawl_buf *out)
{
	char chunk[8192];
	ssize_t n;

	for (;;) {
		n = read(fd, chunk, sizeof(chunk));
		if (n > 0)
			pawl_buf_append(out, chunk, (size_t)n);
		if (n == 0 || (n < 0 && errno != EINTR))
			return n == 0;
	}
}

static bool
read_file(int dir_fd, const char *file, struct pawl_buf *out, struct pawl_problems *problems)
{
	int fd = openat(dir_fd, file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;
	bool ok = false;

	if (fd < 0 || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
		pawl_problems_add(problems, "", "is no file that can be read");
	else if (st.st_mode & S_IWOTH)
		pawl_problems_add(problems, "",
				  "everybody may change it, and with it who is let in; run chmod "
				  "o-w on it");
	else if (!read_all(fd, out) || pawl_buf_status(out) != PAWL_OK)
		pawl_problems_add(problems, "", "cannot be read, or has more than 256 KiB");
	else
		ok = true;
	if (fd >= 0)
		close(fd);
	return ok;
}

/* The document without what the scheme has no use for. */
static struct pawl_json
without_extras(struct pawl_arena *arena, const struct pawl_json *document)
{
	struct pawl_json_builder b;

	pawl_json_object_begin(&b, arena);
	for (uint32_t i = 0; i < document->len; i++) {
		struct pawl_str key = document->members[i].key;

		if (!pawl_str_eq_c(key, "override") && !pawl_str_eq_c(key, "vectors"))
			pawl_json_set(&b, key, document->members[i].value);
	}
	return pawl_json_end(&b);
}

struct pawl_scheme *
pawl_preset_compile(const struct pawl_json *document, bool *overrides,
		    struct pawl_problems *problems)
{
	struct pawl_scheme *scheme = NULL;
	struct pawl_arena arena;
	struct pawl_json own;

	*overrides = pawl_json_get_bool(document, "override", false);
	if (!pawl_json_is(document, PAWL_JSON_OBJECT)) {
		pawl_problems_add(problems, "", "must be a JSON object");
		return NULL;
	}
	pawl_arena_init(&arena, 0);
	own = without_extras(&arena, document);
	scheme = pawl_scheme_new(&own, problems);
	pawl_arena_fini(&arena);
	return scheme;
}

static struct pawl_scheme *
check_document(struct pawl_str name, const struct pawl_json *document,
	       struct pawl_problems *problems)
{
	size_t i, n_builtin = 0, before = problems->len;
	bool overrides;
	struct pawl_scheme *scheme = pawl_preset_compile(document, &overrides, problems);

	if (!scheme)
		return NULL;
	if (!pawl_str_eq_c(name, pawl_scheme_name(scheme)))
		pawl_problems_add(problems, "/name", "has to be the file's: \"%.*s\"",
				  PAWL_STR_ARG(name));
	for (i = 0; pawl_preset_names[i]; i++)
		n_builtin += pawl_str_eq_c(name, pawl_preset_names[i]);
	if (n_builtin > 0 && !overrides)
		pawl_problems_add(problems, "/name",
				  "there is a built-in preset of that name; say \"override\": true "
				  "to have this one in its place, or choose another name");
	if (pawl_preset_check_vectors(scheme, pawl_json_get_c(document, "vectors"), problems) == 0)
		pawl_problems_add(problems, "/vectors",
				  "has to hold a delivery that is accepted, so that a mistake in "
				  "the preset is seen here and not by its senders");
	if (problems->len == before)
		return scheme;
	pawl_scheme_free(scheme);
	return NULL;
}

static struct pawl_scheme *
load_file(int dir_fd, const char *file, struct pawl_str name, struct pawl_problems *problems)
{
	struct pawl_json_error error = {0};
	struct pawl_scheme *scheme = NULL;
	struct pawl_arena arena;
	struct pawl_json document;
	struct pawl_buf text;

	pawl_buf_init(&text, PAWL_PRESET_BYTES_MAX);
	pawl_arena_init(&arena, 0);
	if (read_file(dir_fd, file, &text, problems)) {
		if (pawl_json_parse(&arena, pawl_buf_peek(&text), &document, &error) == PAWL_OK)
			scheme = check_document(name, &document, problems);
		else
			pawl_problems_add(problems, "", "line %zu, column %zu: %s", error.line,
					  error.column, error.message);
	}
	pawl_arena_fini(&arena);
	pawl_buf_fini(&text);
	return scheme;
}

/* What was read of that name before; a table of presets is small. */
static void
keep_old(struct pawl_preset_table *table, struct pawl_str name)
{
	const struct pawl_preset_table *old = pawl_preset_table_get();
	size_t i = pawl_preset_table_find(old, name);

	if (i < old->n && !old->items[i].is_builtin)
		pawl_preset_table_put(table,
				      (struct pawl_preset_item){.scheme = old->items[i].scheme});
}

static void
load_one(struct pawl_preset_table *table, int dir_fd, const char *dir, const char *file,
	 struct pawl_problems *problems)
{
	struct pawl_str name = name_of(file);
	struct pawl_problems found = {0};
	struct pawl_scheme *scheme = NULL;
	char where[512];

	if (!name.ptr)
		pawl_problems_add(&found, "",
				  "has to be called NAME.json, the name of lower-case letters, "
				  "digits, dots, dashes and underscores");
	else
		scheme = load_file(dir_fd, file, name, &found);
	if (scheme)
		pawl_preset_table_put(table, (struct pawl_preset_item){scheme, .is_owner = true});
	else if (name.ptr)
		keep_old(table, name);
	for (size_t i = 0; i < found.len; i++) {
		snprintf(where, sizeof(where), "%s/%s%s%s", dir, file,
			 found.items[i].where[0] ? "#" : "", found.items[i].where);
		pawl_problems_add(problems, where, "%s", found.items[i].message);
	}
	pawl_problems_fini(&found);
}

static int
is_file(const struct dirent *entry)
{
	return entry->d_name[0] != '.' &&
	       pawl_str_ends_with(pawl_str_c(entry->d_name), PAWL_STR(".json"));
}

/* Every built-in one, to which the files are added. */
static struct pawl_preset_table *
copy_builtin(size_t n_files)
{
	const struct pawl_preset_table *first = pawl_preset_table_get();
	struct pawl_preset_table *table;

	while (first->older)
		first = first->older;
	table = pawl_preset_table_new(first->n + n_files);
	table->n_builtin = first->n;
	for (size_t i = 0; i < first->n; i++)
		pawl_preset_table_put(table,
				      (struct pawl_preset_item){.scheme = first->items[i].scheme,
								.is_builtin = true});
	return table;
}

void
pawl_presets_load(const char *dir, struct pawl_problems *problems)
{
	struct dirent **files = NULL;
	int n = scandir(dir, &files, is_file, alphasort);
	int dir_fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct pawl_preset_table *table;

	if (n < 0 || dir_fd < 0) {
		if (errno != ENOENT)
			pawl_problems_add(problems, dir, "presets cannot be read: %m");
		n = 0;
	}
	if (n > PAWL_PRESET_FILES_MAX)
		pawl_problems_add(problems, dir, "holds more than %d presets; the rest is left out",
				  PAWL_PRESET_FILES_MAX);
	table = copy_builtin(PAWL_PRESET_FILES_MAX);
	for (int i = 0; i < n; i++) {
		if (i < PAWL_PRESET_FILES_MAX)
			load_one(table, dir_fd, dir, files[i]->d_name, problems);
		free(files[i]);
	}
	free(files);
	if (dir_fd >= 0)
		close(dir_fd);
	pawl_preset_table_publish(table);
}
