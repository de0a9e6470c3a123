import { expect, test, vi } from "vitest";
import { useServices } from "../fakeCommandLine.ts";
import { ran } from "../inProcess.ts";

vi.mock("../../../src/cli/services.ts", async () => await import("../fakeCommandLine.ts"));

const training: readonly (readonly [readonly string[], string])[] = [
  [["--model", "nonsense"], "nonsense"],
  [["--model", "./missing.json"], "missing.json"],
  [["--model", "broken.json"], "broken.json"],
  [["--model", "run/notes.json"], "run/notes.json"],
  [["--model", "plain4", "--size", "8"], "--size 8"],
  [["--size", "8", "--model", "resnet20", "--group-pattern", "(photo"], "--group-pattern"],
  [["--augment", "heavi"], "use heavy"],
  [["--augment", "missing.json"], "missing.json"],
  [["--augment", "broken.json"], "broken.json"],
  [["--augment", "run/steps.json"], "run/steps.json[1].factor"],
  [["--split", "missing.csv"], "missing.csv"],
  [["--split", "run/empty.csv"], "run/empty.csv"],
  [["--split", "folders", "--folds", "3"], "--split folders"],
  [["--class-weights", "balanced", "--sampling", "balanced"], "--class-weights"],
  [["--out", "one"], "--out one"],
];

const lines: readonly (readonly [readonly string[], string])[] = [
  ...training.map(([options, names]) => [["train", "cells", "--out", "new", ...options], names] as const),
  ...training.map(([options, names]) => [["labels", "cells", "--out", "new", ...options], names] as const),
  [["train", "cells", "--folds", "3", "--validation", "0.3"], "--validation"],
  ...["train", "labels", "find-lr"].flatMap((verb) => [
    [[verb], `${verb}: <data>`] as const,
    [[verb, "cells", "--config", "missing.yaml"], "missing.yaml"] as const,
    [[verb, "cells", "--config", "broken.json"], "broken.json"] as const,
    [[verb, "--config", "mine.yaml"], "use epochs"] as const,
  ]),
  [["train", "cells", "--config", "mine.yaml", "--resume"], "--config"],
  [["train", "cells", "--print-config", "--resume"], "--print-config"],
  [["train", "cells", "--out", "missing", "--resume"], "--resume"],
  [["train", "cells", "--out", "one", "--resume"], "--resume"],
  [["train", "cells", "--out", "one", "--resume", "--epochs", "3"], "--epochs"],
  [["train", "cells", "--out", "broken", "--resume"], "broken/config.json"],
  [["evaluate", "nowhere", "cells"], "nowhere"],
  [["evaluate", "run", "cells", "--out", "one"], "--out one"],
  [["evaluate", "run", "cells", "--group-pattern", "["], "--group-pattern"],
  [["audit", "cells", "--group-pattern", "["], "--group-pattern"],
  [["audit", "cells", "--out", "one"], "--out one"],
  [["augment", "cells", "--preview", "one.jpg"], "--preview"],
  [["augment", "cells", "--preview", "sheet.png", "--augment", "run/steps.json"], "run/steps.json[1].factor"],
  [["predict", "nowhere", "in"], "nowhere"],
  [["explain", "nowhere", "in"], "nowhere"],
  [["explain", "deep.safetensors", "in", "--class", "nobody"], "--class"],
  [["explain", "deep.safetensors", "in", "--patch", "3"], "--patch"],
];

test.each(lines)("%j is refused before the data is read", async (args, names) => {
  const openTree = vi.fn<() => never>();
  const decode = vi.fn<() => never>();
  const { files } = useServices({ openTree, codec: { decode } });
  for (const [path, text] of Object.entries({
    "broken.json": "{",
    "mine.yaml": "data: cells\nepoch: 3\n",
    "run/notes.json": '{"layers": 3}',
    "run/empty.csv": "a,b\n",
    "run/steps.json": '[{"type": "randomFlip"}, {"type": "randomHue", "factor": 3}]',
    "broken/config.json": "{}",
    "broken/checkpoints/last.safetensors": "",
  }))
    files.held.set(path, new TextEncoder().encode(text));
  const { code, out, err } = await ran(args);
  expect(code).toBeGreaterThan(0);
  expect(out).toBe("");
  expect(err).toMatch(/^fovea: [^\n]+\n$/);
  expect(err).toContain(names);
  expect(openTree).not.toHaveBeenCalled();
  expect(decode).not.toHaveBeenCalled();
  expect(files.written).toEqual([]);
});
