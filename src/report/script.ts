import { html, markup, type Html } from "./html.ts";
import { paperColours } from "./style.ts";

/** Each drawing of a page has a template beside it: the file that it becomes, but for the drawing. */
export const templateClass = "alone";

/** Pixels of a saved PNG for each unit of the drawing. */
const pngScale = 2;

// It runs in the reader's browser. Without it the page shows all the same, but for the buttons.
const source = `
(() => {
  const paper = ${JSON.stringify(paperColours)};
  const svgOf = (figure) => {
    const file = figure.querySelector("template.${templateClass}").content.firstElementChild.cloneNode(true);
    const drawing = figure.querySelector("svg[role=img]").cloneNode(true);
    drawing.setAttribute("y", file.dataset.above);
    file.removeAttribute("data-above");
    file.append(drawing);
    const coloured = (value) => value.replace(/var\\((--[\\w-]+)\\)/, (_, name) => paper[name] ?? "currentColor");
    for (const name of ["fill", "stroke"])
      for (const one of file.querySelectorAll("[" + name + "]"))
        one.setAttribute(name, coloured(one.getAttribute(name)));
    return new XMLSerializer().serializeToString(file);
  };
  const save = (url, name) => {
    const link = Object.assign(document.createElement("a"), { href: url, download: name });
    link.click();
  };
  const savers = {
    svg: (svg, name) => {
      const url = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
      save(url, name);
      setTimeout(() => URL.revokeObjectURL(url), 10000);
    },
    png: (svg, name) => {
      const image = new Image();
      image.onload = () => {
        const canvas = document.createElement("canvas");
        canvas.width = image.naturalWidth * ${pngScale};
        canvas.height = image.naturalHeight * ${pngScale};
        canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
        save(canvas.toDataURL("image/png"), name);
      };
      image.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(svg);
    },
  };
  for (const figure of document.querySelectorAll("figure.plot")) {
    const tools = Object.assign(document.createElement("div"), { className: "save" });
    const title = figure.querySelector("figcaption").textContent;
    for (const kind of Object.keys(savers)) {
      const label = kind.toUpperCase();
      const button = Object.assign(document.createElement("button"), { type: "button", textContent: label });
      button.title = "Save as " + label;
      button.setAttribute("aria-label", "Save " + title + " as " + label);
      button.addEventListener("click", () => savers[kind](svgOf(figure), figure.dataset.file + "." + kind));
      tools.append(button);
    }
    figure.prepend(tools);
  }
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details:not([open])")];
    for (const one of opened) one.open = true;
  });
  addEventListener("afterprint", () => {
    for (const one of opened) one.open = false;
  });
})();
`;

/** Buttons that save each chart of the page as SVG and PNG; folded parts are opened for the printer. */
export const pageScript: Html = html`<script>
  ${markup(source.trim())};
</script>`;
