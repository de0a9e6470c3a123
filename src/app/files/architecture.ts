import { readNets } from "../../bundle/index.ts";
import { at, fault, isObject, nearestName } from "../../base/index.ts";
import { modelNames } from "../../models/index.ts";
import { type Layer, type ModelSpec, parseModel } from "../../nn/index.ts";
import type { FileStore } from "../context.ts";
import { parseJson } from "./json.ts";
import { join, titleOfPath } from "./paths.ts";
import { runFiles } from "./runFolder.ts";

/** A network that a path leads to, without weights. */
export interface FileArchitecture {
  /** network: a JSON file that describes it; run: a training's folder or config.json; model: a model file. */
  readonly origin: "network" | "run" | "model";
  readonly path: string;
  readonly name: string;
  readonly model: ModelSpec;
  /** Height and width of its images, pixels, where it names one. */
  readonly size: number | undefined;
  /** Of its classes; a network's JSON names none. */
  readonly classNames?: readonly string[];
  /** Of an ensemble: how many of this architecture its model file holds. */
  readonly nets?: number;
}

/**
 * Reads the architecture that a path leads to: a network's JSON file, a run folder or its config.json, or a model file.
 * @throws naming the option where it is no path, else the file
 */
export async function readArchitecture(given: string, files: FileStore): Promise<FileArchitecture> {
  const held = await files.list(given);
  if (held.length === 0 && !/[./\\]/.test(given)) {
    const nearest = nearestName(given, modelNames);
    throw fault("--model", {
      expected: `${modelNames.join(", ")}, a JSON file, a run folder or a model file`,
      received: `"${given}"`,
      ...(nearest !== undefined && { fix: `did you mean ${nearest}?` }),
      exitCode: 2,
    });
  }
  const inFolder = [runFiles.config, runFiles.model].find((name) => held.includes(name));
  if (held.length > 0 && inFolder === undefined) {
    throw fault(given, {
      expected: `a run folder, with ${runFiles.config} or ${runFiles.model}`,
      received: "another folder",
      exitCode: 2,
    });
  }
  const path = inFolder === undefined ? given : join(given, inFolder);
  const bytes = await files.read(path);
  return isText(bytes) ? jsonArchitecture(parseJson(bytes, path), path) : ofModelFile(bytes, path);
}

/** A model file begins with the length of its header, of which the eighth byte is 0. */
const isText = (bytes: Uint8Array): boolean => bytes[7] !== 0;

function ofModelFile(bytes: Uint8Array, path: string): FileArchitecture {
  const nets = readNets(bytes, path);
  const { model, inputShape, classNames } = at(nets, 0);
  const architecture = {
    origin: "model",
    path,
    name: model.name,
    model,
    size: inputShape[0],
    classNames,
  } as const;
  return nets.length === 1 ? architecture : { ...architecture, nets: nets.length };
}

/** The network of a JSON file or of a run's config.json. @throws naming the layer and the option that does not fit */
export function jsonArchitecture(json: unknown, path: string): FileArchitecture {
  if (!isObject(json) || json["format"] !== "fovea-run") {
    const model = parseModel(json, path);
    const name = titleOfPath(path).replace(/\.json$/i, "");
    return { origin: "network", path, name, model, size: model.inputShape?.[0] };
  }
  const { model: written, size, modelName, classNames, ensemble, folds } = json;
  const model = parseModel(written, `${path}: model`);
  return {
    origin: "run",
    path,
    name: typeof modelName === "string" ? modelName : model.name,
    model,
    size: typeof size === "number" ? size : model.inputShape?.[0],
    ...(Array.isArray(classNames) && { classNames: classNames.map(String) }),
    ...(ensemble === true && typeof folds === "number" && { nets: folds }),
  };
}

/** The same network for another number of classes: its last dense layer has as many units. */
export function forClasses({ model, classNames }: FileArchitecture, classes: number): ModelSpec {
  const last = model.layers.findLastIndex(({ type }) => type === "dense");
  const resized = (layer: Layer): Layer =>
    layer.type === "dense" && layer.units === classNames?.length ? { ...layer, units: classes } : layer;
  return { ...model, layers: model.layers.map((layer, i) => (i === last ? resized(layer) : layer)) };
}
