// src/profile/plot-png.ts: the picture of a plot (plot-svg.ts) as PNG, by a rasteriser in Wasm and with letters of its own.

import { readFile } from "node:fs/promises";
import { initWasm, Resvg } from "@resvg/resvg-wasm";
import type { PlotData } from "./plot-data.js";
import { plotAsSvg } from "./plot-svg.js";

const FONT = "DejaVu Sans";
/** Pixels for each of the picture's. */
const ZOOM = 2;

let isReady: Promise<unknown> | undefined;

/** @param folder - where the bundler has put the rasteriser and its letters. */
export async function plotAsPng(
  data: PlotData,
  folder: URL = new URL(".", import.meta.url),
): Promise<Uint8Array> {
  isReady ??= readFile(new URL("resvg.wasm", folder)).then(initWasm);
  await isReady;
  const letters = await readFile(new URL("letters.ttf", folder));
  const resvg = new Resvg(plotAsSvg(data, FONT), {
    fitTo: { mode: "zoom", value: ZOOM },
    font: { fontBuffers: [letters], defaultFontFamily: FONT, sansSerifFamily: FONT, loadSystemFonts: false },
  });
  return resvg.render().asPng();
}
