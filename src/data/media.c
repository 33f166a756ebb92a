#include "data/media.h"

#include <iconv.h>

/* The names that are known, and what iconv calls them; a choice of its many, as some decoders
 * behind them have a bad record. */
static const struct {
	const char *label, *name;
} charsets[] = {
	{"big5", "BIG5"},
	{"euc-jp", "EUC-JP"},
	{"euc-kr", "EUC-KR"},
	{"gb18030", "GB18030"},
	{"gb2312", "GBK"}, /* what is called so holds more, as a rule */
	{"gbk", "GBK"},
	{"iso-8859-1", "ISO-8859-1"},
	{"iso-8859-2", "ISO-8859-2"},
	{"iso-8859-5", "ISO-8859-5"},
	{"iso-8859-7", "ISO-8859-7"},
	{"iso-8859-9", "ISO-8859-9"},
	{"iso-8859-15", "ISO-8859-15"},
	{"koi8-r", "KOI8-R"},
	{"koi8-u", "KOI8-U"},
	{"latin1", "ISO-8859-1"},
	{"shift_jis", "SHIFT_JIS"},
	{"utf-16", "UTF-16"},
	{"utf-16be", "UTF-16BE"},
	{"utf-16le", "UTF-16LE"},
	{"windows-1250", "CP1250"},
	{"windows-1251", "CP1251"},
	{"windows-1252", "CP1252"},
	{"windows-1253", "CP1253"},
	{"windows-1254", "CP1254"},
	{"windows-1255", "CP1255"},
	{"windows-1256", "CP1256"},
	{"windows-1257", "CP1257"},
	{"windows-1258", "CP1258"},
};

struct pawl_str
pawl_media_type(struct pawl_str content_type)
{
	return pawl_str_trim(pawl_str_sub(content_type, 0, pawl_str_find_char(content_type, ';')));
}

bool
pawl_media_is_json(struct pawl_str content_type)
{
	struct pawl_str type = pawl_media_type(content_type), end = PAWL_STR("+json");

	return pawl_str_eq_nocase(type, PAWL_STR("application/json")) ||
	       pawl_str_eq_nocase(type, PAWL_STR("text/json")) ||
	       (type.len > end.len &&
		pawl_str_eq_nocase(pawl_str_sub(type, type.len - end.len, type.len), end));
}

/* Its value without quotes, or the empty string. */
static struct pawl_str
find_charset(struct pawl_str content_type)
{
	struct pawl_str part, name = PAWL_STR("charset=");

	while (pawl_str_split(&content_type, ';', &part)) {
		part = pawl_str_trim(part);
		if (!pawl_str_eq_nocase(pawl_str_sub(part, 0, name.len), name))
			continue;
		part = pawl_str_trim(pawl_str_sub(part, name.len, part.len));
		if (part.len >= 2 && part.ptr[0] == '"' && part.ptr[part.len - 1] == '"')
			part = pawl_str_sub(part, 1, part.len - 1);
		return part;
	}
	return PAWL_STR("");
}

/* NULL: none is needed, or known. */
static const char *
find_decoder(struct pawl_str content_type)
{
	struct pawl_str label = find_charset(content_type);

	if (label.len == 0)
		return NULL;
	for (size_t i = 0; i < sizeof(charsets) / sizeof(charsets[0]); i++) {
		if (pawl_str_eq_nocase(label, pawl_str_c(charsets[i].label)))
			return charsets[i].name;
	}
	return NULL;
}

/* False when the bytes are none of that charset. */
static bool
decode(struct pawl_arena *arena, const char *decoder, struct pawl_str bytes, struct pawl_str *text)
{
	iconv_t converter = iconv_open("UTF-8", decoder);
	char *in = (char *)(uintptr_t)bytes.ptr, piece[4096];
	size_t in_left = bytes.len, rc = (size_t)-1;
	struct pawl_buf all;

	if (converter == (iconv_t)-1)
		return false;
	pawl_buf_init(&all, 4 * bytes.len + 16);
	do {
		char *out = piece;
		size_t out_left = sizeof(piece);

		rc = iconv(converter, &in, &in_left, &out, &out_left);
		pawl_buf_append(&all, piece, (size_t)(out - piece));
		if (out == piece)
			break; /* nothing more can be read */
	} while (in_left > 0);
	iconv_close(converter);
	if (rc != (size_t)-1 && in_left == 0)
		*text = pawl_arena_dup(arena, pawl_buf_peek(&all));
	pawl_buf_fini(&all);
	return rc != (size_t)-1 && in_left == 0;
}

bool
pawl_media_text(struct pawl_arena *arena, struct pawl_str content_type, struct pawl_str bytes,
		struct pawl_str *text)
{
	const char *decoder = find_decoder(content_type);

	if (decoder && decode(arena, decoder, bytes, text))
		return true;
	*text = bytes;
	return pawl_str_is_utf8(bytes);
}

/* What the charset and a byte order mark leave of it. */
static struct pawl_str
json_text(struct pawl_arena *arena, struct pawl_str content_type, struct pawl_str bytes)
{
	const char *decoder = find_decoder(content_type);
	struct pawl_str mark = PAWL_STR("\xEF\xBB\xBF");

	if (decoder)
		(void)decode(arena, decoder, bytes, &bytes);
	return pawl_str_starts_with(bytes, mark) ? pawl_str_sub(bytes, mark.len, bytes.len) : bytes;
}

enum pawl_err
pawl_media_json(struct pawl_arena *arena, struct pawl_str content_type, struct pawl_str bytes,
		struct pawl_json *out, struct pawl_json_error *error)
{
	bytes = json_text(arena, content_type, bytes);
	return out ? pawl_json_parse(arena, bytes, out, error) : pawl_json_validate(bytes, error);
}

enum pawl_err
pawl_media_json_bounded(struct pawl_arena *arena, struct pawl_str content_type,
			struct pawl_str bytes, size_t max_values, struct pawl_json *out,
			struct pawl_json_error *error)
{
	return pawl_json_parse_bounded(arena, json_text(arena, content_type, bytes), max_values,
				       out, error);
}

struct pawl_json
pawl_media_header(struct pawl_arena *arena, struct pawl_str value)
{
	char *wide, *w;

	if (pawl_str_is_utf8(value))
		return pawl_json_string_dup(arena, value);
	wide = w = pawl_arena_alloc(arena, 2 * value.len);
	for (size_t i = 0; i < value.len; i++) {
		unsigned char c = (unsigned char)value.ptr[i];

		if (c >= 0x80)
			*w++ = (char)(0xC0 | c >> 6);
		*w++ = (char)(c < 0x80 ? c : 0x80 | (c & 0x3F));
	}
	return pawl_json_string(pawl_str(wide, (size_t)(w - wide)));
}
