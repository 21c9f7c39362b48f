// src/lab/generators/cache-scratch.ts: cache-scratch: neighbouring objects given to one thread each, which frees its own and then
// allocates and frees one after the other. The threads take turns here, as if they ran at the same speed; writes are in no trace.
// Source: E. Berger, K. McKinley, R. Blumofe, P. Wilson: Hoard, ASPLOS 2000; its benchmark cache-scratch.

import { defineGenerator, eventsParameter, sizeParameter } from "./generator.js";

/** Of a 32-bit program: a thread's number or a pointer; and what a thread is told. */
const POINTER_BYTES = 4;
const ARGUMENTS_BYTES = 16;

export const cacheScratch = defineGenerator({
  name: "cache-scratch",
  description: "threads in turn, each with one small object at a time: allocate, free, allocate …",
  parameters: {
    events: eventsParameter(),
    threads: { default: 8, min: 1, max: 100, unit: "threads", meaning: "objects live at once" },
    bytes: sizeParameter("of an object", 1),
  },
  generate({ events, threads, bytes }, out) {
    const tables = [
      out.calloc(threads * POINTER_BYTES),
      out.malloc(threads * ARGUMENTS_BYTES),
      out.malloc(threads * POINTER_BYTES),
    ];
    const take = (count: number): number[] => Array.from({ length: count }, () => out.malloc(bytes));
    const give = (objects: readonly number[]): void => {
      for (const object of objects) out.free(object);
    };
    give(take(threads));
    for (;;) {
      const pairsLeft = Math.floor((events - tables.length - out.events) / 2);
      if (pairsLeft === 0) break;
      give(take(Math.min(threads, pairsLeft)));
    }
    give(tables);
  },
});
