import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { isObject } from "../../../base/index.ts";
import { packagesFrom } from "../workers/packages.ts";

/** Packages that decide the pixels of a file. */
const decoders = ["sharp", "@cornerstonejs/codec-libjpeg-turbo-8bit"];

/** The versions of what decodes images here, for whoever keeps pixels; loads none of it. */
export const decoderVersions = (): string =>
  [...decoders.map((name) => `${name} ${versionOf(name)}`), process.arch].join(", ");

function versionOf(name: string): string {
  const { createRequire } = process.getBuiltinModule("node:module");
  try {
    // The packages do not export their package.json, so it is looked for above their code.
    let folder = dirname(createRequire(packagesFrom()).resolve(name));
    for (;;) {
      const found = packageIn(folder);
      if (isObject(found) && found["name"] === name) return String(found["version"]);
      if (dirname(folder) === folder) return "unknown";
      folder = dirname(folder);
    }
  } catch {
    return "missing";
  }
}

function packageIn(folder: string): unknown {
  try {
    return JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  } catch {
    return undefined;
  }
}
