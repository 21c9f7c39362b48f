// test/src/lab/generators/shapes.test.ts: each generator's trace has the shape that its benchmark is known for.

import { describe, expect, test } from "vitest";
import { binaryTreesEvents } from "../../../../src/lab/generators/binary-trees.js";
import { parseGenerator } from "../../../../src/lab/generators/parse.js";
import { generateTrace } from "../../../../src/lab/generators/workload.js";
import {
  EVENT_WORDS,
  OP_FREE,
  OP_REALLOC_NULL,
  OP_SHIFT,
  SLOT_MASK,
  type Trace,
} from "../../../../src/lab/trace.js";

interface Call {
  readonly op: number;
  readonly slot: number;
  readonly size: number;
}

function generate(text: string): Trace {
  return generateTrace(parseGenerator(text));
}

function callsOf({ words }: Trace): Call[] {
  return Array.from({ length: words.length / EVENT_WORDS }, (_, event) => ({
    op: words[event * EVENT_WORDS]! >>> OP_SHIFT,
    slot: words[event * EVENT_WORDS]! & SLOT_MASK,
    size: words[event * EVENT_WORDS + 1]!,
  }));
}

/** Of each free in order: which allocation its block came from, counted from 0. */
function birthsOfFrees(trace: Trace): number[] {
  const births: number[] = [];
  const freed: number[] = [];
  let count = 0;
  for (const { op, slot } of callsOf(trace)) {
    if (op === OP_FREE) freed.push(births[slot]!);
    else {
      births[slot] = count;
      count += 1;
    }
  }
  return freed;
}

/** Share of frees, after the first, of a block that was born right before, or right after, the one freed last. */
function neighbourShare(freed: readonly number[], step: 1 | -1): number {
  const hits = freed.filter((birth, index) => index > 0 && birth === freed[index - 1]! + step);
  return hits.length / (freed.length - 1);
}

/** Live blocks after each event. */
function liveCounts(trace: Trace): number[] {
  let live = 0;
  return callsOf(trace).map(({ op }) => {
    live += op === OP_FREE ? -1 : 1;
    return live;
  });
}

describe("alloc-test", () => {
  const trace = generate("alloc-test:events=300000");
  const sizes = callsOf(trace)
    .slice(1) // the table of places
    .filter(({ op }) => op !== OP_FREE)
    .map(({ size }) => size);

  test("sizes have a tail of Pareto's with index 1: twice the size is half as frequent", () => {
    const above = (bytes: number): number => sizes.filter((size) => size > bytes).length;
    // least squares of the logarithms, over the classes before the largest
    const points = [3, 4, 5, 6, 7, 8].map((log2) => ({ x: log2, y: Math.log2(above(2 ** log2)) }));
    const meanX = points.reduce((sum, { x }) => sum + x, 0) / points.length;
    const meanY = points.reduce((sum, { y }) => sum + y, 0) / points.length;
    const slope =
      points.reduce((sum, { x, y }) => sum + (x - meanX) * (y - meanY), 0) /
      points.reduce((sum, { x }) => sum + (x - meanX) ** 2, 0);
    expect(-slope).toBeGreaterThan(0.95);
    expect(-slope).toBeLessThan(1.05);
  });

  test("sizes are from 5 bytes to maxBytes, and reach both", () => {
    expect(Math.min(...sizes.slice(0, 100_000))).toBe(5);
    expect(Math.max(...sizes.slice(0, 100_000))).toBeGreaterThan(1000);
    expect(Math.max(...sizes.slice(0, 100_000))).toBeLessThanOrEqual(1024);
  });

  test("about half of the places are filled at any time, and in the end none is", () => {
    const live = liveCounts(generate("alloc-test:events=300000,items=10000"));
    const middle = live.slice(6000, -6000);
    expect(Math.min(...middle.filter((_, index) => index % 100 === 0)) / 10_000).toBeGreaterThan(0.45);
    expect(Math.max(...middle.filter((_, index) => index % 100 === 0)) / 10_000).toBeLessThan(0.55);
    expect(live.at(-1)).toBe(0);
  });

  test("80 % of the calls are for 20 % of the places, and so on: 65 % of the first blocks outlive 29 calls a place", () => {
    const freed = birthsOfFrees(generate("alloc-test:events=300000,items=10000"));
    // places in seven parts: of one with a share p of all, and q of the calls, exp(-29 q / p) were never called upon
    const expected = [0, 1, 2, 3, 4, 5, 6].reduce((sum, hot) => {
      const ways = [1, 6, 15, 20, 15, 6, 1][hot]!;
      const share = 0.2 ** hot * 0.8 ** (6 - hot);
      return sum + ways * share * Math.exp((-29 * (0.8 ** hot * 0.2 ** (6 - hot))) / share);
    }, 0);
    const last = freed.slice(-5000).filter((birth) => birth < 5000);
    expect(Math.abs(last.length / 5000 - expected)).toBeLessThan(0.03);
  });
});

describe("sh6bench", () => {
  const trace = generate("sh6bench:events=300000");
  const freed = birthsOfFrees(trace);

  test("half of the frees go from the newest down, the other half from the oldest up", () => {
    expect(neighbourShare(freed, -1)).toBeGreaterThan(0.45);
    expect(neighbourShare(freed, -1)).toBeLessThan(0.55);
    expect(neighbourShare(freed, 1)).toBeGreaterThan(0.4);
    expect(neighbourShare(freed, 1)).toBeLessThan(0.55);
  });

  test("a full buffer keeps a fifth of its blocks", () => {
    const live = liveCounts(trace);
    expect(trace.maxSlots).toBe(1000);
    const full = live.indexOf(1000);
    expect(live[full + 800]).toBe(200);
    expect(live[full + 801]).toBe(201);
    expect(live.at(-1)).toBe(0);
  });

  test("small blocks come in batches of 250, those from 100 bytes on in batches of 50", () => {
    const sizes = callsOf(trace)
      .filter(({ op }) => op !== OP_FREE)
      .map(({ size }) => size);
    expect(sizes.slice(0, 750)).toEqual([
      ...Array<number>(250).fill(1),
      ...Array<number>(250).fill(2),
      ...Array<number>(250).fill(1),
    ]);
    const first139 = sizes.indexOf(139);
    expect(sizes.slice(first139, first139 + 51)).toEqual([...Array<number>(50).fill(139), 69]);
  });
});

describe("glibc-simple", () => {
  const trace = generate("glibc-simple:events=240000");

  test("every round is freed in the order of its birth", () => {
    expect(neighbourShare(birthsOfFrees(trace).slice(0, -1), 1)).toBe(1);
  });

  test("rounds have 25, 100, 400 and 1600 blocks of 16, 32 and 64 bytes", () => {
    const rounds = new Set<string>();
    let run = 0;
    let bytes = 0;
    for (const { op, size } of callsOf(trace).slice(1)) {
      if (op === OP_FREE) {
        if (run > 0) rounds.add(`${run} of ${bytes}`);
        run = 0;
      } else {
        run += 1;
        bytes = size;
      }
    }
    for (const count of [25, 100, 400, 1600]) {
      for (const size of [16, 32, 64]) expect([...rounds]).toContain(`${count} of ${size}`);
    }
  });
});

describe("larson", () => {
  test("every slot is filled all the time, but for the one whose block is replaced", () => {
    const trace = generate("larson:events=100000,slots=500");
    const live = liveCounts(trace).slice(499);
    expect(new Set(live)).toEqual(new Set([500, 499]));
    expect(trace).toMatchObject({ maxSlots: 500, liveBlocksAtEnd: 500 });
  });

  test("sizes are uniform from minBytes to maxBytes", () => {
    const sizes = callsOf(generate("larson:events=100000,minBytes=10,maxBytes=19"))
      .filter(({ op }) => op !== OP_FREE)
      .map(({ size }) => size);
    for (let size = 10; size <= 19; size += 1) {
      const share = sizes.filter((it) => it === size).length / sizes.length;
      expect(Math.abs(share - 0.1)).toBeLessThan(0.01);
    }
    expect(sizes.every((size) => size >= 10 && size <= 19)).toBe(true);
  });
});

describe("cache-scratch", () => {
  test("no more objects live than there are threads, and all are of one size", () => {
    const trace = generate("cache-scratch:events=10000,threads=5,bytes=3");
    const sizes = callsOf(trace)
      .slice(3)
      .filter(({ op }) => op !== OP_FREE);
    expect(Math.max(...liveCounts(trace))).toBe(3 + 5);
    expect(new Set(sizes.map(({ size }) => size))).toEqual(new Set([3]));
  });

  test("of one thread, every allocation is freed before the next", () => {
    const calls = callsOf(generate("cache-scratch:events=1000,threads=1")).slice(3, -3);
    expect(calls.filter(({ op }, index) => (index % 2 === 0) === (op === OP_FREE))).toEqual([]);
  });
});

describe("mstress", () => {
  const trace = generate("mstress:events=200000");
  const calls = callsOf(trace);

  test("99 % of the blocks are of a power of two of words, up to 64; a few are hundreds of times as large", () => {
    const sizes = calls.filter(({ op, size }) => op !== OP_FREE && size > 0).map(({ size }) => size);
    const small = sizes.filter((size) => size <= 64 * 4);
    expect(small.every((size) => Number.isInteger(Math.log2(size)))).toBe(true);
    expect(small.length / sizes.length).toBeGreaterThan(0.96);
    expect(small.length / sizes.length).toBeLessThan(1);
    expect(trace.maxSize).toBeGreaterThanOrEqual(400_000);
  });

  test("each thread's table comes of a realloc of nothing, and all is freed in the end", () => {
    expect(calls.some(({ op }) => op === OP_REALLOC_NULL)).toBe(true);
    expect(trace.liveBlocksAtEnd).toBe(0);
  });

  test("frees are out of order", () => {
    const freed = birthsOfFrees(trace);
    expect(neighbourShare(freed, 1)).toBeLessThan(0.2);
    expect(neighbourShare(freed, -1)).toBeLessThan(0.2);
  });
});

describe("malloc-large", () => {
  test("at most one block more than there are buffers lives, each of 5 to 25 MiB", () => {
    const trace = generate("malloc-large");
    const sizes = callsOf(trace).filter(({ op }) => op !== OP_FREE);
    expect(trace.maxSlots).toBe(21);
    expect(trace.maxSize).toBeLessThanOrEqual(25 * 2 ** 20);
    expect(Math.min(...sizes.map(({ size }) => size))).toBeGreaterThanOrEqual(5 * 2 ** 20);
    expect(trace.peakLiveBytes).toBeLessThan(21 * 25 * 2 ** 20);
  });
});

describe("binary-trees", () => {
  test.each([6, 7, 9, 12])("depth %i has as many nodes as the closed formula says", (depth) => {
    const trace = generate(`binary-trees:depth=${depth}`);
    expect(trace.events).toBe(binaryTreesEvents(depth));
    // the stretch tree and the staying one, and for each second depth trees that add up to 2^(depth + 5) nodes, less one a tree
    let nodes = 2 ** (depth + 2) - 1 + 2 ** (depth + 1) - 1;
    for (let level = 4; level <= depth; level += 2) nodes += 2 ** (depth + 5) - 2 ** (depth - level + 4);
    expect(trace.events).toBe(2 * nodes);
    expect(trace.liveBlocksAtEnd).toBe(0);
  });

  test("most live at once: the staying tree, and one as deep", () => {
    const trace = generate("binary-trees:depth=8");
    expect(trace.maxSlots).toBe(Math.max(2 ** 10 - 1, 2 * (2 ** 9 - 1)));
  });
});
