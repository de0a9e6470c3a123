export { type Checkpoint, type CheckpointState } from "./checkpoint.ts";
export { type Advice, type AdviceCode, type Patient, diagnose } from "./doctor.ts";
export type {
  AdviceEvent,
  BatchEvent,
  CheckpointEvent,
  EndEvent,
  EndReason,
  EpochEvent,
  FitEvent,
  StartEvent,
  Weights,
} from "./events.ts";
export { fit } from "./fit.ts";
export { type EpochRecord, type History, type ValidationRecord } from "./history.ts";
export { type FitData, type FitOptions } from "./options.ts";
