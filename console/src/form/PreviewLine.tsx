// Under a field: what its expressions give with the data at hand, and what finds nothing.
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useT } from "~/i18n";
import { readJson } from "~/lib/json";
import { Icon } from "~/ui";
import { useForm } from "./context";
import { shortValue } from "./data";
import { holdsExpression, pathsIn } from "./expression";
import "./PreviewLine.css";

const PAUSE_MS = 250;

function useDebounced<T>(value: T, ms: number): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = window.setTimeout(() => setSettled(value), ms);
    return () => window.clearTimeout(timer);
  }, [value, ms]);
  return settled;
}

function usePreview(value: unknown) {
  const { data } = useForm();
  const text = useDebounced(JSON.stringify(value), PAUSE_MS);
  return useQuery({
    queryKey: ["expression-preview", data?.key, text],
    queryFn: ({ signal }) => data!.preview(readJson(text), signal),
    enabled: data !== null && text !== undefined,
    placeholderData: (before) => before,
    staleTime: 60_000,
    retry: false,
  });
}

/** Paths that recent runs did not have, worst first. */
function MissingNotes({ value }: { value: unknown }) {
  const t = useT();
  const { data } = useForm();
  const lacking = pathsIn(value).flatMap((path) => {
    const found = data?.missing.get(path);
    return found && found.missing > 0 ? [{ path, ...found }] : [];
  });
  return lacking.map(({ path, missing, checked }) => (
    <p key={path} className="form-preview-warning">
      <Icon name="triangle" size={13} />
      <span>{t.form.missing(path, missing, checked)}</span>
    </p>
  ));
}

interface Props {
  value: unknown;
  /** The field says already what is wrong with it. */
  isWrong: boolean;
}

function Result({ value, isWrong }: Props) {
  const t = useT();
  const preview = usePreview(value).data;
  if (!preview) return null;
  if (preview.problems.length)
    return isWrong ? null : (
      <p className="form-preview-warning">
        <Icon name="triangle" size={13} />
        <span>{t.say(preview.problems[0]?.message ?? "")}</span>
      </p>
    );
  const unknown = preview.references.find((reference) => !reference.has_root);
  const lost = preview.references.find((reference) => reference.has_root && !reference.found);
  return (
    <>
      {unknown ? (
        <p className="form-preview-line">{t.form.noDataFor(unknown.path)}</p>
      ) : (
        <p className="form-preview-line" title={shortValue(preview.value, 2000)}>
          <span className="form-preview-type">{t.form.types[preview.type]}</span>
          <output className="mono">{shortValue(preview.value, 160)}</output>
        </p>
      )}
      {lost && (
        <p className="form-preview-warning">
          <Icon name="triangle" size={13} />
          <span>{t.form.notFound(lost.path)}</span>
        </p>
      )}
    </>
  );
}

export function PreviewLine({ value, isWrong }: Props) {
  const { data } = useForm();
  if (!data || !holdsExpression(value)) return null;
  return (
    <div className="form-preview" aria-live="polite">
      <Result value={value} isWrong={isWrong} />
      <MissingNotes value={value} />
    </div>
  );
}
