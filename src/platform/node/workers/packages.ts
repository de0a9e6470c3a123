import { join } from "node:path";

/**
 * A file or URL beside which the packages are found that are loaded while the program runs: this module. Bundlers for CommonJS leave
 * its URL empty, and others keep the one it had before; then the started program, or else the working folder.
 */
export function packagesFrom(): string {
  const places: readonly (string | undefined)[] = [
    import.meta.url,
    process.argv[1],
    join(process.cwd(), "/"),
  ];
  const given = places.filter((place) => place !== undefined);
  return given.find(findsSharp) ?? given[0] ?? process.cwd();
}

function findsSharp(place: string): boolean {
  try {
    requireFrom(place).resolve("sharp");
    return true;
  } catch {
    return false;
  }
}

/** Bundlers follow an imported `createRequire`, and complain where they cannot. */
const requireFrom = (place: string): NodeJS.Require =>
  process.getBuiltinModule("node:module").createRequire(place);

/** Loads a CommonJS package that no bundler should follow. @throws when it is not installed */
export const requirePackage = (name: string): unknown => requireFrom(packagesFrom())(name);
