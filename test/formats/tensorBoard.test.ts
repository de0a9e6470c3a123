import { expect, test } from "vitest";
import { type LogEntry, eventRecord, fileHeader } from "../../src/formats/index.ts";
import { crc32c, framed } from "../../src/formats/tensorboard/records.ts";
import { eventsIn, recordsIn } from "./eventFiles.ts";

const moment = { time: 1_700_000_000_500, step: 3 };

test("checksums are those of RFC 3720, appendix B.4", () => {
  expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
  expect(crc32c(new Uint8Array(32).fill(0xff))).toBe(0x62a8ab43);
  expect(crc32c(Uint8Array.from({ length: 32 }, (_, i) => i))).toBe(0x46dd794e);
  expect(crc32c(new TextEncoder().encode("123456789"))).toBe(0xe3069283);
});

test("a record is what TensorFlow's writer made of the same bytes", () => {
  // tf.io.TFRecordWriter(path).write(b"fovea"), TensorFlow 2.21.
  const hex = Array.from(framed(new TextEncoder().encode("fovea")), (byte) =>
    byte.toString(16).padStart(2, "0"),
  );
  expect(hex.join("")).toBe("0500000000000000eab2043e666f766561d830746c");
});

test("a file begins with its version, then an event a record", () => {
  const summaries: readonly LogEntry[] = [
    { type: "scalar", tag: "epoch_loss", value: 0.25 },
    { type: "scalar", tag: "epoch_accuracy", value: 1 },
  ];
  const file = Uint8Array.of(...fileHeader(moment.time), ...eventRecord(moment, summaries));
  expect(recordsIn(file)).toHaveLength(2);
  expect(eventsIn(file)).toMatchObject([
    { wallTime: 1_700_000_000.5, version: "brain.Event:2" },
    { wallTime: 1_700_000_000.5, step: 3, scalars: { epoch_loss: 0.25, epoch_accuracy: 1 } },
  ]);
});

test("a histogram counts every number once, the highest in the last part", () => {
  const values = Float32Array.of(-1, -0.5, 0, 0.5, 2, 2);
  const [event] = eventsIn(eventRecord(moment, [{ type: "histogram", tag: "dense/kernel", values }]));
  const { numbers, limits, counts } = event!.histograms["dense/kernel"]!;
  expect(numbers).toEqual([-1, 2, 6, 3, 9.5]);
  expect(limits).toHaveLength(30);
  expect(limits.at(-1)).toBe(2);
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(6);
  expect([counts[0], counts.at(-1)]).toEqual([1, 2]);
  // Parts are 0.1 wide from -1: 0 lies in the eleventh.
  expect(counts[10]).toBe(1);
});

test("a histogram of equal numbers has them in one part", () => {
  const values = new Float32Array(5).fill(0.5);
  const [event] = eventsIn(eventRecord(moment, [{ type: "histogram", tag: "b", values }]));
  expect(event!.histograms["b"]!.counts.filter((count) => count > 0)).toEqual([5]);
});

test("an image keeps its bytes and size", () => {
  const png = Uint8Array.of(137, 80, 78, 71);
  const [event] = eventsIn(
    eventRecord(moment, [{ type: "image", tag: "errors/a", png, width: 3, height: 2 }]),
  );
  expect(event!.images["errors/a"]).toEqual({ width: 3, height: 2, bytes: png });
});
