import { FoveaError } from "../../base/index.ts";

/** Puts a name before the message of an error from inside: "conv2d_1: input: expected …". */
export function withContext<T>(name: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof FoveaError) throw new FoveaError(`${name}: ${error.message}`, error.exitCode, error);
    throw error;
  }
}
