// Ctrl+K: screens, workflows, actions, found by typing (WAI-ARIA combobox with a list).
import { useQuery } from "@tanstack/react-query";
import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent } from "react";
import { useLocation } from "wouter";
import { call } from "~/api/client";
import { keys } from "~/api/keys";
import { LANGUAGES, useLanguage, useT } from "~/i18n";
import { setTheme, type ThemeChoice } from "~/theme/theme";
import { Dialog, Icon, TextInput, type IconName } from "~/ui";
import { match } from "./match";
import { screens } from "./routes";
import "./CommandPalette.css";

interface Command {
  id: string;
  group: string;
  label: string;
  icon: IconName;
  run: () => void;
}

const MOST = 50;

function useCommands(): Command[] {
  const t = useT();
  const [, go] = useLocation();
  const { setLanguage } = useLanguage();
  const workflows = useQuery({
    queryKey: keys.workflows({ palette: true }),
    queryFn: ({ signal }) => call("get", "/api/v1/workflows", { query: { limit: 1000 }, signal }),
  });
  return useMemo(() => {
    const actions = t.app.commands.actions;
    const themes = Object.entries(t.app.themes) as [ThemeChoice, string][];
    return [
      ...screens.flatMap(({ path, nav }) =>
        nav ? [{ id: path, group: t.app.commands.go, label: nav.title(t), icon: nav.icon, run: () => go(path) }] : [],
      ),
      ...(workflows.data?.items ?? []).map((workflow) => ({
        id: workflow.id,
        group: t.app.commands.workflows,
        label: workflow.name,
        icon: "workflow" as const,
        run: () => go(`/workflows/${workflow.id}`),
      })),
      ...themes.map(([theme, name]) => ({
        id: `theme-${theme}`,
        group: actions,
        label: `${t.app.theme}: ${name}`,
        icon: "sun" as const,
        run: () => setTheme(theme),
      })),
      ...LANGUAGES.map(({ code, name }) => ({
        id: `language-${code}`,
        group: actions,
        label: `${t.app.language}: ${name}`,
        icon: "languages" as const,
        run: () => setLanguage(code),
      })),
    ];
  }, [t, go, setLanguage, workflows.data]);
}

export function CommandPalette({ onClose }: { onClose: () => void }) {
  const t = useT();
  const id = useId();
  const commands = useCommands();
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const list = useRef<HTMLUListElement>(null);
  const found = commands.filter((command) => match(text, command.label)).slice(0, MOST);
  const current = Math.min(at, found.length - 1);

  const run = (command: Command | undefined) => {
    if (!command) return;
    onClose();
    command.run();
  };
  const keyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Enter") run(found[current]);
    else if (step && found.length) setAt((current + step + found.length) % found.length);
    else return;
    event.preventDefault();
  };
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest" });
  }, [current]);
  return (
    <Dialog title={t.app.commands.title} onClose={onClose} className="palette">
      <TextInput
        icon="search"
        autoFocus
        role="combobox"
        aria-expanded
        aria-controls={`${id}-list`}
        aria-activedescendant={found[current] && `${id}-${current}`}
        aria-label={t.app.commands.title}
        placeholder={t.app.commands.placeholder}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setAt(0);
        }}
        onKeyDown={keyDown}
      />
      <ul ref={list} id={`${id}-list`} role="listbox" aria-label={t.app.commands.title} className="palette-list">
        {found.map((command, index) => (
          <li
            key={command.id}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === current}
            className="palette-item"
            onClick={() => run(command)}
            onPointerMove={() => setAt(index)}
          >
            <Icon name={command.icon} />
            <span>{command.label}</span>
            <span className="muted">{command.group}</span>
          </li>
        ))}
      </ul>
      {found.length === 0 && <p className="palette-none muted">{t.app.commands.empty}</p>}
    </Dialog>
  );
}
