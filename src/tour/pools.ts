// src/tour/pools.ts: chapter: pools fill and empty, block by block, and go back when they are empty.

import type { Heap } from "../heap.js";
import { type PoolAddress, poolAt, readUsedBlocks } from "../heap-map.js";
import type { Handle } from "../objects/handle.js";
import type { Namespace } from "../objects/namespace.js";
import type { Chapter } from "./chapter.js";
import { tiles } from "./drawings.js";
import { hex } from "./format.js";
import type { Stage } from "./stage.js";

export const pools: Chapter = {
  name: "pools",
  title: "Pools and blocks, filling and emptying",
  play(stage, heap) {
    stage.say(
      "A pool is cut into blocks of one size. These are the pools of a thousand records of two references, 16 bytes each: a cell a block, █ in use, ░ free.",
    );
    const ns = stage.bind("# variables", "ns", () => heap.namespace());
    const Pair = stage.bind("class Pair: __slots__ = 'a', 'b'", "Pair", () =>
      heap.struct("Pair", { a: "ref", b: "ref" }),
    );
    const pairs = stage.bind("# a list of n of them", "pairs", () => (n: number) => {
      return heap.frame(() => {
        return heap.list(Array.from({ length: n }, () => new Pair()));
      });
    });
    stage.step("records = [Pair() for _ in range(1000)]", () => (ns.records = pairs(1000)));
    showCounts(stage, heap);
    const places = poolsOf(heap, ns);
    drawPools(stage, heap, places);

    stage.say(
      "Every second record is released. The holes are kept for records to come, which take no new pool.",
    );
    stage.step("del records[1::2]", () => {
      for (let i = 999; i > 0; i -= 2) ns.records.delete(i);
    });
    showCounts(stage, heap);
    drawPools(stage, heap, places);
    stage.step("more = [Pair() for _ in range(500)]", () => (ns.more = pairs(500)));
    showCounts(stage, heap);
    drawPools(stage, heap, places);

    stage.say(
      "When a pool's last block comes back, the pool goes back to its arena, for blocks of any size. Only the pool that serves next stays with its class.",
    );
    stage.step("del records", () => {
      delete ns.records;
    });
    stage.step("del more", () => {
      delete ns.more;
    });
    showCounts(stage, heap);
    drawPools(stage, heap, places);
  },
};

function showCounts(stage: Stage, heap: Heap): void {
  stage.step("sys._debugmallocstats()", () => heap.stats().pools);
}

/** The pools that the records lie in. */
function poolsOf(heap: Heap, ns: Namespace): PoolAddress[] {
  const addresses = heap.frame(() => [...(ns.records as Iterable<Handle>)].map(({ address }) => address));
  return [...new Set(addresses.map((address) => poolAt(heap.memory.memory, address)!.address))];
}

/** The pools that once were in use: their blocks, or that they are free. */
function drawPools(stage: Stage, heap: Heap, places: readonly PoolAddress[]): void {
  const { memory } = heap.memory;
  const drawn = places.map((address) => {
    const pool = poolAt(memory, address)!;
    const head = hex(address);
    if (pool.state === "free") return { head, foot: "free", used: [] };
    return { head, foot: `${pool.usedBlocks}/${pool.capacity}`, used: readUsedBlocks(memory, pool) };
  });
  stage.draw((width) => tiles(drawn, width, stage.colors));
}
