import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Backend, type Value, createGraph } from "../../src/engine/index.ts";
import { backends } from "../engine/backends.ts";
import { firstApart } from "../engine/compare.ts";
import { basicRules } from "./basicRules.ts";
import { Call, type Output } from "./call.ts";
import { leftOut } from "./leftOut.ts";
import { imageRules } from "./imageRules.ts";
import { type OnnxTensor, readModel, readTensor } from "./protobuf.ts";
import { trainingRules } from "./trainingRules.ts";

const folder = join(import.meta.dirname, "../../../shared/onnx-node-tests");
const present = existsSync(folder);
const names = present
  ? readdirSync(folder).flatMap((name) => (name.startsWith("test_") ? [name.slice("test_".length)] : []))
  : [];
const skipped = new Set(leftOut.flatMap(({ cases }) => cases));
const wanted = names.filter((name) => !skipped.has(name));
const rules = { ...basicRules, ...imageRules, ...trainingRules };

/** The fewest cases that must run, so that an empty folder is no pass. */
const floor = 294;

const outputOf = (found: Value | Output): Output =>
  "read" in found ? found : { value: found, read: (data) => data };

interface NodeCase {
  readonly run: (backend: Backend) => Promise<readonly ArrayLike<number>[]>;
  readonly shapes: readonly (readonly number[])[];
  readonly expected: readonly OnnxTensor[];
}

/** Reads a case and builds its one node with our ops. */
function readCase(name: string): NodeCase {
  const at = (file: string): Buffer => readFileSync(join(folder, `test_${name}`, file));
  const model = readModel(at("model.onnx"));
  const tensors = (kind: "input" | "output", count: number): OnnxTensor[] =>
    Array.from({ length: count }, (_, i) => readTensor(at(`test_data_set_0/${kind}_${i}.pb`)));
  const inputs = tensors("input", model.inputs.length);
  const graph = createGraph();
  const byName = new Map(model.inputs.map((port, i) => [port.name, inputs[i]!]));
  for (const tensor of model.initializers) byName.set(tensor.name, tensor);
  const [node, ...others] = model.nodes;
  const rule = node && rules[node.type];
  if (!rule || others.length > 0)
    throw new Error(`no rule for ${model.nodes.map(({ type }) => type).join(", ")}`);
  const call = new Call(graph, node, byName);
  const outputs = rule(call).slice(0, model.outputs.length).map(outputOf);
  const program = { graph, outputs: Object.fromEntries(outputs.map(({ value }, i) => [`${i}`, value])) };
  const run: NodeCase["run"] = async (backend) => {
    const session = await backend.open({ main: program });
    try {
      const found = await session.run("main", call.given);
      return outputs.map(({ read }, i) => read(found[`${i}`]!));
    } finally {
      session.close();
    }
  };
  return {
    run,
    shapes: outputs.map(({ value }) => value.shape),
    expected: tensors("output", model.outputs.length),
  };
}

/** ONNX's own runner allows as much. */
const tolerance = { rtol: 1e-3, atol: 1e-5 };

describe.skipIf(!present)("ONNX's node cases", () => {
  test("are all run or left out with a reason, and the list names no others", () => {
    expect(wanted.length).toBeGreaterThanOrEqual(floor);
    expect([...skipped].filter((name) => !names.includes(name))).toEqual([]);
  });

  describe.each(backends)("on %s", (_, open) => {
    let backend: Backend;
    beforeAll(async () => {
      backend = await open();
    });
    afterAll(() => backend.close());

    test.each(wanted)("%s", async (name) => {
      const { run, shapes, expected } = readCase(name);
      const found = await run(backend);
      expect(shapes).toEqual(expected.map(({ shape }) => shape));
      expected.forEach(({ data }, i) => expect(firstApart(found[i]!, data, tolerance)).toBeUndefined());
    });
  });
});

test.runIf(!present)("ONNX's node cases are not at ../shared/onnx-node-tests: NOT RUN", ({ skip }) => {
  skip("put the folder there to run them");
});
