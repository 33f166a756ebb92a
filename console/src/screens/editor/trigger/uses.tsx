// What is done with a trigger beside setting it: it comes when it is opened, or when there is nothing else
// to do.
import { useEffect } from "react";
import { attempt, part } from "~/app/part";
import { useWhenIdle } from "~/lib/useWhenIdle";

const load = () => import("./views");

export const TryIt = part(async () => ({ default: (await load()).TryIt }), "triggerUses");
export const Listen = part(async () => ({ default: (await load()).Listen }), "triggerUses");
export const Times = part(async () => ({ default: (await load()).Times }), "triggerUses");
export const Events = part(async () => ({ default: (await load()).Events }), "triggerUses");
export const StartByHand = part(async () => ({ default: (await load()).StartByHand }), "triggerUses");
export const SendEvent = part(async () => ({ default: (await load()).SendEvent }), "triggerUses");
export const FilterOutcomes = part(async () => ({ default: (await load()).FilterOutcomes }), "triggerUses");
export const RotateDialog = part(async () => ({ default: (await load()).RotateDialog }), "triggerUses");
export const PresetList = part(async () => ({ default: (await load()).PresetList }));

const preload = (): void =>
  [TryIt, Listen, Times, Events, StartByHand, SendEvent, FilterOutcomes, RotateDialog, PresetList].forEach(attempt);

/** `isShown`: one of them is shown at once. */
export function usePreloadUses(isShown: boolean): void {
  useEffect(() => {
    if (isShown) preload();
  }, [isShown]);
  useWhenIdle(preload);
}
