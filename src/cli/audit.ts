import type { Command, OptionValues } from "commander";
import { type AuditRequest, type AuditResult, audit } from "../app/index.ts";
import { sharpCodec } from "../platform/node/index.ts";
import type { ExitCode } from "./errors.ts";
import { interruptible } from "./interrupt.ts";
import { wholeNumber } from "./parsers.ts";
import { nextRunFolder, refuseInside } from "./runFolder.ts";
import { progressOn } from "./say.ts";
import { nodeServices } from "./services.ts";
import { auditResultText } from "./showAudit.ts";
import { showData } from "./showData.ts";
import { paintFor } from "./style.ts";

/** fovea audit <data> */
export function auditCommand(command: Command, finish: (code: ExitCode) => void): Command {
  return command
    .option(
      "--out <dir>",
      "folder for the page, the findings and the groups (default: runs/audit-<name>-<number>)",
    )
    .option(
      "--group-pattern <regex>",
      "what pictures of one photograph share in their paths, for example '(photo-[0-9]+)'",
    )
    .option("--threads <n>", "processor threads (default: all)", wholeNumber("--threads", 1, 64))
    .option("--json", "print one JSON document and nothing else")
    .action(async (data: string, { json, threads, ...rest }: OptionValues) => {
      const chosen = typeof rest["out"] === "string" ? rest["out"] : undefined;
      const out = chosen ?? (await nextRunFolder(data, "audit-"));
      await refuseInside(data, out, chosen !== undefined);
      const result = await run({ ...rest, data, out }, threads as number | undefined);
      const width = Math.min(process.stdout.columns ?? 100, 110);
      const text = json
        ? JSON.stringify(result)
        : auditResultText(result, { paint: paintFor(process.stdout), width });
      process.stdout.write(`${text}\n`);
      finish(0);
    });
}

/** Shows how far it is until the result is there. */
async function run(request: AuditRequest, threads: number | undefined): Promise<AuditResult> {
  const services = { ...nodeServices(), ...(threads && { codec: sharpCodec({ threads }) }) };
  const progress = progressOn(process.stderr);
  return interruptible(
    async (signal) => {
      const events = audit(request, services, signal);
      for (;;) {
        const step = await events.next();
        if (step.done) return step.value;
        showData(step.value, progress);
      }
    },
    () => progress.line("Stopping"),
  ).finally(() => progress.clear());
}
