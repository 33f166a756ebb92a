// The difference of two texts, side by side: CodeMirror's merge view, which comes when it is needed.
import { lazy, Suspense } from "react";
import type { CodeDiffProps } from "./code/Diff";
import { Skeleton } from "./States";
import "./CodeDiff.css";

const Diff = lazy(() => import("./code/Diff"));

export function CodeDiff(props: CodeDiffProps) {
  return (
    <div className="ui-diff-box">
      <div className="ui-diff-names">
        <span>{props.beforeLabel}</span>
        <span>{props.afterLabel}</span>
      </div>
      <Suspense fallback={<Skeleton lines={6} />}>
        <Diff {...props} />
      </Suspense>
    </div>
  );
}
