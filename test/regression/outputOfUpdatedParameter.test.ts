import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Backend, add, createGraph, input, parameter, reshape, update } from "../../src/engine/index.ts";
import { backends } from "../engine/backends.ts";

// The WebAssembly backend once returned the new numbers of a parameter that a program both returns and updates.
describe.each(backends)("%s", (_, open) => {
  let backend: Backend;
  beforeAll(async () => {
    backend = await open();
  });
  afterAll(() => backend.close());

  test("a parameter that is returned and updated is returned as it was during the run, and so is a view of it", async () => {
    const graph = createGraph();
    const w = parameter(graph, "w", [4]);
    const view = reshape(w, [2, 2]);
    update(w, add(w, input(graph, "x", [4])));
    const session = await backend.open({ main: { graph, outputs: { w, view } } });
    await session.write("w", [1, 2, 3, 4]);
    for (const before of [
      [1, 2, 3, 4],
      [11, 12, 13, 14],
    ]) {
      const outputs = await session.run("main", { x: [10, 10, 10, 10] });
      expect([[...outputs["w"]!], [...outputs["view"]!]]).toEqual([before, before]);
    }
    expect([...(await session.read("w"))]).toEqual([21, 22, 23, 24]);
    session.close();
  });
});
