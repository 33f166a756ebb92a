// What is done with a trigger beside setting it: it comes when it is opened, or when there is nothing else
// to do.
import { useEffect, type ComponentType } from "react";
import { attempt, part } from "~/app/part";
import { useWhenIdle } from "~/lib/useWhenIdle";

type Views = typeof import("./views");

const use = <P extends object>(of: (views: Views) => ComponentType<P>) =>
  part<P>(async () => ({ default: of(await import("./views")) }), "triggerUses");

export const TryIt = use((views) => views.TryIt);
export const Listen = use((views) => views.Listen);
export const Times = use((views) => views.Times);
export const Events = use((views) => views.Events);
export const StartByHand = use((views) => views.StartByHand);
export const SendEvent = use((views) => views.SendEvent);
export const FilterOutcomes = use((views) => views.FilterOutcomes);
export const RotateDialog = use((views) => views.RotateDialog);
export const PresetList = use((views) => views.PresetList);

const preload = (): void =>
  [TryIt, Listen, Times, Events, StartByHand, SendEvent, FilterOutcomes, RotateDialog, PresetList].forEach(attempt);

/** `isShown`: one of them is shown at once. */
export function usePreloadUses(isShown: boolean): void {
  useEffect(() => {
    if (isShown) preload();
  }, [isShown]);
  useWhenIdle(preload);
}
