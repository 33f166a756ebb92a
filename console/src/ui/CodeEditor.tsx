// A text with syntax colours, completion and problems: CodeMirror, which comes when it is needed.
import { lazy, Suspense } from "react";
import type { CodeEditorProps } from "./code/Editor";
import { Skeleton } from "./States";

export type { CodeEditorProps, CodeLanguage, Completer, CodeProblem } from "./code/Editor";

const Editor = lazy(() => import("./code/Editor"));

export function CodeEditor(props: CodeEditorProps) {
  return (
    <Suspense fallback={<Skeleton lines={Math.min(6, props.rows ?? 4)} />}>
      <Editor {...props} />
    </Suspense>
  );
}
