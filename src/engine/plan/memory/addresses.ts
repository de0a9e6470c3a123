import { fault } from "../../../base/index.ts";
import type { Buffer } from "../../kernels/index.ts";
import type { Plan } from "../types.ts";

/** Where a session puts what a plan places. */
export interface Bases {
  /** First byte of the arena. */
  readonly arena: number;
  /** First byte of a parameter. */
  readonly parameter: (name: string) => number;
  /** First byte of a constant, by the hash of its numbers. */
  readonly constant: (name: string) => number;
}

/** The address of every buffer of a plan, in bytes. */
export function addressesOf({ buffers }: Plan, bases: Bases): (buffer: Buffer) => number {
  const addresses = new Map(
    buffers.map(({ buffer, placement }) => [
      buffer.id,
      placement.kind === "arena" ? bases.arena + placement.offset : bases[placement.kind](placement.name),
    ]),
  );
  return ({ id, name }) => {
    const address = addresses.get(id);
    if (address !== undefined) return address;
    throw fault(`buffer ${id} (${name})`, { expected: "a buffer of this plan", received: "another" });
  };
}
