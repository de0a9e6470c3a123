import { fault, isObject, mapValues } from "../../base/index.ts";
import type { Buffer, Kernel } from "../kernels/index.ts";
import { printable } from "./describePlan.ts";
import type { PlacedBuffer, Plan } from "./types.ts";

/** What JSON can hold. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/**
 * A plan as JSON. Kernels name buffers by id; a nest's expressions stand in a list, inner parts first, and name each other by
 * position, so that what is computed once is written once. Numbers that JSON has not are objects: `{ "number": "-Infinity" }`.
 */
export interface PlanDocument extends Omit<
  Plan,
  "kernels" | "inputs" | "outputs" | "parameters" | "toString"
> {
  readonly schema: 1;
  readonly kernels: readonly Json[];
  readonly inputs: readonly number[];
  readonly outputs: Readonly<Record<string, number>>;
  readonly parameters: readonly number[];
}

/** Writes a plan down without its graph. */
export function writePlan({ kernels, inputs, outputs, parameters, ...rest }: Plan): PlanDocument {
  return {
    schema: 1,
    ...rest,
    kernels: kernels.map(writeKernel),
    inputs: inputs.map(({ id }) => id),
    outputs: mapValues(outputs, ({ id }) => id),
    parameters: parameters.map(({ id }) => id),
  };
}

/** The plan that was written. @throws when it has another schema, or names a buffer that it does not hold or a kind of kernel that is none */
export function readPlan(document: PlanDocument): Plan {
  const { schema, kernels, inputs, outputs, parameters, ...rest } = document;
  if (schema !== 1) throw fault("readPlan", { expected: "schema 1", received: `schema ${String(schema)}` });
  const buffers = new Map(rest.buffers.map(({ buffer }: PlacedBuffer) => [buffer.id, buffer]));
  const bufferOf = (id: number): Buffer => {
    const buffer = buffers.get(id);
    if (buffer) return buffer;
    throw fault("readPlan", { expected: "a buffer of the plan", received: `number ${id}` });
  };
  return printable({
    ...rest,
    kernels: kernels.map((kernel) => readKernel(kernel, bufferOf)),
    inputs: inputs.map(bufferOf),
    outputs: mapValues(outputs, bufferOf),
    parameters: parameters.map(bufferOf),
  });
}

function writeKernel(kernel: Kernel): Json {
  const expressions: Json[] = [];
  const numbers = new Map<object, number>();
  const write = (value: unknown): Json => {
    if (typeof value === "number") return writeNumber(value);
    if (Array.isArray(value)) return value.map(write);
    if (!isObject(value)) return typeof value === "boolean" ? value : String(value);
    if (isBuffer(value)) return { buffer: value.id };
    // Of all objects within a kernel only expressions have a kind.
    if (!("kind" in value)) return mapValues(value, write);
    const known = numbers.get(value);
    if (known !== undefined) return { expression: known };
    expressions.push(mapValues(value, write));
    numbers.set(value, expressions.length - 1);
    return { expression: expressions.length - 1 };
  };
  const fields = mapValues({ ...kernel }, write);
  return kernel.kind === "nest" ? { ...fields, expressions } : fields;
}

function readKernel(json: unknown, bufferOf: (id: number) => Buffer): Kernel {
  const expressions: unknown[] = [];
  const read = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(read);
    if (!isObject(value)) return value;
    if (typeof value["buffer"] === "number") return bufferOf(value["buffer"]);
    if (typeof value["expression"] === "number") return expressions[value["expression"]];
    if (typeof value["number"] === "string") return Number(value["number"]);
    return mapValues(value, read);
  };
  if (!isObject(json)) throw fault("readPlan", { expected: "a kernel", received: JSON.stringify(json) });
  const { expressions: written, ...fields } = json;
  if (Array.isArray(written)) for (const expr of written) expressions.push(read(expr));
  const kernel = mapValues(fields, read);
  if (isKernel(kernel)) return kernel;
  throw fault("readPlan", {
    expected: `a kernel of kind ${Object.keys(kernelKinds).join(", ")}`,
    received: String(kernel["kind"]),
  });
}

const kernelKinds: Readonly<Record<Kernel["kind"], true>> = {
  nest: true,
  direct: true,
  directFilter: true,
  product: true,
  transposed: true,
  depthwiseRows: true,
  depthwiseSums: true,
  winogradFilters: true,
  winograd: true,
  winogradFilterSums: true,
  winogradFilterGradient: true,
};

/** Looks at the kind alone: a document that this engine wrote has the fields that belong to it. */
const isKernel = (value: object): value is Kernel =>
  "kind" in value && typeof value.kind === "string" && Object.hasOwn(kernelKinds, value.kind);

const writeNumber = (value: number): Json => {
  if (Object.is(value, -0)) return { number: "-0" };
  return Number.isFinite(value) ? value : { number: String(value) };
};

const isBuffer = (value: object): value is Pick<Buffer, "id"> => "dtype" in value && "id" in value;
