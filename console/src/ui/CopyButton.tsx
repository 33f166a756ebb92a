import { useEffect, useState } from "react";
import { useT } from "~/i18n";
import { Button, IconButton } from "./Button";

/** navigator.clipboard exists on https and on loopback only; the old way works elsewhere. */
export async function copyText(text: string): Promise<void> {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "visually-hidden";
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

interface Props {
  text: string | (() => string);
  label?: string;
  /** With words beside the icon. */
  withLabel?: boolean;
  size?: "s" | "m";
}

export function CopyButton({ text, label, withLabel, size = "s" }: Props) {
  const t = useT();
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return;
    const timer = window.setTimeout(() => setCopied(false), 1500);
    return () => window.clearTimeout(timer);
  }, [isCopied]);
  const copy = () => void copyText(typeof text === "string" ? text : text()).then(() => setCopied(true));
  const name = isCopied ? t.common.copied : (label ?? t.common.copy);
  const icon = isCopied ? "check" : "copy";
  return withLabel ? (
    <Button size={size} icon={icon} onClick={copy}>
      {name}
    </Button>
  ) : (
    <IconButton size={size} icon={icon} label={name} onClick={copy} />
  );
}
