import type { Backend } from "../engine/index.ts";
import { type BackendOptions, type RowModel, type Rows, backendOptions, openRows } from "../predict/index.ts";
import type { Platform } from "./platform.ts";

/** How a model is kept open. */
export interface KeptOptions extends BackendOptions {
  readonly batchSize?: number;
}

/** Models that `predict` keeps open between calls. Idle threads do not keep the process alive. */
export interface KeptModels {
  /** Runs the work on an open model of `owner`, opening it where it is not yet. */
  use<T>(
    owner: object,
    model: RowModel & { readonly options: KeptOptions },
    work: (rows: Rows) => Promise<T>,
  ): Promise<T>;
  /** Closes what is kept for the owner, once the calls under way are answered. */
  close(owner: object): Promise<void>;
}

interface Kept {
  readonly owner: object;
  /** What it was opened for, beside the weights. */
  readonly key: string;
  readonly weights: RowModel["weights"];
  readonly opened: Promise<{ readonly rows: Rows; readonly backend: Backend }>;
  /** Calls under way. */
  readonly calls: Set<Promise<unknown>>;
}

/** Open models at a time; the one that was used longest ago is closed for another. Chosen, not measured. */
const maxKept = 4;

/** For all models of one platform. */
export function keptModels(platform: Platform): KeptModels {
  // The one used last stands last.
  let all: readonly Kept[] = [];
  const release = async (kept: Kept): Promise<void> => {
    all = all.filter((one) => one !== kept);
    await Promise.allSettled(kept.calls);
    const opened = await kept.opened.catch(() => undefined);
    opened?.rows.close();
    await opened?.backend.close();
  };
  const open = async ({
    options,
    ...model
  }: RowModel & { readonly options: KeptOptions }): Kept["opened"] => {
    const { batchSize } = options;
    const backend = await platform.backend(backendOptions(options));
    try {
      const size = batchSize === undefined ? {} : { batchSize };
      return { backend, rows: await openRows(model, { backend, ...size }) };
    } catch (error) {
      await backend.close();
      throw error;
    }
  };
  const find = async (owner: object, model: Parameters<typeof open>[0]): Promise<Kept> => {
    const { options, inputShape, weights } = model;
    const key = JSON.stringify([backendOptions(options), options.batchSize, inputShape]);
    const found = all.find((one) => one.owner === owner && one.key === key);
    if (found?.weights === weights) return found;
    const kept = { owner, key, weights, opened: open(model), calls: new Set<Promise<unknown>>() };
    // The weights of before are of no use any more.
    if (found) void release(found);
    all = [...all, kept];
    return kept;
  };
  return {
    async use(owner, model, work) {
      const kept = await find(owner, model);
      all = [...all.filter((one) => one !== kept), kept];
      // Whoever changed the numbers in place sees the change; those of a call under way stay as they are.
      const alone = kept.calls.size === 0;
      const call = (async () => {
        const { rows } = await kept.opened;
        // It counts for what is asked for afterwards; calls of one turn still come together.
        const written = alone ? rows.write(model.weights) : undefined;
        const [result] = await Promise.all([work(rows), written]);
        return result;
      })();
      kept.calls.add(call);
      try {
        return await call;
      } catch (error) {
        // Not to be kept: a thread may be lost.
        void release(kept);
        throw error;
      } finally {
        kept.calls.delete(call);
        const idle = all.slice(0, -maxKept).filter(({ calls }) => calls.size === 0);
        await Promise.all(idle.map(release));
      }
    },
    close: async (owner) => void (await Promise.all(all.filter((one) => one.owner === owner).map(release))),
  };
}
