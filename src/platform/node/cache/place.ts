import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { fault } from "../../../base/index.ts";

/** Variables of the environment. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Where a cache lies, and how large it may get. */
export interface CachePlace {
  readonly folder: string;
  readonly maxBytes: number;
}

/** As ccache's default, 5 GB: the pixels of 80,000 images of 144 x 144. */
const defaultMaxBytes = 5e9;

/**
 * FOVEA_CACHE, else the system's folder for caches; at most FOVEA_CACHE_SIZE. Nothing where FOVEA_CACHE is "off".
 * @throws where FOVEA_CACHE_SIZE is no size
 */
export function cachePlace(
  environment: Environment,
  {
    platform = process.platform,
    home = homedir(),
  }: { readonly platform?: string; readonly home?: string } = {},
): CachePlace | undefined {
  const { FOVEA_CACHE: chosen, FOVEA_CACHE_SIZE: size } = environment;
  if (chosen === "off") return undefined;
  const folder = chosen ? resolve(chosen) : join(cachesOf(environment, { platform, home }), "fovea");
  return { folder, maxBytes: size ? parseSize(size) : defaultMaxBytes };
}

interface System {
  readonly platform: string;
  readonly home: string;
}

/** The folder for caches of all programs (XDG Base Directory Specification; Apple's File System Programming Guide). */
function cachesOf(
  { XDG_CACHE_HOME: xdg, LOCALAPPDATA: local }: Environment,
  { platform, home }: System,
): string {
  if (platform === "win32") return local || join(home, "AppData", "Local");
  if (platform === "darwin") return join(home, "Library", "Caches");
  // The specification has paths that are not absolute ignored.
  return xdg?.startsWith("/") ? xdg : join(home, ".cache");
}

const units: Readonly<Record<string, number>> = { "": 1, kb: 1e3, mb: 1e6, gb: 1e9, tb: 1e12 };

function parseSize(text: string): number {
  const [, digits, unit = ""] = /^(\d+(?:\.\d+)?)\s*([kmgt]?b)?$/i.exec(text.trim()) ?? [];
  const factor = units[unit.toLowerCase() === "b" ? "" : unit.toLowerCase()];
  if (digits !== undefined && factor !== undefined) return Number(digits) * factor;
  throw fault("FOVEA_CACHE_SIZE", {
    expected: "a size such as 500MB or 20GB",
    received: `"${text}"`,
    exitCode: 2,
  });
}
