import { useMutation } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { ApiError } from "~/api/errors";
import { useSessionActions } from "~/api/session";
import { useT } from "~/i18n";
import { Button, errorText, Field, TextInput } from "~/ui";
import { PasswordInput } from "./PasswordInput";

type Second = "totp" | "recovery_code";

export function SignInForm() {
  const t = useT();
  const { signIn } = useSessionActions();
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [second, setSecond] = useState<Second | null>(null);
  const [code, setCode] = useState("");
  const attempt = useMutation({
    mutationFn: () => signIn({ name, password, ...(second ? { [second]: code.trim() } : {}) }),
    onError: (error) => {
      if (error instanceof ApiError && error.type === "code_required") setSecond((was) => was ?? "totp");
    },
  });
  const error = attempt.error instanceof ApiError ? attempt.error : null;
  const message = (): string | null => {
    if (!error || error.type === "code_required") return null;
    if (error.status !== 401) return errorText(error, t);
    return second ? t.signIn.totpWrong : t.signIn.wrong;
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    attempt.mutate();
  };
  return (
    <form className="sign-in-form" onSubmit={submit}>
      {second ? (
        <SecondFactor second={second} code={code} onCode={setCode} onChange={setSecond} error={message()} />
      ) : (
        <>
          <Field label={t.signIn.name}>
            <TextInput autoFocus required autoComplete="username" value={name} onChange={(event) => setName(event.target.value)} />
          </Field>
          <Field label={t.signIn.password} error={message()}>
            <PasswordInput autoComplete="current-password" value={password} onChange={setPassword} />
          </Field>
        </>
      )}
      <Button kind="primary" type="submit" busy={attempt.isPending}>
        {t.signIn.submit}
      </Button>
    </form>
  );
}

interface SecondProps {
  second: Second;
  code: string;
  error: string | null;
  onCode: (code: string) => void;
  onChange: (second: Second) => void;
}

function SecondFactor({ second, code, error, onCode, onChange }: SecondProps) {
  const t = useT();
  const isTotp = second === "totp";
  return (
    <>
      <Field
        key={second}
        label={isTotp ? t.signIn.totp : t.signIn.recovery}
        help={isTotp ? t.signIn.totpHelp : t.signIn.recoveryHelp}
        error={error}
      >
        <TextInput
          autoFocus
          required
          autoComplete="one-time-code"
          inputMode={isTotp ? "numeric" : "text"}
          value={code}
          onChange={(event) => onCode(event.target.value)}
        />
      </Field>
      <button
        type="button"
        className="sign-in-link"
        onClick={() => {
          onCode("");
          onChange(isTotp ? "recovery_code" : "totp");
        }}
      >
        {isTotp ? t.signIn.useRecovery : t.signIn.useTotp}
      </button>
    </>
  );
}
