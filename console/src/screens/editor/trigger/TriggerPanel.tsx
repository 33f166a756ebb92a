// Everything about what starts a workflow: which kind of trigger, its URL, its settings, trying it,
// and watching what comes in. Narrow it stands in the editor's side panel, wide on a screen of its own.
import { Suspense, useEffect, useMemo, useRef, useState } from "react";
import { useLocation, useSearch } from "wouter";
import { ErrorBoundary } from "~/app/ErrorBoundary";
import { useT, type Messages } from "~/i18n";
import { ErrorState, Skeleton, Tabs } from "~/ui";
import { Address } from "./Address";
import { usePresets, useTriggerInForce, useTriggerTypes } from "./data";
import { Settings } from "./Settings";
import { TypeCards } from "./TypeCards";
import { isSame, methodsOf, propertiesOf, type Config, type TriggerPanelProps } from "./types";
import { Events, Listen, SendEvent, StartByHand, Times, TryIt, usePreloadUses } from "./uses";
import "./trigger.css";

/** From here on the panel shows settings and their use side by side. */
const WIDE_PX = 860;

type View = "settings" | "try" | "listen" | "times" | "events";

function useIsWide() {
  const ref = useRef<HTMLDivElement>(null);
  const [isWide, setWide] = useState(false);
  useEffect(() => {
    const element = ref.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setWide(element.clientWidth >= WIDE_PX));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return { ref, isWide };
}

/** Which view is open stands in the URL. */
function useView(views: readonly View[]): [View, (view: View) => void] {
  const [path, go] = useLocation();
  const query = new URLSearchParams(useSearch());
  const wanted = query.get("trigger");
  const set = (view: View) => {
    query.set("trigger", view);
    go(`${path}?${query.toString()}`, { replace: true });
  };
  return [views.find((view) => view === wanted) ?? views[0] ?? "settings", set];
}

/** What can be done with a trigger of that type, beside setting it. */
function usesOf(type: string, hasUrl: boolean): View[] {
  if (hasUrl) return ["try", "listen"];
  if (type === "schedule") return ["times", "try"];
  return type === "event" ? ["events", "try"] : ["try"];
}

const isUrlType = (properties: Record<string, Config>) => "methods" in properties;

export default function TriggerPanel(props: TriggerPanelProps) {
  const types = useTriggerTypes();
  const { ref, isWide } = useIsWide();
  const { workflow, document, onChange, readOnly } = props;
  return (
    <div ref={ref} className="trigger">
      {types.isPending && <Skeleton lines={6} />}
      {types.isError && <ErrorState error={types.error} onRetry={() => void types.refetch()} />}
      {types.data && (
        <>
          <TypeCards types={types.data} document={document} onChange={onChange} readOnly={readOnly} />
          <Chosen
            key={`${workflow.id}/${document.trigger.type}`}
            {...props}
            isWide={isWide}
            type={types.data.find((type) => type.name === document.trigger.type)}
          />
        </>
      )}
    </div>
  );
}

interface ChosenProps extends TriggerPanelProps {
  isWide: boolean;
  type: Parameters<typeof propertiesOf>[0];
}

const NO_CONFIG: Config = {};

function Chosen(props: ChosenProps) {
  const t = useT();
  const { workflow, document, isWide, type } = props;
  const { trigger } = document;
  const config = trigger.config ?? NO_CONFIG;
  const properties = useMemo(() => propertiesOf(type), [type]);
  const presets = usePresets("preset" in properties || "auth" in properties);
  const inForce = useTriggerInForce(workflow);
  const takesUrl = isUrlType(properties);
  // The URL belongs to the type that is in force.
  const url = takesUrl && workflow.trigger === trigger.type ? (workflow.hook_url ?? workflow.service_url) : null;
  const uses = takesUrl && !url ? [] : usesOf(trigger.type, !!url);
  const shown: View[] = isWide ? uses : ["settings", ...uses];
  const [view, setView] = useView(shown);
  usePreloadUses(view !== "settings");
  const names = viewNames(t, trigger.type, takesUrl);
  const settings = <Settings {...props} properties={properties} presets={presets.data ?? []} />;
  const byHand = { workflow, config, onRun: props.onRun };
  const use = (): React.ReactNode => {
    switch (view) {
      case "settings":
        return settings;
      case "times":
        return <Times.Shown config={config} />;
      case "events":
        return <OwnEvents {...props} />;
      case "listen":
        return url && <Listen.Shown workflow={workflow} url={url} onRun={props.onRun} />;
      case "try":
        if (url) return <TryIt.Shown workflow={workflow} document={document} url={url} config={config} properties={properties} presets={presets.data ?? []} />;
        return trigger.type === "event" ? <SendEvent.Shown {...byHand} /> : <StartByHand.Shown {...byHand} />;
    }
  };
  const tabs = (
    <Tabs label={t.trigger.views} tabs={shown.map((key) => ({ key, label: names[key] }))} value={view} onChange={setView}>
      <Coming key={view}>{use()}</Coming>
    </Tabs>
  );
  return (
    <>
      {takesUrl && (
        <Address
          workflow={workflow}
          url={url}
          methods={methodsOf(config, properties)}
          isStale={inForce.data !== undefined && !isSame(inForce.data?.config ?? NO_CONFIG, config)}
        />
      )}
      {isWide ? (
        <div className="trigger-columns">
          <section className="trigger-settings" aria-label={t.trigger.settings}>
            {settings}
          </section>
          {shown.length > 0 && <section className="trigger-use">{tabs}</section>}
        </div>
      ) : (
        tabs
      )}
    </>
  );
}

/** A view may not be there yet; one that does not come leaves the rest of the panel standing. */
function Coming({ children }: { children: React.ReactNode }) {
  return (
    <ErrorBoundary>
      <Suspense fallback={<Skeleton lines={6} />}>{children}</Suspense>
    </ErrorBoundary>
  );
}

function viewNames(t: Messages, type: string, takesUrl: boolean): Record<View, string> {
  const tryIt = takesUrl ? t.trigger.tryIt : type === "event" ? t.trigger.sendEvent : t.trigger.byHand;
  return { settings: t.trigger.settings, try: tryIt, listen: t.trigger.listen, times: t.trigger.times, events: t.trigger.events };
}

function OwnEvents({ document, onChange, readOnly }: TriggerPanelProps) {
  const { trigger } = document;
  const given = trigger.config?.types;
  const chosen = Array.isArray(given) ? given.map(String) : [];
  const add = (type: string) => onChange({ ...trigger, config: { ...trigger.config, types: [...chosen, type] } });
  return <Events.Shown chosen={chosen} onAdd={readOnly ? null : add} />;
}
