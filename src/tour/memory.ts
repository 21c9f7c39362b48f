// src/tour/memory.ts: chapter: stack, heap, and the object-specific pools, with their addresses.

import { ARENA_SIZE } from "../../assembly/layout.js";
import type { Heap } from "../heap.js";
import { type BlockKind, kindOfClass, poolAt } from "../heap-map.js";
import type { Handle } from "../objects/handle.js";
import type { Namespace } from "../objects/namespace.js";
import type { Chapter } from "./chapter.js";
import { bytes, hex } from "./drawings.js";
import type { Stage } from "./stage.js";

export const memory: Chapter = {
  name: "memory",
  title: "Stack, heap, and object-specific pools",
  play(stage, heap) {
    stage.say(
      "A frame, the stack's part of memory, holds references; the objects are on the heap. When the frame ends, its references go, and what nobody else refers to goes with them.",
    );
    heap.frame((locals) => {
      stage.step("numbers = [1000, 2000]", () => (locals.numbers = heap.list([1000, 2000])));
      stage.step("prices = {'tea': 2.5}", () => (locals.prices = heap.dict({ tea: 2.5 })));
      stage.step("buffer = bytearray(100)", () => (locals.buffer = heap.bytearray(100)));
      stage.step("pair = (1, 'x')", () => (locals.pair = heap.tuple([1, "x"])));
      drawFrame(stage, heap, locals);
      stage.say(
        "Objects that may refer to others, objects that can't, and the parts that they keep outside of themselves lie in pools of their own kind: the collector walks the first and never sees the rest. Pools lie in arenas, arenas among the large blocks, and all of it in what memory.grow has given.",
      );
      drawLayers(stage, heap);
    });
    stage.step("# handles after the frame", () => heap.liveHandles);
  },
};

/** The frame's variables, each with its object, its block, pool and arena. */
function drawFrame(stage: Stage, heap: Heap, locals: Namespace): void {
  const { colors } = stage;
  const rows = Object.keys(locals).map((name) => {
    const handle = locals[name] as Handle;
    const { address } = handle;
    const pool = poolAt(heap.memory.memory, address)!;
    return {
      name,
      address: hex(address),
      type: handle.typeName,
      size: `${heap.sys.getsizeof(handle)} B`,
      pool: `${hex(pool.address)} ${pool.blockSize}-byte ${LABELS[kindOfClass(pool.sizeClass)]}`,
      arena: hex(pool.address - (pool.address % ARENA_SIZE)),
    };
  });
  const width = (column: keyof (typeof rows)[number], head: string): number =>
    Math.max(head.length, ...rows.map((row) => row[column].length));
  const [name, type, size, pool] = [
    width("name", "frame"),
    width("type", "object"),
    width("size", "size"),
    width("pool", "pool"),
  ];
  stage.draw([
    colors.dim(
      `  ${"frame".padEnd(name)}       ${"object".padEnd(type)}  ${"at".padEnd(7)}  ${"size".padStart(size)}  ${"pool".padEnd(pool)}  arena`,
    ),
    `┌─${"─".repeat(name)}──┐`,
    ...rows.map(
      (row) =>
        `│ ${colors.yellow(row.name.padEnd(name))} ─┼─▶ ${colors.cyan(row.type.padEnd(type))}  ${row.address.padEnd(7)}  ${row.size.padStart(size)}  ${row.pool.padEnd(pool)}  ${row.arena}`,
    ),
    `└─${"─".repeat(name)}──┘`,
  ]);
}

const LABELS: Readonly<Record<BlockKind, string>> = {
  raw: "raw blocks",
  container: "containers",
  atomic: "atoms",
  buffer: "buffers",
};

/** The layers of Python's diagram, with what is in them now. */
function drawLayers(stage: Stage, heap: Heap): void {
  const { colors } = stage;
  const stats = heap.stats();
  const of = (kind: BlockKind): string => {
    const classes = stats.classes.filter((it) => it.kind === kind && it.pools > 0);
    const pools = classes.reduce((sum, it) => sum + it.pools, 0);
    const blocks = classes.reduce((sum, it) => sum + it.usedBlocks, 0);
    return `${plural(pools, "pool")}, ${plural(blocks, "block")}`;
  };
  const layers: readonly (readonly [string, string])[] = [
    ["+2  object-specific pools", `containers: ${of("container")}`],
    ["", `atoms: ${of("atomic")}`],
    ["", `buffers: ${of("buffer")}`],
    [
      "+1  Python's object allocator",
      `${plural(stats.arenas.inUse, "arena")} of ${bytes(stats.arenas.bytesEach)}; pools of ${bytes(stats.pools.bytesEach)}, ${stats.pools.free} free`,
    ],
    [" 0  raw memory", `${plural(stats.large.blocks, "large block")}, ${bytes(stats.large.bytes)}`],
    ["-1  the engine's memory.grow", `${bytes(stats.footprintBytes)} in pages of 64 KiB`],
  ];
  const left = Math.max(...layers.map(([name]) => name.length));
  const right = Math.max(...layers.map(([, text]) => text.length));
  const lines = [`┌─${"─".repeat(left)}─┬─${"─".repeat(right)}─┐`];
  for (const [index, [name, text]] of layers.entries()) {
    if (index > 0 && name !== "") lines.push(`├─${"─".repeat(left)}─┼─${"─".repeat(right)}─┤`);
    lines.push(`│ ${colors.cyan(name.padEnd(left))} │ ${text.padEnd(right)} │`);
  }
  lines.push(`└─${"─".repeat(left)}─┴─${"─".repeat(right)}─┘`);
  stage.draw(lines);
}

function plural(count: number, word: string): string {
  return `${count.toLocaleString("en-US")} ${word}${count === 1 ? "" : "s"}`;
}
