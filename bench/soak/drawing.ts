// bench/soak/drawing.ts: what a long run took, as lines over its time.

import { plot } from "asciichart";
import { sizeText } from "../../src/stress/format.js";
import type { Growth, Measure, Sample } from "./flatness.js";

const COLUMNS = 70;
const HEIGHT = 6;
const LABEL = 12;

const NAMES: Readonly<Record<Measure, string>> = {
  heapBytes: "linear memory",
  leftBytes: "left in use, all dropped",
  jsBytes: "V8's heap",
  residentBytes: "resident",
};

/** A measure's line, with its name and how much it grew. */
export function drawGrowth(samples: readonly Sample[], growth: Growth): string {
  const { measure, earlyBytes, lateBytes, isFlat } = growth;
  const values = resample(samples, measure);
  const isLevel = Math.min(...values) === Math.max(...values);
  const line = plot(values, {
    height: isLevel ? 1 : HEIGHT,
    format: (bytes) => `${(bytes / 2 ** 20).toFixed(2)} MiB`.padStart(LABEL),
  });
  const share = ((lateBytes / earlyBytes - 1) * 100).toFixed(2);
  const verdict = isFlat ? "flat" : "GROWS";
  return `${NAMES[measure]}: ${verdict}, ${sizeText(earlyBytes)} at most in the second quarter, ${sizeText(lateBytes)} in the last (${share} %)\n${line.replaceAll(/ +$/gm, "")}`;
}

/** In one line: what grew, and by how much. */
export function growthText({ measure, earlyBytes, lateBytes }: Growth): string {
  const more = (lateBytes - earlyBytes).toLocaleString("en-US");
  return `${NAMES[measure]} grew by ${more} bytes, from ${earlyBytes.toLocaleString("en-US")} to ${lateBytes.toLocaleString("en-US")}`;
}

/** A value a column: the most in its time, or what there was before. */
function resample(samples: readonly Sample[], measure: Measure): number[] {
  const end = samples.at(-1)!.seconds;
  const values = new Array<number | undefined>(COLUMNS).fill(undefined);
  for (const sample of samples) {
    const at = Math.min(COLUMNS - 1, Math.floor((sample.seconds / end) * COLUMNS));
    values[at] = Math.max(values[at] ?? 0, sample[measure]);
  }
  let before = samples[0]![measure];
  return values.map((value) => {
    before = value ?? before;
    return before;
  });
}
