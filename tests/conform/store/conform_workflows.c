#include <string.h>

#include "base/clock.h"
#include "store_conformance.h"

static enum pawl_err
save(struct fixture *f, struct pawl_store_workflow_save *op)
{
	pawl_store_op_init(&op->op, PAWL_STORE_WORKFLOW_SAVE, NULL);
	return pawl_store_wait(f->store, &op->op);
}

/* Publishes and activates; returns its id. */
static uint64_t
make(struct fixture *f, const char *name, const char *token)
{
	struct pawl_store_workflow_save op = {.name = pawl_str_c(name),
					      .document = PAWL_STR("{\"v\":1}"),
					      .hook_token = pawl_str_c(token),
					      .publish = true,
					      .activate = true,
					      .at_us = 10};

	assert_int_equal(save(f, &op), PAWL_OK);
	pawl_store_op_fini(&op.op);
	return op.workflow.id;
}

static enum pawl_err
change_state(struct fixture *f, uint64_t id, enum pawl_workflow_state to, uint32_t revision)
{
	struct pawl_store_workflow_state op = {
		.id = id, .state = to, .revision = revision, .at_us = 20};
	enum pawl_err err;

	pawl_store_op_init(&op.op, PAWL_STORE_WORKFLOW_STATE, NULL);
	err = pawl_store_wait(f->store, &op.op);
	if (!err) {
		assert_int_equal(op.workflow.state, to);
		if (revision)
			assert_int_equal(op.workflow.active_revision, revision);
	}
	pawl_store_op_fini(&op.op);
	return err;
}

static void
test_draft_is_created_and_survives_reopen(void **state)
{
	struct fixture *f = *state;
	struct pawl_store_workflow_save op = {.name = PAWL_STR("w"),
					      .document = PAWL_STR("{\"a\":1}"),
					      .hook_token = PAWL_STR("tok"),
					      .at_us = 10};
	struct pawl_store_get get;

	assert_int_equal(save(f, &op), PAWL_OK);
	assert_true(op.created);
	assert_int_not_equal(op.workflow.id, 0);
	assert_int_equal(op.workflow.draft_version, 1);
	assert_int_equal(op.workflow.latest_revision, 0);
	fixture_reopen(f, 0);
	assert_int_equal(get_row(f, &get, PAWL_STORE_WORKFLOW, op.workflow.id), PAWL_OK);
	assert_str(get.workflow->name, "w");
	assert_str(get.workflow->draft, "{\"a\":1}");
	assert_str(get.workflow->hook_token, "tok");
	assert_int_equal(get.workflow->state, PAWL_WORKFLOW_INACTIVE);
	assert_int_equal(get.workflow->created_at_us, 10);
	pawl_store_op_fini(&get.op);
	pawl_store_op_fini(&op.op);
}

static void
test_workflow_is_found_by_name(void **state)
{
	struct fixture *f = *state;
	uint64_t id = make(f, "by-name", "t");
	struct pawl_store_get get = {.name = PAWL_STR("by-name")};

	pawl_store_op_init(&get.op, PAWL_STORE_WORKFLOW, NULL);
	assert_int_equal(pawl_store_wait(f->store, &get.op), PAWL_OK);
	assert_int_equal(get.workflow->id, id);
	pawl_store_op_fini(&get.op);
	get.name = PAWL_STR("by-nam");
	pawl_store_op_init(&get.op, PAWL_STORE_WORKFLOW, NULL);
	assert_int_equal(pawl_store_wait(f->store, &get.op), PAWL_ENOTFOUND);
	pawl_store_op_fini(&get.op);
}

static void
test_taken_names_and_tokens_conflict(void **state)
{
	struct fixture *f = *state;
	uint64_t first = make(f, "one", "t1"), second = make(f, "two", "t2");
	struct pawl_store_workflow_save create = {.name = PAWL_STR("one")};
	struct pawl_store_workflow_save rename = {.id = second, .name = PAWL_STR("one")};
	struct pawl_store_workflow_save same_token = {.name = PAWL_STR("three"),
						      .hook_token = PAWL_STR("t1")};
	struct pawl_store_workflow_save nameless = {.document = PAWL_STR("{}")};
	struct pawl_store_workflow_save unknown = {.id = 99, .name = PAWL_STR("x")};

	assert_int_equal(save(f, &create), PAWL_ECONFLICT);
	assert_int_equal(save(f, &rename), PAWL_ECONFLICT);
	assert_int_equal(save(f, &same_token), PAWL_ECONFLICT);
	assert_int_equal(save(f, &nameless), PAWL_EINVAL);
	assert_int_equal(save(f, &unknown), PAWL_ENOTFOUND);
	assert_int_not_equal(first, second);
	pawl_store_op_fini(&create.op);
	pawl_store_op_fini(&rename.op);
	pawl_store_op_fini(&same_token.op);
	pawl_store_op_fini(&nameless.op);
	pawl_store_op_fini(&unknown.op);
}

static void
test_by_name_changes_the_one_that_is_there(void **state)
{
	struct fixture *f = *state;
	uint64_t id = make(f, "w", "t1");
	struct pawl_store_workflow_save op = {.by_name = true,
					      .name = PAWL_STR("w"),
					      .document = PAWL_STR("{\"v\":2}"),
					      .hook_token = PAWL_STR("other"),
					      .publish = true,
					      .activate = true,
					      .at_us = 11};

	assert_int_equal(save(f, &op), PAWL_OK);
	assert_false(op.created);
	assert_int_equal(op.workflow.id, id);
	assert_int_equal(op.workflow.active_revision, 2);
	assert_int_equal(op.workflow.updated_at_us, 11);
	assert_str(op.workflow.hook_token, "t1");
	pawl_store_op_fini(&op.op);
}

static void
test_if_version_guards_the_draft(void **state)
{
	struct fixture *f = *state;
	uint64_t id = make(f, "w", "t");
	struct pawl_store_workflow_save fresh = {
		.id = id, .document = PAWL_STR("{\"v\":2}"), .if_version = 1};
	struct pawl_store_workflow_save stale = {
		.id = id, .document = PAWL_STR("{\"v\":3}"), .if_version = 1};
	struct pawl_store_workflow_save same = {.id = id, .document = PAWL_STR("{\"v\":2}")};

	assert_int_equal(save(f, &fresh), PAWL_OK);
	assert_int_equal(fresh.workflow.draft_version, 2);
	assert_int_equal(save(f, &stale), PAWL_ECONFLICT);
	/* What changes nothing leaves the version. */
	assert_int_equal(save(f, &same), PAWL_OK);
	assert_int_equal(same.workflow.draft_version, 2);
	pawl_store_op_fini(&fresh.op);
	pawl_store_op_fini(&stale.op);
	pawl_store_op_fini(&same.op);
}

static void
test_publishing_makes_immutable_revisions(void **state)
{
	struct fixture *f = *state;
	uint64_t id = make(f, "w", "t");
	struct pawl_store_workflow_save same = {.id = id, .publish = true};
	struct pawl_store_workflow_save changed = {
		.id = id, .document = PAWL_STR("{\"v\":2}"), .publish = true};
	struct pawl_store_get get = {.id = id, .number = 1};
	struct pawl_store_list list;

	assert_int_equal(save(f, &same), PAWL_OK);
	assert_int_equal(same.workflow.latest_revision, 1);
	assert_int_equal(save(f, &changed), PAWL_OK);
	assert_int_equal(changed.workflow.latest_revision, 2);
	assert_int_equal(changed.workflow.active_revision, 1);
	pawl_store_op_fini(&same.op);
	pawl_store_op_fini(&changed.op);

	pawl_store_op_init(&get.op, PAWL_STORE_REVISION, NULL);
	assert_int_equal(pawl_store_wait(f->store, &get.op), PAWL_OK);
	assert_str(get.revision->document, "{\"v\":1}");
	pawl_store_op_fini(&get.op);
	get.number = 3;
	pawl_store_op_init(&get.op, PAWL_STORE_REVISION, NULL);
	assert_int_equal(pawl_store_wait(f->store, &get.op), PAWL_ENOTFOUND);
	pawl_store_op_fini(&get.op);

	list_init(&list, PAWL_STORE_REVISIONS);
	list.workflow_id = id;
	list.limit = 1;
	list_rows(f, &list);
	assert_int_equal(list.n, 1);
	assert_true(list.more);
	assert_int_equal(list.revisions[0].number, 2);
	assert_null(list.revisions[0].document.ptr);
	pawl_store_op_fini(&list.op);
	list_init(&list, PAWL_STORE_REVISIONS);
	list.workflow_id = id;
	list.before = 2;
	list_rows(f, &list);
	assert_int_equal(list.n, 1);
	assert_int_equal(list.revisions[0].number, 1);
	pawl_store_op_fini(&list.op);
}

static void
test_nothing_to_publish_or_activate_is_refused(void **state)
{
	struct fixture *f = *state;
	struct pawl_store_workflow_save publish = {.name = PAWL_STR("w"), .publish = true};
	struct pawl_store_workflow_save activate = {
		.name = PAWL_STR("w"), .document = PAWL_STR("{}"), .activate = true};
	struct pawl_store_list list;

	assert_int_equal(save(f, &publish), PAWL_ESTATE);
	assert_int_equal(save(f, &activate), PAWL_ESTATE);
	list_init(&list, PAWL_STORE_WORKFLOWS);
	list_rows(f, &list);
	assert_int_equal(list.n, 0);
	pawl_store_op_fini(&list.op);
	pawl_store_op_fini(&publish.op);
	pawl_store_op_fini(&activate.op);
}

static void
test_states_change_and_are_checked(void **state)
{
	struct fixture *f = *state;
	uint64_t id = make(f, "w", "t");
	struct pawl_store_workflow_save draft = {.name = PAWL_STR("draft"),
						 .document = PAWL_STR("{}")};
	struct pawl_store_workflow_save again = {
		.id = id, .document = PAWL_STR("{\"v\":2}"), .publish = true, .activate = true};

	assert_int_equal(change_state(f, id, PAWL_WORKFLOW_PAUSED, 0), PAWL_OK);
	/* A new revision does not undo a pause. */
	assert_int_equal(save(f, &again), PAWL_OK);
	assert_int_equal(again.workflow.state, PAWL_WORKFLOW_PAUSED);
	assert_int_equal(again.workflow.active_revision, 2);
	assert_int_equal(change_state(f, id, PAWL_WORKFLOW_ACTIVE, 1), PAWL_OK);
	assert_int_equal(change_state(f, id, PAWL_WORKFLOW_ACTIVE, 7), PAWL_ENOTFOUND);
	assert_int_equal(change_state(f, 12, PAWL_WORKFLOW_ACTIVE, 0), PAWL_ENOTFOUND);
	assert_int_equal(save(f, &draft), PAWL_OK);
	assert_int_equal(change_state(f, draft.workflow.id, PAWL_WORKFLOW_ACTIVE, 0), PAWL_ESTATE);
	pawl_store_op_fini(&draft.op);
	pawl_store_op_fini(&again.op);
}

static void
test_deleted_workflow_is_gone_and_its_runs_stay(void **state)
{
	struct fixture *f = *state;
	uint64_t id = make(f, "w", "t"), run = accept_run(f, id), again;
	struct pawl_store_get get;
	struct pawl_store_list list;

	assert_int_equal(get_row(f, &get, PAWL_STORE_WORKFLOW_DELETE, id), PAWL_OK);
	pawl_store_op_fini(&get.op);
	assert_int_equal(get_row(f, &get, PAWL_STORE_WORKFLOW_DELETE, id), PAWL_ENOTFOUND);
	pawl_store_op_fini(&get.op);
	assert_int_equal(get_row(f, &get, PAWL_STORE_WORKFLOW, id), PAWL_ENOTFOUND);
	pawl_store_op_fini(&get.op);
	get = (struct pawl_store_get){.id = id, .number = 1};
	pawl_store_op_init(&get.op, PAWL_STORE_REVISION, NULL);
	assert_int_equal(pawl_store_wait(f->store, &get.op), PAWL_ENOTFOUND);
	pawl_store_op_fini(&get.op);
	assert_int_equal(change_state(f, id, PAWL_WORKFLOW_ACTIVE, 0), PAWL_ENOTFOUND);
	list_init(&list, PAWL_STORE_WORKFLOWS);
	list_rows(f, &list);
	assert_int_equal(list.n, 0);
	pawl_store_op_fini(&list.op);
	/* Name and token are free again; the run is still there. */
	again = make(f, "w", "t");
	assert_int_not_equal(again, id);
	assert_int_equal(run_state(f, run), PAWL_RUN_QUEUED);
	list_init(&list, PAWL_STORE_RUNS);
	list.workflow_id = id;
	list_rows(f, &list);
	assert_int_equal(list.n, 1);
	pawl_store_op_fini(&list.op);
}

static void
test_workflows_are_listed_by_name_without_drafts(void **state)
{
	struct fixture *f = *state;
	struct pawl_store_list list;

	make(f, "c", "t1");
	make(f, "a", "t2");
	assert_int_equal(change_state(f, make(f, "b", "t3"), PAWL_WORKFLOW_PAUSED, 0), PAWL_OK);
	list_init(&list, PAWL_STORE_WORKFLOWS);
	list.limit = 2;
	list_rows(f, &list);
	assert_int_equal(list.n, 2);
	assert_true(list.more);
	assert_str(list.workflows[0].name, "a");
	assert_str(list.workflows[1].name, "b");
	assert_null(list.workflows[0].draft.ptr);
	pawl_store_op_fini(&list.op);
	list_init(&list, PAWL_STORE_WORKFLOWS);
	list.after_name = PAWL_STR("b");
	list_rows(f, &list);
	assert_int_equal(list.n, 1);
	assert_str(list.workflows[0].name, "c");
	pawl_store_op_fini(&list.op);
	list_init(&list, PAWL_STORE_WORKFLOWS);
	list.states = 1U << PAWL_WORKFLOW_PAUSED;
	list_rows(f, &list);
	assert_int_equal(list.n, 1);
	assert_str(list.workflows[0].name, "b");
	pawl_store_op_fini(&list.op);
}

static enum pawl_err
rotate(struct fixture *f, uint64_t id, const char *token, int64_t old_until_us)
{
	struct pawl_store_workflow_rotate op = {.id = id,
						.hook_token = pawl_str_c(token),
						.old_until_us = old_until_us,
						.at_us = 30};
	enum pawl_err err;

	pawl_store_op_init(&op.op, PAWL_STORE_WORKFLOW_ROTATE, NULL);
	err = pawl_store_wait(f->store, &op.op);
	pawl_store_op_fini(&op.op);
	return err;
}

static void
test_a_rotated_token_leaves_one_behind_for_a_while(void **state)
{
	struct fixture *f = *state;
	const int64_t later_us = pawl_clock_now_us() + 3600 * INT64_C(1000000);
	uint64_t id = make(f, "w", "t1");
	struct pawl_store_get get;

	make(f, "other", "t9");
	assert_int_equal(rotate(f, id, "t9", 0), PAWL_ECONFLICT);
	assert_int_equal(rotate(f, id, "t2", later_us), PAWL_OK);
	fixture_reopen(f, 0);
	assert_int_equal(get_row(f, &get, PAWL_STORE_WORKFLOW, id), PAWL_OK);
	assert_str(get.workflow->hook_token, "t2");
	assert_str(get.workflow->old_hook_token, "t1");
	assert_int_equal(get.workflow->old_hook_until_us, later_us);
	assert_int_equal(get.workflow->draft_version, 1);
	pawl_store_op_fini(&get.op);
	/* A time that is over is none. */
	assert_int_equal(rotate(f, id, "t3", 40), PAWL_OK);
	assert_int_equal(get_row(f, &get, PAWL_STORE_WORKFLOW, id), PAWL_OK);
	assert_int_equal(get.workflow->old_hook_token.len, 0);
	assert_int_equal(get.workflow->old_hook_until_us, 0);
	pawl_store_op_fini(&get.op);
	assert_int_equal(rotate(f, 7, "t4", 0), PAWL_ENOTFOUND);
}

const struct CMUnitTest conform_workflow_tests[] = {
	CONFORM_TEST(test_draft_is_created_and_survives_reopen),
	CONFORM_TEST(test_workflow_is_found_by_name),
	CONFORM_TEST(test_taken_names_and_tokens_conflict),
	CONFORM_TEST(test_by_name_changes_the_one_that_is_there),
	CONFORM_TEST(test_if_version_guards_the_draft),
	CONFORM_TEST(test_publishing_makes_immutable_revisions),
	CONFORM_TEST(test_nothing_to_publish_or_activate_is_refused),
	CONFORM_TEST(test_states_change_and_are_checked),
	CONFORM_TEST(test_deleted_workflow_is_gone_and_its_runs_stay),
	CONFORM_TEST(test_workflows_are_listed_by_name_without_drafts),
	CONFORM_TEST(test_a_rotated_token_leaves_one_behind_for_a_while),
};
const size_t conform_n_workflow_tests =
	sizeof(conform_workflow_tests) / sizeof(conform_workflow_tests[0]);
