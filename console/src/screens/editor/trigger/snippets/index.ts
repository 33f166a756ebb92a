export { curl, pawlSend } from "./shell";
export { node, python } from "./code";
export * from "./plan";
