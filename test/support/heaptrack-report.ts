// test/support/heaptrack-report.ts: words totals and places as `heaptrack_print -l` does, to hold them against its own output.

import { hotSpotsOf, type Measure } from "../../src/lab/formats/hot-spots.js";
import type { Recording } from "../../src/lab/formats/recording.js";
import { type Call, shortenTemplates } from "../../src/lab/formats/sites.js";
import { type Costs, totalsOf } from "../../src/lab/formats/totals.js";

type Wording = (costs: Readonly<Costs>) => string;

const percentage = ({ temporary, calls }: Readonly<Costs>): string =>
  Math.fround(Math.fround(Math.fround(temporary) * 100) / calls).toFixed(2);

/** Title, order, and what stands above a place and above a stack. */
const SECTIONS: readonly (readonly [string, Measure, Wording, Wording])[] = [
  [
    "MOST CALLS TO ALLOCATION FUNCTIONS",
    "calls",
    (it) => `${it.calls} calls to allocation functions with ${bytes(it.peakBytes)} peak consumption from`,
    (it) => `${it.calls} calls with ${bytes(it.peakBytes)} peak consumption from:`,
  ],
  [
    "PEAK MEMORY CONSUMERS",
    "peakBytes",
    (it) => `${bytes(it.peakBytes)} peak memory consumed over ${it.calls} calls from`,
    (it) => `${bytes(it.peakBytes)} consumed over ${it.calls} calls from:`,
  ],
  [
    "MEMORY LEAKS",
    "leakedBytes",
    (it) => `${bytes(it.leakedBytes)} leaked over ${it.calls} calls from`,
    (it) => `${bytes(it.leakedBytes)} leaked over ${it.calls} calls from:`,
  ],
  [
    "MOST TEMPORARY ALLOCATIONS",
    "temporary",
    (it) =>
      `${it.temporary} temporary allocations of ${it.calls} allocations in total (${percentage(it)}%) from`,
    (it) =>
      `${it.temporary} temporary allocations of ${it.calls} allocations in total (${percentage(it)}%) from:`,
  ],
];

/** The report from its first section on. */
export function heaptrackReport(recording: Recording): string {
  const totals = totalsOf(recording);
  const spots = hotSpotsOf(recording, totals);
  const lines: string[] = [];
  for (const [title, measure, placeLabel, stackLabel] of SECTIONS) {
    lines.push(title);
    for (const place of spots[measure]) {
      const [call] = recording.sites.stackOf(place.site);
      lines.push(placeLabel(place), ...callLines(call, ""));
      if (call === undefined) continue;
      for (const stack of place.stacks) {
        const outer = recording.sites.stackOf(stack.site).slice(1);
        // the innermost may be the outermost too: heaptrack looks at that one only when it is shown
        lines.push(stackLabel(stack), ...outer.flatMap((it) => callLines(it, "    ")));
      }
      if (place.stackCount > 5) {
        const rest = place[measure] - place.stacks.reduce((sum, stack) => sum + stack[measure], 0);
        const shown = measure === "calls" ? rest : bytes(rest);
        lines.push(`  and ${shown} from ${place.stackCount - 5} other places`);
      }
      lines.push("");
    }
    lines.push("");
  }
  const runtimeMs = (recording.elapsedMs ?? 0) + 1;
  const rate = (count: number): string => `${count} (${Math.trunc(count * (1000 / runtimeMs))}/s)`;
  lines.push(
    `total runtime: ${(runtimeMs / 1000).toFixed(2)}s.`,
    `calls to allocation functions: ${rate(totals.allocations)}`,
    `temporary memory allocations: ${rate(totals.heaptrackTemporary)}`,
    `peak heap memory consumption: ${bytes(totals.peakLiveBytes)}`,
    `peak RSS (including heaptrack overhead): ${bytes(recording.peakRssBytes ?? 0)}`,
    `total memory leaked: ${bytes(totals.leakedBytes - totals.suppressedBytes)}`,
  );
  if (totals.suppressedBytes > 0) lines.push(`suppressed leaks: ${bytes(totals.suppressedBytes)}`);
  return `${lines.join("\n")}\n`;
}

/** Where the report of heaptrack_print begins, behind what it says of its reading. */
export function bodyOf(report: string): string {
  return report.slice(report.indexOf(SECTIONS[0]![0]));
}

function callLines(call: Call | undefined, indent: string): string[] {
  if (call === undefined) return [`${indent}0x0`, `${indent}  in ??`];
  const lines = [indent + (shortenTemplates(call.functionName) || call.address)];
  if (call.file !== "") lines.push(`${indent}  at ${call.file}:${call.line}`);
  lines.push(`${indent}  in ${call.module || "??"}`);
  for (const frame of call.inlinedInto) {
    lines.push(indent + shortenTemplates(frame.functionName), `${indent}  at ${frame.file}:${frame.line}`);
  }
  return lines;
}

/** Decimal units; what lies just between two hundredths goes to the even one, as printf has it. */
export function bytes(count: number): string {
  let size = count;
  let unit = 0;
  while (unit < 4 && Math.abs(size) > 1000) {
    size /= 1000;
    unit += 1;
  }
  if (unit === 0) return `${count}B`;
  const isTie = Math.abs(size % 0.25) === 0.125;
  const hundredths = isTie ? 2 * Math.round((size * 100) / 2) : size * 100;
  return `${isTie ? (hundredths / 100).toFixed(2) : size.toFixed(2)}${"BKMGT"[unit]}`;
}
