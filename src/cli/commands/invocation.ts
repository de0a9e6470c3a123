import { printableText } from "../../base/index.ts";
import { basename, relative } from "node:path";

/**
 * How the reader started this program, so that the commands it suggests can be typed as they stand. Never one that would
 * fetch a package: whoever owns a name in the registry would run code here.
 */
export function invocation(): string {
  const started = process.argv[1] ?? "fovea";
  if (started.endsWith(".ts")) return "npm run -s fovea --";
  if (basename(started) !== "main.js") return started.includes("node_modules") ? "npx --no fovea" : "fovea";
  return `node ${relative(process.cwd(), started)}`;
}

/** A path as it can be typed after a command: quoted where the shell would take it apart, with escapes where it cannot be shown. */
export function typed(path: string): string {
  if (printableText(path) !== path) return `$'${printableText(path.replaceAll(/[\\']/g, "\\$&"))}'`;
  return /^[\p{L}\p{N}_./\\:@%+,=-]+$/u.test(path) ? path : `"${path.replaceAll(/["$`]/g, "\\$&")}"`;
}
