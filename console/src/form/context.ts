// What every control of a form may need.
import { createContext, useContext, useRef, type RefObject } from "react";
import type { Problem } from "~/api/errors";
import type { Schemas } from "~/api/client";
import type { DataRoot, Suggestion } from "./data";

export type Preview = Schemas["ExpressionPreview"];
export type Missing = Pick<Schemas["MissingPath"], "checked" | "missing">;

/** What expressions see at the place that is edited. */
export interface FormData {
  roots: readonly DataRoot[];
  paths: readonly Suggestion[];
  /** Another one for other data, so that previews are made anew. */
  key: string;
  preview: (value: unknown, signal: AbortSignal) => Promise<Preview>;
  /** In how many of the recent runs a path found nothing. */
  missing: ReadonlyMap<string, Missing>;
}

/** Takes an expression at its cursor. */
export interface InsertTarget {
  insert: (expression: string) => void;
}

export interface FormEnvironment {
  problems: readonly Problem[];
  readOnly: boolean;
  data: FormData | null;
  /** Labels and help in the reader's language. */
  say: (text: string) => string;
  /** The control that had the focus last. */
  target: RefObject<InsertTarget | null>;
}

const NONE: FormEnvironment = { problems: [], readOnly: false, data: null, say: (text) => text, target: { current: null } };

export const FormContext = createContext<FormEnvironment>(NONE);
export const useForm = (): FormEnvironment => useContext(FormContext);
export const useInsertTarget = () => useRef<InsertTarget | null>(null);
