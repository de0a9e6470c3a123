import { describe, expect, test } from "vitest";
import { audit, evaluate, explain, predict, train } from "../../src/app/index.ts";
import { readBundle } from "../../src/bundle/index.ts";
import type { Codec, StoredRange } from "../../src/data/index.ts";
import {
  type FakeServices,
  colourImages,
  fakeServices,
  never,
  recorded,
  request,
  textCodec,
} from "./fakeServices.ts";

const range = { min: 0, max: 4095 };

/** Services that note the range that each image is decoded with; files hold values up to `max`. */
function services(max = 4010): FakeServices & { readonly ranges: Set<StoredRange | undefined> } {
  const ranges = new Set<StoredRange | undefined>();
  const codec: Codec = {
    decode: (bytes, path, options) => {
      ranges.add(options?.range);
      return textCodec.decode(bytes, path);
    },
    values: async () => ({ bits: 16, min: 3, max }),
  };
  const images = colourImages(6);
  const made = fakeServices(images, { codec });
  for (const [path, text] of Object.entries(images))
    made.files.held.set(`new/${path}`, new TextEncoder().encode(text));
  return { ...made, ranges };
}

describe("a range of values", () => {
  test("is kept by the model, and every image is decoded with it from then on", async () => {
    const made = services();
    const { result } = await recorded(train({ ...request, range, epochs: 1 }, made, never));
    expect(result.notes).toEqual([]);
    expect(JSON.parse(made.files.text("run/config.json"))).toMatchObject({ range });
    expect(made.files.text("run/report.html")).toContain("--config run/config.json");
    const bytes = await made.files.read("run/model.safetensors");
    expect(readBundle(bytes, "model").transforms[0]).toEqual({ type: "range", ...range });
    await recorded(evaluate({ model: "run", data: "cells", out: "again", detect: false }, made, never));
    await recorded(predict({ model: "run", images: ["new/red"] }, made, never));
    await recorded(
      explain({ model: "run", images: ["new/red"], out: "seen", method: "occlusion" }, made, never),
    );
    await recorded(audit({ data: "cells", out: "audited", range }, made, never));
    expect([...made.ranges].map((one) => one && { min: one.min, max: one.max })).toEqual(
      [...made.ranges].map(() => range),
    );
    expect(made.ranges.size).toBeGreaterThan(0);
  });

  test("is asked for where the values use a small part of theirs, and nothing is scaled unasked", async () => {
    const made = services();
    const { result } = await recorded(train({ ...request, epochs: 1 }, made, never));
    expect(result.notes).toMatchObject([
      { code: "unused-range", data: { images: 16, bits: 16, max: 4010, full: 4095 } },
    ]);
    expect([...made.ranges]).toEqual([undefined]);
  });

  test("that is too small for the values is told", async () => {
    const { result } = await recorded(train({ ...request, range, epochs: 1 }, services(9000), never));
    expect(result.notes).toMatchObject([{ code: "range-exceeded", data: { max: 9000, range } }]);
  });

  test("is not asked for where the values use theirs", async () => {
    const { result } = await recorded(train({ ...request, epochs: 1 }, services(40_000), never));
    expect(result.notes).toEqual([]);
  });
});
