import type { Command } from "commander";
import { clearCache, listCache } from "../../../app/index.ts";
import { fault, nearestName } from "../../../base/index.ts";
import type { ExitCode } from "../../errors.ts";
import { nodeServices } from "../../services.ts";
import { printResult } from "../../terminal/print.ts";
import { cacheClearingText, cacheListingText } from "../../views/cache.ts";
import { jsonOption } from "../options.ts";

const actions = ["ls", "clear"] as const;

/** fovea cache <action> */
export function cacheCommand(command: Command, finish: (code: ExitCode) => void): Command {
  return command.option(...jsonOption).action(async (action: string, { json = false }) => {
    switch (actionNamed(action)) {
      case "ls":
        printResult(await listCache(nodeServices({ cache: true })), { json, text: cacheListingText });
        break;
      case "clear":
        printResult(await clearCache(nodeServices({ cache: true })), { json, text: cacheClearingText });
        break;
    }
    finish(0);
  });
}

/** @throws naming the nearest where there is none of that name */
function actionNamed(name: string): (typeof actions)[number] {
  const found = actions.find((action) => action === name);
  if (found) return found;
  const nearest = nearestName(name, [...actions]);
  throw fault("cache", {
    expected: actions.join(" or "),
    received: `"${name}"`,
    ...(nearest !== undefined && { fix: `did you mean ${nearest}?` }),
    exitCode: 2,
  });
}
