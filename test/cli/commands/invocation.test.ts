import { afterEach, expect, test } from "vitest";
import { invocation, typed } from "../../../src/cli/commands/invocation.ts";

const [, started = ""] = process.argv;
afterEach(() => void (process.argv[1] = started));

test.each([
  ["/home/me/project/node_modules/.bin/fovea", "npx --no fovea"],
  ["/usr/local/bin/fovea", "fovea"],
  ["src/cli/main.ts", "npm run -s fovea --"],
])("started as %s, the reader types %s", (path, expected) => {
  process.argv[1] = path;
  expect(invocation()).toBe(expected);
});

test("a built file is run by node, from the current folder", () => {
  process.argv[1] = `${process.cwd()}/dist/cli/main.js`;
  expect(invocation()).toBe("node dist/cli/main.js");
});

test.each([
  ["runs/cells-1", "runs/cells-1"],
  ["größe.jpg", "größe.jpg"],
  ["C:\\data", "C:\\data"],
  ["my data", '"my data"'],
  ["a&b", '"a&b"'],
  ["$HOME", '"\\$HOME"'],
  ['say "hi"', '"say \\"hi\\""'],
  ["`ls`", '"\\`ls\\`"'],
  ["a\n\u001B's\\", String.raw`$'a\n\u001b\'s\\'`],
])("%s is typed as %s", (path, expected) => {
  expect(typed(path)).toBe(expected);
});
