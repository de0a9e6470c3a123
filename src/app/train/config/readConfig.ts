import { parse } from "yaml";
import { type JsonObject, fault, isObject, showValue } from "../../../base/index.ts";
import type { FileStore } from "../../context.ts";
import { jsonArchitecture } from "../../files/architecture.ts";
import { parseJson } from "../../files/json.ts";
import { join } from "../../files/paths.ts";
import { runFiles } from "../../files/runFolder.ts";
import { namedModel } from "../options/model.ts";
import { askedValidation } from "../settings.ts";
import { type ConfiguredRequest, readSettings } from "./fields.ts";

/**
 * Settings of a training from a file: a run's folder or config.json, or JSON or YAML of one's own, where each may be left out. Paths
 * in it start from the current folder. @throws naming the file, and the field with the nearest right word
 */
export async function readConfig(given: string, files: FileStore): Promise<ConfiguredRequest> {
  const held = await files.list(given);
  const path = held.includes(runFiles.config) ? join(given, runFiles.config) : given;
  const bytes = await files.read(path);
  const json = /\.ya?ml$/i.test(path) ? parseYaml(bytes, path) : parseJson(bytes, path);
  if (!isObject(json)) {
    throw fault(path, {
      expected: 'settings, such as { "epochs": 20 }',
      received: showValue(json),
      exitCode: 2,
    });
  }
  // What editors and programs tell the kind of file by.
  const { $schema: _, schema: __, ...settings } = json;
  return json["format"] === "fovea-run" ? ofRun(settings, path) : readSettings(path, settings);
}

function parseYaml(bytes: Uint8Array, path: string): unknown {
  try {
    // Duplicate keys and unknown tags are errors; dates and the like stay texts.
    return parse(new TextDecoder().decode(bytes), { schema: "core", prettyErrors: true });
  } catch (cause) {
    const received = cause instanceof Error ? cause.message.split("\n")[0]?.replace(/:$/, "") : undefined;
    throw fault(path, { expected: "a YAML file", received: received ?? "other text", cause, exitCode: 2 });
  }
}

/** What a run's config.json says beside its settings. */
const receipt = new Set([
  "format",
  "arithmetic",
  "groupSource",
  "photographs",
  "classNames",
  "modelName",
  "modelFrom",
  "augmentFile",
  "splitFile",
  // The epochs that they led to stand beside them.
  "minutes",
]);

function ofRun(json: JsonObject, path: string): ConfiguredRequest {
  const { splitFile, split, model: _, ...others } = json;
  const settings = Object.entries(others).filter(([key]) => !receipt.has(key));
  const { validation, folds, ...request } = readSettings(path, {
    ...Object.fromEntries(settings),
    split: splitFile ?? split,
  });
  const file = jsonArchitecture(json, path);
  const { name, model, size = 0, classNames = [] } = file;
  return {
    ...request,
    ...askedValidation({ split: request.split, validation, folds }),
    model: namedModel({ name, model, size, classes: classNames.length }) ?? file,
  };
}
