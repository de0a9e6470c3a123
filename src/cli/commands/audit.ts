import type { Command, OptionValues } from "commander";
import { type AuditRequest, type AuditResult, audit } from "../../app/index.ts";
import { sharpCodec } from "../../platform/node/index.ts";
import type { ExitCode } from "../errors.ts";
import { shown } from "../interrupt.ts";
import {
  classFoldersOption,
  groupPatternOption,
  jsonOption,
  mergeClassesOption,
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
    .option(...threadsOption)
    .option(...jsonOption)
    .action(async (data: string, { json, threads, ...rest }: OptionValues) => {
      const destination = destinationOf(rest, { data, prefix: "audit-" });
      await refuseInside(data, destination);
      const result = await run(
        { ...rest, data, out: destination.out },
        typeof threads === "number" ? threads : undefined,
      );
      const look = lookFor(process.stdout);
      printResult(result, { json: Boolean(json), text: (seen) => auditResultText(seen, look, data) });
      finish(0);
    });
}

/** Shows progress until the result is there. */
async function run(request: AuditRequest, threads: number | undefined): Promise<AuditResult> {
  const services = { ...nodeServices(), ...(threads && { codec: sharpCodec({ threads }) }) };
  const progress = progressOn(process.stderr);
  return shown((signal) => audit(request, services, signal), {
    progress,
    show: (event) => showData(event, progress),
  });
}
