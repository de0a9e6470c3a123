import { type JsonObject, isObject } from "../../src/base/index.ts";
import { readSchema } from "./validator.ts";

/** What all layers may have. */
const common = new Set(["type", "name", "trainable", "trainableEpochs", "inputs"]);

/** The types that an object of the schema may have. */
function typesOf(properties: JsonObject): readonly string[] {
  const type = properties["type"];
  if (!isObject(type)) return [];
  const names: readonly unknown[] = Array.isArray(type["enum"]) ? type["enum"] : [type["const"]];
  return names.filter((name) => typeof name === "string");
}

/** Each object of the schema that is a layer, by its type: its own options. */
function layersOf(schema: unknown): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  const visit = (part: unknown): void => {
    if (Array.isArray(part)) part.forEach(visit);
    if (!isObject(part)) return;
    const { properties } = part;
    for (const type of isObject(properties) ? typesOf(properties) : []) {
      if (!isObject(properties) || !("inputs" in properties || type === "input")) continue;
      const own = Object.keys(properties).filter((key) => !common.has(key));
      found.set(type, own);
    }
    Object.values(part).forEach(visit);
  };
  visit(schema);
  return found;
}

/** The options of each layer of network files, by the schema: without those that all have. */
export const layerOptions = layersOf(readSchema("network"));
