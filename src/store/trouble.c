#include "store/trouble.h"

#include "base/clock.h"
#include "base/log.h"

#define REPORT_EVERY_US 10000000

void
pawl_trouble_report(struct pawl_trouble *trouble, enum pawl_err err, const char *text)
{
	int64_t now_us = pawl_clock_mono_us();
	bool has_begun = !trouble->err;

	if (has_begun) {
		trouble->since_us = now_us;
		trouble->reported_at_us = 0;
		trouble->n_failed = 0;
	}
	trouble->err = (int)err;
	if (has_begun && trouble->tell)
		trouble->tell(trouble->ctx, err);
	if (trouble->reported_at_us && now_us - trouble->reported_at_us < REPORT_EVERY_US)
		return;
	trouble->reported_at_us = now_us;
	pawl_log(PAWL_LOG_ERROR, "store_failed",
		 PAWL_F_C("kind", err == PAWL_EFULL ? "full" : "io"), PAWL_F_C("reason", text),
		 PAWL_F_INT("failed_ops", trouble->n_failed));
}

void
pawl_trouble_over(struct pawl_trouble *trouble)
{
	if (!trouble->err)
		return;
	trouble->err = PAWL_OK;
	pawl_log(PAWL_LOG_WARN, "store_recovered",
		 PAWL_F_INT("after_ms", (pawl_clock_mono_us() - trouble->since_us) / 1000),
		 PAWL_F_INT("failed_ops", trouble->n_failed));
	if (trouble->tell)
		trouble->tell(trouble->ctx, PAWL_OK);
}
