import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useLocation } from "wouter";
import { call } from "~/api/client";
import { FOREVER, keys } from "~/api/keys";
import { useT } from "~/i18n";
import { Button, Dialog, errorText, Field, Select, TextInput } from "~/ui";
import { firstTrigger } from "~/screens/editor/trigger/firstTrigger";
import { createDraft, useChange } from "./data";

export function CreateDialog({ onClose }: { onClose: () => void }) {
  const t = useT();
  const [, go] = useLocation();
  const [name, setName] = useState("");
  const [description, setDescription] = useState("");
  const [trigger, setTrigger] = useState("webhook");
  const types = useQuery({
    queryKey: keys.triggerTypes,
    queryFn: async ({ signal }) => (await call("get", "/api/v1/trigger-types", { signal })).items,
    ...FOREVER,
  });
  const create = useChange(async () => {
    const bare = { version: 1, name, ...(description ? { description } : {}), trigger: { type: trigger, config: {} }, nodes: [], edges: [] };
    const type = types.data?.find((one) => one.name === trigger);
    return createDraft(type ? { ...bare, trigger: await firstTrigger(bare, type) } : bare);
  });
  const names: Record<string, string> = t.common.triggers;
  const submit = () =>
    create.mutate(undefined, {
      onSuccess: (workflow) => {
        onClose();
        go(`/workflows/${workflow.id}`);
      },
    });
  return (
    <Dialog
      title={t.workflows.createTitle}
      onClose={onClose}
      onSubmit={submit}
      footer={
        <>
          <Button onClick={onClose}>{t.common.cancel}</Button>
          <Button kind="primary" type="submit" busy={create.isPending} disabled={!name}>
            {t.workflows.createSubmit}
          </Button>
        </>
      }
    >
      <Field label={t.workflows.createName} help={t.workflows.createNameHelp} error={create.error && errorText(create.error, t)}>
        <TextInput autoFocus value={name} onChange={(event) => setName(event.target.value)} />
      </Field>
      <Field label={t.workflows.createDescription} note={t.common.optional}>
        <TextInput spellCheck value={description} onChange={(event) => setDescription(event.target.value)} />
      </Field>
      <Field label={t.workflows.createTrigger}>
        <Select
          value={trigger}
          onChange={setTrigger}
          options={(types.data ?? []).map((type) => ({ value: type.name, label: names[type.name] ?? type.label }))}
        />
      </Field>
    </Dialog>
  );
}
