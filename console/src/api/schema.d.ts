// Written by scripts/types.mjs out of docs/reference/openapi.json.
export interface paths {
    "/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This description. */
        get: operations["getOpenApi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/info": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Version, store and address. */
        get: operations["getInfo"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/stats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What happened, as counted then: requests, runs, latencies, failures, silent endpoints. */
        get: operations["getStats"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/system": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the server is made of and has in use: disk, queue, threads, limits. */
        get: operations["getSystem"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/retention": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What is kept of each workflow, and how long; of all together, getSystem says it. */
        get: operations["listRetention"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/node-types": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every node type with the JSON Schema of its config. */
        get: operations["listNodeTypes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/trigger-types": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every trigger type with the JSON Schema of its config. */
        get: operations["listTriggerTypes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/presets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every signature preset, built in or the operator's. */
        get: operations["listPresets"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/schema": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** JSON Schema of a workflow document. */
        get: operations["getSchema"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/examples": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Workflows to begin with, each with an event to try it with. */
        get: operations["listExamples"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Requests, runs and nodes as they happen (Server-Sent Events). */
        get: operations["stream"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/apply": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Creates or updates a workflow by name, publishes and activates it. */
        post: operations["applyWorkflow"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/validate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Checks a document and lists every problem. */
        post: operations["validateWorkflow"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The drafts of all workflows by name, secrets as ***; as YAML, one text of many. */
        get: operations["exportWorkflows"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/import": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Saves many documents as drafts, by name; a dry run only says what each would do. */
        post: operations["importWorkflows"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workflow-names": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Workflows by name, with no more than it takes to choose one. */
        get: operations["listWorkflowNames"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workflows": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Workflows by name. */
        get: operations["listWorkflows"];
        put?: never;
        /** Saves a new workflow as a draft. */
        post: operations["createWorkflow"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workflows/{workflow}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A workflow with its draft; the ETag is for If-Match. As YAML, the draft alone. */
        get: operations["getWorkflow"];
        /** Saves the draft; If-Match refuses to overwrite another's change, but not to hear again that one's own was made. */
        put: operations["saveWorkflow"];
        post?: never;
        /** Deletes a workflow; its URL answers 404 from then on. */
        delete: operations["deleteWorkflow"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workflows/{workflow}/publish": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Makes the draft a revision and, unless told not to, active. */
        post: operations["publishWorkflow"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workflows/{workflow}/activation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sets active, paused or inactive, and the revision. */
        post: operations["setActivation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workflows/{workflow}/rotate-url": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Another URL; the one before it can answer for a while yet. */
        post: operations["rotateUrl"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workflows/{workflow}/reverify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Checks what is in quarantine again and releases what verifies; until `next` is null. */
        post: operations["reverifyWorkflow"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workflows/{workflow}/what-if": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What would become of recorded runs under the draft; nothing is sent or stored. */
        post: operations["whatIf"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workflows/{workflow}/revisions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Revisions, newest first. */
        get: operations["listRevisions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workflows/{workflow}/revisions/{number}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One revision with its document. */
        get: operations["getRevision"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workflows/{workflow}/revisions/{number}/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Makes a revision the draft again; If-Match refuses to overwrite another's change. */
        post: operations["restoreRevision"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workflows/{workflow}/duplicate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A new workflow with the same draft. */
        post: operations["duplicateWorkflow"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Takes an event in, or CloudEvents 1.0 (binary, structured, batch), and starts the runs of the workflows that wait for it. */
        post: operations["sendEvents"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/event-types": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Pawl's own events. */
        get: operations["listEventTypes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workflows/{workflow}/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Starts a run by hand, with input. */
        post: operations["startRun"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workflows/{workflow}/test-runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Runs a document, or a part of it, while it is being built. */
        post: operations["startTestRun"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workflows/{workflow}/samples": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the nodes gave out in the last runs. */
        get: operations["getSamples"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workflows/{workflow}/samples/missing": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** In how many of the last runs paths found nothing. */
        post: operations["findMissing"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workflows/{workflow}/pins": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Sample events of a workflow. */
        get: operations["listPins"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workflows/{workflow}/pins/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One sample event. */
        get: operations["getPin"];
        /** Keeps a sample event, of a request or written by hand. */
        put: operations["setPin"];
        post?: never;
        /** Removes a sample event. */
        delete: operations["removePin"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/expressions/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What a field's value would be, and which of its references find something. */
        post: operations["previewExpression"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/expressions/scope": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What can be referred to at a node of a document. */
        post: operations["getScope"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workflows/{workflow}/schedule": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The next times at which the workflow starts. */
        get: operations["getSchedule"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/schedule/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The next times of a schedule that is not saved. */
        post: operations["previewSchedule"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Runs, newest first. */
        get: operations["listRuns"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{run}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A run with each node's input, output, attempts and times. */
        get: operations["getRun"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{run}/document": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The document that a run runs, a copy of a draft too. */
        get: operations["getRunDocument"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{run}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Cancels a run that has not ended. */
        post: operations["cancelRun"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{run}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Starts no further node of a run. */
        post: operations["pauseRun"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{run}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Lets a paused run, or a waiting node, go on. */
        post: operations["resumeRun"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{run}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Runs again the nodes that did not complete, or from one on. */
        post: operations["retryRun"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{run}/restart": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Runs an ended run again from its start. */
        post: operations["restartRun"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{run}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A new run with the same or an edited input. */
        post: operations["replayRun"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/replays": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Replays of many runs, newest first. */
        get: operations["listReplays"];
        put?: never;
        /** Replays or retries all runs that match, one after another; a dry run (200) only counts. */
        post: operations["addReplay"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/replays/{replay}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How far a replay has come. */
        get: operations["getReplay"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/replays/{replay}/stop": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Starts no further run; those that were started go on. */
        post: operations["stopReplay"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/dead-letters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Runs that failed, timed out or were canceled, newest first, by class of failure. */
        get: operations["listDeadLetters"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/dead-letters/counts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How many there are of each class. */
        get: operations["countDeadLetters"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/requests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Requests to known URLs, newest first, refused ones with their reason. */
        get: operations["listRequests"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/requests/{request}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One request with its headers and body. */
        get: operations["getRequest"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/requests/{request}/diagnosis": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Which known mistake explains that its signature or credentials do not fit. */
        get: operations["getDiagnosis"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/requests/{request}/files/{file}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A file that a form brought, by its place in `workflow.input.files`. */
        get: operations["getRequestFile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/requests/{request}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A new run from a stored request. */
        post: operations["replayRequest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who did what, newest first: the audit log. */
        get: operations["listAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the chain of the audit log is whole; looks at all of it. */
        get: operations["checkAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/secrets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Secrets of the store with their versions, without values. */
        get: operations["listSecrets"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/secrets/{secret}/uses": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Workflows that refer to a secret, by name. */
        get: operations["listSecretUses"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/secrets/{secret}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** A new version of a secret; it takes effect at once. */
        put: operations["setSecret"];
        post?: never;
        /** Removes a secret, or one version of it. */
        delete: operations["removeSecret"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** API tokens, without their values. */
        get: operations["listTokens"];
        put?: never;
        /** Makes a token; its value is shown this once. */
        post: operations["addToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tokens/{token}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Removes a token; it is refused from then on. */
        delete: operations["removeToken"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/setup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Is the first owner still to be made? */
        get: operations["getSetup"];
        put?: never;
        /** Makes the first owner, once, with the setup token, and signs in. */
        post: operations["setUp"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who has signed in, and the token for X-CSRF-Token. */
        get: operations["getSession"];
        put?: never;
        /** Signs in; the cookie is the session's. 401 `code_required`: with a code, too. */
        post: operations["signIn"];
        /** Signs out: ends the session and its streams. */
        delete: operations["signOut"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** A new password of one's own; the other sessions end. */
        put: operations["changePassword"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session/totp": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A secret for an authenticator; in force when it is confirmed. */
        post: operations["beginTotp"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session/totp/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Puts the second factor in force; shows the recovery codes this once. */
        post: operations["confirmTotp"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session/totp/disable": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Takes the second factor away, with password and code. */
        post: operations["disableTotp"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One's own sessions, newest first; with an owner's token, all. */
        get: operations["listSessions"];
        put?: never;
        post?: never;
        /** Ends all of one's sessions but this one. */
        delete: operations["endSessions"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions/{session}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Ends a session and its streams. */
        delete: operations["endSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Users by name. */
        get: operations["listUsers"];
        put?: never;
        /** Adds a user; the first one has to be an owner. */
        post: operations["addUser"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{user}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Removes a user with all sessions; the last owner stays. */
        delete: operations["removeUser"];
        options?: never;
        head?: never;
        /** Changes role, password or second factor, or disables; the last owner stays. */
        patch: operations["changeUser"];
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        Applied: {
            id: string;
            name: string;
            /** @description The active one. */
            revision: number | null;
            /** @description Null where the trigger in force is no webhook. */
            hook_url: string | null;
            /** @description Of one with the trigger http_request. */
            service_url: string | null;
            /** @description There was none of that name before. */
            created: boolean;
            /** @enum {string} */
            status: "active" | "paused" | "inactive";
        };
        Attempt: {
            /** @description From 1. */
            attempt: number;
            /** Format: date-time */
            started_at: string | null;
            /** Format: date-time */
            finished_at: string | null;
            error: components["schemas"]["Failure"] | null;
            output: unknown;
        };
        AuditCheck: {
            /** @description It is whole, and has the noted hash, if there is one. */
            valid: boolean;
            entries: number;
            /** @description The newest entry's hash, to be written down elsewhere. */
            head: string | null;
            /** @description The first entry that is broken. */
            broken_seq: string | null;
            /** @description What is wrong. */
            problem: string | null;
        };
        AuditEntry: {
            /** @description From 1, without gaps. */
            seq: string;
            /** Format: date-time */
            at: string;
            /** @description user:NAME, token:NAME, anonymous, or system. */
            actor: string;
            /** @description That it came from; empty: from the server itself. */
            address: string;
            /** @description The operation of this API, like cancelRun. */
            action: string;
            /** @description That the URL named; may be empty. */
            target: string;
            /** @description What was changed or made, as it is then: its id, name, state. */
            object: Record<string, never>;
            /** @description ok, asked (of the engine), or why it was refused. */
            result: string;
            /** @description SHA-256 of entry, as hex digits; the next entry holds it. */
            hash: string;
            /** @description The JSON text that was hashed. */
            entry: string;
        };
        ClassCount: {
            /** @enum {string} */
            class: "answer" | "blocked" | "canceled" | "crashed_twice" | "document" | "expression" | "http_4xx" | "http_5xx" | "http_other" | "in_doubt" | "network" | "other" | "request" | "terminated" | "timeout" | "too_large";
            runs: number;
        };
        DayCounts: {
            /** @description Runs, rounded up to a quarter of an hour before. */
            completed: number;
            /** @description Likewise; those that timed out are among them. */
            failed: number;
        };
        DeadLetter: {
            /** @description The run's. */
            id: string;
            /** @enum {string} */
            class: "answer" | "blocked" | "canceled" | "crashed_twice" | "document" | "expression" | "http_4xx" | "http_5xx" | "http_other" | "in_doubt" | "network" | "other" | "request" | "terminated" | "timeout" | "too_large";
            run: components["schemas"]["Run"];
        };
        Diagnosis: {
            /** @description Why it was refused. */
            reason: string | null;
            /** @description The mistake, a stable word; null: no known one explains it. */
            code: string | null;
            /** @description What happened, and what to do. */
            message: string;
            /** @description The index of the entry of auth that the mistake is about. */
            entry: number | null;
        };
        AuthCheck: {
            /** @description Of the entry of auth. */
            type: string;
            /** @description The name of its secret; null: it stands in the document. */
            key: string | null;
            /** @description Of a signature. */
            scheme: string | null;
            /** @description In which the signature is. */
            header: string | null;
            /** @description What the signature covers. */
            signed: string | null;
            /** @description How old its timestamp was when the request came. */
            skew_ms: number | null;
            /** @description How old, or how far ahead, it may be. */
            tolerance_ms: number | null;
        };
        Checks: {
            /** @description How many entries allow_ips has; 0: any address may call. */
            address_rules: number;
            /** @description The one that lets the address in. */
            address_rule: string | null;
            /** @description In the order of the trigger's auth. */
            auth: components["schemas"]["AuthCheck"][];
        };
        Difference: {
            /** @description Where, as a JSON pointer. */
            pointer: string;
            /** @description Absent: there was nothing. */
            old?: unknown;
            /** @description Absent: there would be nothing. */
            new?: unknown;
        };
        DiskUse: {
            /** @description The file of the database. */
            database_bytes: number;
            /** @description What of it is unused, and used again first. */
            database_free_bytes: number;
            /** @description The database's log. */
            log_bytes: number;
            /** @description The journal of accepted requests. */
            journal_bytes: number;
            /** @description The file system under it. */
            disk_bytes: number;
            disk_free_bytes: number;
            schema_version: number;
        };
        Error: {
            /** @description The HTTP status. */
            code: number;
            /** @description Its text. */
            message: string;
            error: components["schemas"]["Refusal"];
        };
        EventRun: {
            workflow: components["schemas"]["WorkflowRef"];
            run_id: string;
        };
        EventType: {
            name: string;
            summary: string;
        };
        Example: {
            name: string;
            description: string;
            /** @description Its type. */
            trigger: string;
            document: Record<string, never>;
            /** @description What is sent to try it. */
            event: unknown;
            /** @description workflow.input that comes of that, for a test run. */
            input: unknown;
        };
        FailingWorkflow: {
            workflow: components["schemas"]["WorkflowRef"];
            failed: number;
            classes: components["schemas"]["ClassCount"][];
        };
        ExpressionPreview: {
            /** @description What the engine would make of it; secrets as ***. */
            value: unknown;
            /** @enum {string} */
            type: "null" | "boolean" | "number" | "string" | "array" | "object";
            /** @description Of a condition; null: it is none, or cannot be told. */
            holds: boolean | null;
            references: components["schemas"]["ExpressionReference"][];
            /** @description Why there is no value. */
            problems: components["schemas"]["Problem"][];
        };
        ExpressionReference: {
            /** @description The text in `value` that holds it. */
            pointer: string;
            /** @description As between ${ and }, without the default. */
            path: string;
            /** @description It selects something. */
            found: boolean;
            /** @description There is an output, input or secret of that name at all. */
            has_root: boolean;
            /**
             * @description Of what it selects.
             * @enum {string|null}
             */
            type: "null" | "boolean" | "number" | "string" | "array" | "object" | null;
        };
        Failure: {
            /** @description A stable word. */
            code: string;
            message: string;
            /** @description Which node failed the run. */
            node?: string;
            attempt?: number;
        };
        Header: {
            name: string;
            /** @description *** for credentials. */
            value: string;
        };
        Imported: {
            /** @description Nothing was changed. */
            dry_run: boolean;
            /** @description As they were given. */
            items: components["schemas"]["ImportedDocument"][];
        };
        ImportedDocument: {
            name: string | null;
            /**
             * @description What was, or would be, done.
             * @enum {string}
             */
            action: "create" | "update" | "unchanged" | "invalid";
            /** @description Of the workflow, when there is one. */
            id: string | null;
            /** @description Of one that is invalid. */
            problems: components["schemas"]["Problem"][];
        };
        Info: {
            version: string;
            /** Format: date-time */
            started_at: string;
            /** @description What hook URLs begin with. */
            public_url: string;
            store: components["schemas"]["Store"];
            /** @description How many there are. */
            node_types: number;
            /** @description That the program is made of. */
            libraries: components["schemas"]["Library"][];
        };
        Library: {
            name: string;
            /** @description That it was built with. */
            version: string;
            /** @description By SPDX. */
            license: string;
        };
        MissingPath: {
            path: string;
            /** @description Runs in which its node gave anything out. */
            checked: number;
            /** @description Those in which it found nothing there. */
            missing: number;
            /** @description Why it is no path. */
            problem: string | null;
        };
        MissingPaths: {
            /** @description That were looked at. */
            runs: number;
            paths: components["schemas"]["MissingPath"][];
        };
        Latency: {
            count: number;
            /** @description Milliseconds; as exact as the buckets that they are counted in. */
            p50: number;
            p95: number;
            p99: number;
        };
        Limits: {
            max_hook_body_bytes: number;
            /** @description Calls a second; null: none. */
            rate_limit_per_ip: number | null;
            quarantine_bytes: number;
            quarantine_age_ms: number;
        };
        NewRun: {
            id: string;
            replay_of: string | null;
            request_id: string | null;
        };
        NewToken: {
            id: string;
            name: string;
            /**
             * @description What it may do.
             * @enum {string}
             */
            role: "viewer" | "editor" | "owner";
            /**
             * Format: date-time
             * @description Refused from then on; null: never.
             */
            expires_at: string | null;
            /** @description Shown this once. */
            token: string;
        };
        NewTotp: {
            /** @description Base32, to be typed in. */
            secret: string;
            /** @description otpauth://, to be shown as a QR code. */
            uri: string;
        };
        NodeRun: {
            /** @description The node's, in its document. */
            id: string;
            type: string;
            name: string;
            /** @enum {string} */
            status: "pending" | "running" | "waiting" | "completed" | "failed" | "skipped" | "canceled";
            attempt?: number;
            iteration?: number;
            /** @description Of a test run: it was not executed, its output was given. */
            pinned?: boolean;
            /** @description That it went out by. */
            port?: string | null;
            /** Format: date-time */
            started_at?: string | null;
            /** Format: date-time */
            finished_at?: string | null;
            /** Format: date-time */
            wake_at?: string | null;
            duration_ms?: number | null;
            /** @enum {string|null} */
            waiting_for?: "time" | "resume" | "retry" | "decision" | null;
            /** @description The resolved config, secrets as ***. */
            input?: unknown;
            output?: unknown;
            error?: components["schemas"]["Failure"] | null;
            attempts: components["schemas"]["Attempt"][];
        };
        NodeType: {
            name: string;
            label: string;
            category: string;
            summary: string;
            /** @description A Lucide icon's name. */
            icon: string | null;
            ports: string[];
            /** @description A list of its config: the names of its entries are ports, too, before the others. */
            ports_from: string | null;
            /** @description JSON Schema of its config. */
            schema: Record<string, never>;
            /** @description A config that validates. */
            example: unknown;
            output_example: unknown;
        };
        Pin: {
            name: string;
            /** Format: date-time */
            saved_at: string;
            /** @description That it was made of. */
            request_id: string | null;
            /** @description workflow.input, secrets as ***. */
            input: unknown;
        };
        Preset: {
            /** @description What scheme and preset in a document say. */
            name: string;
            label: string;
            description: string;
            /** @description The provider's documentation. */
            source: string;
            algorithm: string;
            is_builtin: boolean;
            /** @description The preset itself, without its vectors. */
            document: Record<string, never>;
        };
        Problem: {
            /** @description Where, as a JSON pointer (RFC 6901). */
            pointer: string;
            /** @description What is wrong, and what to do. */
            message: string;
            /** @description error: it is in the way. */
            severity: string;
            /** @description A stable word, like missing_field or cycle. */
            code?: string;
            /** @description What to do, by itself. */
            hint?: string;
            /** @description That is missing there. */
            member?: string;
            /** @description The id of the node that it is about. */
            node?: string;
            /** @description Where in the node, or in the trigger, as a JSON pointer. */
            field?: string;
        };
        RecoveryCodes: {
            /** @description Each is good once; shown this once. */
            recovery_codes: string[];
        };
        Queue: {
            /** @description Accepted, and not begun yet. */
            runs: number;
            /** @description Of the oldest of them. */
            age_ms: number;
        };
        ReasonCount: {
            /** @description The stable word. */
            reason: string;
            requests: number;
        };
        RecentRun: {
            /** @description It may be gone by now, where runs are not kept. */
            id: string;
            /** @enum {string} */
            status: "queued" | "running" | "waiting" | "completed" | "failed" | "canceled" | "timed_out";
            duration_ms: number;
        };
        Refusal: {
            /** @description A stable word. */
            type: string;
            /** @description For people. */
            detail: string;
            /** @description Every one of them. */
            problems?: components["schemas"]["Problem"][];
        };
        Replay: {
            /** @description null: it was only counted. */
            id: string | null;
            /** @enum {string|null} */
            status: "running" | "completed" | "stopped" | null;
            /** @enum {string} */
            mode: "replay" | "retry";
            /** @description Of requests that started no run; null: it is of runs. */
            verdict: string | null;
            workflow: components["schemas"]["WorkflowRef"] | null;
            class: string | null;
            code: string | null;
            event: string | null;
            /** Format: date-time */
            from: string | null;
            /** Format: date-time */
            to: string | null;
            /** @description null: the active one. */
            revision: number | null;
            /** @description New runs take a copy of the draft, as it was then. */
            draft: boolean;
            /** @description null: as fast as it goes. */
            per_second: number | null;
            /** @description Runs, or requests, that matched when it was made. */
            matched: number;
            /** @description Runs that it has started so far. */
            done: number;
            /** @description Those of which nothing could be started. */
            skipped: number;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            finished_at: string | null;
        };
        Request: {
            id: string;
            workflow: components["schemas"]["WorkflowRef"];
            /** Format: date-time */
            received_at: string;
            method: string;
            /** @description Path and query. */
            target: string;
            ip: string;
            /** @enum {string} */
            verdict: "accepted" | "refused" | "handshake" | "filtered" | "duplicate";
            /** @description That was answered. */
            status: number;
            /** @description Of a refusal. */
            reason: string | null;
            /** @description Facts for operators. */
            detail: unknown;
            body_bytes: number;
            /** @description What it came in by. */
            trigger: string;
            /** @description Kept whole, to be verified again. */
            quarantined: boolean;
            /** @description conflict, replay_suspected, quarantined, released, sealed. */
            flags: string[];
            /** @description Runs of one key go one after another. */
            order_key: string | null;
            /** @description The request that it repeats. */
            duplicate_of: string | null;
            /** @description That it started. */
            run_id: string | null;
            /** @description Not in lists. */
            headers?: components["schemas"]["Header"][];
            /** @description Where it was asked for. */
            diagnosis?: components["schemas"]["Diagnosis"];
            /** @description What the trigger asked of it, with the diagnosis. */
            checks?: components["schemas"]["Checks"] | null;
            /** @description null when it is no text. Not in lists. */
            body?: string | null;
            /** @description A body that is no text. */
            body_base64?: string;
        };
        RequestCounts: {
            accepted: number;
            refused: number;
            handshake: number;
            filtered: number;
            duplicate: number;
        };
        Retention: {
            /** @description null: for ever. */
            age_ms: number | null;
            /** @description null: as many as there are. */
            bytes: number | null;
        };
        Revision: {
            number: number;
            /** Format: date-time */
            created_at: string;
            active: boolean;
            /** @description Secrets as ***. Not in lists. */
            document?: Record<string, never>;
        };
        Run: {
            id: string;
            workflow: components["schemas"]["WorkflowRef"];
            revision: number;
            /** @description It runs a copy of the draft of that version. */
            draft: boolean;
            /** @enum {string} */
            status: "queued" | "running" | "waiting" | "completed" | "failed" | "canceled" | "timed_out";
            /** @description Held by a person. */
            paused: boolean;
            /** @description Grows with every retry of the whole run. */
            attempt: number;
            /** @description What started it, or what it replays. */
            trigger: string;
            /** @description By whoever builds the workflow; in no statistics. */
            test: boolean;
            /** @description A replay with another input than what it replays. */
            edited: boolean;
            request_id: string | null;
            replay_of: string | null;
            /** Format: date-time */
            queued_at: string;
            /** Format: date-time */
            started_at: string | null;
            /** Format: date-time */
            finished_at: string | null;
            /** Format: date-time */
            wake_at: string | null;
            duration_ms: number | null;
            /** @description Runs of one key go one after another. */
            order_key: string | null;
            error: components["schemas"]["Failure"] | null;
            /** @description workflow.input. Only where one run is shown. */
            input?: unknown;
            /** @description Only where one run is shown. */
            output?: unknown;
            /** @description Its request was refused at first, and released from quarantine. Only where one run is shown. */
            released?: boolean;
            /** @description Of a run that has not ended. */
            resume_url?: string;
            /** @description Only where one run is shown. */
            nodes?: components["schemas"]["NodeRun"][];
        };
        RunDocument: {
            revision: number;
            /** @description It is a copy of the draft of that version. */
            draft: boolean;
            /** @description Secrets as ***. */
            document: Record<string, never>;
        };
        RunCounts: {
            completed: number;
            failed: number;
            canceled: number;
            timed_out: number;
        };
        Sample: {
            node: string;
            /** @description That it comes from. */
            run_id: string;
            /** Format: date-time */
            at: string | null;
            /** @description Secrets as ***; past 64 KiB the ends of texts and lists, and what lies deep, are left out. */
            output: unknown;
            /** @description Something was left out. */
            truncated: boolean;
        };
        Samples: {
            /** @description The last one; null: there is none. */
            run: components["schemas"]["Run"] | null;
            /** @description Its workflow.input, likewise. */
            input: unknown;
            /** @description Of the input. */
            truncated: boolean;
            /** @description The last output of each node that has one. */
            nodes: components["schemas"]["Sample"][];
        };
        Schedule: {
            workflow: components["schemas"]["WorkflowRef"];
            /** @description Does it start at these times? */
            active: boolean;
            time_zone: string;
            /**
             * Format: date-time
             * @description The last time that started a run.
             */
            last_at: string | null;
            last_run_id: string | null;
            /** @description Without the jitter. */
            next: components["schemas"]["ScheduledTime"][];
        };
        SchedulePreview: {
            time_zone: string;
            next: components["schemas"]["ScheduledTime"][];
        };
        Session: {
            id: string;
            user: components["schemas"]["User"];
            /** @description For X-CSRF-Token of every write with the cookie. */
            csrf_token: string;
            /**
             * Format: date-time
             * @description When it ends, if it is not used until then.
             */
            ends_at: string | null;
            /** @description For a stream that tells all that happens from now on. */
            last_event_id: string;
        };
        SessionInfo: {
            id: string;
            /** @description The user's name. */
            user: string | null;
            /** Format: date-time */
            created_at: string;
            /**
             * Format: date-time
             * @description When it was used last.
             */
            seen_at: string;
            /**
             * Format: date-time
             * @description When it ends, if it is not used until then.
             */
            ends_at: string | null;
            /** @description That it began from. */
            address: string;
            /** @description Of the browser that it began in. */
            user_agent: string;
            /** @description It is the one that asks. */
            current: boolean;
        };
        Setup: {
            /** @description There is no user yet. */
            needed: boolean;
        };
        ScheduledTime: {
            /** Format: date-time */
            at: string;
            /** @description By the clocks of the time zone. */
            local_time: string;
        };
        Scope: {
            /** @description Whose output and error can be used, in the document's order. */
            nodes: components["schemas"]["ScopeNode"][];
            /** @description That are always there. */
            roots: components["schemas"]["ScopeRoot"][];
        };
        ScopeNode: {
            id: string;
            name: string;
            type: string;
            /** @description Of its type. */
            output_example: unknown;
        };
        ScopeRoot: {
            name: string;
            /** @description Empty: any. */
            members: string[];
        };
        Secret: {
            name: string;
            /** @description The newest first; callers may use each that is valid. */
            versions: components["schemas"]["SecretVersion"][];
        };
        SecretUse: {
            workflow_id: string;
            name: string;
            /** @description In the active revision. */
            active: boolean;
            /** @description In the draft. */
            draft: boolean;
        };
        SecretVersion: {
            id: string;
            /** Format: date-time */
            created_at: string;
            /**
             * Format: date-time
             * @description null: always was.
             */
            not_before: string | null;
            /**
             * Format: date-time
             * @description null: always will be.
             */
            not_after: string | null;
            /**
             * Format: date-time
             * @description By a caller or a run; null: never.
             */
            last_used_at: string | null;
        };
        SilentEndpoint: {
            workflow: components["schemas"]["WorkflowRef"];
            /** Format: date-time */
            last_request_at: string | null;
        };
        StatPoint: {
            /**
             * Format: date-time
             * @description Its beginning.
             */
            at: string;
            /** @description By what was answered at first. */
            requests: components["schemas"]["RequestCounts"];
            /** @description That ended. */
            runs: components["schemas"]["RunCounts"];
            /** @description From the whole request to its answer, of accepted ones. Only of all workflows. */
            accept_ms: components["schemas"]["Latency"] | null;
            /** @description From queued to begun. */
            queue_ms: components["schemas"]["Latency"] | null;
            /** @description From begun to ended, waits included. */
            run_ms: components["schemas"]["Latency"] | null;
        };
        Stats: {
            /**
             * Format: date-time
             * @description A whole step, not after what was asked for.
             */
            from: string;
            /**
             * Format: date-time
             * @description The end of the last step; in the future where it is under way.
             */
            to: string;
            step_ms: number;
            /** @description One for each step. */
            points: components["schemas"]["StatPoint"][];
            /** @description All of them together. */
            total: components["schemas"]["StatPoint"];
            /** @description Of the refused requests, most first. */
            refusals: components["schemas"]["ReasonCount"][];
            /** @description Of the runs that failed or timed out, most first. */
            failures: components["schemas"]["ClassCount"][];
            /** @description The 20 workflows with most failures. Only of all workflows. */
            failing: components["schemas"]["FailingWorkflow"][];
            /** @description Active workflows with a URL for which no request was accepted since `from`, 50 at most; those that are silent longest first. Only of all workflows. */
            silent: components["schemas"]["SilentEndpoint"][];
            /** @description Now, of all workflows. */
            queue: components["schemas"]["Queue"];
        };
        Store: {
            kind: string;
            /** @description The data directory. */
            path: string;
        };
        System: {
            version: string;
            /** Format: date-time */
            started_at: string;
            uptime_ms: number;
            /** @description What hook URLs begin with. */
            public_url: string;
            /** @description Does the server speak HTTPS itself? */
            tls: boolean;
            store: components["schemas"]["Store"];
            disk: components["schemas"]["DiskUse"];
            /** @description Writes fail; requests are refused with 503. */
            store_failing: boolean;
            queue: components["schemas"]["Queue"];
            workers: components["schemas"]["Workers"];
            limits: components["schemas"]["Limits"];
            /** @description Of the server; workflows may have their own. */
            retention: components["schemas"]["Retention"];
        };
        Reverified: {
            /** @description Nothing was released. */
            dry_run: boolean;
            checked: number;
            /** @description That verified: each is a run now. */
            released: number;
            /** @description That verified, and repeat a delivery that was accepted. */
            duplicates: number;
            /** @description That still do not verify, and stay in quarantine. */
            refused: number;
            /** @description Of those: how many by each word. */
            reasons: Record<string, never>;
            /** @description There is more: call again with it as `after`. */
            next: string | null;
        };
        TakenEvent: {
            /** @description Pawl's own. */
            id: string;
            type: string;
            /** @description The sender's. */
            event_id: string | null;
            /** @description It was here before; the runs are those of then. */
            duplicate: boolean;
            /** @description That it started. */
            runs: components["schemas"]["EventRun"][];
        };
        TakenEvents: {
            /** @description One for each that was sent, in order. */
            events: components["schemas"]["TakenEvent"][];
        };
        Token: {
            id: string;
            name: string;
            /**
             * @description What it may do.
             * @enum {string}
             */
            role: "viewer" | "editor" | "owner";
            /** Format: date-time */
            created_at: string;
            /**
             * Format: date-time
             * @description Refused from then on; null: never.
             */
            expires_at: string | null;
            /**
             * Format: date-time
             * @description null: never.
             */
            last_used_at: string | null;
        };
        TriggerType: {
            name: string;
            label: string;
            summary: string;
            /** @description A Lucide icon's name. */
            icon: string | null;
            /** @description JSON Schema of its config. */
            schema: Record<string, never>;
            /** @description A config that validates. */
            example: unknown;
        };
        User: {
            id: string;
            name: string;
            /**
             * @description What the user may do.
             * @enum {string}
             */
            role: "viewer" | "editor" | "owner";
            /** @description Cannot sign in. */
            disabled: boolean;
            /** @description Has a second factor. */
            totp: boolean;
            /** @description How many are left. */
            recovery_codes: number;
            /** Format: date-time */
            created_at: string;
            /**
             * Format: date-time
             * @description Last; in the answer to a sign-in, the one before.
             */
            signed_in_at: string | null;
            /** @description Wrong passwords and codes since then. */
            failures: number;
            /**
             * Format: date-time
             * @description The last of them.
             */
            failed_at: string | null;
        };
        Validation: {
            valid: boolean;
            problems: components["schemas"]["Problem"][];
        };
        Drain: {
            per_second: number;
            /** @description Runs of the backlog that are still queued. */
            left: number;
        };
        WhatIf: {
            workflow: components["schemas"]["WorkflowRef"];
            /** @description null: the draft. */
            revision: number | null;
            draft: boolean;
            tried: number;
            same: number;
            changed: number;
            failed: number;
            no_recording: number;
            /** @description Not all were tried: it took too long, or the answer grew too large. */
            cut: boolean;
            runs: components["schemas"]["WhatIfRun"][];
        };
        WhatIfInput: {
            node: string;
            differences: components["schemas"]["Difference"][];
        };
        WhatIfRun: {
            run_id: string;
            request_id: string | null;
            /**
             * @description failed: it would fail, and did not then.
             * @enum {string}
             */
            status: "same" | "changed" | "failed" | "no_recording";
            /** @description Why it could not be told to the end. */
            reason: string | null;
            /** @enum {string|null} */
            old_status: "queued" | "running" | "waiting" | "completed" | "failed" | "canceled" | "timed_out" | null;
            /** @enum {string|null} */
            new_status: "queued" | "running" | "waiting" | "completed" | "failed" | "canceled" | "timed_out" | null;
            /** @description Of the run's output. */
            output: components["schemas"]["Difference"][];
            /** @description Of its error. */
            error: components["schemas"]["Difference"][];
            /** @description Of the nodes that ran, and the ports that they went out by. */
            path: components["schemas"]["Difference"][];
            /** @description Of what nodes would send that are answered from the recording. */
            inputs: components["schemas"]["WhatIfInput"][];
            /** @description There are more differences than are shown. */
            cut: boolean;
        };
        Workflow: {
            id: string;
            name: string;
            /** @enum {string} */
            status: "active" | "paused" | "inactive";
            /** @description Of the active revision; else of the draft. */
            description: string;
            /** @description The active revision's type of trigger; else the draft's. */
            trigger: string | null;
            /** @description The draft's. */
            tags: string[];
            active_revision: number | null;
            latest_revision: number | null;
            /** @description Grows with every change of the draft; the ETag. */
            draft_version: number;
            /** @description Null where the trigger in force is no webhook. */
            hook_url: string | null;
            /** @description Of one with the trigger http_request. */
            service_url: string | null;
            /**
             * Format: date-time
             * @description So long the URL that it had before answers, too.
             */
            old_url_until: string | null;
            /** @description The backlog of a pause, while it drains at a pace. */
            drain: components["schemas"]["Drain"] | null;
            /** @description Events that did not start it, since one of its own runs led to them. */
            events_cut: number;
            last_24h: components["schemas"]["DayCounts"];
            /** @description The last 30 that ended, newest first. */
            recent_runs: components["schemas"]["RecentRun"][];
            /**
             * Format: date-time
             * @description The last one that was accepted.
             */
            last_request_at: string | null;
            /**
             * Format: date-time
             * @description When a run began last.
             */
            last_run_at: string | null;
            /**
             * Format: date-time
             * @description When a run failed, or timed out, last.
             */
            last_failure_at: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            /** @description The draft, secrets as ***. Not in lists. */
            document?: Record<string, never>;
            /** @description Of a draft that was saved unfinished. */
            problems?: components["schemas"]["Problem"][];
        };
        WorkflowName: {
            id: string;
            name: string;
            /** @enum {string} */
            status: "active" | "paused" | "inactive";
            /** @description Null where the trigger in force is no webhook. */
            hook_url: string | null;
        };
        WorkflowRef: {
            id: string;
            /** @description null: it was never active. */
            name: string | null;
        };
        WorkflowRetention: {
            workflow_id: string;
            name: string;
            /** @description The workflow's own limit, beside that of all. */
            age_ms: number | null;
            /** @description Likewise. */
            bytes: number | null;
            /** @description That are kept, also those that have not ended. */
            runs: number;
            /** @description That are kept. */
            requests: number;
            /**
             * Format: date-time
             * @description When the oldest of them began; null: there are none.
             */
            oldest_at: string | null;
        };
        Workers: {
            http_loops: number;
            runs_in_memory: number;
            max_runs_in_memory: number;
            nodes_under_way: number;
            connections: number;
            /** @description For the end of a run of a service. */
            callers_waiting: number;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    getOpenApi: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description This description. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getInfo: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Version, store and address. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Info"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getStats: {
        parameters: {
            query?: {
                /** @description Only of this workflow, by id or name. */
                workflow?: string;
                /** @description Until now: 15m and 1h (when absent) by minutes, 24h by quarters of an hour, 7d and 30d by quarters of a day. */
                window?: "15m" | "1h" | "24h" | "7d" | "30d";
                /** @description In place of a window: since this time (RFC 3339), by the shortest of these steps that is left of it. */
                from?: string;
                /** @description With from: until this time; until now when absent. */
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What happened, as counted then: requests, runs, latencies, failures, silent endpoints. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Stats"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getSystem: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What the server is made of and has in use: disk, queue, threads, limits. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["System"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listRetention: {
        parameters: {
            query?: {
                /** @description How many items at most, 1 to 1000; 50 when absent. */
                limit?: number;
                /** @description The `next` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What is kept of each workflow, and how long; of all together, getSystem says it. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["WorkflowRetention"][];
                        /** @description The next page's cursor; null: this is the last one. */
                        next: string | null;
                    };
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listNodeTypes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Every node type with the JSON Schema of its config. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["NodeType"][];
                        /** @description The next page's cursor; null: this is the last one. */
                        next: string | null;
                    };
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listTriggerTypes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Every trigger type with the JSON Schema of its config. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["TriggerType"][];
                        /** @description The next page's cursor; null: this is the last one. */
                        next: string | null;
                    };
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listPresets: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Every signature preset, built in or the operator's. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Preset"][];
                        /** @description The next page's cursor; null: this is the last one. */
                        next: string | null;
                    };
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getSchema: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description JSON Schema of a workflow document. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listExamples: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Workflows to begin with, each with an event to try it with. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Example"][];
                        /** @description The next page's cursor; null: this is the last one. */
                        next: string | null;
                    };
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    stream: {
        parameters: {
            query?: {
                /** @description Only events of this workflow, by id or name. */
                workflow?: string;
                /** @description Begins behind this event, where there is no Last-Event-ID header (an EventSource sends one only when it comes back). */
                last_event_id?: string;
            };
            header?: {
                /** @description The last event that was seen: go on behind it. */
                "Last-Event-ID"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Requests, runs and nodes as they happen (Server-Sent Events). */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    applyWorkflow: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description The workflow document: /api/v1/schema. */
                    document: Record<string, never>;
                    /**
                     * @description Only save it; do not publish or activate.
                     * @default false
                     */
                    draft?: boolean;
                };
            };
        };
        responses: {
            /** @description Creates or updates a workflow by name, publishes and activates it. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Applied"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    validateWorkflow: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description What is checked. */
                    document: unknown;
                };
            };
        };
        responses: {
            /** @description Checks a document and lists every problem. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Validation"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    exportWorkflows: {
        parameters: {
            query?: {
                /** @description Of the answer; Accept: application/yaml does the same. */
                format?: "json" | "yaml";
                /** @description How many at most, 1 to 1000; 1000 when absent. */
                limit?: number;
                /** @description The `next` of the page before: a name. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The drafts of all workflows by name, secrets as ***; as YAML, one text of many. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: Record<string, never>[];
                        /** @description The next page's cursor; null: this is the last one. */
                        next: string | null;
                    };
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    importWorkflows: {
        parameters: {
            query?: {
                /** @description For a body that is YAML. */
                dry_run?: "true";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description Workflow documents. One with the name of a workflow becomes its draft. */
                    documents?: Record<string, never>[];
                    /** @description Or a text that holds them: YAML documents one after another, or JSON. A body of the type application/yaml is such a text. */
                    text?: string;
                    /**
                     * @description Only say what each would do.
                     * @default false
                     */
                    dry_run?: boolean;
                };
            };
        };
        responses: {
            /** @description Saves many documents as drafts, by name; a dry run only says what each would do. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Imported"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listWorkflowNames: {
        parameters: {
            query?: {
                /** @description Only those in this state. */
                status?: "active" | "paused" | "inactive";
                /** @description Stands in the name, the description or a tag, in any case. */
                search?: string;
                /** @description Only those that have this tag. */
                tag?: string;
                /** @description How many items at most, 1 to 1000; 50 when absent. */
                limit?: number;
                /** @description The `next` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Workflows by name, with no more than it takes to choose one. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["WorkflowName"][];
                        /** @description The next page's cursor; null: this is the last one. */
                        next: string | null;
                    };
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listWorkflows: {
        parameters: {
            query?: {
                /** @description Only those in this state. */
                status?: "active" | "paused" | "inactive";
                /** @description Stands in the name, the description or a tag, in any case. */
                search?: string;
                /** @description Only those that have this tag. */
                tag?: string;
                /** @description How many items at most, 1 to 1000; 50 when absent. */
                limit?: number;
                /** @description The `next` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Workflows by name. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Workflow"][];
                        /** @description The next page's cursor; null: this is the last one. */
                        next: string | null;
                    };
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    createWorkflow: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description The workflow document: /api/v1/schema. */
                    document: Record<string, never>;
                    /**
                     * @description Saves it also with problems, which the answer lists; it has to have a name, and cannot be published so.
                     * @default false
                     */
                    unfinished?: boolean;
                };
            };
        };
        responses: {
            /** @description Saves a new workflow as a draft. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Workflow"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getWorkflow: {
        parameters: {
            query?: {
                /** @description Of the answer; Accept: application/yaml does the same. */
                format?: "json" | "yaml";
            };
            header?: never;
            path: {
                /** @description A workflow's id or name. */
                workflow: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A workflow with its draft; the ETag is for If-Match. As YAML, the draft alone. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Workflow"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    saveWorkflow: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of the version that is meant; 412 when the workflow is another by now. */
                "If-Match"?: string;
            };
            path: {
                /** @description A workflow's id or name. */
                workflow: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description The workflow document: /api/v1/schema. */
                    document: Record<string, never>;
                    /**
                     * @description Saves it also with problems, which the answer lists; it has to have a name, and cannot be published so.
                     * @default false
                     */
                    unfinished?: boolean;
                };
            };
        };
        responses: {
            /** @description Saves the draft; If-Match refuses to overwrite another's change, but not to hear again that one's own was made. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Workflow"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    deleteWorkflow: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of the version that is meant; 412 when the workflow is another by now. */
                "If-Match"?: string;
            };
            path: {
                /** @description A workflow's id or name. */
                workflow: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    publishWorkflow: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of the version that is meant; 412 when the workflow is another by now. */
                "If-Match"?: string;
            };
            path: {
                /** @description A workflow's id or name. */
                workflow: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /**
                     * @description Make the new revision the active one.
                     * @default true
                     */
                    activate?: boolean;
                };
            };
        };
        responses: {
            /** @description Makes the draft a revision and, unless told not to, active. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Workflow"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    setActivation: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of the version that is meant; 412 when the workflow is another by now. */
                "If-Match"?: string;
            };
            path: {
                /** @description A workflow's id or name. */
                workflow: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description What happens to requests from now on.
                     * @enum {unknown}
                     */
                    status: "active" | "paused" | "inactive";
                    /** @description The one that triggers start; absent: as it was. */
                    revision?: number;
                    /** @description With active: how many of the runs that are queued by now go in a second; 0: all at once. Absent: all at once, but that a drain under way goes on. */
                    drain_per_second?: number;
                };
            };
        };
        responses: {
            /** @description Sets active, paused or inactive, and the revision. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Workflow"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    rotateUrl: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of the version that is meant; 412 when the workflow is another by now. */
                "If-Match"?: string;
            };
            path: {
                /** @description A workflow's id or name. */
                workflow: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description So long the URL before it answers, too; absent: it ends at once. */
                    keep_old?: string | number;
                };
            };
        };
        responses: {
            /** @description Another URL; the one before it can answer for a while yet. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Workflow"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    reverifyWorkflow: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of the version that is meant; 412 when the workflow is another by now. */
                "If-Match"?: string;
            };
            path: {
                /** @description A workflow's id or name. */
                workflow: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /**
                     * @description Only say what would be released.
                     * @default false
                     */
                    dry_run?: boolean;
                    /** @description The `next` of the answer before. */
                    after?: string;
                };
            };
        };
        responses: {
            /** @description Checks what is in quarantine again and releases what verifies; until `next` is null. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Reverified"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    whatIf: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of the version that is meant; 412 when the workflow is another by now. */
                "If-Match"?: string;
            };
            path: {
                /** @description A workflow's id or name. */
                workflow: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description What the runs are tried under; absent: the draft. */
                    revision?: number;
                    /** @description Ids of runs, in place of all that follows. A request's run has its id. */
                    runs?: string[];
                    /**
                     * @description Only runs that ended so; absent: all but the canceled.
                     * @enum {unknown}
                     */
                    status?: "completed" | "failed" | "canceled" | "timed_out";
                    /**
                     * @description Only runs whose failure is of this class.
                     * @enum {unknown}
                     */
                    class?: "answer" | "blocked" | "canceled" | "crashed_twice" | "document" | "expression" | "http_4xx" | "http_5xx" | "http_other" | "in_doubt" | "network" | "other" | "request" | "terminated" | "timeout" | "too_large";
                    /** @description Only runs whose error has this code. */
                    code?: string;
                    /** @description Only runs whose request brought an event of this type (its detail.event). */
                    event?: string;
                    /**
                     * Format: date-time
                     * @description Not queued before this time (RFC 3339).
                     */
                    from?: string | number;
                    /**
                     * Format: date-time
                     * @description Queued before this time (RFC 3339).
                     */
                    to?: string | number;
                    /**
                     * @description At most so many, the newest.
                     * @default 20
                     */
                    limit?: number;
                };
            };
        };
        responses: {
            /** @description What would become of recorded runs under the draft; nothing is sent or stored. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WhatIf"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listRevisions: {
        parameters: {
            query?: {
                /** @description How many items at most, 1 to 1000; 50 when absent. */
                limit?: number;
                /** @description The `next` of the page before. */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description A workflow's id or name. */
                workflow: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Revisions, newest first. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Revision"][];
                        /** @description The next page's cursor; null: this is the last one. */
                        next: string | null;
                    };
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getRevision: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A workflow's id or name. */
                workflow: string;
                /** @description A revision's number. */
                number: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One revision with its document. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Revision"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    restoreRevision: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of the version that is meant; 412 when the workflow is another by now. */
                "If-Match"?: string;
            };
            path: {
                /** @description A workflow's id or name. */
                workflow: string;
                /** @description A revision's number. */
                number: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Makes a revision the draft again; If-Match refuses to overwrite another's change. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Workflow"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    duplicateWorkflow: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of the version that is meant; 412 when the workflow is another by now. */
                "If-Match"?: string;
            };
            path: {
                /** @description A workflow's id or name. */
                workflow: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description Of the new one; absent: the old one's, and "copy". */
                    name?: string;
                };
            };
        };
        responses: {
            /** @description A new workflow with the same draft. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Workflow"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    sendEvents: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Words between dots: order.paid. */
                    type: string;
                    /** @description workflow.input.eventData. */
                    data?: unknown;
                    /** @description Where it comes from. */
                    source?: string;
                    /** @description The same source and id again start nothing. */
                    id?: string;
                    /** @description What it is about. */
                    subject?: string;
                    /**
                     * Format: date-time
                     * @description When it happened; absent: now.
                     */
                    time?: string | number;
                };
            };
        };
        responses: {
            /** @description Takes an event in, or CloudEvents 1.0 (binary, structured, batch), and starts the runs of the workflows that wait for it. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TakenEvents"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listEventTypes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Pawl's own events. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["EventType"][];
                        /** @description The next page's cursor; null: this is the last one. */
                        next: string | null;
                    };
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    startRun: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of the version that is meant; 412 when the workflow is another by now. */
                "If-Match"?: string;
            };
            path: {
                /** @description A workflow's id or name. */
                workflow: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description workflow.input; has to fit input_schema. Other triggers than manual need one. */
                    input?: unknown;
                    /** @description Absent: the active one. */
                    revision?: number;
                };
            };
        };
        responses: {
            /** @description Starts a run by hand, with input. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewRun"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    startTestRun: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of the version that is meant; 412 when the workflow is another by now. */
                "If-Match"?: string;
            };
            path: {
                /** @description A workflow's id or name. */
                workflow: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description What is tested; need not be saved. Absent: the draft. */
                    document?: Record<string, never>;
                    /** @description Or this revision. */
                    revision?: number;
                    /** @description workflow.input; of a webhook: body, query, headers, method, path, ip. */
                    input?: unknown;
                    /** @description Or the id of a request that brings the input. */
                    request?: string;
                    /** @description Or the name of a pin. */
                    pin?: string;
                    /** @description The id of a run: its input, unless another one is given, and with until or only what its nodes gave out: these are not executed again. */
                    run?: string;
                    /** @description Executes this node, and before it what it needs and nobody gives. Only this part of the document has to be valid. */
                    until?: string;
                    /** @description Executes this node alone; what nobody gives is null. */
                    only?: string;
                    /** @description Outputs by the ids of nodes, which are not executed and go on by all of their ports. */
                    pinned?: Record<string, never>;
                };
            };
        };
        responses: {
            /** @description Runs a document, or a part of it, while it is being built. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewRun"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getSamples: {
        parameters: {
            query?: {
                /** @description How many of the last runs are looked at, at most 50; 5 when absent. */
                limit?: number;
            };
            header?: never;
            path: {
                /** @description A workflow's id or name. */
                workflow: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What the nodes gave out in the last runs. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Samples"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    findMissing: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of the version that is meant; 412 when the workflow is another by now. */
                "If-Match"?: string;
            };
            path: {
                /** @description A workflow's id or name. */
                workflow: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Paths like call.output.data.id. */
                    paths: string[];
                    /**
                     * @description How many of the last runs are looked at, at most.
                     * @default 20
                     */
                    runs?: number;
                };
            };
        };
        responses: {
            /** @description In how many of the last runs paths found nothing. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MissingPaths"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listPins: {
        parameters: {
            query?: {
                /** @description How many items at most, 1 to 1000; 50 when absent. */
                limit?: number;
                /** @description The `next` of the page before. */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description A workflow's id or name. */
                workflow: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Sample events of a workflow. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Pin"][];
                        /** @description The next page's cursor; null: this is the last one. */
                        next: string | null;
                    };
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getPin: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A workflow's id or name. */
                workflow: string;
                /** @description An id. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One sample event. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Pin"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    setPin: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of the version that is meant; 412 when the workflow is another by now. */
                "If-Match"?: string;
            };
            path: {
                /** @description A workflow's id or name. */
                workflow: string;
                /** @description An id. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description workflow.input; of a webhook: body, query, headers, method, path, ip. */
                    input?: unknown;
                    /** @description Or the id of a request that brings it. */
                    request?: string;
                };
            };
        };
        responses: {
            /** @description Keeps a sample event, of a request or written by hand. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Pin"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    removePin: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of the version that is meant; 412 when the workflow is another by now. */
                "If-Match"?: string;
            };
            path: {
                /** @description A workflow's id or name. */
                workflow: string;
                /** @description An id. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    previewExpression: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Of a field: a text with expressions, or any JSON that holds such texts. */
                    value: unknown;
                    /** @description The id of a run: its input, and what its nodes gave out. */
                    run?: string;
                    /** @description Or the id of a request, as the input. */
                    request?: string;
                    /** @description workflow.input; of a webhook: body, query, headers, method, path, ip. */
                    input?: unknown;
                    /** @description Outputs by the ids of nodes, in place of the run's. */
                    outputs?: Record<string, never>;
                };
            };
        };
        responses: {
            /** @description What a field's value would be, and which of its references find something. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExpressionPreview"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getScope: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Need not be finished. */
                    document: Record<string, never>;
                    /** @description The id of the node whose settings are looked at; absent: the trigger. */
                    node?: string;
                };
            };
        };
        responses: {
            /** @description What can be referred to at a node of a document. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Scope"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getSchedule: {
        parameters: {
            query?: {
                /** @description How many times, 1 to 1000; 10 when absent. */
                limit?: number;
            };
            header?: never;
            path: {
                /** @description A workflow's id or name. */
                workflow: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The next times at which the workflow starts. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Schedule"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    previewSchedule: {
        parameters: {
            query?: {
                /** @description How many times, 1 to 1000; 10 when absent. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Of a schedule trigger. */
                    config: Record<string, never>;
                };
            };
        };
        responses: {
            /** @description The next times of a schedule that is not saved. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SchedulePreview"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listRuns: {
        parameters: {
            query?: {
                /** @description A workflow's id or name. */
                workflow?: string;
                /** @description Only those in one of these states, with commas between. */
                status?: ("queued" | "running" | "waiting" | "completed" | "failed" | "canceled" | "timed_out")[];
                /** @description Only those whose failure is of this class. */
                class?: "answer" | "blocked" | "canceled" | "crashed_twice" | "document" | "expression" | "http_4xx" | "http_5xx" | "http_other" | "in_doubt" | "network" | "other" | "request" | "terminated" | "timeout" | "too_large";
                /** @description Only those that one of these has started. */
                trigger?: ("webhook" | "service" | "schedule" | "event" | "manual")[];
                /** @description The id of the run, or of its request; or a part, in any case, of the error, the order key, or what its request's detail says, like a delivery's id. */
                search?: string;
                /** @description Runs of this request, replays included. */
                request?: string;
                /** @description Only test runs, or none of them. */
                test?: "true" | "false";
                /** @description Not before this time (RFC 3339). */
                from?: string;
                /** @description Before this time (RFC 3339). */
                to?: string;
                /** @description How many items at most, 1 to 1000; 50 when absent. */
                limit?: number;
                /** @description The `next` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Runs, newest first. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Run"][];
                        /** @description The next page's cursor; null: this is the last one. */
                        next: string | null;
                        /** @description So much was looked through that the page ends before it is full: go on with `next`. */
                        partial?: boolean;
                        /** @description How many fit, on all pages; null: with these filters that is not counted. */
                        total?: number | null;
                    };
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getRun: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description An id. */
                run: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A run with each node's input, output, attempts and times. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Run"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getRunDocument: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description An id. */
                run: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The document that a run runs, a copy of a draft too. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunDocument"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    cancelRun: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description An id. */
                run: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Cancels a run that has not ended. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Run"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    pauseRun: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description An id. */
                run: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Starts no further node of a run. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Run"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    resumeRun: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description An id. */
                run: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description Which node, when several wait. */
                    node?: string;
                    /** @description Its output.data. */
                    data?: unknown;
                    /** @description For a node in doubt: retry, or fail. */
                    decision?: string;
                };
            };
        };
        responses: {
            /** @description Lets a paused run, or a waiting node, go on. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Run"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    retryRun: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description An id. */
                run: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description The id of a node: it, and all that comes after it, is executed again. Absent: the nodes that did not complete. */
                    from?: string;
                    /** @description The run goes on under this one; absent: its own. Nodes that have completed and are not executed again have to be of the same type in it. */
                    revision?: number;
                };
            };
        };
        responses: {
            /** @description Runs again the nodes that did not complete, or from one on. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Run"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    restartRun: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description An id. */
                run: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Runs an ended run again from its start. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Run"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    replayRun: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description An id. */
                run: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description workflow.input in place of the old one. */
                    input?: unknown;
                    /** @description Absent: the active one. */
                    revision?: number;
                    /**
                     * @description The workflow's draft, as it is now.
                     * @default false
                     */
                    draft?: boolean;
                };
            };
        };
        responses: {
            /** @description A new run with the same or an edited input. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewRun"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listReplays: {
        parameters: {
            query?: {
                /** @description A workflow's id or name. */
                workflow?: string;
                /** @description How many items at most, 1 to 1000; 50 when absent. */
                limit?: number;
                /** @description The `next` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Replays of many runs, newest first. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Replay"][];
                        /** @description The next page's cursor; null: this is the last one. */
                        next: string | null;
                    };
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    addReplay: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description Only those of this workflow, by id or name. */
                    workflow?: string;
                    /**
                     * @description In place of runs, requests that started none: each starts one now. They have no status, class and code.
                     * @enum {unknown}
                     */
                    verdict?: "filtered" | "duplicate";
                    /**
                     * @description Only runs that ended so; absent: failed or timed_out.
                     * @enum {unknown}
                     */
                    status?: "completed" | "failed" | "canceled" | "timed_out";
                    /**
                     * @description Only runs whose failure is of this class.
                     * @enum {unknown}
                     */
                    class?: "answer" | "blocked" | "canceled" | "crashed_twice" | "document" | "expression" | "http_4xx" | "http_5xx" | "http_other" | "in_doubt" | "network" | "other" | "request" | "terminated" | "timeout" | "too_large";
                    /** @description Only runs whose error has this code. */
                    code?: string;
                    /** @description Only those whose request brought an event of this type (its detail.event). */
                    event?: string;
                    /**
                     * Format: date-time
                     * @description Not queued, or received, before this time (RFC 3339).
                     */
                    from?: string | number;
                    /**
                     * Format: date-time
                     * @description Queued, or received, before this time (RFC 3339).
                     */
                    to?: string | number;
                    /**
                     * @description replay: new runs; retry: the same runs, from the nodes that failed.
                     * @default replay
                     * @enum {unknown}
                     */
                    mode?: "replay" | "retry";
                    /** @description Of new runs; absent: the active one. */
                    revision?: number;
                    /**
                     * @description New runs take the workflow's draft, as it is now.
                     * @default false
                     */
                    draft?: boolean;
                    /** @description How many are started in a second; absent: as fast as it goes. */
                    per_second?: number;
                    /**
                     * @description Only count what matches.
                     * @default false
                     */
                    dry_run?: boolean;
                };
            };
        };
        responses: {
            /** @description Replays or retries all runs that match, one after another; a dry run (200) only counts. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Replay"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getReplay: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description An id. */
                replay: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How far a replay has come. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Replay"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    stopReplay: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description An id. */
                replay: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Starts no further run; those that were started go on. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Replay"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listDeadLetters: {
        parameters: {
            query?: {
                /** @description A workflow's id or name. */
                workflow?: string;
                /** @description Only those of this class. */
                class?: "answer" | "blocked" | "canceled" | "crashed_twice" | "document" | "expression" | "http_4xx" | "http_5xx" | "http_other" | "in_doubt" | "network" | "other" | "request" | "terminated" | "timeout" | "too_large";
                /** @description Not before this time (RFC 3339). */
                from?: string;
                /** @description Before this time (RFC 3339). */
                to?: string;
                /** @description How many items at most, 1 to 1000; 50 when absent. */
                limit?: number;
                /** @description The `next` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Runs that failed, timed out or were canceled, newest first, by class of failure. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["DeadLetter"][];
                        /** @description The next page's cursor; null: this is the last one. */
                        next: string | null;
                    };
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    countDeadLetters: {
        parameters: {
            query?: {
                /** @description A workflow's id or name. */
                workflow?: string;
                /** @description Not before this time (RFC 3339). */
                from?: string;
                /** @description Before this time (RFC 3339). */
                to?: string;
                /** @description How many items at most, 1 to 1000; 50 when absent. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How many there are of each class. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["ClassCount"][];
                        /** @description The next page's cursor; null: this is the last one. */
                        next: string | null;
                    };
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listRequests: {
        parameters: {
            query?: {
                /** @description A workflow's id or name. */
                workflow?: string;
                /** @description Only those with one of these verdicts. */
                verdict?: ("accepted" | "refused" | "handshake" | "filtered" | "duplicate")[];
                /** @description Only those that came in by one of these. */
                trigger?: ("webhook" | "service" | "schedule" | "event" | "manual")[];
                /** @description Its id; or a part, in any case, of the reason, the detail, the address, the order key or the target. */
                search?: string;
                /** @description Not before this time (RFC 3339). */
                from?: string;
                /** @description Before this time (RFC 3339). */
                to?: string;
                /** @description How many items at most, 1 to 1000; 50 when absent. */
                limit?: number;
                /** @description The `next` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Requests to known URLs, newest first, refused ones with their reason. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Request"][];
                        /** @description The next page's cursor; null: this is the last one. */
                        next: string | null;
                        /** @description So much was looked through that the page ends before it is full: go on with `next`. */
                        partial?: boolean;
                        /** @description How many fit, on all pages; null: with these filters that is not counted. */
                        total?: number | null;
                    };
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getRequest: {
        parameters: {
            query?: {
                /** @description Adds why its signature or credentials do not fit. */
                diagnosis?: "true";
            };
            header?: never;
            path: {
                /** @description An id. */
                request: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One request with its headers and body. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Request"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getDiagnosis: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description An id. */
                request: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Which known mistake explains that its signature or credentials do not fit. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Diagnosis"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getRequestFile: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description An id. */
                request: string;
                /** @description An id. */
                file: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A file that a form brought, by its place in `workflow.input.files`. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "*/*": unknown;
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    replayRequest: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description An id. */
                request: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description workflow.input in place of the old one. */
                    input?: unknown;
                    /** @description Absent: the active one. */
                    revision?: number;
                    /**
                     * @description The workflow's draft, as it is now.
                     * @default false
                     */
                    draft?: boolean;
                };
            };
        };
        responses: {
            /** @description A new run from a stored request. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewRun"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listAudit: {
        parameters: {
            query?: {
                /** @description Only what this one did: user:NAME, token:NAME, system. */
                actor?: string;
                /** @description Only this operation, like cancelRun. */
                action?: string;
                /** @description Only what was done, or what was refused. */
                result?: "ok" | "refused";
                /** @description A part, in any case, of what was named or changed, or of the address. */
                search?: string;
                /** @description Not before this time (RFC 3339). */
                from?: string;
                /** @description Before this time (RFC 3339). */
                to?: string;
                /** @description How many items at most, 1 to 1000; 50 when absent. */
                limit?: number;
                /** @description The `next` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Who did what, newest first: the audit log. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["AuditEntry"][];
                        /** @description The next page's cursor; null: this is the last one. */
                        next: string | null;
                        /** @description So much was looked through that the page ends before it is full: go on with `next`. */
                        partial?: boolean;
                        /** @description How many fit, on all pages; null: with these filters that is not counted. */
                        total?: number | null;
                    };
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    checkAudit: {
        parameters: {
            query?: {
                /** @description A hash that was written down before: it has to be there. */
                noted?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Whether the chain of the audit log is whole; looks at all of it. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditCheck"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listSecrets: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Secrets of the store with their versions, without values. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Secret"][];
                        /** @description The next page's cursor; null: this is the last one. */
                        next: string | null;
                    };
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listSecretUses: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description An id. */
                secret: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Workflows that refer to a secret, by name. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["SecretUse"][];
                        /** @description The next page's cursor; null: this is the last one. */
                        next: string | null;
                    };
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    setSecret: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description An id. */
                secret: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Never shown again. */
                    value: string;
                    /**
                     * Format: date-time
                     * @description Valid from then on; absent: at once.
                     */
                    not_before?: string | number;
                    /**
                     * Format: date-time
                     * @description Valid until then; absent: for ever.
                     */
                    not_after?: string | number;
                    /** @description So long the versions before it stay valid, too; absent: they are removed. */
                    keep_old?: string | number;
                };
            };
        };
        responses: {
            /** @description A new version of a secret; it takes effect at once. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Secret"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    removeSecret: {
        parameters: {
            query?: {
                /** @description Only this version. */
                version?: string;
            };
            header?: never;
            path: {
                /** @description An id. */
                secret: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listTokens: {
        parameters: {
            query?: {
                /** @description How many items at most, 1 to 1000; 50 when absent. */
                limit?: number;
                /** @description The `next` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description API tokens, without their values. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Token"][];
                        /** @description The next page's cursor; null: this is the last one. */
                        next: string | null;
                    };
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    addToken: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description What it is for. */
                    name: string;
                    /**
                     * @description What it may do.
                     * @default editor
                     * @enum {unknown}
                     */
                    role?: "viewer" | "editor" | "owner";
                    /** @description Then it is refused; absent: never. */
                    expires_in?: string | number;
                };
            };
        };
        responses: {
            /** @description Makes a token; its value is shown this once. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewToken"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    removeToken: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description An id. */
                token: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getSetup: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Is the first owner still to be made? */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Setup"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    setUp: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Of DATA/setup-token. */
                    token: string;
                    /** @description Whom others see; of any letters. */
                    name: string;
                    /** @description Ten characters at least. */
                    password: string;
                };
            };
        };
        responses: {
            /** @description Makes the first owner, once, with the setup token, and signs in. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Who has signed in, and the token for X-CSRF-Token. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    signIn: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description The user's. */
                    name: string;
                    /** @description The present one. */
                    password: string;
                    /** @description The authenticator's code, where there is a second factor. */
                    totp?: string;
                    /** @description In place of it: one of the codes that are good once. */
                    recovery_code?: string;
                };
            };
        };
        responses: {
            /** @description Signs in; the cookie is the session's. 401 `code_required`: with a code, too. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    signOut: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    changePassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description The present one. */
                    password: string;
                    /** @description Ten characters at least. */
                    new_password: string;
                };
            };
        };
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    beginTotp: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A secret for an authenticator; in force when it is confirmed. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewTotp"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    confirmTotp: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description That the authenticator shows now. */
                    code: string;
                };
            };
        };
        responses: {
            /** @description Puts the second factor in force; shows the recovery codes this once. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecoveryCodes"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    disableTotp: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description The present one. */
                    password: string;
                    /** @description That the authenticator shows now. */
                    code?: string;
                    /** @description In place of it: one of the codes that are good once. */
                    recovery_code?: string;
                };
            };
        };
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listSessions: {
        parameters: {
            query?: {
                /** @description Of this user, by id or name; others' are for owners. */
                user?: string;
                /** @description How many items at most, 1 to 1000; 50 when absent. */
                limit?: number;
                /** @description The `next` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One's own sessions, newest first; with an owner's token, all. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["SessionInfo"][];
                        /** @description The next page's cursor; null: this is the last one. */
                        next: string | null;
                    };
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    endSessions: {
        parameters: {
            query?: {
                /** @description Of this user, by id or name; others' are for owners. */
                user?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    endSession: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description An id. */
                session: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    listUsers: {
        parameters: {
            query?: {
                /** @description How many items at most, 1 to 1000; 50 when absent. */
                limit?: number;
                /** @description The `next` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Users by name. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["User"][];
                        /** @description The next page's cursor; null: this is the last one. */
                        next: string | null;
                    };
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    addUser: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Whom others see; of any letters. */
                    name: string;
                    /** @description Ten characters at least. */
                    password: string;
                    /**
                     * @description What the user may do.
                     * @default viewer
                     * @enum {unknown}
                     */
                    role?: "viewer" | "editor" | "owner";
                };
            };
        };
        responses: {
            /** @description Adds a user; the first one has to be an owner. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    removeUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A user's id or name. */
                user: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    changeUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A user's id or name. */
                user: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /**
                     * @description What the user may do from now on.
                     * @enum {unknown}
                     */
                    role?: "viewer" | "editor" | "owner";
                    /** @description true: the user's sessions end, and none begins. */
                    disabled?: boolean;
                    /** @description A new one; the user's sessions end. */
                    password?: string;
                    /** @description false: takes the second factor away, for somebody who has lost it. */
                    totp?: boolean;
                };
            };
        };
        responses: {
            /** @description Changes role, password or second factor, or disables; the last owner stays. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
}
