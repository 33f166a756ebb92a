import { useEffect } from "react";

/** Once there is something to see. A browser without idle callbacks does without. */
export function useWhenIdle(act: () => void): void {
  useEffect(() => {
    const idle = window.requestIdleCallback?.(act);
    return () => void (idle && window.cancelIdleCallback(idle));
  }, [act]);
}
