import type { Command, OptionValues } from "commander";
import { type AuditRequest, type AuditResult, type Services, audit } from "../../app/index.ts";
import { sharpCodec } from "../../platform/node/index.ts";
import type { ExitCode } from "../errors.ts";
import { shown } from "../interrupt.ts";
import {
  classFoldersOption,
  groupPatternOption,
  jsonOption,
  mergeClassesOption,
  noCacheOption,
  rangeOption,
  threadsOption,
} from "./options.ts";
import { destinationOf, refuseInside } from "./runFolder.ts";
import { printResult } from "../terminal/print.ts";
import { progressOn } from "../terminal/progress.ts";
import { nodeServices } from "../services.ts";
import { auditResultText } from "../views/audit.ts";
import { showData } from "../views/data.ts";
import { lookFor } from "../terminal/style.ts";

/** fovea audit <data> */
export function auditCommand(command: Command, finish: (code: ExitCode) => void): Command {
  return command
    .option(
      "--out <dir>",
      "folder for the report, the findings and the groups (default: runs/audit-<name>-<number>)",
    )
    .option(...classFoldersOption)
    .option(...mergeClassesOption)
    .option(...groupPatternOption)
    .option(...rangeOption)
    .option(...noCacheOption)
    .option(...threadsOption)
    .option(...jsonOption)
    .action(async (data: string, { json, threads, cache, ...rest }: OptionValues) => {
      const destination = destinationOf(rest, { data, prefix: "audit-" });
      await refuseInside(data, destination);
      const request = { ...rest, data, out: destination.out };
      const services = {
        ...nodeServices({ cache: Boolean(cache) }),
        ...(threads && { codec: sharpCodec({ threads: Number(threads) }) }),
      };
      const result = await run(request, services);
      const look = lookFor(process.stdout);
      printResult(result, { json: Boolean(json), text: (seen) => auditResultText(seen, look, data) });
      finish(0);
    });
}

/** Shows progress until the result is there. */
async function run(request: AuditRequest, services: Services): Promise<AuditResult> {
  const progress = progressOn(process.stderr);
  return shown((signal) => audit(request, services, signal), {
    progress,
    show: (event) => showData(event, progress),
  });
}
