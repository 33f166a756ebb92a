#include "store/request_record.h"

#define FORMAT 2
/* Among the flags, and in a record only. */
#define REMEMBERS_CONTENT 0x8000u

/* Format 1, which may lie in a journal that an earlier version has left. */
#define TEXTS_1 7
struct record_1 {
	uint8_t format, verdict, starts_run, reserved;
	uint16_t status, reserved_too;
	uint32_t revision, body_bytes;
	uint64_t id, workflow_id;
	int64_t received_at_us;
	uint32_t text_bytes[TEXTS_1], reserved_as_well;
};

void
pawl_request_record_encode(const struct pawl_request_row *row, struct pawl_request_record *head,
			   struct pawl_str parts[PAWL_REQUEST_PARTS])
{
	const struct pawl_str texts[PAWL_REQUEST_TEXTS] = {
		row->method,  row->target, row->ip,        row->reason,       row->detail,
		row->headers, row->body,   row->order_key, row->delivery_key, row->content_key};

	*head = (struct pawl_request_record){
		.format = FORMAT,
		.verdict = (uint8_t)row->verdict,
		.starts_run = row->starts_run,
		.trigger = (uint8_t)row->trigger,
		.status = row->status,
		.flags = (uint16_t)(row->flags | (row->remembers_content ? REMEMBERS_CONTENT : 0)),
		.revision = row->revision,
		.body_bytes = row->body_bytes,
		.id = row->id,
		.workflow_id = row->workflow_id,
		.received_at_us = row->received_at_us,
		.duplicate_of = row->duplicate_of,
		.remember_until_us = row->remember_until_us,
	};
	parts[0] = pawl_str((const char *)head, sizeof(*head));
	for (size_t i = 0; i < PAWL_REQUEST_TEXTS; i++) {
		head->text_bytes[i] = (uint32_t)texts[i].len;
		parts[1 + i] = texts[i];
	}
}

static enum pawl_err
read_1(struct pawl_str record, struct pawl_request_record *head, size_t *head_len)
{
	struct record_1 old;

	if (record.len < sizeof(old))
		return PAWL_EINVAL;
	memcpy(&old, record.ptr, sizeof(old));
	*head = (struct pawl_request_record){
		.verdict = old.verdict,
		.starts_run = old.starts_run,
		.status = old.status,
		.revision = old.revision,
		.body_bytes = old.body_bytes,
		.id = old.id,
		.workflow_id = old.workflow_id,
		.received_at_us = old.received_at_us,
	};
	memcpy(head->text_bytes, old.text_bytes, sizeof(old.text_bytes));
	*head_len = sizeof(old);
	return PAWL_OK;
}

static enum pawl_err
read_head(struct pawl_str record, struct pawl_request_record *head, size_t *head_len)
{
	if (record.len > 0 && record.ptr[0] == 1)
		return read_1(record, head, head_len);
	if (record.len < sizeof(*head))
		return PAWL_EINVAL;
	memcpy(head, record.ptr, sizeof(*head));
	*head_len = sizeof(*head);
	return head->format == FORMAT ? PAWL_OK : PAWL_EINVAL;
}

static bool
has_whole_keys(const struct pawl_request_row *row)
{
	size_t a = row->delivery_key.len, b = row->content_key.len;

	return (a == 0 || a == PAWL_REQUEST_KEY_BYTES) && (b == 0 || b == PAWL_REQUEST_KEY_BYTES) &&
	       (b > 0 || (a == 0 && !row->remembers_content));
}

enum pawl_err
pawl_request_record_decode(struct pawl_str record, struct pawl_request_row *row)
{
	struct pawl_str texts[PAWL_REQUEST_TEXTS], rest;
	struct pawl_request_record head;
	size_t head_len;

	if (read_head(record, &head, &head_len) != PAWL_OK ||
	    head.verdict > PAWL_VERDICT_DUPLICATE || head.trigger > PAWL_TRIGGER_MANUAL)
		return PAWL_EINVAL;
	rest = pawl_str_sub(record, head_len, record.len);
	for (size_t i = 0; i < PAWL_REQUEST_TEXTS; i++) {
		if (head.text_bytes[i] > rest.len)
			return PAWL_EINVAL;
		texts[i] = pawl_str_sub(rest, 0, head.text_bytes[i]);
		rest = pawl_str_sub(rest, head.text_bytes[i], rest.len);
	}
	*row = (struct pawl_request_row){
		.id = head.id,
		.workflow_id = head.workflow_id,
		.revision = head.revision,
		.received_at_us = head.received_at_us,
		.method = texts[0],
		.target = texts[1],
		.ip = texts[2],
		.reason = texts[3],
		.detail = texts[4],
		.headers = texts[5],
		.body = texts[6],
		.order_key = texts[7],
		.delivery_key = texts[8],
		.content_key = texts[9],
		.verdict = (enum pawl_verdict)head.verdict,
		.starts_run = head.starts_run,
		.trigger = (enum pawl_trigger_kind)head.trigger,
		.status = head.status,
		.flags = (uint16_t)(head.flags & ~REMEMBERS_CONTENT),
		.remembers_content = (head.flags & REMEMBERS_CONTENT) != 0,
		.remember_until_us = head.remember_until_us,
		.duplicate_of = head.duplicate_of,
		.body_bytes = head.body_bytes,
	};
	return rest.len == 0 && has_whole_keys(row) ? PAWL_OK : PAWL_EINVAL;
}
