// src/profile/plot.ts: what the command line loads for drawing: re-exports only.

export { plotAsPng } from "./plot-png.js";
export { plotAsSvg } from "./plot-svg.js";
export { plotInTerminal } from "./plot-terminal.js";
