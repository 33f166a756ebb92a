// Where the words of a provider's label and description are: those of one are loaded without the others.
import type { Preset } from "./types";

export const wordsOfPreset = ({ algorithm }: Pick<Preset, "algorithm">): "presets/hmac" | "presets/other" =>
  algorithm.startsWith("hmac") ? "presets/hmac" : "presets/other";
