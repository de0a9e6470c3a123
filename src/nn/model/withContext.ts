import { FoveaError } from "../../base/index.ts";

/** Runs `work` and prefixes the message of its errors: "conv2d_1: input: expected …". */
export function withContext<T>(name: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof FoveaError)
      throw new FoveaError(`${name}: ${error.message}`, {
        exitCode: error.exitCode,
        ofProcess: error.ofProcess,
        cause: error,
      });
    throw error;
  }
}
