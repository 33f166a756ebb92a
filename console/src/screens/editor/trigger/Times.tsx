// The next times of a schedule: in the reader's zone, and by the schedule's own clocks.
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { ApiError } from "~/api/errors";
import { useLanguage, useT } from "~/i18n";
import { ErrorState, Icon, Skeleton, Time } from "~/ui";
import { previewSchedule } from "./usesData";
import type { Config } from "./types";
import "./Times.css";

const SHOWN = 10;
const FORMAT: Intl.DateTimeFormatOptions = {
  weekday: "short",
  day: "numeric",
  month: "short",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  timeZoneName: "short",
};
const TYPING_MS = 300;

/** The value once it has not changed for a moment. */
function useSettled<T>(value: T, ms: number): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = window.setTimeout(() => setSettled(value), ms);
    return () => window.clearTimeout(timer);
  }, [value, ms]);
  return settled;
}

/** "2026-11-29T02:30:00+08:00" → "2026-11-29 02:30"; the zone stands above, seconds where there are any. */
export const localText = (time: string): string => time.slice(0, 19).replace("T", " ").replace(/:00$/, "");

export default function Times({ config }: { config: Config }) {
  const t = useT();
  const { language } = useLanguage();
  const wanted = useSettled(JSON.stringify(config), TYPING_MS);
  const times = useQuery({
    queryKey: ["schedule-preview", wanted],
    queryFn: ({ signal }) => previewSchedule(JSON.parse(wanted), SHOWN, signal),
    staleTime: 10_000,
  });
  const isWrong = times.error instanceof ApiError && times.error.status === 422;
  if (times.isPending) return <Skeleton lines={5} />;
  if (isWrong && times.error instanceof ApiError)
    return (
      <ul className="trigger-problems">
        {times.error.problems.map((problem) => (
          <li key={problem.pointer + problem.message}>
            <Icon name="triangle" size={14} /> {t.say(problem.message)}
          </li>
        ))}
      </ul>
    );
  if (times.isError) return <ErrorState error={times.error} onRetry={() => void times.refetch()} />;
  const format = new Intl.DateTimeFormat(language, FORMAT);
  if (!times.data.next.length) return <p className="muted">{t.triggerUses.noTimes}</p>;
  return (
    <div className="trigger-times">
      <table>
        <caption className="visually-hidden">{t.trigger.times}</caption>
        <thead>
          <tr>
            <th scope="col">{t.triggerUses.yourTime}</th>
            <th scope="col">{times.data.time_zone}</th>
            <th scope="col">
              <span className="visually-hidden">{t.triggerUses.when}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {times.data.next.map((time) => (
            <tr key={time.at}>
              <td>{format.format(Date.parse(time.at))}</td>
              <td className="mono">{localText(time.local_time)}</td>
              <td className="muted">
                <Time at={time.at} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
