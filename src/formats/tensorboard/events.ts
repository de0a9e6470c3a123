import { PbfWriter } from "pbf";
import { at } from "../../base/index.ts";
import { framed } from "./records.ts";

/** One thing to show; the tag names it, and "/" puts tags into groups. */
export type LogEntry =
  | { readonly type: "scalar"; readonly tag: string; readonly value: number }
  | { readonly type: "histogram"; readonly tag: string; readonly values: Float32Array }
  | {
      readonly type: "image";
      readonly tag: string;
      /** A PNG file. */
      readonly png: Uint8Array;
      readonly width: number;
      readonly height: number;
    };

/** When something was measured. */
export interface LogMoment {
  /** Milliseconds since 1970. */
  readonly time: number;
  /** Whole number from 0, for the horizontal axis. */
  readonly step: number;
}

/** What every file begins with. */
export const fileHeader = (time: number): Uint8Array =>
  framed(eventOf({ time, step: 0 }, (event) => event.writeStringField(3, "brain.Event:2")));

/** Says that a training starts at this step (SessionLog.START): what earlier files have from there on does not count. */
export const sessionStart = (moment: LogMoment): Uint8Array =>
  framed(
    eventOf(moment, (event) =>
      event.writeMessage(7, (_, session) => session.writeVarintField(1, 1), undefined),
    ),
  );

/** An event as a record of the file (tensorflow/core/util/event.proto, framework/summary.proto). */
export const eventRecord = (moment: LogMoment, summaries: readonly LogEntry[]): Uint8Array =>
  framed(
    eventOf(moment, (event) =>
      event.writeMessage(
        5,
        (_, summary) => {
          for (const one of summaries) summary.writeMessage(1, writeValue, one);
        },
        undefined,
      ),
    ),
  );

function eventOf({ time, step }: LogMoment, write: (event: PbfWriter) => void): Uint8Array {
  const event = new PbfWriter();
  event.writeDoubleField(1, time / 1000);
  event.writeVarintField(2, step);
  write(event);
  return event.finish();
}

function writeValue(summary: LogEntry, value: PbfWriter): void {
  value.writeStringField(1, summary.tag);
  switch (summary.type) {
    case "scalar":
      return value.writeFloatField(2, summary.value);
    case "histogram":
      return value.writeMessage(5, writeHistogram, summary.values);
    case "image":
      return value.writeMessage(4, writeImage, summary);
    default:
      return summary satisfies never;
  }
}

function writeImage({ png, width, height }: Extract<LogEntry, { type: "image" }>, image: PbfWriter): void {
  image.writeVarintField(1, height);
  image.writeVarintField(2, width);
  // RGB.
  image.writeVarintField(3, 3);
  image.writeBytesField(4, png);
}

/** Equal parts between the lowest and the highest value; TensorBoard draws 30. */
const buckets = 30;

function writeHistogram(values: Float32Array, histogram: PbfWriter): void {
  const { low, high, sum, squares } = extentsOf(values);
  const width = (high - low) / buckets;
  const counts = new Float64Array(buckets);
  for (const value of values) {
    const bucket = width > 0 ? Math.min(Math.floor((value - low) / width), buckets - 1) : 0;
    counts[bucket] = at(counts, bucket) + 1;
  }
  histogram.writeDoubleField(1, low);
  histogram.writeDoubleField(2, high);
  histogram.writeDoubleField(3, values.length);
  histogram.writeDoubleField(4, sum);
  histogram.writeDoubleField(5, squares);
  const limits = Array.from({ length: buckets }, (_, i) =>
    i === buckets - 1 ? high : low + (i + 1) * width,
  );
  histogram.writePackedDouble(6, limits);
  histogram.writePackedDouble(7, Array.from(counts));
}

function extentsOf(values: Float32Array): Readonly<Record<"low" | "high" | "sum" | "squares", number>> {
  let [low, high, sum, squares] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
    sum += value;
    squares += value * value;
  }
  return { low, high, sum, squares };
}
