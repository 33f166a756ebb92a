import { useMutation } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { ApiError } from "~/api/errors";
import { useSessionActions } from "~/api/session";
import { useT } from "~/i18n";
import { Button, errorText, Field, TextInput } from "~/ui";
import { PasswordInput } from "./PasswordInput";
import { PASSWORD_MIN, passwordLength, setupTokenOf } from "./setup";

export function SetupForm() {
  const t = useT();
  const { setUp } = useSessionActions();
  const [given] = useState(() => setupTokenOf(window.location.hash));
  const [token, setToken] = useState(given);
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [repeated, setRepeated] = useState("");
  const [isChecked, setChecked] = useState(false);
  const attempt = useMutation({ mutationFn: () => setUp({ token: token.trim(), name, password }) });

  const isShort = passwordLength(password) < PASSWORD_MIN;
  const differs = repeated !== password;
  const failed = attempt.error;
  const wrongToken = failed instanceof ApiError && failed.type === "bad_setup_token";
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setChecked(true);
    if (!isShort && !differs) attempt.mutate();
  };
  return (
    <form className="sign-in-form" onSubmit={submit}>
      {(!given || wrongToken) && (
        <Field label={t.signIn.token} help={t.signIn.tokenHelp} error={wrongToken && t.signIn.tokenWrong}>
          <TextInput className="mono" required value={token} onChange={(event) => setToken(event.target.value)} />
        </Field>
      )}
      <Field label={t.signIn.name}>
        <TextInput autoFocus required autoComplete="username" value={name} onChange={(event) => setName(event.target.value)} />
      </Field>
      <Field label={t.signIn.newPassword} help={t.signIn.passwordHelp} error={isChecked && isShort && t.signIn.passwordShort}>
        <PasswordInput autoComplete="new-password" value={password} onChange={setPassword} />
      </Field>
      <Field
        label={t.signIn.repeat}
        error={(isChecked && differs && t.signIn.repeatWrong) || (failed && !wrongToken && errorText(failed, t))}
      >
        <PasswordInput autoComplete="new-password" value={repeated} onChange={setRepeated} />
      </Field>
      <Button kind="primary" type="submit" busy={attempt.isPending}>
        {t.signIn.setupSubmit}
      </Button>
    </form>
  );
}
