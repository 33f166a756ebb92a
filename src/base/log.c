#include "base/log.h"

#include <errno.h>
#include <stdatomic.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/id.h"

/* A text that came from outside must not fill the log. */
#define FIELD_BYTES_MAX ((size_t)2048)
#define LINE_BYTES_MAX  ((size_t)256 * 1024)

static const char *const level_names[] = {"debug", "info", "warn", "error"};
static _Atomic int log_level = PAWL_LOG_INFO;

void
pawl_log_set_level(enum pawl_log_level level)
{
	atomic_store_explicit(&log_level, (int)level, memory_order_relaxed);
}

bool
pawl_log_level_parse(struct pawl_str s, enum pawl_log_level *out)
{
	for (size_t i = 0; i < sizeof(level_names) / sizeof(level_names[0]); i++) {
		if (pawl_str_eq_c(s, level_names[i])) {
			*out = (enum pawl_log_level)i;
			return true;
		}
	}
	return false;
}

static void
append_text(struct pawl_buf *line, struct pawl_str s)
{
	size_t len = s.len;

	if (len > FIELD_BYTES_MAX) {
		len = FIELD_BYTES_MAX;
		/* not in the middle of a character */
		while (len > FIELD_BYTES_MAX - 4 && ((unsigned char)s.ptr[len] & 0xc0) == 0x80)
			len--;
	}
	(void)pawl_buf_append_json_string(line, pawl_str_sub(s, 0, len));
}

static void
append_field(struct pawl_buf *line, const struct pawl_log_field *field)
{
	char id[PAWL_ID_TEXT_MAX];

	(void)pawl_buf_append_char(line, ',');
	(void)pawl_buf_append_json_string(line, pawl_str_c(field->key));
	(void)pawl_buf_append_char(line, ':');
	switch (field->kind) {
	case PAWL_F_KIND_STR:
		append_text(line, field->str);
		break;
	case PAWL_F_KIND_INT:
		(void)pawl_buf_append_i64(line, field->num);
		break;
	case PAWL_F_KIND_ID:
		(void)pawl_id_format((uint64_t)field->num, id);
		(void)pawl_buf_append_json_string(line, pawl_str_c(id));
		break;
	case PAWL_F_KIND_BOOL:
		(void)pawl_buf_append_c(line, field->num ? "true" : "false");
		break;
	}
}

/* A log that nobody reads must not stop the process: what cannot be written is lost. */
static void
write_line(const char *data, size_t len)
{
	while (len > 0) {
		ssize_t n = write(STDERR_FILENO, data, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return;
		data += n;
		len -= (size_t)n;
	}
}

void
pawl_log_fields(enum pawl_log_level level, const char *event, const struct pawl_log_field *fields,
		size_t n)
{
	char at[PAWL_TIME_TEXT_MAX];
	int saved_errno = errno;
	struct pawl_buf line;

	if ((int)level < atomic_load_explicit(&log_level, memory_order_relaxed))
		return;
	pawl_buf_init(&line, LINE_BYTES_MAX);
	(void)pawl_time_format(pawl_clock_now_us(), at);
	(void)pawl_buf_append_c(&line, "{\"at\":\"");
	(void)pawl_buf_append_c(&line, at);
	(void)pawl_buf_append_c(&line, "\",\"level\":\"");
	(void)pawl_buf_append_c(&line, level_names[level]);
	(void)pawl_buf_append_c(&line, "\",\"event\":");
	(void)pawl_buf_append_json_string(&line, pawl_str_c(event));
	for (size_t i = 0; i < n; i++)
		append_field(&line, &fields[i]);
	(void)pawl_buf_append_c(&line, "}\n");
	if (pawl_buf_status(&line) == PAWL_OK)
		write_line(line.data, line.len);
	pawl_buf_fini(&line);
	errno = saved_errno;
}
