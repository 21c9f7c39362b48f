// bench/objects/report.ts: a measurement as tables for people, and as JSON for programs.
// Not here: where either is written (main.ts).

import CliTable from "cli-table3";
import { factLines, type RunFacts } from "../facts.js";
import type { Benchmark, Unit } from "./benchmark.js";
import { judge, medianOf, type Verdict } from "./judge.js";
import type { Measurement, Row } from "./measure.js";

const CAVEAT = `Against ourselves:
- Linear memory stays once it has grown, so only the first round meets memory that the system has to hand out;
  CPython gives memory back and meets it in every round.
- CPython looks for cycles as it goes; here nothing does, so "CPython, no gc" is the fairer rival.
- A record here has 32-bit references, CPython's and V8's (in Node) 64-bit ones. Browsers compress V8's: there a plain object
  takes half of what it takes here.
- Releasing plain objects is a whole collection, which an engine may put off, or do beside the program.
- Every contender runs alone in its process, with a loop that is compiled for it: a program that uses much at once is slower.`;

const DIGITS: Readonly<Record<Unit, number>> = { ns: 1, bytes: 2, MiB: 1 };

/** The JSON shape of a measurement. */
export function toJson(
  measurement: Measurement,
  benchmarks: readonly Benchmark[],
  facts: RunFacts,
): Record<string, unknown> {
  const { rows, failures, skipped, programs, isInterrupted } = measurement;
  return {
    program: "pymalloc bench:objects",
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
export function toText(measurement: Measurement, benchmarks: readonly Benchmark[], facts: RunFacts): string {
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
  blocks.push([factLines(facts), ...others].join("\n"), CAVEAT);
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
    const ofReference = medianOf(own, name, reference, measure);
    const ofCell = verdicts.filter(
      (it) => it.benchmark === name && it.contender === contender && it.measure === measure,
    );
    table.push([
      contender === shown ? "" : contender,
      `${measure}, ${unit}`,
      value.median.toFixed(digits),
      `${value.min.toFixed(digits)}–${value.max.toFixed(digits)}`,
      first.toFixed(digits),
      ofReference === undefined ? "–" : times(value.median / ofReference),
      ofCell.map((it) => targetText(it, unit)).join(", "),
      ofCell.map(verdictText).join(", "),
    ]);
    shown = contender;
  }
  const measured = contenders.filter((it) => own.some((row) => row.contender === it.name));
  const legend = measured.map((it) => `  ${it.name}: ${it.does}`);
  return [`${name}: ${operation}`, table.toString(), ...legend].join("\n");
}

function targetText({ limit, times: other }: Verdict, unit: Unit): string {
  return other === undefined ? `≤ ${limit} ${unit}` : `≤ ${times(limit)}`;
}

function verdictText({ isReached }: Verdict): string {
  return isReached === undefined ? "" : isReached ? "reached" : "missed";
}

function targetLines(verdicts: readonly Verdict[]): string {
  const missed = verdicts.filter((it) => !it.isReached);
  const count = `${verdicts.length - missed.length} of ${verdicts.length} targets reached`;
  const lines = missed.map(
    ({ benchmark, contender, measure, value, limit, times: other }) =>
      `  missed: ${benchmark}, ${contender}, ${measure}: ` +
      (other === undefined
        ? `${value!.toFixed(1)}, at most ${limit}`
        : `${times(value!)} ${other}, at most ${times(limit)}`),
  );
  return [count, ...lines].join("\n");
}

function times(ratio: number): string {
  return `${ratio.toFixed(2)}×`;
}
