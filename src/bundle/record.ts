import { type NdArray, ndarray } from "../base/index.ts";
import { damaged, foreign, readJson } from "./refusals.ts";
import { readSafetensors, writeSafetensors } from "./safetensors.ts";

/** Named float32 rows with a plain JSON state beside them, e.g. a checkpoint. */
export interface TensorRecord<State> {
  readonly tensors: Readonly<Record<string, Float32Array>>;
  readonly state: State;
}

const format = "fovea-record";

/** Bytes of a safetensors file that holds the record; the same record gives the same bytes. */
export function writeRecord({ tensors, state }: TensorRecord<unknown>): Uint8Array {
  const rows = Object.entries(tensors).map(([name, data]): [string, NdArray] => [
    name,
    ndarray(data, [data.length]),
  ]);
  return writeSafetensors({
    tensors: Object.fromEntries(rows),
    metadata: { format, state: JSON.stringify(state) },
  });
}

/** Reads what {@link writeRecord} wrote; the state is for the caller to judge. @throws when the file is something else. */
export function readRecord(bytes: Uint8Array, who: string): TensorRecord<unknown> {
  const { tensors, metadata } = readSafetensors(bytes, who);
  if (metadata["format"] !== format)
    throw foreign(who, "a checkpoint", `a file of format ${metadata["format"] ?? "none"}`);
  const rows = Object.entries(tensors).map(([name, { data }]): [string, Float32Array] => {
    if (data instanceof Float32Array) return [name, data];
    throw damaged(who, `float32 numbers ${name}`, data.constructor.name);
  });
  return { tensors: Object.fromEntries(rows), state: readJson(metadata, "state", who) };
}
