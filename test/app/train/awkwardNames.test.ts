import { beforeAll, describe, expect, test } from "vitest";
import { evaluate, train } from "../../../src/app/index.ts";
import { type FakeServices, colourImages, fakeServices, never, recorded, request } from "../fakeServices.ts";

/** Names that Linux and macOS take: a space in front and behind, a backslash, a quote, a comma, letters with accents. */
const classes: Readonly<Record<string, string>> = { blue: " bleu", green: "gr\\ün ", red: 'r"öd' };

/** Images under such names, all in one Unicode form. */
const named = (form: "NFC" | "NFD"): Record<string, string> =>
  Object.fromEntries(
    Object.entries(colourImages(6)).map(([path, text]) => {
      const [label = "", file = ""] = path.split("/");
      return [`${classes[label]}/ \\é,${file}`.normalize(form), text];
    }),
  );

const left = new Map<string, Uint8Array>();

beforeAll(async () => {
  const services = fakeServices(named("NFC"));
  let seen = 0;
  for await (const { type } of train({ ...request, epochs: 2 }, services, never))
    if (type === "epoch" && ++seen === 2) break;
  for (const [path, bytes] of services.files.held) left.set(path, bytes);
});

function withRun(form: "NFC" | "NFD"): FakeServices {
  const services = fakeServices(named(form));
  for (const [path, bytes] of left) services.files.held.set(path, bytes);
  return services;
}

describe.each(["NFC", "NFD"] as const)("a run on awkward names, where the disk has them in %s", (form) => {
  test("is resumed, and its model evaluated on all classes", async () => {
    const services = withRun(form);
    const { result } = await recorded(train({ data: "cells", out: "run", resume: true }, services, never));
    // The names of the run, whatever the disk has now.
    expect(result.classes).toEqual([" bleu", "gr\\ün ", 'r"öd'].map((name) => name.normalize("NFC")));
    expect(result.epochs).toBe(2);
    const again = await recorded(evaluate({ model: "run", data: "cells", detect: false }, services, never));
    expect(again.result.classes).toEqual(result.classes);
    expect(again.result.overlap.data).toMatchObject({ images: 18, training: result.images.train });
  });

  test("gives its split to another training", async () => {
    const services = withRun(form);
    const again = { ...request, out: "again", epochs: 1, split: "run/split.csv" };
    const { result } = await recorded(train(again, services, never));
    expect(result.split).toBe("file");
    const partsOf = (file: string): readonly string[] =>
      services.files
        .text(file)
        .normalize("NFC")
        .split("\n")
        .map((row) => row.replace(/(train|validation).*/, "$1"));
    expect(partsOf("again/split.csv")).toEqual(partsOf("run/split.csv"));
  });
});
