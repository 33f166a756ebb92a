import { useState } from "react";
import { call } from "~/api/client";
import { useT } from "~/i18n";
import { Button, Dialog, errorText, Field, TextInput, toast } from "~/ui";
import { useChange, type Request } from "./data";

/** Keeps a request as a sample event of its workflow. */
export function PinDialog({ request, onClose }: { request: Request; onClose: () => void }) {
  const t = useT();
  const [name, setName] = useState(`request-${request.id}`);
  const pin = useChange(() =>
    call("put", "/api/v1/workflows/{workflow}/pins/{name}", {
      path: { workflow: request.workflow.id, name },
      body: { request: request.id },
    }),
  );
  const submit = () =>
    pin.mutate(undefined, {
      onSuccess: () => {
        toast.ok(t.requests.pinned(name, request.workflow.name ?? request.workflow.id));
        onClose();
      },
    });
  return (
    <Dialog
      title={t.requests.pinTitle}
      onClose={onClose}
      onSubmit={submit}
      width="s"
      footer={
        <>
          <Button onClick={onClose}>{t.common.cancel}</Button>
          <Button kind="primary" type="submit" busy={pin.isPending} disabled={!name}>
            {t.requests.pin}
          </Button>
        </>
      }
    >
      <Field label={t.requests.pinName} help={t.requests.pinHelp} error={pin.error && errorText(pin.error, t)}>
        <TextInput autoFocus value={name} onChange={(event) => setName(event.target.value)} />
      </Field>
    </Dialog>
  );
}
