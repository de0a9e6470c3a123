import type { Session } from "../../engine/index.ts";

const prefix = "largest/";

/** Names of the layers whose every output was 0, first to last, for one batch [B, …inputShape]. */
export async function deadLayersOf(session: Session, x: Float32Array): Promise<readonly string[]> {
  const outputs = await session.run("inspect", { x });
  return Object.entries(outputs).flatMap(([name, [largest]]) =>
    name.startsWith(prefix) && largest === 0 ? [name.slice(prefix.length)] : [],
  );
}
