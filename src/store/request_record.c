#include "store/request_record.h"

#define FORMAT 1

void
pawl_request_record_encode(const struct pawl_request_row *row, struct pawl_request_record *head,
			   struct pawl_str parts[PAWL_REQUEST_PARTS])
{
	const struct pawl_str texts[PAWL_REQUEST_TEXTS] = {row->method, row->target, row->ip,
							   row->reason, row->detail, row->headers,
							   row->body};

	*head = (struct pawl_request_record){
		.format = FORMAT,
		.verdict = (uint8_t)row->verdict,
		.starts_run = row->starts_run,
		.status = row->status,
		.revision = row->revision,
		.body_bytes = row->body_bytes,
		.id = row->id,
		.workflow_id = row->workflow_id,
		.received_at_us = row->received_at_us,
	};
	parts[0] = pawl_str((const char *)head, sizeof(*head));
	for (size_t i = 0; i < PAWL_REQUEST_TEXTS; i++) {
		head->text_bytes[i] = (uint32_t)texts[i].len;
		parts[1 + i] = texts[i];
	}
}

enum pawl_err
pawl_request_record_decode(struct pawl_str record, struct pawl_request_row *row)
{
	struct pawl_request_record head;
	struct pawl_str texts[PAWL_REQUEST_TEXTS], rest;

	if (record.len < sizeof(head))
		return PAWL_EINVAL;
	memcpy(&head, record.ptr, sizeof(head));
	if (head.format != FORMAT || head.verdict > PAWL_VERDICT_DUPLICATE)
		return PAWL_EINVAL;
	rest = pawl_str_sub(record, sizeof(head), record.len);
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
		.verdict = (enum pawl_verdict)head.verdict,
		.starts_run = head.starts_run,
		.status = head.status,
		.body_bytes = head.body_bytes,
	};
	return rest.len == 0 ? PAWL_OK : PAWL_EINVAL;
}
