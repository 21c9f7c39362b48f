// bench/objects/report.ts: a measurement as tables for people, and as JSON for programs.
// Not here: where either is written (suite.ts).

import CliTable from "cli-table3";
import type { Spread } from "../../src/lab/spread.js";
import { factLines, type RunFacts } from "../facts.js";
import type { Benchmark, Unit } from "./benchmark.js";
import { judge, ratioOf, rowOf, type Verdict } from "./judge.js";
import type { Measurement, Row } from "./measure.js";

const DIGITS: Readonly<Record<Unit, number>> = {
  ...{ ns: 1, µs: 1, ms: 2 },
  ...{ bytes: 2, MiB: 1, "%": 2, count: 0 },
};

/** The JSON shape of a measurement. @param command - the npm script. */
export function toJson(
  command: string,
  measurement: Measurement,
  benchmarks: readonly Benchmark[],
  facts: RunFacts,
): Record<string, unknown> {
  const { rows, failures, skipped, programs, isInterrupted } = measurement;
  return {
    program: `pymalloc ${command}`,
    ...facts,
    interrupted: isInterrupted,
    programs: Object.fromEntries(programs),
    benchmarks: benchmarks.map(({ name, operation, reference, contenders }) => ({
      ...{ name, operation, reference },
      contenders: contenders.map((it) => ({ name: it.name, does: it.does })),
    })),
    rows,
    targets: judge(benchmarks, rows).filter((it) => it.value !== undefined),
    failures,
    skipped,
  };
}

/** One table a benchmark, the targets, what is missing, the run's facts and its caveats. */
export function toText(
  measurement: Measurement,
  benchmarks: readonly Benchmark[],
  facts: RunFacts,
  caveat: string,
): string {
  const { rows, failures, skipped, programs } = measurement;
  const verdicts = judge(benchmarks, rows);
  const measured = benchmarks.filter(({ name }) => rows.some((row) => row.benchmark === name));
  const blocks = measured.map((benchmark) => sectionOf(benchmark, rows, verdicts));
  const judged = verdicts.filter((it) => it.value !== undefined);
  if (judged.length > 0) blocks.push(targetLines(judged));
  const missing = [
    ...failures.map((it) => `failed: ${it.benchmark}, ${it.contender}: ${it.reason}`),
    ...skipped.map((it) => `not run: ${it.benchmark}, ${it.contender}: ${it.reason}`),
  ];
  if (missing.length > 0) blocks.push(missing.join("\n"));
  if (measurement.isInterrupted) blocks.push("interrupted: rows are of the benchmarks that were done");
  const others = [...programs].map(([contender, program]) => `${contender}: ${program}`);
  blocks.push([factLines(facts), ...others].join("\n"), caveat);
  return blocks.join("\n\n");
}

/** What is done, a table, and how each contender does it. */
function sectionOf(benchmark: Benchmark, rows: readonly Row[], verdicts: readonly Verdict[]): string {
  const { name, operation, reference, contenders } = benchmark;
  const own = rows.filter((row) => row.benchmark === name);
  const table = new CliTable({
    head: ["contender", "measure", "median", "min–max", "first", `÷ ${reference}`, "target", ""],
    colAligns: ["left", "left", "right", "right", "right", "right", "right", "left"],
    style: { head: [], border: [], compact: true },
  });
  let shown: string | undefined;
  for (const row of own) {
    const { contender, measure, unit, value, first } = row;
    const digits = DIGITS[unit];
    const ofReference = rowOf(own, name, reference, measure);
    const ofCell = verdicts.filter(
      (it) => it.benchmark === name && it.contender === contender && it.measure === measure,
    );
    table.push([
      contender === shown ? "" : contender,
      `${measure}, ${unit}`,
      value.median.toFixed(digits),
      `${value.min.toFixed(digits)}–${value.max.toFixed(digits)}`,
      first.toFixed(digits),
      ofReference === undefined || unit === "%" ? "–" : timesWithSpread(ratioOf(row, ofReference)),
      ofCell.map((it) => targetText(it, unit, reference)).join(", "),
      ofCell.map(verdictText).join(", "),
    ]);
    shown = contender;
  }
  const measured = contenders.filter((it) => own.some((row) => row.contender === it.name));
  const legend = measured.map((it) => `  ${it.name}: ${it.does}`);
  return [`${name}: ${operation}`, table.toString(), ...legend].join("\n");
}

function targetText({ limit, times: other }: Verdict, unit: Unit, reference: string): string {
  if (other === undefined) return `≤ ${limit} ${unit}`;
  return other === reference ? `≤ ${times(limit)}` : `≤ ${times(limit)} ${other}`;
}

function verdictText({ isReached }: Verdict): string {
  return isReached === undefined ? "" : isReached ? "reached" : "missed";
}

function targetLines(verdicts: readonly Verdict[]): string {
  const reached = verdicts.filter((it) => it.isReached);
  const lines = verdicts.map(
    ({ benchmark, contender, measure, spread, limit, times: other, isReached }) =>
      `  ${isReached ? "reached" : "missed"}: ${benchmark}, ${contender}, ${measure}: ` +
      (other === undefined
        ? `${spread!.median.toFixed(1)} (${spread!.min.toFixed(1)}–${spread!.max.toFixed(1)}), at most ${limit}`
        : `${timesWithSpread(spread!)} ${other}, at most ${times(limit)}`),
  );
  return [`${reached.length} of ${verdicts.length} targets reached`, ...lines].join("\n");
}

function times(ratio: number): string {
  return `${digitsOf(ratio)}×`;
}

function timesWithSpread({ min, median, max }: Spread): string {
  return min === max ? times(median) : `${times(median)} (${digitsOf(min)}–${digitsOf(max)})`;
}

/** What tells apart a fortieth and a fiftieth. */
function digitsOf(ratio: number): string {
  return ratio < 0.2 ? ratio.toFixed(3) : ratio.toFixed(2);
}
