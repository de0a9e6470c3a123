// TensorBoard's event files.
export {
  type LogMoment,
  type LogEntry,
  eventRecord,
  fileHeader,
  sessionStart,
} from "./tensorboard/events.ts";
