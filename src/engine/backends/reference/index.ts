export { type ReferenceRun as Evaluation, runReference as evaluate } from "./runReference.ts";
export { referenceBackend } from "./session.ts";
