#include "cli/print.h"

#include <inttypes.h>
#include <stdint.h>

#include "base/assert.h"

#define OUTPUT_BYTES_MAX ((size_t)1 << 30)
#define CELL_CHARS_MAX   72
#define COLUMNS_MAX      12

static void
print_value(const struct pawl_json *value, bool pretty)
{
	struct pawl_buf buf;
	enum pawl_err err;

	pawl_buf_init(&buf, OUTPUT_BYTES_MAX);
	err = pretty ? pawl_json_write_pretty(&buf, value) : pawl_json_write(&buf, value);
	if (err == PAWL_OK) {
		fwrite(buf.data, 1, buf.len, stdout);
		fputc('\n', stdout);
	} else {
		fputs("pawl: the value is too large to print\n", stderr);
	}
	pawl_buf_fini(&buf);
}

void
pawl_print_json(const struct pawl_json *value)
{
	print_value(value, true);
}

void
pawl_print_json_line(const struct pawl_json *value)
{
	print_value(value, false);
	fflush(stdout);
}

void
pawl_print_text(FILE *to, struct pawl_str text)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.ptr[i];
		/* U+0080 to U+009F are control characters too */
		bool is_c1 = c == 0xc2 && i + 1 < text.len && (unsigned char)text.ptr[i + 1] < 0xa0;

		if (is_c1)
			i++;
		fputc(c < 0x20 || c == 0x7f || is_c1 ? '?' : c, to);
	}
}

/* ---- cells ------------------------------------------------------------------ */

static struct pawl_str
cut(struct pawl_arena *arena, struct pawl_str text)
{
	size_t chars = 0;

	for (size_t i = 0; i < text.len; i++) {
		if (((unsigned char)text.ptr[i] & 0xc0) != 0x80 && ++chars > CELL_CHARS_MAX)
			return pawl_arena_printf(arena, "%.*s…", (int)i, text.ptr);
	}
	return text;
}

static struct pawl_str
format_ms(struct pawl_arena *arena, const struct pawl_json *value)
{
	double exact;
	int64_t ms;

	if (!pawl_json_to_double(value, &exact) || exact < 0 || exact > 1e15)
		return pawl_json_str(value);
	ms = (int64_t)(exact + 0.5);
	if (exact < 10)
		return pawl_arena_printf(arena, "%.2fms", exact);
	if (ms < 1000)
		return pawl_arena_printf(arena, "%" PRId64 "ms", ms);
	if (ms < 60000)
		return pawl_arena_printf(arena, "%" PRId64 ".%02ds", ms / 1000,
					 (int)(ms % 1000 / 10));
	return pawl_arena_printf(arena, "%" PRId64 "m%02ds", ms / 60000, (int)(ms / 1000 % 60));
}

static struct pawl_str
format_time(struct pawl_arena *arena, struct pawl_str text)
{
	if (text.len < 19)
		return text;
	return pawl_arena_printf(arena, "%.10s %.8s", text.ptr, text.ptr + 11);
}

static const struct pawl_json *
find(const struct pawl_json *row, const struct pawl_column *column)
{
	const struct pawl_json *value = pawl_json_pointer(row, pawl_str_c(column->pointer));

	if ((!value || value->type == PAWL_JSON_NULL) && column->otherwise)
		value = pawl_json_pointer(row, pawl_str_c(column->otherwise));
	return value;
}

static struct pawl_str
format_cell(struct pawl_arena *arena, const struct pawl_json *row, const struct pawl_column *column)
{
	const struct pawl_json *value = find(row, column);

	if (!value || value->type == PAWL_JSON_NULL)
		return PAWL_STR("-");
	if (column->kind == PAWL_COLUMN_TIME)
		return format_time(arena, pawl_json_str(value));
	if (column->kind == PAWL_COLUMN_MS)
		return format_ms(arena, value);
	switch ((enum pawl_json_type)value->type) {
	case PAWL_JSON_NULL:
		break;
	case PAWL_JSON_BOOL:
		return value->boolean ? PAWL_STR("yes") : PAWL_STR("no");
	case PAWL_JSON_NUMBER:
	case PAWL_JSON_STRING:
		return cut(arena, pawl_json_str(value));
	case PAWL_JSON_ARRAY:
	case PAWL_JSON_OBJECT:
		return cut(arena, pawl_json_text(arena, value));
	}
	return PAWL_STR("-");
}

static size_t
count_chars(struct pawl_str text)
{
	size_t n = 0;

	for (size_t i = 0; i < text.len; i++)
		n += ((unsigned char)text.ptr[i] & 0xc0) != 0x80;
	return n;
}

/* ---- tables ----------------------------------------------------------------- */

static void
print_row(const struct pawl_str *cells, const size_t *widths, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		pawl_print_text(stdout, cells[i]);
		if (i + 1 < n)
			printf("%*s", (int)(widths[i] - count_chars(cells[i]) + 2), "");
	}
	fputc('\n', stdout);
}

void
pawl_print_table(const struct pawl_json *items, const struct pawl_column *columns, size_t n_columns,
		 const char *empty)
{
	uint32_t n_rows = pawl_json_is(items, PAWL_JSON_ARRAY) ? items->len : 0;
	struct pawl_str head[COLUMNS_MAX], *cells;
	size_t widths[COLUMNS_MAX];
	struct pawl_arena arena;

	PAWL_ASSERT(n_columns <= COLUMNS_MAX);
	if (n_rows == 0) {
		puts(empty);
		return;
	}
	pawl_arena_init(&arena, 0);
	cells = pawl_arena_calloc(&arena, (size_t)n_rows * n_columns, sizeof(*cells));
	for (size_t c = 0; c < n_columns; c++) {
		head[c] = pawl_str_c(columns[c].title);
		widths[c] = head[c].len;
		for (uint32_t r = 0; r < n_rows; r++) {
			struct pawl_str cell = format_cell(&arena, &items->items[r], &columns[c]);
			size_t width = count_chars(cell);

			cells[r * n_columns + c] = cell;
			if (width > widths[c])
				widths[c] = width;
		}
	}
	print_row(head, widths, n_columns);
	for (uint32_t r = 0; r < n_rows; r++)
		print_row(cells + r * n_columns, widths, n_columns);
	pawl_arena_fini(&arena);
}

void
pawl_print_field(const char *label, const struct pawl_json *object,
		 const struct pawl_column *column)
{
	const struct pawl_json *value = find(object, column);
	struct pawl_arena arena;

	if (!value || value->type == PAWL_JSON_NULL)
		return;
	pawl_arena_init(&arena, 0);
	printf("%-12s ", label);
	if (value->type == PAWL_JSON_STRING && column->kind == PAWL_COLUMN_TEXT)
		pawl_print_text(stdout, pawl_json_str(value));
	else
		pawl_print_text(stdout, format_cell(&arena, object, column));
	fputc('\n', stdout);
	pawl_arena_fini(&arena);
}

void
pawl_print_problems(FILE *to, const char *prefix, const struct pawl_json *problems)
{
	for (uint32_t i = 0; i < problems->len; i++) {
		struct pawl_str where =
			pawl_json_get_str(&problems->items[i], "pointer", PAWL_STR(""));

		fputs(prefix, to);
		pawl_print_text(to, where.len > 0 ? where : PAWL_STR("(document)"));
		fputs(": ", to);
		pawl_print_text(to,
				pawl_json_get_str(&problems->items[i], "message", PAWL_STR("")));
		fputc('\n', to);
	}
}
