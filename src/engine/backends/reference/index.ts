export { type ReferenceRun, runReference } from "./runReference.ts";
export { referenceBackend } from "./session.ts";
