import { expect, test } from "vitest";
import { join, titleOfPath } from "../../../src/app/files/paths.ts";

test.each([
  ["cells", "cells"],
  ["/data/cells/", "cells"],
  ["a\\b\\cells.tar.gz", "cells"],
  ["./cells.zip", "cells"],
])("the title of %s is %s", (path, title) => {
  expect(titleOfPath(path)).toBe(title);
});

test.each([
  ["run", "model.safetensors", "run/model.safetensors"],
  ["run/", "model.safetensors", "run/model.safetensors"],
  ["/", "a", "/a"],
  ["", "a", "a"],
])("%j and %s join to %s", (folder, name, path) => {
  expect(join(folder, name)).toBe(path);
});

test.each([
  ["/", "/"],
  [".", "."],
  ["tar.gz.d/cells.TGZ", "cells"],
  ["cells.v2", "cells.v2"],
])("the title of the odd path %s is %s", (path, title) => {
  expect(titleOfPath(path)).toBe(title);
});
