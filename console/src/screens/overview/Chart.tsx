// A chart with its legend, which says the numbers of the step under the pointer, else of all.
import { useEffect, useRef, type ReactNode } from "react";
import { useLanguage } from "~/i18n";
import { useTheme } from "~/theme/theme";
import { classes } from "~/lib/classes";
import { draw, type Plot } from "./plot";

export interface LegendItem {
  key: string;
  name: string;
  color: string;
  isDashed?: boolean;
  value: string;
}

interface Props {
  title: string;
  lead?: string;
  /** The whole of it in words, for who cannot see it. */
  summary: string;
  legend: readonly LegendItem[];
  plot: Omit<Plot, "language">;
  className?: string;
  note?: ReactNode;
}

export function Chart({ title, lead, summary, legend, plot, className, note }: Props) {
  return (
    <figure className={classes("overview-chart", className)}>
      <figcaption className="overview-chart-head">
        <h2 title={lead}>{title}</h2>
        {note && <span className="muted overview-chart-note">{note}</span>}
        <ul className="overview-legend" aria-hidden>
          {legend.map(({ key, name, color, isDashed, value }) => (
            <li key={key}>
              <span className={classes("overview-key", isDashed && "overview-key-dashed")} style={{ color: `var(${color})` }} />
              <span className="muted">{name}</span> {value}
            </li>
          ))}
        </ul>
      </figcaption>
      <div role="img" aria-label={summary}>
        <Canvas plot={plot} />
      </div>
    </figure>
  );
}

function Canvas({ plot }: { plot: Props["plot"] }) {
  const place = useRef<HTMLDivElement>(null);
  const drawn = useRef<ReturnType<typeof draw> | null>(null);
  const theme = useTheme();
  const { language } = useLanguage();
  const latest = useRef<Plot>({ ...plot, language });
  latest.current = { ...plot, language };
  useEffect(() => {
    const made = place.current && draw(place.current, latest.current);
    drawn.current = made;
    return () => made?.remove();
  }, [theme, language, plot.kind]);
  // Not for each move of the pointer: only what is drawn counts.
  useEffect(() => drawn.current?.update(latest.current), [plot.times, plot.from, plot.to]);
  return <div ref={place} className="overview-canvas" />;
}
