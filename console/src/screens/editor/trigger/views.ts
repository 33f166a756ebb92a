// One file, since they are loaded together.
export { default as Events } from "./Events";
export { default as FilterOutcomes } from "./FilterOutcomes";
export { default as Listen } from "./Listen";
export { default as PresetList } from "./PresetList";
export { default as RotateDialog } from "./RotateDialog";
export { default as Times } from "./Times";
export { default as TryIt } from "./TryIt";
export { SendEvent, StartByHand } from "./ByHand";
