import type { FileTree } from "../data/index.ts";
import type { Backend } from "../engine/index.ts";
import { type BackendOptions, type PredictPlatform, backendOptions } from "../predict/index.ts";

/**
 * What the library needs from the place it runs in.
 * @example
 * const quiet = (platform: Platform): Platform => ({ ...platform, log: () => undefined });
 */
export interface Platform extends PredictPlatform {
  /** Opens a folder or an archive of images. @throws FoveaError naming a path that is neither */
  openTree(path: string): Promise<FileTree>;
  /** Writes the whole file or nothing. */
  writeAtomic(path: string, bytes: Uint8Array): Promise<void>;
  /** Milliseconds, from any start. */
  clock(): number;
  /** Takes a line of progress. @default no output */
  log?(line: string): void;
}

/** Opens a backend for one piece of work and closes it afterwards, whatever happens. */
export async function withBackend<T>(
  platform: Platform,
  options: BackendOptions,
  work: (backend: Backend) => Promise<T>,
): Promise<T> {
  const backend = await platform.backend(backendOptions(options));
  try {
    return await work(backend);
  } finally {
    await backend.close();
  }
}
