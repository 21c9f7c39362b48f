// src/export/folded.ts: an allocation profile as folded stacks, a line a stack: for flamegraph.pl, inferno, speedscope and whatever reads lines.
// Source: https://github.com/brendangregg/FlameGraph, flamegraph.pl, and stackcollapse-perf.pl, which has ":" for ";" too.

import { InvalidArgumentError } from "../errors.js";
import type { AllocationProfile } from "../tracemalloc/allocation-profile.js";
import type { Frame } from "../tracemalloc/frame.js";
import { FrameTable, shownName } from "./frame-table.js";

/** Ends a frame, or the line, in the format. */
const SEPARATOR = ";";
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it looks for
const LINE_BREAKS = /[\u0000-\u001f\u007f\u0085\u2028\u2029]+/g;

/**
 * The profile as folded stacks (Brendan Gregg's format, which has no version): `main (app.js:3);load (app.js:10) 4096\n`, oldest call first, one
 * line for each stack as it is spelled, in the order of their characters' codes. Columns and domains are left out. In names, ";" becomes ":", and line
 * breaks and control characters a space. Amounts are rounded to whole numbers; stacks of 0 are left out.
 *
 * @param options - value: what is counted at the end of a line; default: bytes.
 * @throws {InvalidArgumentError} if `profile` is none, or `value` neither.
 */
export function toFolded(
  profile: AllocationProfile,
  { value = "bytes" }: { readonly value?: "bytes" | "count" } = {},
): string {
  if (value !== "bytes" && value !== "count")
    throw new InvalidArgumentError("value", value, '"bytes" or "count"');
  const table = new FrameTable();
  const names: string[] = [];
  const sums = new Map<string, number>();
  for (const { sample, stack } of table.samplesOf(profile)) {
    while (names.length < table.frames.length) names.push(spell(table.frames[names.length]!));
    const spelled = stack.map((number) => names[number]).join(SEPARATOR);
    sums.set(spelled, (sums.get(spelled) ?? 0) + sample[value]);
  }
  return [...sums]
    .map(([stack, sum]) => [stack, Math.round(sum)] as const)
    .filter(([, amount]) => amount > 0)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([stack, amount]) => `${stack} ${amount}\n`)
    .join("");
}

function spell(frame: Frame): string {
  const { filename, lineno } = frame;
  const place = lineno === 0 ? filename : `${filename}:${lineno}`;
  const spelled = place === "" ? shownName(frame) : `${shownName(frame)} (${place})`;
  return spelled.replaceAll(SEPARATOR, ":").replaceAll(LINE_BREAKS, " ");
}
