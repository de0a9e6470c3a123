import type { Cache } from "../../../src/data/index.ts";

/** A cache in memory, with the names of the kinds in which entries were put, in order, and those that were opened and not closed. */
export interface MemoryCache extends Cache {
  readonly put: string[];
  readonly unclosed: Set<object>;
}

export function memoryCache(maxBytes = Infinity): MemoryCache {
  const held = new Map<string, Map<string, Uint8Array>>();
  const put: string[] = [];
  const opened = new Set<object>();
  return {
    put,
    unclosed: opened,
    async open({ name, settings }) {
      const entries = held.get(`${name} ${settings}`);
      if (!entries) return undefined;
      const reader = {
        read: (key: string) => entries.get(key)?.slice(),
        close: async () => void opened.delete(reader),
      };
      opened.add(reader);
      return reader;
    },
    write({ name, settings }, bytes) {
      if (bytes > maxBytes) return undefined;
      const entries = new Map<string, Uint8Array>();
      const writer = {
        put: (key: string, one: Uint8Array) => {
          put.push(name);
          entries.set(key, one.slice());
        },
        close: async () => {
          opened.delete(writer);
          if (entries.size > 0)
            held.set(
              `${name} ${settings}`,
              new Map([...(held.get(`${name} ${settings}`) ?? []), ...entries]),
            );
        },
      };
      opened.add(writer);
      return writer;
    },
  };
}
