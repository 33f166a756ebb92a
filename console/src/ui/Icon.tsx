import { strokes, type IconName } from "./icons";
import "./Icon.css";

export type { IconName } from "./icons";

interface Props {
  /** One of ours, or whatever a node type names. */
  name: IconName | (string & {}) | null;
  size?: number;
  /** Said to screen readers; without one the icon is decoration. */
  label?: string;
}

const isKnown = (name: string): name is IconName => Object.hasOwn(strokes, name);

export function Icon({ name, size = 16, label }: Props) {
  return (
    <svg
      className="ui-icon"
      viewBox="0 0 24 24"
      width={size}
      height={size}
      role={label ? "img" : undefined}
      aria-label={label}
      aria-hidden={label ? undefined : true}
    >
      <path d={strokes[name && isKnown(name) ? name : "box"]} />
    </svg>
  );
}
