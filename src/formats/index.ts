// TensorBoard's event files.
export { type LogMoment, type LogEntry, eventRecord, fileHeader } from "./tensorboard/events.ts";
