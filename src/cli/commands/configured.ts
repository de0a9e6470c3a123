import type { OptionValues } from "commander";
import { type ConfiguredRequest, readConfig } from "../../app/index.ts";
import { fault } from "../../base/index.ts";
import { nodeServices } from "../services.ts";

/** A command line that trains, with the settings of its --config. */
interface Configured {
  readonly data: string;
  /** What the file says; nothing without one. */
  readonly config: ConfiguredRequest;
  /** The options without --config. */
  readonly options: OptionValues;
}

/** Reads the file of --config. @throws as `readConfig` does, and where neither the command nor the file names the images */
export async function configured(
  verb: string,
  folder: string | undefined,
  { config: file, ...options }: OptionValues,
): Promise<Configured> {
  const config = typeof file === "string" ? await readConfig(file, nodeServices().files) : {};
  const data = folder ?? config.data;
  if (data !== undefined) return { data, config, options };
  throw fault(`${verb}: <data>`, {
    expected: "a folder of labelled images, a CSV file or an archive",
    received: "nothing",
    fix: "name it, or give a --config that does",
    exitCode: 2,
  });
}
