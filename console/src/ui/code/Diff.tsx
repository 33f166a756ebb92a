// Two texts side by side, in a shadow root as the editor is (see Editor.tsx).
import { MergeView } from "@codemirror/merge";
import { EditorState } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { useEffect, useRef } from "react";
import { useLanguage } from "~/i18n";
import type { CodeLanguage } from "./Editor";
import { phrasesOf } from "./phrases";
import { baseExtensions, diffLook, languageOf } from "./setup";
import "./Editor.css";

export interface CodeDiffProps {
  before: string;
  after: string;
  /** Their names for screen readers. */
  beforeLabel: string;
  afterLabel: string;
  language: CodeLanguage;
}

export default function Diff({ before, after, beforeLabel, afterLabel, language }: CodeDiffProps) {
  const host = useRef<HTMLDivElement>(null);
  const reader = useLanguage().language;
  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const root = element.shadowRoot ?? element.attachShadow({ mode: "open", delegatesFocus: true });
    const side = (doc: string, label: string) => ({
      doc,
      extensions: [
        baseExtensions(1),
        languageOf(language),
        phrasesOf(reader),
        diffLook,
        EditorState.readOnly.of(true),
        EditorView.contentAttributes.of({ "aria-label": label }),
      ],
    });
    const view = new MergeView({
      root,
      parent: root,
      a: side(before, beforeLabel),
      b: side(after, afterLabel),
      collapseUnchanged: { margin: 3, minSize: 6 },
      gutter: true,
    });
    return () => view.destroy();
  }, [before, after, beforeLabel, afterLabel, language, reader]);
  return <div ref={host} className="ui-code ui-diff" />;
}
