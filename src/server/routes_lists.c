#include "server/routes_lists.h"

#include "store/failure.h"

#define END    PAWL_QUERY_END
#define PAGE   PAWL_QUERY_PAGE
#define WINDOW PAWL_QUERY_WINDOW

static const char *const true_or_false[] = {"true", "false", NULL};
static const char *const stats_windows[] = {"15m", "1h", "24h", "7d", "30d", NULL};

const struct pawl_api_param pawl_api_workflow_list_query[] = {
	{"status", PAWL_PARAM_CHOICE, "Only those in this state.", pawl_api_workflow_states},
	{"search", PAWL_PARAM_TEXT, "Stands in the name, the description or a tag, in any case."},
	{"tag", PAWL_PARAM_TEXT, "Only those that have this tag."},
	PAGE(PAWL_PARAM_TEXT),
	END};

const struct pawl_api_param pawl_api_run_list_query[] = {
	{"workflow", PAWL_PARAM_TEXT, "A workflow's id or name."},
	{"status", PAWL_PARAM_CHOICES, "Only those in one of these states, with commas between.",
	 pawl_api_run_states},
	{"class", PAWL_PARAM_CHOICE, "Only those whose failure is of this class.",
	 pawl_failure_classes},
	{"trigger", PAWL_PARAM_CHOICES, "Only those that one of these has started.",
	 pawl_api_trigger_kinds},
	{"search", PAWL_PARAM_TEXT,
	 "The id of the run, or of its request; or a part, in any case, of the error, the order "
	 "key, or what its request's detail says, like a delivery's id."},
	{"request", PAWL_PARAM_ID, "Runs of this request, replays included."},
	{"test", PAWL_PARAM_CHOICE, "Only test runs, or none of them.", true_or_false},
	WINDOW,
	PAGE(PAWL_PARAM_ID),
	END};

const struct pawl_api_param pawl_api_request_list_query[] = {
	{"workflow", PAWL_PARAM_TEXT, "A workflow's id or name."},
	{"verdict", PAWL_PARAM_CHOICES, "Only those with one of these verdicts.",
	 pawl_api_verdicts},
	{"trigger", PAWL_PARAM_CHOICES, "Only those that came in by one of these.",
	 pawl_api_trigger_kinds},
	{"search", PAWL_PARAM_TEXT,
	 "Its id; or a part, in any case, of the reason, the detail, the address, the order key or "
	 "the target."},
	WINDOW,
	PAGE(PAWL_PARAM_ID),
	END};

const struct pawl_api_param pawl_api_stats_query[] = {
	{"workflow", PAWL_PARAM_TEXT, "Only of this workflow, by id or name."},
	{"window", PAWL_PARAM_CHOICE,
	 "Until now: 15m and 1h (when absent) by minutes, 24h by quarters of an hour, 7d and 30d "
	 "by quarters of a day.",
	 stats_windows},
	{"from", PAWL_PARAM_TIME,
	 "In place of a window: since this time (RFC 3339), by the shortest of these steps that is "
	 "left of it."},
	{"to", PAWL_PARAM_TIME, "With from: until this time; until now when absent."},
	END};
