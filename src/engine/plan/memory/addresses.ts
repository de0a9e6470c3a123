import { fault } from "../../../base/index.ts";
import type { Buffer } from "../../kernels/index.ts";
import type { Plan } from "../types.ts";

/** Where a session puts what a plan places. */
export interface Bases {
  /** First byte of the arena. */
  readonly arena: number;
  /** First byte of a parameter. */
  readonly parameter: (name: string) => number;
}

/** The address of every buffer of a plan, in bytes. */
export function addressesOf({ buffers }: Plan, { arena, parameter }: Bases): (buffer: Buffer) => number {
  const addresses = new Map(
    buffers.map(({ buffer, placement }) => [
      buffer.id,
      placement.kind === "parameter" ? parameter(placement.name) : arena + placement.offset,
    ]),
  );
  return ({ id, name }) => {
    const address = addresses.get(id);
    if (address !== undefined) return address;
    throw fault(`buffer ${id} (${name})`, { expected: "a buffer of this plan", received: "another" });
  };
}
