/* Stops a build when a data set has errors: runs the command that comes with the package and reads its JSON document.
   npx tsx examples/audit.ts <folder> */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

/** The parts of audit.json that are read here. */
interface Audit {
  readonly counts: { readonly images: number };
  readonly findings: readonly {
    readonly severity: "error" | "warning" | "note";
    readonly text: string;
    readonly suggestion?: string;
  }[];
}

const [folder = "runs/demo-1/images"] = process.argv.slice(2);

// The package says where its command is.
const manifest = createRequire(import.meta.url).resolve("fovea/package.json");
const { bin } = JSON.parse(await readFile(manifest, "utf8")) as { readonly bin: { readonly fovea: string } };
const command = join(dirname(manifest), bin.fovea);

const out = await mkdtemp(join(tmpdir(), "audit-"));
try {
  await promisify(execFile)(process.execPath, [command, "audit", folder, "--out", out, "--json"]);
  const audit = JSON.parse(await readFile(join(out, "audit.json"), "utf8")) as Audit;
  for (const { severity, text, suggestion } of audit.findings)
    console.log([`${severity}: ${text}`, ...(suggestion === undefined ? [] : [suggestion])].join(" "));
  const errors = audit.findings.filter(({ severity }) => severity === "error").length;
  console.log(`${audit.counts.images} images, errors: ${errors}`);
  process.exitCode = errors > 0 ? 1 : 0;
} finally {
  await rm(out, { recursive: true, force: true });
}
