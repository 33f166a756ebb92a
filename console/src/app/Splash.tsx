import { Logo } from "./Logo";

/** What is seen before one knows who is there: the same as in index.html, so that nothing jumps. */
export function Splash() {
  return (
    <div className="splash">
      <Logo size={44} label="Pawl" />
    </div>
  );
}
