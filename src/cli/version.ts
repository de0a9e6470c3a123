import { readFileSync } from "node:fs";

/** The package's, from the file that stands two folders up in the source and in the package alike. */
export function version(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { readonly version: string }).version;
}
