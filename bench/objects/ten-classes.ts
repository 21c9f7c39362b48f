// bench/objects/ten-classes.ts: reading where a program has many types: what engines learn at one place must not spoil another.
// Not here: one type (fields.ts).

import { freshCopy } from "../../src/lab/fresh-copy.js";
import type { Benchmark, Contender, WorkOptions } from "./benchmark.js";
import { ACCESS_TARGETS } from "./fields.js";
import { keep, newHeap } from "./new-heap.js";
import { drawValues, RECORDS } from "./records.js";
import { loopWork } from "./work.js";

const TOTAL = 3_000_000;
const CLASSES = 10;

type WithX = { x: number };

/** Names nothing outside itself: copied, it is a place of its own for the engine. */
const sumOf = (records: readonly WithX[]): number => {
  let sum = 0;
  for (let i = 0; i < records.length; i += 1) sum += records[i]!.x;
  return sum;
};

/** Records by class: record i is one of class i % CLASSES. */
type RecordsByClass = readonly (readonly WithX[])[];

/** One loop a class, as a program has it. */
export const tenClasses: Benchmark = {
  name: "ten-classes",
  operation: `as field-read; the records are of ${CLASSES} struct classes, each read by a loop of its own`,
  measures: { time: "ns" },
  reference: "plain objects",
  contenders: contenders((byClass) => {
    const loops = byClass.map((records) => ({ records, sum: freshCopy(sumOf) }));
    return () => loops.reduce((total, { records, sum }) => total + sum(records), 0);
  }),
  targets: ACCESS_TARGETS,
};

/** One loop that sees all classes in turn: no engine specializes that. */
export const tenClassesMixed: Benchmark = {
  name: "ten-classes-mixed",
  operation: `as field-read; the records are of ${CLASSES} struct classes in turn, read by one loop`,
  measures: { time: "ns" },
  reference: "plain objects",
  contenders: contenders((byClass) => {
    const records = Array.from(
      { length: RECORDS },
      (_, i) => byClass[i % CLASSES]![Math.floor(i / CLASSES)]!,
    );
    return () => sumOf(records);
  }),
  targets: [],
};

function contenders(passOf: (byClass: RecordsByClass) => () => number): Contender[] {
  return [
    {
      name: "plain objects",
      does: `sum += records[i].x, of ${CLASSES} classes`,
      start: (options) => loopWork(options, TOTAL, RECORDS, passOf(plainClasses(options))),
    },
    {
      name: "handles",
      does: "sum += records[i].x",
      start: async (options) => {
        const byClass = await structClasses(options);
        const handles = byClass.map(({ Record, addresses }) =>
          addresses.map((address) => Record.at(address)),
        );
        return loopWork(options, TOTAL, RECORDS, passOf(handles));
      },
    },
    {
      name: "cursors",
      does: "sum += records[i].x, each record with a cursor on it",
      start: async (options) => {
        const byClass = await structClasses(options);
        const cursors = byClass.map(({ Record, addresses }) =>
          addresses.map((address) => Record.cursor(address)),
        );
        return loopWork(options, TOTAL, RECORDS, passOf(cursors));
      },
    },
  ];
}

/** The values of each class's records. */
function valuesByClass(seed: number): Float64Array[] {
  const values = drawValues(seed);
  return Array.from({ length: CLASSES }, (_, number) => values.filter((_, i) => i % CLASSES === number));
}

/** Class number n has n fields before x, so that x is elsewhere in each. */
function plainClasses({ seed }: WorkOptions): RecordsByClass {
  return valuesByClass(seed).map((values, number) => {
    const before = Array.from({ length: number }, (_, i) => `this.before${i} = ${i};`).join(" ");
    const make = new Function(`return class Record${number} { constructor(x) { ${before} this.x = x; } }`);
    const PlainRecord = make() as new (x: number) => WithX;
    return Array.from(values, (x) => new PlainRecord(x));
  });
}

async function structClasses({ seed }: WorkOptions) {
  const heap = await newHeap();
  return valuesByClass(seed).map((values, number) => {
    const before = Object.fromEntries(Array.from({ length: number }, (_, i) => [`before${i}`, "i32"]));
    const Record = heap.struct(`Record${number}`, { ...(before as Record<string, "i32">), x: "f64" });
    const batch = keep(Record.allocate(values.length));
    const column = batch.column("x");
    for (const [i, x] of values.entries()) column.set(i, x);
    return { Record, batch, addresses: Array.from(batch.addresses) };
  });
}
