export { type Evaluation, evaluate } from "./evaluate.ts";
export { referenceBackend } from "./session.ts";
