// bench/objects/fields.ts: one field of many records, read and written.
// Not here: getting from record to record (walks.ts), many types at once (ten-classes.ts).

import type { Benchmark, Contender, Target } from "./benchmark.js";
import { newHeap } from "./new-heap.js";
import { plainRecords, RECORDS, structRecords } from "./records.js";
import { loopWork } from "./work.js";

const TOTAL = 3_000_000;

/** Access through a handle or a cursor, against a property. */
export const HANDLE_TIMES = 3;
export const CURSOR_TIMES = 2;
export const ACCESS_TARGETS: readonly Target[] = [
  { contender: "handles", measure: "time", limit: HANDLE_TIMES, times: "plain objects" },
  { contender: "cursors", measure: "time", limit: CURSOR_TIMES, times: "plain objects" },
];

type WithX = { x: number };

// V8 compiles a function for what goes through it; each contender has a process, so each has it for itself.

function sumOf(records: readonly WithX[]): number {
  let sum = 0;
  for (let i = 0; i < records.length; i += 1) sum += records[i]!.x;
  return sum;
}

function fill(records: readonly WithX[], first: number): number {
  for (let i = 0; i < records.length; i += 1) records[i]!.x = first + i;
  return records.length;
}

const READ = "sum += records[i].x";
const WRITE = "records[i].x = first + i";

export const fieldRead: Benchmark = {
  name: "field-read",
  operation: `x, an f64, of the next of ${RECORDS} records is read and summed`,
  measures: { time: "ns" },
  reference: "plain objects",
  contenders: [
    ...positioned(READ, (records) => () => sumOf(records)),
    {
      name: "column loop",
      does: "sum += array[indices[i]], both of batch.column(x)",
      start: async (options) => {
        const { batch } = structRecords(await newHeap(), options.seed);
        const column = batch.column("x");
        return loopWork(options, TOTAL, RECORDS, () => {
          const { array, indices } = column;
          let sum = 0;
          for (let i = 0; i < indices.length; i += 1) sum += array[indices[i]!]!;
          return sum;
        });
      },
    },
    {
      name: "column",
      does: "sum += column.get(i)",
      start: async (options) => {
        const { batch } = structRecords(await newHeap(), options.seed);
        const column = batch.column("x");
        return loopWork(options, TOTAL, RECORDS, () => {
          let sum = 0;
          for (let i = 0; i < RECORDS; i += 1) sum += column.get(i);
          return sum;
        });
      },
    },
  ],
  targets: ACCESS_TARGETS,
};

export const fieldWrite: Benchmark = {
  name: "field-write",
  operation: `x, an f64, of the next of ${RECORDS} records is set`,
  measures: { time: "ns" },
  reference: "plain objects",
  contenders: [
    ...positioned(WRITE, (records, seed) => () => fill(records, seed + 0.5)),
    {
      name: "column loop",
      does: "array[indices[i]] = first + i",
      start: async (options) => {
        const { batch } = structRecords(await newHeap(), options.seed);
        const column = batch.column("x");
        const first = options.seed + 0.5;
        return loopWork(options, TOTAL, RECORDS, () => {
          const { array, indices } = column;
          for (let i = 0; i < indices.length; i += 1) array[indices[i]!] = first + i;
          return RECORDS;
        });
      },
    },
    {
      name: "column",
      does: "column.set(i, first + i)",
      start: async (options) => {
        const { batch } = structRecords(await newHeap(), options.seed);
        const column = batch.column("x");
        const first = options.seed + 0.5;
        return loopWork(options, TOTAL, RECORDS, () => {
          for (let i = 0; i < RECORDS; i += 1) column.set(i, first + i);
          return RECORDS;
        });
      },
    },
  ],
  targets: [],
};

/** Plain objects, handles and cursors: all that have a property x, one a record. */
function positioned(
  does: string,
  passOf: (records: readonly WithX[], seed: number) => () => number,
): Contender[] {
  return [
    {
      name: "plain objects",
      does: `${does}, of a class with the same fields`,
      start: (options) => {
        const records = plainRecords(options.seed);
        return loopWork(options, TOTAL, RECORDS, passOf(records, options.seed));
      },
    },
    {
      name: "handles",
      does,
      start: async (options) => {
        const { batch } = structRecords(await newHeap(), options.seed);
        const records = Array.from({ length: RECORDS }, (_, i) => batch.at(i));
        return loopWork(options, TOTAL, RECORDS, passOf(records, options.seed));
      },
    },
    {
      name: "cursors",
      does: `${does}, each record with a cursor on it`,
      start: async (options) => {
        const { Record, batch } = structRecords(await newHeap(), options.seed);
        const records = Array.from(batch.addresses, (address) => Record.cursor(address));
        return loopWork(options, TOTAL, RECORDS, passOf(records, options.seed));
      },
    },
  ];
}
