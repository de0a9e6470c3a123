export { differentiate } from "./differentiate.ts";
export * from "./graph.ts";
