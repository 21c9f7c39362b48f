// bench/objects/records.ts: records to read, as structs and as plain objects with the same values.
// Not here: what reads them (fields.ts, walks.ts, ten-classes.ts).

import type { Heap } from "../../src/heap.js";
import { Random } from "../../src/lab/random.js";
import { keep } from "./new-heap.js";

/** Records that a pass goes over: more than a first-level cache holds. */
export const RECORDS = 10_000;
const VALUE_LIMIT = 1_000_000;

/** Fields of a record, as heap.struct() takes them. */
export const RECORD = { next: "self", x: "f64", y: "f64", n: "i32" } as const;

export class PlainRecord {
  next: PlainRecord | null = null;

  constructor(
    public x: number,
    public y: number,
    public n: number,
  ) {}
}

/** Values of the records' x: none is an integer, so that engines keep them all as floats. */
export function drawValues(seed: number): Float64Array {
  const random = new Random(seed);
  return Float64Array.from({ length: RECORDS }, () => random.below(VALUE_LIMIT) + 0.5);
}

/** Each refers to the next, the last to none. */
export function plainRecords(seed: number): PlainRecord[] {
  const records = Array.from(drawValues(seed), (x, index) => new PlainRecord(x, -x, index));
  for (let i = 1; i < RECORDS; i += 1) records[i - 1]!.next = records[i]!;
  return records;
}

/** As plainRecords, in a batch. */
export function structRecords(heap: Heap, seed: number) {
  const Record = heap.struct("Record", RECORD);
  const batch = keep(Record.allocate(RECORDS)); // its records die when JavaScript drops it
  const values = drawValues(seed);
  const [x, y, n, next] = [batch.column("x"), batch.column("y"), batch.column("n"), batch.column("next")];
  for (let i = 0; i < RECORDS; i += 1) {
    x.set(i, values[i]!);
    y.set(i, -values[i]!);
    n.set(i, i);
    if (i > 0) next.set(i - 1, batch.addresses[i]!);
  }
  return { Record, batch };
}
