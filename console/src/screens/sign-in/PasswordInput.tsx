import { useState } from "react";
import { useT } from "~/i18n";
import { IconButton, TextInput } from "~/ui";

interface Props {
  value: string;
  onChange: (value: string) => void;
  autoComplete: "current-password" | "new-password";
}

export function PasswordInput({ value, onChange, autoComplete }: Props) {
  const t = useT();
  const [isShown, setShown] = useState(false);
  return (
    <TextInput
      type={isShown ? "text" : "password"}
      autoComplete={autoComplete}
      required
      value={value}
      onChange={(event) => onChange(event.target.value)}
      end={
        <IconButton
          size="s"
          icon={isShown ? "eye-off" : "eye"}
          label={isShown ? t.signIn.hidePassword : t.signIn.showPassword}
          onClick={() => setShown(!isShown)}
        />
      }
    />
  );
}
