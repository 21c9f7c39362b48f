// bench/objects/walks.ts: from record to record, reading on the way: by addresses in an array, or by a field that refers to the next.
// Not here: reading alone (fields.ts).

import type { Benchmark } from "./benchmark.js";
import { newHeap } from "./new-heap.js";
import { type PlainRecord, plainRecords, RECORDS, structRecords } from "./records.js";
import { loopWork } from "./work.js";

const TOTAL = 1_000_000;

export const scan: Benchmark = {
  name: "scan",
  operation: `the next of ${RECORDS} records is gone to, by its place in an array, and x, y and n are read`,
  measures: { time: "ns" },
  reference: "plain objects",
  contenders: [
    {
      name: "plain objects",
      does: "const it = records[i]; sum += it.x + it.y + it.n",
      start: (options) => {
        const records = plainRecords(options.seed);
        return loopWork(options, TOTAL, RECORDS, () => {
          let sum = 0;
          for (let i = 0; i < RECORDS; i += 1) {
            const it = records[i]!;
            sum += it.x + it.y + it.n;
          }
          return sum;
        });
      },
    },
    {
      name: "cursor",
      does: "cursor.moveTo(addresses[i]); sum += cursor.x + cursor.y + cursor.n",
      start: async (options) => {
        const { Record, batch } = structRecords(await newHeap(), options.seed);
        const addresses = batch.addresses.slice();
        const cursor = Record.cursor();
        return loopWork(options, TOTAL, RECORDS, () => {
          let sum = 0;
          for (let i = 0; i < RECORDS; i += 1) {
            cursor.moveTo(addresses[i]!);
            sum += cursor.x + cursor.y + cursor.n;
          }
          return sum;
        });
      },
    },
    {
      name: "handles in a frame",
      does: "const it = batch.at(i); sum += it.x + it.y + it.n, in heap.frame()",
      start: async (options) => {
        const heap = await newHeap();
        const { batch } = structRecords(heap, options.seed);
        return loopWork(options, TOTAL, RECORDS, () =>
          heap.frame(() => {
            let sum = 0;
            for (let i = 0; i < RECORDS; i += 1) {
              const it = batch.at(i);
              sum += it.x + it.y + it.n;
            }
            return sum;
          }),
        );
      },
    },
  ],
  targets: [],
};

export const walk: Benchmark = {
  name: "walk",
  operation: `the next of ${RECORDS} records in a list is gone to, by the field that refers to it, and x is read`,
  measures: { time: "ns" },
  reference: "plain objects",
  contenders: [
    {
      name: "plain objects",
      does: "for (let it = first; it !== null; it = it.next) sum += it.x",
      start: (options) => {
        const first = plainRecords(options.seed)[0]!;
        return loopWork(options, TOTAL, RECORDS, () => {
          let sum = 0;
          for (let it: PlainRecord | null = first; it !== null; it = it.next) sum += it.x;
          return sum;
        });
      },
    },
    {
      name: "cursor",
      does: "do sum += cursor.x; while (cursor.follow(next))",
      start: async (options) => {
        const { Record, batch } = structRecords(await newHeap(), options.seed);
        const first = batch.addresses[0]!;
        const cursor = Record.cursor();
        return loopWork(options, TOTAL, RECORDS, () => {
          cursor.moveTo(first);
          let sum = 0;
          do sum += cursor.x;
          while (cursor.follow("next"));
          return sum;
        });
      },
    },
    {
      name: "handles in a frame",
      does: "for (let it = first; it !== null; it = it.next) sum += it.x, in heap.frame()",
      start: async (options) => {
        const heap = await newHeap();
        const { batch } = structRecords(heap, options.seed);
        const first = batch.at(0);
        return loopWork(options, TOTAL, RECORDS, () =>
          heap.frame(() => {
            let sum = 0;
            for (let it: typeof first | null = first; it !== null; it = it.next) sum += it.x;
            return sum;
          }),
        );
      },
    },
    {
      name: "views",
      does: "sum += f64[(it + offsets.x) / 8]; it = u32[(it + offsets.next) / 4], of heap.memory",
      start: async (options) => {
        const heap = await newHeap();
        const { Record, batch } = structRecords(heap, options.seed);
        const first = batch.addresses[0]!;
        const { x, next } = Record.offsets;
        return loopWork(options, TOTAL, RECORDS, () => {
          const { f64, u32 } = heap.memory;
          let sum = 0;
          for (let it = first; it !== 0; it = u32[(it + next) >>> 2]!) sum += f64[(it + x) >>> 3]!;
          return sum;
        });
      },
    },
  ],
  targets: [],
};
