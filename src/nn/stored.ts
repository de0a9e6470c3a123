import { type Graph, type Value, parameter } from "../engine/index.ts";
import { parametersOfResolved } from "./model/parameters.ts";
import type { ResolvedLayer } from "./model/resolve.ts";

/** Names under which parameters are read, by their own names; those that are left out have their own. */
export type StoredAs = Readonly<Record<string, string>>;

/** The parameters that stand under other names, as lowering takes them. */
export const storedParameters = (
  graph: Graph,
  resolved: readonly ResolvedLayer[],
  storedAs: StoredAs = {},
): Map<string, Value> =>
  new Map(
    parametersOfResolved(resolved).flatMap(({ name, shape }) => {
      const stored = storedAs[name];
      return stored === undefined ? [] : [[name, parameter(graph, stored, shape)] as const];
    }),
  );
