// CodeMirror in a shadow root: there it puts its styles into the root's adoptedStyleSheets, which the
// page's policy allows, while <style> elements it does not.
import { autocompletion, type CompletionContext, type CompletionResult } from "@codemirror/autocomplete";
import { lintGutter, setDiagnostics, type Diagnostic } from "@codemirror/lint";
import { Compartment, EditorState, type Extension } from "@codemirror/state";
import { EditorView, placeholder as placeholderOf } from "@codemirror/view";
import { useEffect, useRef } from "react";
import { useLanguage } from "~/i18n";
import { useFieldProps } from "../Field";
import { phrasesOf } from "./phrases";
import { baseExtensions, languageOf } from "./setup";
import "./Editor.css";

export type CodeLanguage = "json" | "yaml" | "javascript" | "text";

/** What fits at that place: from where it replaces, and the options; null: nothing. `isExplicit`: somebody
    has asked for it. */
export type Completer = (text: string, at: number, isExplicit: boolean) => CompletionResult | null;

export interface CodeProblem {
  from: number;
  to: number;
  message: string;
  severity?: "error" | "warning";
}

export interface CodeEditorProps {
  value: string;
  onChange?: (value: string) => void;
  language: CodeLanguage;
  /** Its name for screen readers. */
  label: string;
  readOnly?: boolean;
  placeholder?: string;
  /** Lines that are seen at least. */
  rows?: number;
  complete?: Completer;
  problems?: readonly CodeProblem[];
  /** Gets the view, to insert at the cursor. */
  onReady?: (view: EditorView) => void;
}

function completion(complete: { current: Completer | undefined }): Extension {
  return autocompletion({
    override: [
      (context: CompletionContext) => complete.current?.(context.state.doc.toString(), context.pos, context.explicit) ?? null,
    ],
  });
}

/** The text may be shorter already than when they were found. */
const diagnosticsOf = (problems: readonly CodeProblem[] = [], end: number) =>
  problems.map((problem): Diagnostic => ({
    severity: "error",
    ...problem,
    from: Math.min(problem.from, end),
    to: Math.min(problem.to, end),
  }));

export default function Editor(props: CodeEditorProps) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const latest = useRef(props);
  const complete = useRef(props.complete);
  const editable = useRef(new Compartment());
  const field = useFieldProps();
  const reader = useLanguage().language;
  latest.current = props;
  complete.current = props.complete;

  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const root = element.shadowRoot ?? element.attachShadow({ mode: "open", delegatesFocus: true });
    const { language, value, placeholder, label, rows = 4, readOnly = false } = latest.current;
    const editor = new EditorView({
      root,
      parent: root,
      state: EditorState.create({
        doc: value,
        extensions: [
          baseExtensions(rows),
          languageOf(language),
          phrasesOf(reader),
          completion(complete),
          lintGutter(),
          placeholder ? placeholderOf(placeholder) : [],
          editable.current.of(EditorState.readOnly.of(readOnly)),
          EditorView.contentAttributes.of({ "aria-label": label }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) latest.current.onChange?.(update.state.doc.toString());
          }),
        ],
      }),
    });
    view.current = editor;
    latest.current.onReady?.(editor);
    return () => editor.destroy();
  }, [props.language, reader]);

  useEffect(() => {
    const editor = view.current;
    if (editor && editor.state.doc.toString() !== props.value)
      editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: props.value } });
  }, [props.value]);
  useEffect(() => {
    view.current?.dispatch({ effects: editable.current.reconfigure(EditorState.readOnly.of(!!props.readOnly)) });
  }, [props.readOnly]);
  useEffect(() => {
    const editor = view.current;
    if (!editor) return;
    editor.dispatch(setDiagnostics(editor.state, diagnosticsOf(props.problems, editor.state.doc.length)));
  }, [props.problems, reader]);
  return <div ref={host} className="ui-code" {...field} />;
}
