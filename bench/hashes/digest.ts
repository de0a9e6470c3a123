import { createHash } from "node:crypto";

/** Something to hash: arrays by their bytes, numbers as 64-bit floats, lists in their order. */
export type Part = ArrayBufferView | string | number | boolean | null | readonly Part[];

/** Hashes by name. */
export type Hashes = Readonly<Record<string, string>>;

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

/** The bytes of a part behind its kind and length, so that no two parts look alike. */
function bytesOf(part: Part): readonly Uint8Array[] {
  const tagged = (kind: string, bytes: Uint8Array): readonly Uint8Array[] => [
    encode(`${kind} ${bytes.length}:`),
    bytes,
  ];
  if (ArrayBuffer.isView(part))
    return tagged("bytes", new Uint8Array(part.buffer, part.byteOffset, part.byteLength));
  if (typeof part === "number") return tagged("number", new Uint8Array(Float64Array.of(part).buffer));
  if (Array.isArray(part)) return [encode(`list ${part.length}:`), ...part.flatMap(bytesOf)];
  // A field that was renamed reaches this as undefined, which types may not have caught.
  if (part === undefined) throw new TypeError("digest: nothing was given to hash");
  return tagged(typeof part, encode(JSON.stringify(part)));
}

/** SHA-256 in hexadecimal. */
export function digest(...parts: readonly Part[]): string {
  const hash = createHash("sha256");
  for (const bytes of parts.flatMap(bytesOf)) hash.update(bytes);
  return hash.digest("hex");
}

/** Of tensors with their names, whatever their order. @throws when there is none, or one that has come to NaN or infinity */
export function digestTensors(tensors: Readonly<Record<string, Float32Array>>): string {
  const names = Object.keys(tensors).sort();
  if (names.length === 0) throw new TypeError("digestTensors: expected a tensor, received none");
  // Numbers that are lost hide every change.
  const lost = names.find((name) => !tensors[name]!.every(Number.isFinite));
  if (lost !== undefined) throw new RangeError(`digestTensors: ${lost}: expected finite numbers`);
  return digest(...names.flatMap((name) => [name, tensors[name]!]));
}
