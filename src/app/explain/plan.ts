import { fault, listText, nameFinder } from "../../base/index.ts";
import type { Bundle } from "../../bundle/index.ts";
import { convolutionNames, lastConvolution } from "../../explain/index.ts";
import { type ExplainNote, type Written, withText } from "../../messages/index.ts";
import type { ExplainMethod, ExplainRequest } from "../requests.ts";

/** One way to explain. */
export type Method = Exclude<ExplainMethod, "all">;

/** What will be made, decided before anything runs. */
export interface ExplainPlan {
  readonly methods: ReadonlySet<Method>;
  /** The class to explain; absent where it is each image's most probable one. */
  readonly classIndex?: number;
  readonly notes: readonly Written<ExplainNote>[];
}

/** Which methods an option is for. */
const uses: Readonly<Record<"class" | "layer" | "patch" | "stride", readonly ExplainMethod[]>> = {
  class: ["gradcam", "occlusion", "all"],
  layer: ["gradcam", "filters", "activations", "all"],
  patch: ["occlusion", "all"],
  stride: ["occlusion", "all"],
};

/** @throws naming an option that does not fit the method or the model */
export function explainPlan(request: ExplainRequest, bundle: Bundle): ExplainPlan {
  const { method = "gradcam", images } = request;
  for (const option of ["class", "layer", "patch", "stride"] as const) {
    const methods = uses[option];
    if (request[option] === undefined || methods.includes(method)) continue;
    throw fault(`--${option}`, {
      expected: `--method ${methods.join(" or ")}`,
      received: `--method ${method}`,
      exitCode: 2,
    });
  }
  if (images.length === 0 && method !== "filters")
    throw fault("images", {
      expected: "files or folders of images to explain",
      received: "none",
      fix: "only --method filters does without",
      exitCode: 2,
    });
  const classIndex = request.class === undefined ? undefined : classNamed(request.class, bundle);
  return { ...methodsFor(request, bundle), ...(classIndex !== undefined && { classIndex }) };
}

/** `all` leaves out what the model has nothing for, and says so. */
function methodsFor(
  { method = "gradcam", layer }: ExplainRequest,
  { model, inputShape }: Bundle,
): Pick<ExplainPlan, "methods" | "notes"> {
  if (method !== "all") return { methods: new Set([method]), notes: [] };
  const methods = new Set<Method>(["gradcam", "filters", "activations", "occlusion"]);
  if (convolutionNames(model, inputShape).length === 0) {
    for (const one of ["gradcam", "filters", "activations"] as const) methods.delete(one);
    const notes = [withText({ code: "no-convolution", data: {} } as const)];
    return { methods, notes };
  }
  if ((layer ?? lastConvolution(model, inputShape)) !== undefined) return { methods, notes: [] };
  methods.delete("gradcam");
  const notes = [withText({ code: "no-gradcam", data: {} } as const)];
  return { methods, notes };
}

function classNamed(name: string, { classNames }: Bundle): number {
  const index = classNames.indexOf(nameFinder(classNames)(name) ?? name);
  if (index >= 0) return index;
  throw fault("--class", {
    expected: `one of ${listText(classNames, { most: 20 })}`,
    received: `"${name}"`,
    exitCode: 2,
  });
}
