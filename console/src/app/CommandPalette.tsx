// Ctrl+K: screens, workflows, actions, found by typing.
import { useMemo } from "react";
import { useLocation } from "wouter";
import { useWorkflowNames } from "~/api/workflowNames";
import { LANGUAGES, useLanguage, useT } from "~/i18n";
import { setTheme, type ThemeChoice } from "~/theme/theme";
import { Dialog, Icon, TextInput, useSearchList, type IconName } from "~/ui";
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
  const workflows = useWorkflowNames().data;
  return useMemo(() => {
    const actions = t.app.commands.actions;
    const themes = Object.entries(t.app.themes) as [ThemeChoice, string][];
    return [
      ...screens.flatMap(({ path, nav }) =>
        nav ? [{ id: path, group: t.app.commands.go, label: nav.title(t), icon: nav.icon, run: () => go(path) }] : [],
      ),
      ...(workflows ?? []).map((workflow) => ({
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
  }, [t, go, setLanguage, workflows]);
}

export function CommandPalette({ onClose }: { onClose: () => void }) {
  const t = useT();
  const commands = useCommands();
  const { found, input, box, option } = useSearchList<Command>(
    (text) => commands.filter((command) => match(text, command.label)).slice(0, MOST),
    (command) => {
      onClose();
      command.run();
    },
  );
  return (
    <Dialog title={t.app.commands.title} onClose={onClose} className="palette">
      <TextInput icon="search" autoFocus aria-label={t.app.commands.title} placeholder={t.app.commands.placeholder} {...input} />
      <ul aria-label={t.app.commands.title} className="palette-list" {...box}>
        {found.map((command, index) => (
          <li key={command.id} className="palette-item" {...option(index, command)}>
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
