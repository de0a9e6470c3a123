import { describe, expect, test } from "vitest";
import { type Layer, dense, flatten, rescaling, sequential } from "../../src/nn/index.ts";
import { ndarray, seeded } from "../../src/base/index.ts";
import { arraySource } from "../../src/evaluate/index.ts";
import { type FitOptions, type TrainingNote, fit } from "../../src/train/index.ts";
import { toyOptions } from "./toy.ts";

/** What is said before a training on 40 images whose values `draw` makes of numbers from 0 to 1. */
async function notesFor(
  draw: (value: number) => number,
  layers: readonly Layer[],
  options: Partial<FitOptions> = {},
): Promise<readonly TrainingNote[]> {
  const random = seeded(5);
  const x = Float32Array.from({ length: 40 * 12 }, () => draw(random.next()));
  const train = arraySource(ndarray(x, [40, 2, 2, 3]), ndarray(new Int32Array(40), [40]));
  const model = sequential([...layers, flatten(), dense({ units: 2, activation: "softmax" })]);
  for await (const event of fit(model, { train }, toyOptions(options))) {
    if (event.type === "start") return event.notes;
  }
  throw new Error("no start");
}

const standardised = (value: number): number => value * 4 - 2;
const bytes = (value: number): number => Math.floor(value * 256);
const toUnit = rescaling({ scale: 1 / 255 });
const toSigned = rescaling({ scale: 1 / 127.5, offset: -1 });

describe("a rescaling that repeats work is noted", () => {
  test("by its layer, and the values before and after", async () => {
    const [note, ...others] = await notesFor(standardised, [toUnit]);
    expect(others).toEqual([]);
    if (note?.code !== "repeated-rescaling") throw new Error("not noted");
    const { layer, scale, from, to } = note.data;
    expect([layer, scale]).toEqual(["rescaling", 1 / 255]);
    expect(from[0]).toBeCloseTo(-2, 1);
    expect(from[1]).toBeCloseTo(2, 1);
    expect(to).toEqual([from[0] / 255, from[1] / 255]);
  });

  test.each([
    ["images from 0 to 1", (value: number) => value, [toSigned], ["rescaling"]],
    ["images of 0 and 1 alone", (value: number) => Math.round(value), [toUnit], ["rescaling"]],
    ["the second of two", bytes, [toUnit, rescaling({ scale: 1 / 255, name: "again" })], ["again"]],
  ])("of %s", async (_, draw, layers, expected) => {
    const notes = await notesFor(draw, layers);
    expect(notes.map((note) => note.code === "repeated-rescaling" && note.data.layer)).toEqual(expected);
  });
});

describe("a rescaling that does work is not noted", () => {
  test.each([
    ["of bytes", bytes, [toUnit]],
    ["of dark bytes", (value: number) => Math.floor(value * 12), [toUnit]],
    ["of bytes in two steps", bytes, [toUnit, rescaling({ scale: 2, offset: -1 })]],
    ["that hardly shrinks", standardised, [rescaling({ scale: 0.5 })]],
    ["of 16-bit values as fractions", (value: number) => value * 65535.5, [rescaling({ scale: 1 / 65535 })]],
  ])("%s", async (_, draw, layers) => {
    expect(await notesFor(draw, layers)).toEqual([]);
  });
});

test("a backend that rounds separately unasked is noted, with the runtime that is the reason", async () => {
  const { backend } = toyOptions();
  const noted = { ...backend, roundedSeparately: { runtime: "Bun 1.4.5" } };
  expect(await notesFor(bytes, [], { backend: noted })).toEqual([
    { code: "rounded-separately", data: { runtime: "Bun 1.4.5" } },
  ]);
});
