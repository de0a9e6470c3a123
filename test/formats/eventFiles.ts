import { PbfReader } from "pbf";

// A second reader of event files, by the definitions of tensorflow/core/util/event.proto and framework/summary.proto.

/** An event as it stands in a file. */
export interface ReadEvent {
  wallTime: number;
  step: number;
  version?: string;
  /** Of a session that starts here: 1. */
  session?: number;
  /** By tag. */
  readonly scalars: Record<string, number>;
  readonly histograms: Record<string, { numbers: number[]; limits: number[]; counts: number[] }>;
  readonly images: Record<string, { width: number; height: number; bytes: Uint8Array }>;
}

/** The bytes of each record, checksums aside. */
export function recordsIn(file: Uint8Array): readonly Uint8Array[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const records: Uint8Array[] = [];
  for (let at = 0; at < file.length;) {
    const length = Number(view.getBigUint64(at, true));
    records.push(file.subarray(at + 12, at + 12 + length));
    at += 16 + length;
  }
  return records;
}

export const eventsIn = (file: Uint8Array): readonly ReadEvent[] => recordsIn(file).map(readEvent);

function readEvent(bytes: Uint8Array): ReadEvent {
  const event: ReadEvent = { wallTime: 0, step: 0, scalars: {}, histograms: {}, images: {} };
  return new PbfReader(bytes).readFields((tag, _, pbf) => {
    if (tag === 1) event.wallTime = pbf.readDouble();
    if (tag === 2) event.step = pbf.readVarint();
    if (tag === 3) event.version = pbf.readString();
    if (tag === 5) pbf.readMessage((inner) => (inner === 1 ? readValue(pbf, event) : undefined), event);
    if (tag === 7)
      pbf.readMessage((inner) => {
        if (inner === 1) event.session = pbf.readVarint();
      }, event);
  }, event);
}

function readValue(pbf: PbfReader, event: ReadEvent): void {
  let name = "";
  const image = { width: 0, height: 0, bytes: new Uint8Array() };
  const histogram = { numbers: [] as number[], limits: [] as number[], counts: [] as number[] };
  pbf.readMessage((tag) => {
    if (tag === 1) name = pbf.readString();
    if (tag === 2) event.scalars[name] = pbf.readFloat();
    if (tag === 4) {
      event.images[name] = image;
      pbf.readMessage((field) => {
        if (field === 1) image.height = pbf.readVarint();
        if (field === 2) image.width = pbf.readVarint();
        if (field === 4) image.bytes = Uint8Array.from(pbf.readBytes());
      }, image);
    }
    if (tag === 5) {
      event.histograms[name] = histogram;
      pbf.readMessage((field) => {
        if (field <= 5) histogram.numbers.push(pbf.readDouble());
        if (field === 6) pbf.readPackedDouble(histogram.limits);
        if (field === 7) pbf.readPackedDouble(histogram.counts);
      }, histogram);
    }
  }, event);
}
