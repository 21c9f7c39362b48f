// src/tour/pools.ts: chapter: pools fill and empty, block by block, and go back when they are empty.

import type { Heap } from "../heap.js";
import { poolAt, readUsedBlocks } from "../heap-map.js";
import type { Chapter } from "./chapter.js";
import { blockMap, bytes, hex } from "./drawings.js";
import type { Stage } from "./stage.js";

const ROW_WIDTH = 64;

export const pools: Chapter = {
  name: "pools",
  title: "Pools and blocks, filling and emptying",
  play(stage, heap) {
    stage.say(
      "A pool is cut into blocks of one size. Here are all pools that 400 records of two references, 16 bytes each, need: a cell a block.",
    );
    const Pair = stage.step("class Pair: __slots__ = 'a', 'b'", () =>
      heap.struct("Pair", { a: "ref", b: "ref" }),
    );
    const records = stage.step(
      "records = [Pair() for _ in range(400)]",
      () => Array.from({ length: 400 }, () => Pair.allocate()),
      addresses,
    );
    const places = [...new Set(records.map((record) => poolAt(heap.memory.memory, record)!.address))];
    drawPools(stage, heap, places);

    stage.say(
      "Every second record is released. The holes are kept for records to come: the pools serve them before any new pool is taken.",
    );
    stage.step("del records[1::2]", () => {
      for (let i = 1; i < 400; i += 2) heap.decref(records[i]!);
    });
    const kept = records.filter((_, i) => i % 2 === 0);
    drawPools(stage, heap, places);
    const more = stage.step(
      "more = [Pair() for _ in range(200)]",
      () => Array.from({ length: 200 }, () => Pair.allocate()),
      addresses,
    );
    drawPools(stage, heap, places);

    stage.say(
      "When a pool's last block comes back, the pool goes back to its arena, for blocks of any size; an arena whose pools are all back becomes a free chunk. Only the pool that serves next stays with its class.",
    );
    stage.step("del records, more", () => {
      for (const record of [...kept, ...more]) heap.decref(record);
    });
    drawPools(stage, heap, places);
  },
};

function addresses(found: readonly number[]): string {
  return `${found.length} addresses: ${hex(found[0]!)}, ${hex(found[1]!)}, …`;
}

/** The pools that once were in use: their blocks, or that they are free. */
function drawPools(stage: Stage, heap: Heap, places: readonly number[]): void {
  const { colors } = stage;
  const lines: string[] = [];
  for (const address of places) {
    const pool = poolAt(heap.memory.memory, address);
    if (pool === undefined || pool.state === "free") {
      lines.push(`${hex(address)}  ${colors.dim("· · · free, part of its arena · · ·")}`, "");
      continue;
    }
    const map = blockMap(readUsedBlocks(heap.memory.memory, pool), ROW_WIDTH, colors);
    const head = `${hex(address)}  `;
    const tail = `  ${pool.usedBlocks}/${pool.capacity}`;
    for (const [index, row] of map.entries()) {
      lines.push(
        (index === 0 ? head : " ".repeat(head.length)) + row + (index === 0 ? colors.bold(tail) : ""),
      );
    }
    lines.push("");
  }
  const stats = heap.stats();
  lines.push(
    colors.dim(
      `pools in use ${stats.pools.inUse}, free ${stats.pools.free}; arenas ${stats.arenas.inUse}; footprint ${bytes(stats.footprintBytes)}`,
    ),
  );
  stage.draw(lines);
}
