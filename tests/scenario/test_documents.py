"""Documents on their way: unfinished drafts, copies, revisions, YAML, many at once, examples."""

import json
import time

import pytest
from harness import PATIENCE, node, workflow

YAML = {"Content-Type": "application/yaml"}


def hello(name="hello", n=1):
    return workflow(name, [node("one", "json", {"data": n})])


def draft(pawl, document, **body):
    answer = pawl.api("POST", "/api/v1/workflows", {"document": document, **body})
    assert answer.status == 201, answer
    return answer.json()


def document_of(pawl, name):
    return pawl.get(f"/api/v1/workflows/{name}")["document"]


# ---- unfinished drafts


def test_an_unfinished_draft_is_kept_and_not_published(pawl):
    empty = {"version": 1, "name": "empty", "trigger": {"type": "webhook"}, "nodes": [], "edges": []}
    assert pawl.api("POST", "/api/v1/workflows", {"document": empty}).status == 422
    saved = draft(pawl, empty, unfinished=True)
    assert any(p["pointer"] == "/nodes" for p in saved["problems"])
    assert document_of(pawl, "empty") == empty
    refused = pawl.api("POST", "/api/v1/workflows/empty/publish", {})
    assert refused.status == 422 and refused.json()["error"]["problems"] == saved["problems"]
    assert pawl.get("/api/v1/workflows/empty")["latest_revision"] is None
    for wrong in ({}, {"name": 1}, {"name": "x" * 101}):
        assert pawl.api("PUT", "/api/v1/workflows/empty", {"document": wrong, "unfinished": True}).status == 422
    good = pawl.api("PUT", "/api/v1/workflows/empty", {"document": hello("empty"), "unfinished": True})
    assert good.status == 200 and good.json()["problems"] == []
    assert pawl.api("POST", "/api/v1/workflows/empty/publish", {}).json()["active_revision"] == 1


def test_secrets_of_unfinished_drafts_are_kept_and_hidden(pawl):
    document = hello("hides")
    document["trigger"]["config"]["auth"] = [{"type": "bearer", "secret": "s3cr3t-of-the-partner"}]
    document["nodes"].append({"id": "half"})
    draft(pawl, document, unfinished=True)
    shown = document_of(pawl, "hides")
    assert shown["trigger"]["config"]["auth"][0]["secret"] == "***"
    del shown["nodes"][1]
    assert pawl.api("PUT", "/api/v1/workflows/hides", {"document": shown}).status == 200
    published = pawl.api("POST", "/api/v1/workflows/hides/publish", {}).json()
    answer = pawl.call(published, {}, {"Authorization": "Bearer s3cr3t-of-the-partner"})
    assert answer.status == 202


def test_what_is_published_is_what_was_checked(pawl):
    draft(pawl, hello())
    seen = pawl.api("GET", "/api/v1/workflows/hello").headers["ETag"]
    pawl.api("PUT", "/api/v1/workflows/hello", {"document": hello(n=2)})
    assert pawl.api("POST", "/api/v1/workflows/hello/publish", {}, {"If-Match": seen}).status == 412
    assert pawl.api("POST", "/api/v1/workflows/hello/publish", {}).status == 200


# ---- copies and revisions


def test_a_workflow_is_duplicated(pawl):
    document = hello()
    document["trigger"]["config"]["auth"] = [{"type": "bearer", "secret": "s3cr3t-of-the-partner"}]
    pawl.apply(document)
    made = pawl.api("POST", "/api/v1/workflows/hello/duplicate", {})
    assert made.status == 201 and made.json()["name"] == "hello copy"
    assert made.json()["latest_revision"] is None and made.json()["status"] == "inactive"
    assert pawl.api("POST", "/api/v1/workflows/hello/duplicate", {}).status == 409
    assert pawl.api("POST", "/api/v1/workflows/hello/duplicate", {"name": "two"}).status == 201
    copy = document_of(pawl, "two")
    assert copy == document_of(pawl, "hello") | {"name": "two"}
    published = pawl.api("POST", "/api/v1/workflows/two/publish", {}).json()
    assert pawl.call(published, {}, {"Authorization": "Bearer s3cr3t-of-the-partner"}).status == 202
    assert pawl.api("POST", "/api/v1/workflows/nobody/duplicate", {}).status == 404


def test_a_revision_becomes_the_draft_again(pawl):
    pawl.apply(hello(n=1))
    pawl.apply(hello(n=2))
    seen = pawl.api("GET", "/api/v1/workflows/hello").headers["ETag"]
    restore = "/api/v1/workflows/hello/revisions/1/restore"
    assert pawl.api("POST", restore, headers={"If-Match": '"99"'}).status == 412
    assert pawl.api("POST", restore, headers={"If-Match": seen}).status == 200
    assert document_of(pawl, "hello")["nodes"][0]["config"] == {"data": 1}
    assert pawl.get("/api/v1/workflows/hello")["active_revision"] == 2
    for number in ("3", "0", "x", "3221225473"):
        assert pawl.api("POST", f"/api/v1/workflows/hello/revisions/{number}/restore").status == 404


# ---- YAML


def test_a_document_as_yaml_and_back(pawl):
    document = workflow("texts", [node("say", "json", {"data": {
        "lines": "one\n  two\n\nthree\n", "like": ["yes", "null", "1", "a: b", "# c", "${workflow.input.body}"],
        "exact": 1.50, "none": None, "odd": "\u0085\u007f\t"}})], description="Says\nthings")
    draft(pawl, document)
    shown = document_of(pawl, "texts")
    for answer in (pawl.api("GET", "/api/v1/workflows/texts?format=yaml"),
                   pawl.api("GET", "/api/v1/workflows/texts", headers={"Accept": "application/yaml"})):
        assert answer.status == 200 and answer.headers["Content-Type"] == "application/yaml"
        assert answer.headers["ETag"] == '"1"' and b"name: texts\n" in answer.body
    assert pawl.api("GET", "/api/v1/workflows/texts?format=json", headers={"Accept": "application/yaml"}).json()
    checked = pawl.api("POST", "/api/v1/validate", answer.body, YAML)
    assert checked.json() == {"valid": True, "problems": []}
    text = answer.body.replace(b"name: texts\n", b"name: other\n")
    assert pawl.api("POST", "/api/v1/workflows", text, YAML).status == 201
    assert document_of(pawl, "other") == shown | {"name": "other"}
    assert pawl.api("PUT", "/api/v1/workflows/other", answer.body, YAML).status == 409  # the name is taken
    assert pawl.api("POST", "/api/v1/apply", text, YAML).json()["created"] is False
    broken = pawl.api("POST", "/api/v1/workflows", b"a: [", YAML)
    assert broken.status == 400 and broken.json()["error"]["type"] == "malformed_body"


# ---- many at once


def test_all_are_exported_and_imported_elsewhere(pawl, new_pawl):
    secret = hello("b")
    secret["trigger"]["config"]["auth"] = [{"type": "bearer", "secret": "s3cr3t-of-the-partner"}]
    for document in (hello("a"), secret, hello("c")):
        pawl.apply(document)
    exported = pawl.get("/api/v1/export")
    assert [d["name"] for d in exported["items"]] == ["a", "b", "c"] and exported["next"] is None
    page = pawl.get("/api/v1/export?limit=2")
    assert page["next"] == "b" and [d["name"] for d in pawl.get("/api/v1/export?cursor=b")["items"]] == ["c"]
    text = pawl.api("GET", "/api/v1/export?format=yaml")
    assert text.headers["Content-Type"] == "application/yaml" and text.body.count(b"---\n") == 3
    assert b"s3cr3t" not in text.body and b"s3cr3t" not in json.dumps(exported).encode()
    assert [i["action"] for i in imported(pawl, text.body)["items"]] == ["unchanged"] * 3
    other = new_pawl().start()
    other.apply(hello("a", 7))
    dry = imported(other, text.body, "?dry_run=true")
    assert dry["dry_run"] and [i["action"] for i in dry["items"]] == ["update", "invalid", "create"]
    assert "/trigger/config/auth/0/secret" in [p["pointer"] for p in dry["items"][1]["problems"]]
    assert [w["name"] for w in other.get("/api/v1/workflows")["items"]] == ["a"]
    done = imported(other, text.body)
    assert [i["action"] for i in done["items"]] == ["update", "invalid", "create"]
    assert done["items"][2]["id"] == other.get("/api/v1/workflows/c")["id"]
    assert document_of(other, "a") == exported["items"][0]
    again = other.api("POST", "/api/v1/import", {"documents": [exported["items"][0]]}).json()
    assert [i["action"] for i in again["items"]] == ["unchanged"]


def imported(pawl, text, query=""):
    answer = pawl.api("POST", "/api/v1/import" + query, text, YAML)
    assert answer.status == 200, answer
    return answer.json()


@pytest.mark.parametrize("text, n", [
    ("", 0), ("---\n", 0), ("# nothing\n", 0), ("%YAML 1.2\n---\nname: a\n", 1), (json.dumps(hello()), 1), (json.dumps([hello("a"), hello("b")]), 2),
    (json.dumps({"items": [hello()], "next": None}), 1), ("name: a\n...\n---\nname: b\n", 2),
    ("--- {name: a}\n--- # c\nname: b\r\n---\r\nname: c\n", 3), ("name: a\ndescription: |\n  ---\n  x\n", 1)])
def test_texts_of_many_documents_are_taken_apart(shared, text, n):
    answer = shared.api("POST", "/api/v1/import", {"text": text, "dry_run": True})
    assert answer.status == 200 and len(answer.json()["items"]) == n


@pytest.mark.parametrize("body, status", [
    ({}, 400), ({"text": "a", "documents": []}, 400), ({"text": "a: ["}, 422), ({"documents": [1]}, 400),
    ({"documents": [{}] * 501}, 400)])
def test_imports_that_are_none_are_refused(shared, body, status):
    assert shared.api("POST", "/api/v1/import", body).status == status


# ---- examples


def test_every_example_can_be_opened_and_run_at_once(pawl):
    examples = pawl.get("/api/v1/examples")["items"]
    assert {"welcome-user", "order-router"} <= {e["name"] for e in examples}
    for example in examples:
        assert example["description"] and example["document"]["trigger"]["type"] == example["trigger"]
        draft(pawl, example["document"])
        if example["name"] != "order-router":
            continue
        started = pawl.api("POST", "/api/v1/workflows/order-router/test-runs", {"input": example["input"]})
        run = pawl.finished_run(started.json()["id"])
        assert run["status"] == "completed" and run["output"]["data"]["queue"] == "customs"


# ---- the command line


def test_the_command_line_exports_imports_and_tests(pawl, new_pawl, tmp_path):
    for document in (hello("a"), hello("b", "two\nlines\n")):
        draft(pawl, document)
    text = pawl.cli("export").stdout
    assert text.count(b"---\n") == 2 and pawl.cli("export", "b").stdout in text
    assert [d["name"] for d in pawl.cli_json("export", "b", "a")] == ["b", "a"]
    (tmp_path / "all.yaml").write_bytes(text + b"---\nname: broken\n")
    other = new_pawl().start()
    dry = other.cli("import", "--dry-run", str(tmp_path / "all.yaml"), check=False)
    assert dry.returncode == 1 and dry.stdout.startswith(b"a: create\nb: create\nbroken: invalid\n")
    assert other.cli("import", "-", stdin=text).stdout == b"a: create\nb: create\n"
    assert other.cli("export").stdout == text
    (tmp_path / "input.json").write_text('{"body": 1}')
    run_id = other.cli("test", "b", "--until", "one", "--input", str(tmp_path / "input.json")).stdout.decode().split()[0]
    run = other.finished_run(run_id)
    assert run["test"] and run["output"]["data"] == "two\nlines\n"
    again = other.cli_json("test", "b", "--only", "one", "--run", run_id, "--file", "-", stdin=pawl.cli("export", "b").stdout)
    assert other.finished_run(again["id"])["status"] == "completed"
    assert other.cli("test", "b", "--until", "none", check=False).returncode == 1


def test_the_command_line_shows_the_examples(pawl):
    listed = pawl.cli("examples").stdout.decode()
    assert "order-router" in listed and "welcome-user" in listed
    document = pawl.cli("examples", "order-router").stdout
    assert pawl.cli("validate", "-", stdin=document).stdout == b"-: valid\n"
    assert json.loads(pawl.cli("examples", "order-router", "--json").stdout)["name"] == "order-router"
    assert "total" in json.loads(pawl.cli("examples", "order-router", "--event").stdout)
    assert pawl.cli("examples", "none", check=False).returncode == 2


# ---- problems


def test_a_problem_says_which_node_and_field_and_what_to_do(pawl):
    document = workflow("wrong", [node("call", "http_request", {"methd": "GET"}),
                                  node("say", "log", {"message": "${cal.output.data}"}),
                                  node("odd", "no_such"), node("loose", "json", {"data": "${"})],
                        [{"from": "trigger", "to": "call"}, {"from": "call", "to": "say"},
                         {"from": "say", "to": "call"}, {"from": "trigger", "to": "odd"}, {"from": "x", "to": "odd"}])
    problems = pawl.api("POST", "/api/v1/validate", {"document": document}).json()["problems"]
    found = {(p.get("node"), p.get("field"), p.get("code")) for p in problems}
    assert {("call", "/config/url", "missing_field"), ("call", "/config/methd", "unknown_field"),
            ("say", "/config/message", "invalid_reference"), ("odd", "/type", "unknown_type"),
            ("loose", "/config/data", "invalid_expression"), ("loose", "", "unreachable"),
            (None, None, "cycle"), (None, None, "invalid_edge")} <= found
    assert all(p["severity"] == "error" and p["code"] for p in problems)
    assert any("did you mean" in p.get("hint", "") for p in problems)
    trigger = hello("t") | {"trigger": {"type": "webhook", "config": {"methods": 1}}}
    problems = pawl.api("POST", "/api/v1/validate", {"document": trigger}).json()["problems"]
    assert "/config/methods" in [p["field"] for p in problems]


def test_what_is_drawn_makes_no_revision(pawl):
    draft(pawl, hello("moved"))
    publish = lambda: pawl.api("POST", "/api/v1/workflows/moved/publish", {}).json()["latest_revision"]
    assert publish() == 1
    document = hello("moved")
    document["nodes"][0]["ui"] = {"x": 5, "y": 5}
    pawl.api("PUT", "/api/v1/workflows/moved", {"document": document})
    assert publish() == 1 and document_of(pawl, "moved") == document
    document["nodes"][0]["config"]["data"] = {"ui": 1}
    pawl.api("PUT", "/api/v1/workflows/moved", {"document": document})
    assert publish() == 2
    document["nodes"][0]["config"]["data"] = {"ui": 2}
    pawl.api("PUT", "/api/v1/workflows/moved", {"document": document})
    assert publish() == 3


def test_what_is_drawn_is_kept_and_checked(pawl):
    document = hello("drawn")
    document["ui"] = {"viewport": {"x": -1.5, "y": 2, "zoom": 0.5},
                      "notes": [{"id": "n1", "text": "**why**", "x": 1, "y": 2, "width": 200, "height": 80, "color": "blue"}]}
    document["nodes"][0]["ui"] = {"x": 1, "y": -2, "collapsed": True}
    document["trigger"]["ui"] = {"x": 0, "y": 0}
    draft(pawl, document)
    assert document_of(pawl, "drawn") == document
    document["ui"]["notes"][0]["color"] = "puce"
    document["nodes"][0]["ui"]["z"] = 1
    pointers = [p["pointer"] for p in pawl.api("POST", "/api/v1/validate", {"document": document}).json()["problems"]]
    assert sorted(pointers) == ["/nodes/0/ui/z", "/ui/notes/0/color"]


def test_a_large_unfinished_document_is_checked_quickly(pawl):
    nodes = [node(f"n{i}", "compose", {"values": {"a": f"${{n{i - 1}.output.data.a}}" if i else 1}}) for i in range(500)]
    nodes[250]["config"] = {}
    document = workflow("large", nodes)
    took = []
    for _ in range(5):
        began = time.monotonic()
        assert pawl.api("POST", "/api/v1/validate", {"document": document}).status == 200
        took.append(time.monotonic() - began)
    print(f"validate of 500 nodes: {min(took) * 1000:.1f} ms")
    assert min(took) < 0.1 * PATIENCE
