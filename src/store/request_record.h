/* A request as a record of the journal, and back. Pure functions. */
#ifndef PAWL_STORE_REQUEST_RECORD_H
#define PAWL_STORE_REQUEST_RECORD_H

#include "base/err.h"
#include "store/rows.h"

#define PAWL_REQUEST_TEXTS 10
#define PAWL_REQUEST_PARTS (1 + PAWL_REQUEST_TEXTS)

/* What comes before the texts; integers in the byte order of the machine. */
struct pawl_request_record {
	uint8_t format; /* 2; 1 ended with seven texts and had nothing that is marked */
	uint8_t verdict;
	uint8_t starts_run;
	uint8_t trigger; /* 2 */
	uint16_t status;
	uint16_t flags; /* 2 */
	uint32_t revision;
	uint32_t body_bytes;
	uint64_t id, workflow_id;
	int64_t received_at_us;
	uint64_t duplicate_of;     /* 2 */
	int64_t remember_until_us; /* 2 */
	/* method target ip reason detail headers body order_key delivery_key content_key */
	uint32_t text_bytes[PAWL_REQUEST_TEXTS];
};

/* `head` is filled in, and becomes the first of the parts; the others are the row's own texts. */
void pawl_request_record_encode(const struct pawl_request_row *row,
				struct pawl_request_record *head,
				struct pawl_str parts[PAWL_REQUEST_PARTS]);
/* The texts are borrowed from `record`. PAWL_EINVAL: it is none, or one of a later version. */
PAWL_MUST_USE enum pawl_err pawl_request_record_decode(struct pawl_str record,
						       struct pawl_request_row *row);

#endif
