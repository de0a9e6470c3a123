import { countText, plural } from "../../base/index.ts";
import { type Html, html } from "../html.ts";
import { type Section, explained, factTable, folded, section } from "../shell.ts";
import type { RunReport } from "../types.ts";

/** The architecture: its size, and its layers folded away. */
export const layerSection = ({ layers, modelFacts }: RunReport): Section =>
  section("Architecture", undefined, [
    factTable(modelFacts),
    layers.length > 0 && folded(plural(layers.length, "layer"), layerTable(layers)),
  ]);

const layerTable = (layers: RunReport["layers"]): Html =>
  html`<p class="soft">${explained("layers")}</p>
    <div class="scroll">
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
          ${layers.map(layerRow)}
          <tr class="sum">
            <th scope="row">total</th>
            <td class="minor"></td>
            <td></td>
            <td>${countText(layers.reduce((sum, { parameters }) => sum + parameters, 0))}</td>
          </tr>
        </tbody>
      </table>
    </div>`;

const layerRow = ({ name, type, outputShape, parameters, depth }: RunReport["layers"][number]): Html =>
  html`<tr>
    <th scope="row" style="padding-left:${depth}rem">${name}</th>
    <td class="left minor">${type}</td>
    <td>${outputShape}</td>
    <td>${parameters === 0 ? "–" : countText(parameters)}</td>
  </tr>`;
