import { countText } from "../../base/index.ts";
import { type Content, html } from "../html.ts";
import { explained, factTable, section } from "../shell.ts";
import type { RunReport } from "../types.ts";

/** The architecture. */
export function layerSection({ layers, modelFacts }: RunReport): Content {
  const total = layers.reduce((sum, { parameters }) => sum + parameters, 0);
  return section("Architecture", explained("layers"), [
    factTable(modelFacts),
    layers.length > 0 &&
      html`<div class="scroll">
        <table class="layers">
          <thead>
            <tr>
              <th>layer</th>
              <th class="left minor">type</th>
              <th>output shape</th>
              <th>parameters</th>
            </tr>
          </thead>
          <tbody>
            ${layers.map(
              ({ name, type, outputShape, parameters, depth }) =>
                html`<tr>
                  <th scope="row" style="padding-left:${depth}rem">${name}</th>
                  <td class="left minor">${type}</td>
                  <td>${outputShape}</td>
                  <td>${parameters === 0 ? "–" : countText(parameters)}</td>
                </tr>`,
            )}
            <tr class="sum">
              <th scope="row">total</th>
              <td class="minor"></td>
              <td></td>
              <td>${countText(total)}</td>
            </tr>
          </tbody>
        </table>
      </div>`,
  ]);
}
