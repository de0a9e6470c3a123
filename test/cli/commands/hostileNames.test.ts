import { parse } from "csv-parse/sync";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { globalAveragePooling2d } from "../../../src/nn/index.ts";
import { convolutional, modelBytes } from "../../app/smallModel.ts";
import { type FakeServices, colourImages } from "../../app/fakeServices.ts";
import { quick, useServices } from "../fakeCommandLine.ts";
import { ran } from "../inProcess.ts";

vi.mock("../../../src/cli/services.ts", async () => await import("../fakeCommandLine.ts"));

const hostile = "a\n\u001B[31mb\u009B2J\u202Ec\u007F";
const shown = String.raw`a\n\u001b[31mb\u009b2J\u202ec\u007f`;
const classNames = [hostile, "green", "red"];

/** Data, models, images and runs whose names carry control characters. */
function hostileServices(): FakeServices {
  const images = Object.entries(colourImages(6, (i) => `${i}${hostile}.png`));
  const fake = useServices(
    {},
    {
      ...Object.fromEntries(images.map(([path, image]) => [path.replace(/^blue/, hostile), image])),
      [`red/${hostile}.png`]: "no image",
      [`green/notes${hostile}.txt`]: "no image",
    },
  );
  const { held } = fake.files;
  held.set("run/model.safetensors", modelBytes([globalAveragePooling2d()], { side: 6, classNames }));
  held.set("deep.safetensors", modelBytes(convolutional, { side: 8, classNames }));
  held.set(`in/${hostile}.png`, held.get("in/a.png") ?? new Uint8Array());
  held.set(`in/${hostile}2.png`, new TextEncoder().encode("no image"));
  for (const [path, bytes] of Array.from(held))
    if (/^(one|two)\//.test(path)) held.set(`${hostile}${path}`, bytes);
  return fake;
}

const lines: readonly (readonly string[])[] = [
  ["train", "cells", "--out", `new${hostile}`, ...quick],
  ["train", "cells", "--out", "new", "--folds", "2", ...quick],
  ["labels", "cells", "--out", "new", "--folds", "2", ...quick],
  ["evaluate", "run", "cells", "--out", "new", "--no-detect"],
  ["predict", "run", "in"],
  ["explain", "deep.safetensors", "in", "--out", "new", "--method", "all"],
  ["audit", "cells", "--out", "new"],
  ["compare", `${hostile}one`, `${hostile}two`],
  // Errors name what was typed.
  ["predict", `nowhere${hostile}`, "in"],
  ["train", "cells", "--model", `./${hostile}.json`],
  ["explain", "deep.safetensors", "in", "--class", `x${hostile}`],
  [`train${hostile}`],
  ["train", "cells", `--epochs${hostile}`],
  ["train", "cells", "--epochs", hostile],
];

beforeEach(() => {
  vi.stubEnv("TERM", "xterm");
  vi.stubEnv("NO_COLOR", "");
  vi.stubEnv("FORCE_COLOR", "1");
});
afterEach(() => void vi.unstubAllEnvs());

/** What only the program itself may send: colours, line breaks, and the redrawing of the lines at the bottom. */
const own = new RegExp(
  `${String.fromCodePoint(0x1b)}\\[(?:\\d{1,2}m|[0-9]*[ABCDGJK]|\\?25[hl]|\\?2026[hl])|\\n`,
  "g",
);
const obeyed = /[\p{Cc}\p{Cs}\p{Bidi_Control}]/u;

describe.each(lines.map((args) => [args.join(" ").slice(0, 30), args] as const))("%j", (_, args) => {
  test.each([undefined, 100])("shows names escaped; columns %s", async (columns) => {
    hostileServices();
    const { out, err } = await ran(args, columns === undefined ? {} : { columns });
    const printed = out + err;
    expect(printed.replaceAll(own, "")).not.toMatch(obeyed);
    expect(printed).not.toContain("\u001B[31m");
    expect(printed.replaceAll(/\s+/g, "")).toContain(shown.slice(0, 12));
  });
});

test("pages and drawings show names escaped, tables have them exactly", async () => {
  const { files } = hostileServices();
  await ran(["train", "cells", "--out", "trained", ...quick]);
  await ran(["evaluate", "run", "cells", "--out", "evaluated", "--no-detect"]);
  await ran(["audit", "cells", "--out", "audited"]);
  await ran(["explain", "deep.safetensors", "in", "--out", "explained"]);
  const pages = files.written.filter((path) => /\.(html|svg)$/.test(path));
  expect(pages).toEqual(expect.arrayContaining(["trained/report.html", "audited/audit.html"]));
  for (const path of pages) {
    const text = files.text(path);
    expect(text.replaceAll(/[\n\t]/g, ""), path).not.toMatch(obeyed);
    expect(text, path).not.toContain(hostile);
    if (path.endsWith(".html")) expect(text, path).toContain(shown);
  }
  const rows: readonly { readonly label: string }[] = parse(files.text("trained/split.csv"), {
    columns: true,
  });
  expect(new Set(rows.map(({ label }) => label))).toEqual(new Set(classNames));
});

test("JSON and CSV on standard output carry the exact names", async () => {
  hostileServices();
  const json = await ran(["predict", "run", "in", "--json"]);
  expect(json.out.trimEnd()).not.toMatch(obeyed);
  const { predictions }: { readonly predictions: readonly { readonly path: string }[] } = JSON.parse(
    json.out,
  );
  expect(predictions.map(({ path }) => path)).toContain(`in/${hostile}.png`);
  const csv = await ran(["predict", "run", "in", "--csv"]);
  const rows: readonly { readonly path: string }[] = parse(csv.out, { columns: true });
  expect(rows.map(({ path }) => path)).toContain(`in/${hostile}.png`);
});
