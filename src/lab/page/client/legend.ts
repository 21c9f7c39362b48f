// src/lab/page/client/legend.ts: one switch a strategy, for all drawings and tables of the page.

import type { SweepResult } from "../../sweep/result.js";
import { FALLBACK_LOOK, type Look } from "./palette.js";

const DASH_ARRAYS = { solid: "", dashed: "5 3", dotted: "2 3" } as const;

export function fillLegend(
  place: HTMLElement,
  { strategies }: SweepResult,
  looks: ReadonlyMap<string, Look>,
  onToggle: (strategy: string, isShown: boolean) => void,
): void {
  place.replaceChildren(
    ...strategies.map(({ name, description }) => {
      const button = document.createElement("button");
      button.type = "button";
      button.title = description;
      button.setAttribute("aria-pressed", "true");
      button.append(sample(looks.get(name) ?? FALLBACK_LOOK), name);
      button.addEventListener("click", () => {
        const isShown = button.getAttribute("aria-pressed") !== "true";
        button.setAttribute("aria-pressed", String(isShown));
        onToggle(name, isShown);
      });
      return button;
    }),
  );
}

/** The strategy's line, as charts draw it. */
function sample({ color, dash }: Look): SVGSVGElement {
  const namespace = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(namespace, "svg");
  svg.setAttribute("viewBox", "0 0 22 10");
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS(namespace, "path");
  line.setAttribute("d", "M0 5H22");
  line.setAttribute("stroke", color);
  line.setAttribute("stroke-width", "4");
  line.setAttribute("stroke-dasharray", DASH_ARRAYS[dash]);
  svg.append(line);
  return svg;
}
