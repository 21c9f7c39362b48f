// src/profile/report.ts: what was measured, as memory_profiler's table with time, and as JSON.
// Not here: measuring (recorder.ts).

import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { createColors } from "picocolors";
import type { BackendName } from "./backend.js";
import { nearPath } from "./near-path.js";
import type { FunctionRecord, LineRecord, ProfileRecord } from "./record.js";
import { msText, sizeText, type Unit } from "./size-text.js";

export interface ReportOptions {
  readonly hasColors: boolean;
  /** The backend's, if undefined: bytes of a heap are exact. */
  readonly unit?: Unit | undefined;
}

const DEFAULT_UNITS: Readonly<Record<BackendName, Unit>> = { heap: "B", v8: "MiB", rss: "MiB" };
const TITLES: Readonly<Record<BackendName, string>> = { heap: "heap", v8: "V8 heap", rss: "RSS" };

const NOTHING_MEASURED =
  "No function was measured: mark one with profile(…) or @profile, or choose one with --function NAME.";
const LINES_NEED_LOADER =
  "measured as a whole; its lines need the loader: pymalloc profile SCRIPT, or node --import pymalloc/profile/register SCRIPT";

/** All functions, by file and line, each with a table; those not called are named. */
export function toText(record: ProfileRecord, options: ReportOptions): string {
  const colors = createColors(options.hasColors);
  const files = groupByFile(record.functions);
  if (record.functions.length === 0) return NOTHING_MEASURED;
  const blocks: string[] = [];
  for (const [file, functions] of files) {
    const source = readLines(file);
    const parts = [`${colors.bold("Filename:")} ${nearPath(file)}`];
    for (const it of functions) {
      const calls =
        it.calls === 0
          ? "not called"
          : `${it.calls.toLocaleString("en-US")} call${it.calls === 1 ? "" : "s"}`;
      const place = it.whole === undefined ? "" : `line ${it.headLine}, `;
      const head = `${colors.bold("Function:")} ${colors.cyan(it.name)}, ${place}${it.calls === 0 ? colors.yellow(calls) : calls}`;
      if (it.note !== undefined) parts.push(`${head}\n  its lines can't be measured: ${it.note}`);
      else if (it.calls === 0) parts.push(head);
      else if (it.whole !== undefined) parts.push(wholeText(head, it, record, options));
      else parts.push([head, ...table(it, source, record, options)].join("\n"));
    }
    blocks.push(parts.join("\n\n"));
  }
  return blocks.join("\n\n\n");
}

/** Sizes in bytes, times in milliseconds. */
export function toJson(record: ProfileRecord, version: string): object {
  const { backends, functions, heaps } = record;
  const byBackend = (values: readonly number[]): Record<string, number> =>
    Object.fromEntries(backends.map((name, index) => [name, values[index]!]));
  return {
    version,
    backends,
    heaps,
    functions: [...groupByFile(functions)].flatMap(([file, inFile]) => {
      const source = readLines(file);
      return inFile.map(({ url: _, whole, lines, ...it }) => ({
        file,
        ...it,
        ...(whole && {
          whole: { ...whole, bytes: byBackend(whole.bytes), increments: byBackend(whole.increments) },
        }),
        lines: lines.map((line) => ({
          ...line,
          bytes: byBackend(line.bytes),
          increments: byBackend(line.increments),
          text: source[line.line - 1] ?? "",
        })),
      }));
    }),
  };
}

function wholeText(
  head: string,
  { whole }: FunctionRecord,
  record: ProfileRecord,
  options: ReportOptions,
): string {
  const lines = record.backends.map((name, index) => {
    const unit = options.unit ?? DEFAULT_UNITS[name];
    return `  ${TITLES[name]}: ${sizeText(whole!.bytes[index]!, unit)}, increment ${sizeText(whole!.increments[index]!, unit)}`;
  });
  return [head, ...lines, `  time: ${msText(whole!.ms)}`, `  ${LINES_NEED_LOADER}`].join("\n");
}

interface Column {
  readonly title: string;
  readonly cells: readonly string[];
  /** As coloured as its cell's value says; undefined: plain. */
  readonly isGrowth?: (row: number) => boolean;
}

const GAP = "  ";
const WIDTH_MIN = 10;

function table(
  it: FunctionRecord,
  source: readonly string[],
  record: ProfileRecord,
  options: ReportOptions,
): string[] {
  const colors = createColors(options.hasColors);
  const byLine = new Map(it.lines.map((line) => [line.line, line]));
  const numbers = Array.from({ length: it.lastLine - it.firstLine + 1 }, (_, index) => it.firstLine + index);
  const rows = numbers.map((number) => byLine.get(number));
  const cells = (text: (line: LineRecord) => string): string[] =>
    rows.map((row) => (row === undefined ? "" : text(row)));
  const columns: Column[] = [{ title: "Line #", cells: numbers.map(String) }];
  for (const [index, name] of record.backends.entries()) {
    const unit = options.unit ?? DEFAULT_UNITS[name];
    const suffix = record.backends.length > 1 ? ` (${TITLES[name]})` : "";
    columns.push({
      title: `Mem usage${suffix}`,
      cells: cells(({ bytes }) => sizeText(bytes[index]!, unit)),
    });
    columns.push({
      title: `Increment${suffix}`,
      cells: cells(({ increments }) => sizeText(increments[index]!, unit)),
      isGrowth: (row) => (rows[row]?.increments[index] ?? 0) > 0,
    });
  }
  columns.push({
    title: "Occurrences",
    cells: cells(({ occurrences }) => occurrences.toLocaleString("en-US")),
  });
  columns.push({ title: "Time", cells: cells(({ ms }) => msText(ms)) });

  const widths = columns.map(({ title, cells }, index) =>
    Math.max(index === 0 ? 0 : WIDTH_MIN, title.length, ...cells.map((cell) => cell.length)),
  );
  const head = `${columns.map(({ title }, index) => title.padStart(widths[index]!)).join(GAP)}${GAP} Line Contents`;
  return [
    colors.bold(head),
    colors.dim("=".repeat(head.length)),
    ...numbers.map((number, row) => {
      const parts = columns.map(({ cells, isGrowth }, index) => {
        const cell = cells[row]!.padStart(widths[index]!);
        return index === 0 ? colors.dim(cell) : isGrowth?.(row) ? colors.green(cell) : cell;
      });
      return `${parts.join(GAP)}${GAP} ${source[number - 1] ?? ""}`.trimEnd();
    }),
  ];
}

/** Files by name, functions by line. */
function groupByFile(functions: readonly FunctionRecord[]): [string, FunctionRecord[]][] {
  const files = new Map<string, FunctionRecord[]>();
  for (const it of functions) {
    const file = it.url.startsWith("file:") ? fileURLToPath(it.url) : it.url || "(unknown)";
    files.set(file, [...(files.get(file) ?? []), it]);
  }
  for (const inFile of files.values()) inFile.sort((a, b) => a.firstLine - b.firstLine);
  return [...files].sort(([a], [b]) => (a < b ? -1 : 1));
}

function readLines(file: string): string[] {
  return existsSync(file) ? readFileSync(file, "utf8").split(/\r\n?|\n/) : [];
}
