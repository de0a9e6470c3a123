import { execFile } from "node:child_process";
import { access, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);

/** A Python with some of the peers in it. */
export interface Python {
  readonly path: string;
  /** Installed versions by distribution name: torch, keras, … */
  readonly versions: Readonly<Record<string, string>>;
}

const LIST = `
import json
from importlib.metadata import distributions
print(json.dumps({d.metadata["Name"].lower(): d.version for d in distributions()}))
`;

const requirements = fileURLToPath(new URL("../peers/requirements.txt", import.meta.url));
const folder = join(tmpdir(), "fovea-bench-python");
const inFolder =
  process.platform === "win32" ? join(folder, "Scripts", "python.exe") : join(folder, "bin", "python");

/** What to do by hand where the environment cannot be made here. */
export const howToInstall = `make one where pip can install:
  python3.11 -m venv ENV && ENV/bin/pip install -r bench/peers/requirements.txt
and give it: npm run bench:peers -- --python ENV/bin/python`;

/** The given Python, else one in the system's temporary folder, made at need with `say` telling so. @throws when pip fails */
export async function findPython(given: string | undefined, say: (line: string) => void): Promise<Python> {
  const path = given ?? inFolder;
  if (given === undefined && !(await exists(inFolder))) await makeEnvironment(say);
  const { stdout } = await run(path, ["-c", LIST]);
  return { path, versions: JSON.parse(stdout) as Record<string, string> };
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

async function makeEnvironment(say: (line: string) => void): Promise<void> {
  say(`Making a Python environment in ${folder}, some gigabytes; delete it when you are done.`);
  await run(await firstPython(), ["-m", "venv", folder]);
  try {
    await run(inFolder, ["-m", "pip", "install", "--quiet", "-r", requirements], {
      maxBuffer: 2 ** 26,
    });
  } catch (error) {
    // Half an environment would pass as a whole one the next time.
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

/** TensorFlow has wheels for these. */
const CANDIDATES = ["python3.11", "python3.12", "python3.13", "python3.10", "python3", "python"];

async function firstPython(): Promise<string> {
  for (const name of CANDIDATES) {
    const works = await run(name, ["-c", "import venv, ensurepip"]).then(
      () => true,
      () => false,
    );
    if (works) return name;
  }
  throw new Error(`no Python with venv among ${CANDIDATES.join(", ")}`);
}
