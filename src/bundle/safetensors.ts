import {
  type NdArray,
  type Numbers,
  type Shape,
  isObject,
  ndarray,
  showShape,
  sizeOf,
} from "../base/index.ts";
import { damaged, foreign } from "./refusals.ts";

/** Named arrays and a few texts: what a safetensors file holds. */
export interface TensorFile {
  readonly tensors: Readonly<Record<string, NdArray>>;
  readonly metadata: Readonly<Record<string, string>>;
}

type DType = "F64" | "F32" | "I32" | "U8";

// Widest first, so that every tensor starts at a multiple of its element's size.
const dtypes: readonly DType[] = ["F64", "F32", "I32", "U8"];
const constructors = { F64: Float64Array, F32: Float32Array, I32: Int32Array, U8: Uint8Array };

const aFile = "a model file (.safetensors)";
const space = 0x20;
const brace = 0x7b;
// Far more than thousands of names need; the format's own limit is 100 MB.
const maxHeaderBytes = 100_000_000;

interface Entry {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: Shape;
  readonly from: number;
  readonly to: number;
}

/**
 * Bytes of a safetensors file: 8 bytes of header length, a JSON header padded to 8, the numbers little-endian.
 * The same input gives the same bytes. Source: github.com/huggingface/safetensors, "Format".
 */
export function writeSafetensors({ tensors, metadata }: TensorFile): Uint8Array {
  const order = ({ data }: NdArray): number => dtypes.indexOf(dtypeOf(data));
  const sorted = Object.entries(tensors).sort(
    ([a, first], [b, second]) => order(first) - order(second) || (a < b ? -1 : 1),
  );
  const header: Record<string, unknown> = { __metadata__: sortedByKey(metadata) };
  let end = 0;
  for (const [name, { data, shape }] of sorted) {
    header[name] = { dtype: dtypeOf(data), shape, data_offsets: [end, end + data.byteLength] };
    end += data.byteLength;
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  const length = Math.ceil(text.length / 8) * 8;
  const bytes = new Uint8Array(8 + length + end).fill(space, 8, 8 + length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
  bytes.set(text, 8);
  let at = 8 + length;
  for (const [, { data }] of sorted) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return bytes;
}

/** Reads a safetensors file. `who` names it in errors. @throws when anything of the format is not kept. */
export function readSafetensors(bytes: Uint8Array, who: string): TensorFile {
  const { header, start } = readHeader(bytes, who);
  const { __metadata__: metadata = {}, ...fields } = header;
  const entries = Object.entries(fields).map(([name, field]) => readEntry(name, field, who));
  checkLayout(entries, bytes.length - start, who);
  const tensors = Object.fromEntries(
    entries.map((entry) => [entry.name, readTensor(bytes, start, entry)] as const),
  );
  return { tensors, metadata: readMetadata(metadata, who) };
}

function readHeader(
  bytes: Uint8Array,
  who: string,
): { header: Readonly<Record<string, unknown>>; start: number } {
  const room = bytes.length - 8;
  if (room < 2) throw foreign(who, aFile, `${bytes.length} bytes`);
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true));
  // Text and images read as an absurd length; say so before anything of that size is tried.
  if (length < 2 || length > maxHeaderBytes || bytes[8] !== brace) throw foreign(who, aFile, "other bytes");
  if (length > room) throw damaged(who, `a header of ${length} bytes`, `${room} left`);
  const header = parseHeader(bytes.subarray(8, 8 + length), who);
  if (!isObject(header)) throw foreign(who, aFile, "a header that is no object");
  return { header, start: 8 + length };
}

function parseHeader(bytes: Uint8Array, who: string): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw damaged(who, aFile, "a header that is no JSON", cause);
  }
}

function readEntry(name: string, field: unknown, who: string): Entry {
  const { dtype, shape, data_offsets: offsets } = isObject(field) ? field : {};
  const known = dtypes.find((one) => one === dtype);
  if (!known) throw damaged(who, `${name} of type ${dtypes.join(", ")}`, JSON.stringify(dtype) ?? "none");
  if (!isCounts(shape)) throw damaged(who, `a shape of ${name}`, JSON.stringify(shape) ?? "none");
  const [from, to] = isCounts(offsets) && offsets.length === 2 ? offsets : [];
  if (from === undefined || to === undefined)
    throw damaged(who, `two offsets of ${name}`, JSON.stringify(offsets) ?? "none");
  const size = sizeOf(shape) * constructors[known].BYTES_PER_ELEMENT;
  if (to - from !== size) throw damaged(who, `${size} bytes for ${name} ${showShape(shape)}`, `${to - from}`);
  return { name, dtype: known, shape, from, to };
}

/** The tensors must cover the data: no hole, no overlap, nothing behind the last. */
function checkLayout(entries: readonly Entry[], room: number, who: string): void {
  let end = 0;
  for (const { name, from, to } of entries.toSorted((a, b) => a.from - b.from || a.to - b.to)) {
    if (from !== end) throw damaged(who, `${name} to start at byte ${end}`, `${from}`);
    end = to;
  }
  if (end !== room) throw damaged(who, `${end} bytes of numbers`, `${room}`);
}

function readTensor(bytes: Uint8Array, start: number, { dtype, shape, from, to }: Entry): NdArray {
  // A copy, since a view would need an aligned start; set, since the slice of a Node buffer is a view too.
  const own = new Uint8Array(to - from);
  own.set(bytes.subarray(start + from, start + to));
  return ndarray<Numbers>(new constructors[dtype](own.buffer), shape);
}

function readMetadata(metadata: unknown, who: string): Readonly<Record<string, string>> {
  if (isTexts(metadata)) return metadata;
  throw damaged(who, "__metadata__ of texts", JSON.stringify(metadata).slice(0, 60));
}

function dtypeOf(data: Numbers): DType {
  if (data instanceof Float32Array) return "F32";
  if (data instanceof Float64Array) return "F64";
  return data instanceof Int32Array ? "I32" : "U8";
}

const sortedByKey = (record: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));

const isTexts = (x: unknown): x is Readonly<Record<string, string>> =>
  isObject(x) && Object.values(x).every((value) => typeof value === "string");

const isCounts = (x: unknown): x is readonly number[] =>
  Array.isArray(x) && x.every((value) => Number.isSafeInteger(value) && value >= 0);
