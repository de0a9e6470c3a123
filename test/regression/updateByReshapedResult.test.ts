import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Backend, createGraph, parameter, reshape, transpose, update } from "../../src/engine/index.ts";
import { backends } from "../engine/backends.ts";

// The copy into a parameter once read the new value under the shape that it had before it was reshaped.
describe.each(backends)("%s", (_, open) => {
  let backend: Backend;
  beforeAll(async () => {
    backend = await open();
  });
  afterAll(() => backend.close());

  test("a parameter takes a new value that was reshaped, number by number in its order", async () => {
    const graph = createGraph();
    const w = parameter(graph, "w", [2, 3]);
    update(w, reshape(transpose(w), [2, 3]));
    const session = await backend.open({ main: { graph, outputs: {} } });
    await session.write("w", [1, 2, 3, 4, 5, 6]);
    await session.run("main", {});
    // Turned: [[1, 4], [2, 5], [3, 6]].
    expect([...(await session.read("w"))]).toEqual([1, 4, 2, 5, 3, 6]);
    session.close();
  });
});
