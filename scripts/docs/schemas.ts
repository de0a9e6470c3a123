import { resolve } from "node:path";
import { type SchemaGenerator, createGenerator } from "ts-json-schema-generator";

/** The type in documents.ts that each schema comes from; those with a `schema` carry the number of the documents' version. */
const documents = {
  train: { type: "Train", hasVersion: true },
  evaluate: { type: "Evaluate", hasVersion: true },
  audit: { type: "Audit", hasVersion: true },
  augment: { type: "Augment", hasVersion: true },
  augmentation: { type: "Augmentation", hasVersion: false },
  labels: { type: "Labels", hasVersion: true },
  "labels-metrics": { type: "LabelsMetrics", hasVersion: true },
  "find-lr": { type: "FindLr", hasVersion: true },
  search: { type: "Search", hasVersion: true },
  "search-space": { type: "SearchSpace", hasVersion: false },
  predict: { type: "Predict", hasVersion: true },
  explain: { type: "Explain", hasVersion: true },
  compare: { type: "Compare", hasVersion: true },
  datasets: { type: "Datasets", hasVersion: true },
  "datasets-get": { type: "DatasetsGet", hasVersion: true },
  models: { type: "Models", hasVersion: true },
  summary: { type: "Summary", hasVersion: true },
  bench: { type: "Bench", hasVersion: true },
  "bench-tune": { type: "BenchTune", hasVersion: true },
  "bench-plan": { type: "BenchPlan", hasVersion: true },
  "cache-ls": { type: "CacheLs", hasVersion: true },
  "cache-clear": { type: "CacheClear", hasVersion: true },
  config: { type: "Config", hasVersion: true },
  "train-config": { type: "TrainConfig", hasVersion: false },
  network: { type: "Network", hasVersion: false },
  "model-metadata": { type: "ModelMetadata", hasVersion: false },
} as const;

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
type JsonObject = { readonly [key: string]: Json };

/** Text of every file in schemas/, by its path. */
export function schemaFiles(): Readonly<Record<string, string>> {
  const generator = createGenerator({
    path: resolve("scripts/docs/documents.ts"),
    tsconfig: resolve("tsconfig.json"),
    expose: "export",
    topRef: false,
    jsDoc: "extended",
    additionalProperties: false,
    skipTypeCheck: true,
  });
  const written = (schema: JsonObject): string => `${JSON.stringify(schema, null, 2)}\n`;
  return {
    ...Object.fromEntries(
      Object.entries(documents).map(([name, document]) => [
        `schemas/${name}.schema.json`,
        written(schemaOf(generator, name, document)),
      ]),
    ),
    "docs/model.schema.json": written(beside("network")),
  };
}

function schemaOf(
  generator: SchemaGenerator,
  name: string,
  { type, hasVersion }: { readonly type: string; readonly hasVersion: boolean },
): JsonObject {
  // A plain copy: the generator shares parts between schemas.
  const made = JSON.parse(JSON.stringify(generator.createSchema(type))) as JsonObject;
  const { $schema: _, definitions, properties, required, ...rest } = modern(made) as JsonObject;
  const $defs = definitions;
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    $id: `${address}/schemas/${name}.schema.json`,
    ...rest,
    // A document that is a list has neither.
    ...(properties && {
      properties: { ...(hasVersion && { schema: version }), ...(properties as JsonObject) },
      required: [...(hasVersion ? ["schema"] : []), ...((required ?? []) as readonly string[])],
    }),
    ...($defs && Object.keys($defs).length > 0 && { $defs }),
  };
}

/** A schema in docs that is one of schemas/. */
const beside = (name: keyof typeof documents): JsonObject => ({
  $schema: "https://json-schema.org/draft/2020-12/schema",
  $id: `${address}/docs/model.schema.json`,
  $ref: `../schemas/${name}.schema.json`,
});

const address = "https://raw.githubusercontent.com/fovea-project/fovea/main";

const version = {
  const: 1,
  description: "Version of the documents: it grows when a field changes its name or meaning.",
};

/** Draft 7 as draft 2020-12 writes it. */
function modern(json: Json): Json {
  if (typeof json !== "object" || json === null) return json;
  if (isList(json)) return json.map(modern);
  return Object.fromEntries(Object.entries(withWordsOfDefault(json)).flatMap(modernEntry));
}

function modernEntry([key, value]: readonly [string, Json]): readonly (readonly [string, Json])[] {
  if (key === "$ref" && typeof value === "string") return [[key, reference(value)]];
  if (key === "definitions" && isObject(value)) {
    const schemas = Object.entries(value).map(([name, schema]) => [defName(name), modern(schema)] as const);
    return [[key, Object.fromEntries(schemas)]];
  }
  if (key === "items" && typeof value === "object" && value !== null && isList(value))
    return [
      ["prefixItems", modern(value)],
      ["items", false],
    ];
  return [[key, modern(value)]];
}

/** A default that is told in words would be taken as a value: it goes to the description. */
function withWordsOfDefault({ default: standard, ...rest }: JsonObject): JsonObject {
  if (standard === undefined) return rest;
  if (typeof standard !== "string") return { ...rest, default: standard };
  const { description } = rest;
  const about = typeof description === "string" ? `${description} ` : "";
  return { ...rest, description: `${about}Default: ${standard}.` };
}

const isObject = (json: Json): json is JsonObject =>
  typeof json === "object" && json !== null && !isList(json);

const isList = (json: object): json is readonly Json[] => Array.isArray(json);

const reference = (to: string): string => `#/$defs/${defName(to.slice("#/definitions/".length))}`;

/** A name without brackets: Written<ScanNote> becomes Written.ScanNote. */
const defName = (name: string): string =>
  decodeURIComponent(name)
    .replaceAll(/[^\w-]+/g, ".")
    .replace(/\.$/, "");
