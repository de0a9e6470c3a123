// A child that does steps of Fovea: node oursSteps.ts '{"work": …, "threads": 2, "exact": false}'
import { loadFovea, prepareJob } from "./fovea.ts";
import { serve } from "./serve.ts";
import type { OursOptions } from "./ours.ts";

const { work, threads, exact, built } = JSON.parse(process.argv[2] ?? "{}") as OursOptions;
const fovea = await loadFovea(built);

await serve(`Node ${process.versions.node}`, async () => {
  const { program, parameters, inputsAt } = prepareJob(fovea, work);
  const backend = await fovea.platform.wasmBackend({ threads, exact });
  const session = await backend.open({ program });
  for (const [name, numbers] of Object.entries(parameters)) await session.write(name, numbers);
  let step = 0;
  return async () => {
    const { loss, predictions } = await session.run("program", inputsAt(++step));
    return (loss ?? predictions)?.[0] ?? Number.NaN;
  };
});
