// Which time: one of the usual spans until now, or one's own.
import { useState } from "react";
import { useLanguage, useT } from "~/i18n";
import { exactTime } from "~/lib/time";
import { Button, Field, IconButton, Popover, Segments, TextInput, useClosePopover } from "~/ui";
import { FIRST, isPreset, PRESETS, spanOf, type Preset, type Range } from "./range";
import { dayTime } from "./steps";

interface Props {
  range: Range;
  /** What is shown: where one's own span begins from. In milliseconds. */
  shown: { from: number; to: number };
  onChange: (range: Range) => void;
}

/** What <input type="datetime-local"> shows, in the reader's zone. */
const localOf = (ms: number): string => new Date(ms - new Date(ms).getTimezoneOffset() * 60_000).toISOString().slice(0, 16);

function Own({ shown, onChange }: Omit<Props, "range">) {
  const t = useT();
  const [from, setFrom] = useState(localOf(shown.from));
  const [to, setTo] = useState(localOf(shown.to));
  const close = useClosePopover();
  const isRight = Date.parse(from) < Date.parse(to);
  return (
    <form
      className="overview-own"
      onSubmit={(event) => {
        event.preventDefault();
        if (!isRight) return;
        close();
        onChange(spanOf(Date.parse(from), Date.parse(to)));
      }}
    >
      <Field label={t.overview.from}>
        <TextInput type="datetime-local" required value={from} onChange={(event) => setFrom(event.target.value)} />
      </Field>
      <Field label={t.overview.to} error={!isRight && t.overview.endsBeforeItBegins}>
        <TextInput type="datetime-local" required value={to} onChange={(event) => setTo(event.target.value)} />
      </Field>
      <Button type="submit" kind="primary">
        {t.overview.show}
      </Button>
    </form>
  );
}

function Edge({ at }: { at: string }) {
  const { language } = useLanguage();
  return (
    <time dateTime={at} title={exactTime(Date.parse(at), language)}>
      {dayTime(at, language)}
    </time>
  );
}

export function RangePicker({ range, shown, onChange }: Props) {
  const t = useT();
  return (
    <>
      {!isPreset(range) && (
        <span className="overview-span">
          <Edge at={range.from} /> – <Edge at={range.to} />
          <IconButton icon="x" size="s" label={t.overview.clearSpan} onClick={() => onChange(FIRST)} />
        </span>
      )}
      <Segments<Preset | "">
        label={t.overview.range}
        value={isPreset(range) ? range.preset : ""}
        options={PRESETS.map((value) => ({ value, label: t.overview.presets[value] }))}
        onChange={(value) => value && onChange({ preset: value })}
      />
      <Popover label={t.overview.own} trigger={<Button icon="calendar">{t.overview.own}</Button>}>
        <Own key={JSON.stringify(range)} shown={shown} onChange={onChange} />
      </Popover>
    </>
  );
}
