import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import type { AnySchemaObject } from "ajv/dist/2020.js";

const folder = join(import.meta.dirname, "../../schemas");

export const schemaNames: readonly string[] = readdirSync(folder).map((file) =>
  file.replace(".schema.json", ""),
);

export const readSchema = (name: string): AnySchemaObject =>
  JSON.parse(readFileSync(join(folder, `${name}.schema.json`), "utf8")) as AnySchemaObject;

// Descriptions stand beside references, and unions of types are meant.
const ajv = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true, strictRequired: false });

/** What of a document is not as schemas/NAME.schema.json says; empty where all is. */
export function faultsOf(name: string, document: unknown): readonly string[] {
  const schema = readSchema(name);
  const validate = ajv.getSchema(String(schema["$id"])) ?? ajv.compile(schema);
  if (validate(document)) return [];
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath || "/"} ${message} ${JSON.stringify(params)}`,
  );
}
