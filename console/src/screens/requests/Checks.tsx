// What the trigger asked of a request, and how it stood to that: address, key, what was signed, clocks.
import { useT } from "~/i18n";
import { duration } from "~/lib/time";
import { Badge } from "~/ui";
import type { Request } from "./data";
import { FactList, type Fact } from "./FactList";

type Checks = NonNullable<Request["checks"]>;
type AuthCheck = Checks["auth"][number];

/** The entry of auth that let it in, or that a known mistake is about; null: it is not known. */
export function entryOf(request: Pick<Request, "detail" | "diagnosis">): number | null {
  const { detail } = request;
  const entry = typeof detail === "object" && detail !== null && "entry" in detail ? detail.entry : request.diagnosis?.entry;
  return typeof entry === "number" ? entry : null;
}

function Skew({ skew, tolerance }: { skew: number; tolerance: number | null }) {
  const t = useT();
  const isFine = tolerance === null || Math.abs(skew) <= tolerance;
  const text = t.requests.checks[skew < 0 ? "ahead" : "old"](duration(Math.abs(skew)));
  return (
    <>
      <Badge tone={isFine ? "ok" : "danger"}>{text}</Badge>
      {tolerance !== null && <span className="muted">{t.requests.checks.allowed(duration(tolerance))}</span>}
    </>
  );
}

export function Checks({ request }: { request: Request }) {
  const t = useT();
  const words = t.requests.checks;
  const { checks } = request;
  if (!checks) return null;
  const entry = entryOf(request);
  const address: Fact = [
    words.address,
    checks.address_rule !== null ? (
      <Badge tone="ok">{checks.address_rule}</Badge>
    ) : checks.address_rules ? (
      <Badge tone="danger">{words.noRule(checks.address_rules)}</Badge>
    ) : (
      words.anyAddress
    ),
  ];
  const factsOf = (one: AuthCheck, index: number): Fact[] => {
    const facts: Fact[] = [
      [t.requests.entry(index + 1), <span className="mono">{[one.type, one.scheme].filter(Boolean).join(" ")}</span>],
    ];
    if (one.type !== "none") facts.push([words.key, one.key ? <span className="mono">{one.key}</span> : words.inDocument]);
    if (one.signed) facts.push([words.signed, <span className="mono">{one.signed}</span>]);
    if (one.header) facts.push([words.header, <span className="mono">{one.header}</span>]);
    if (one.skew_ms !== null) facts.push([words.clock, <Skew skew={one.skew_ms} tolerance={one.tolerance_ms} />]);
    else if (one.tolerance_ms !== null) facts.push([words.clock, words.noTime]);
    return facts;
  };
  const shown = checks.auth.flatMap((one, index) => (entry === null || entry === index ? factsOf(one, index) : []));
  return <FactList title={t.requests.checked} facts={[address, ...shown]} />;
}
