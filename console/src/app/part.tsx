// A component in a file of its own, loaded when it is first shown or before, together with the texts
// that it shows first.
import { lazy, useState, type ComponentType } from "react";
import { preloadSections, type Section } from "~/i18n/sections";

export interface Part<P> {
  Shown: ComponentType<P>;
  /** Loads what it is made of before it is shown. */
  preload: () => Promise<unknown>;
}

export function part<P extends object>(load: () => Promise<{ default: ComponentType<P> }>, ...texts: Section[]): Part<P> {
  let loaded: ComponentType<P> | null = null;
  const preload = async () => {
    const [module] = await Promise.all([load(), preloadSections(texts)]);
    loaded = module.default;
    return module;
  };
  const Lazy = lazy(preload);
  // One that is there is shown at once: React holds what it had to wait for back for 300 ms.
  function Shown(props: P) {
    const [Component] = useState<ComponentType<P>>(() => loaded ?? Lazy);
    return <Component {...props} />;
  }
  return { Shown, preload };
}

/** Whatever comes of it: what is not loaded yet is loaded when it is shown. */
export const attempt = ({ preload }: Pick<Part<never>, "preload">): void => void preload().catch(() => {});
