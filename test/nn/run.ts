import { type Shape, at, sizeOf } from "../../src/base/index.ts";
import { referenceBackend } from "../../src/engine/index.ts";
import type { Program } from "../../src/engine/index.ts";
import { type ModelSpec, inferenceProgram } from "../../src/nn/index.ts";

/** What {@link runSteps} does: parameters to begin with, then the inputs of every run. */
export interface Steps {
  readonly parameters?: Readonly<Record<string, ArrayLike<number>>>;
  readonly inputs: readonly Readonly<Record<string, ArrayLike<number> | number>>[];
}

/** Runs a program step by step on the reference backend; gives the outputs of each step and the last parameters. */
export async function runSteps(
  program: Program,
  { parameters = {}, inputs }: Steps,
): Promise<{ outputs: Readonly<Record<string, Float32Array>>[]; parameters: Record<string, number[]> }> {
  const backend = referenceBackend();
  const session = await backend.open({ program });
  for (const [name, data] of Object.entries(parameters)) await session.write(name, data);
  const outputs: Readonly<Record<string, Float32Array>>[] = [];
  for (const given of inputs) {
    const lists = Object.entries(given).map(
      ([name, value]) => [name, typeof value === "number" ? [value] : value] as const,
    );
    outputs.push(await session.run("program", Object.fromEntries(lists)));
  }
  const left: Record<string, number[]> = {};
  for (const name of session.parameterNames) left[name] = [...(await session.read(name))];
  session.close();
  await backend.close();
  return { outputs, parameters: left };
}

/** What a model in use gives for rows x of that shape, one image after the other. */
export async function infer(
  model: ModelSpec,
  { inputShape, x, parameters = {} }: Row & { readonly parameters?: Steps["parameters"] },
): Promise<number[]> {
  const batchSize = x.length / sizeOf(inputShape);
  const program = inferenceProgram(model, { inputShape, batchSize });
  const { outputs } = await runSteps(program, { parameters, inputs: [{ x }] });
  return [...at(outputs, 0)["predictions"]!];
}

/** Numbers of a batch and the shape of one image. */
interface Row {
  readonly inputShape: Shape;
  readonly x: readonly number[];
}
