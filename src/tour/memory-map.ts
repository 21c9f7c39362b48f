// src/tour/memory-map.ts: pictures of a heap with its addresses: a frame and its objects, and the layers of memory.
// Not here: reading the heap's raw structures (heap-map.ts).

import { ARENA_SIZE, PAGE_SIZE } from "../../assembly/layout.js";
import { BYTEARRAY_BUFFER, LIST_ITEMS, TABLE_BUFFER } from "../../assembly/object-layout.js";
import type { Heap } from "../heap.js";
import {
  type ArenaAddress,
  arenaOf,
  type BlockKind,
  kindOfClass,
  poolAt,
  readChunks,
  readPools,
} from "../heap-map.js";
import type { Handle } from "../objects/handle.js";
import type { Namespace } from "../objects/namespace.js";
import type { Colors } from "./colors.js";
import { bytes, hex, plural } from "./format.js";

/** Where an object keeps the address of the part outside of itself, and what that is called. */
const PARTS: Readonly<Record<string, readonly [offset: number, name: string]>> = {
  list: [LIST_ITEMS, "items"],
  dict: [TABLE_BUFFER, "table"],
  bytearray: [BYTEARRAY_BUFFER, "bytes"],
};

const HEADS = ["object", "at", "size", "in pool", "in arena", "its part elsewhere"];
const ARENA_COLUMN = HEADS.indexOf("in arena");
/** Columns of the whole table; with fewer, the arenas are left to the layers to tell. */
const WIDE = 90;

/** The frame's variables, each with its object, its pool and arena, and its part elsewhere. */
export function frameTable(heap: Heap, locals: Namespace, width: number, colors: Colors): string[] {
  const names = Object.keys(locals);
  const rows = names.map((name) => describe(heap, locals[name] as Handle));
  const isShown = (_: string, column: number): boolean => column !== ARENA_COLUMN || width >= WIDE;
  const widths = HEADS.map((head, column) =>
    Math.max(head.length, ...rows.map((row) => row[column]!.length)),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => cell.padEnd(widths[column]!))
      .filter(isShown)
      .join("  ");
  const label = Math.max(...names.map((name) => name.length));
  const edge = "─".repeat(label + 2);
  return [
    colors.dim(`  ${"frame".padEnd(label)}       ${line(HEADS)}`),
    colors.yellow(`┌${edge}┐`),
    ...rows.map((row, index) => {
      const name = colors.bold(names[index]!.padEnd(label));
      const text = line(row);
      const type = row[0]!;
      return `${colors.yellow("│")} ${name} ${colors.yellow("├")}──▶ ${colors.cyan(type)}${text.slice(type.length)}`;
    }),
    colors.yellow(`└${edge}┘`),
  ];
}

/** An object's cells, a HEAD each. */
function describe(heap: Heap, handle: Handle): string[] {
  const { address, typeName } = handle;
  const [offset, part] = PARTS[typeName] ?? [];
  const elsewhere = offset === undefined ? 0 : heap.memory.u32[(address + offset) >>> 2]!;
  return [
    typeName,
    hex(address),
    `${heap.sys.getsizeof(handle)} B`,
    poolOf(heap, address),
    hex(address - (address % ARENA_SIZE)),
    part === undefined ? "" : `${part} ${hex(elsewhere)} in ${poolOf(heap, elsewhere)}`,
  ];
}

function poolOf(heap: Heap, address: number): string {
  const pool = poolAt(heap.memory.memory, address);
  return pool === undefined ? "none" : hex(pool.address);
}

const LABELS: Readonly<Record<BlockKind, string>> = {
  container: "containers",
  atomic: "atoms",
  buffer: "parts",
  raw: "raw blocks",
};
const KINDS = Object.keys(LABELS) as BlockKind[];
const LABEL_WIDTH = Math.max(...Object.values(LABELS).map((label) => label.length));

interface Layer {
  /** Its number in CPython's drawing, Objects/obmalloc.c. */
  readonly number: string;
  readonly name: string;
  readonly lines: readonly string[];
}

/** The layers of CPython's drawing, with what is in them now. */
export function layers(heap: Heap, colors: Colors): string[] {
  const { memory } = heap.memory;
  const chunks = [...readChunks(memory)];
  const arenas = chunks.filter(({ kind }) => kind === "arena").map(arenaOf);
  const large = chunks.filter(({ kind }) => kind === "large");
  const { footprintBytes } = heap.stats();
  const pages = `${plural(footprintBytes / PAGE_SIZE, "page")} of ${bytes(PAGE_SIZE)}`;
  const rows: Layer[] = [
    { number: "+3", name: "object-specific pools", lines: poolLines(memory, arenas) },
    { number: "+2", name: "object allocator", lines: arenas.map((arena) => arenaLine(memory, arena)) },
    {
      number: "+1",
      name: "raw memory",
      lines: large.map(({ address, size }) => `${hex(address)}  large block, ${bytes(size)}`),
    },
    { number: " 0", name: "WebAssembly memory", lines: [`${hex(0)}  ${pages}`] },
  ];
  return table(
    rows.filter(({ lines }) => lines.length > 0),
    colors,
  );
}

function poolLines(memory: WebAssembly.Memory, arenas: readonly ArenaAddress[]): string[] {
  const pools = arenas.flatMap((arena) => readPools(memory, arena)).filter(({ state }) => state !== "free");
  return KINDS.flatMap((kind) =>
    pools
      .filter(({ sizeClass }) => kindOfClass(sizeClass) === kind)
      .map(({ address, blockSize, usedBlocks, capacity }) => {
        const blocks = `${usedBlocks} of ${capacity} blocks of ${blockSize} B`;
        return `${hex(address)}  ${LABELS[kind].padEnd(LABEL_WIDTH)}  ${blocks}`;
      }),
  );
}

function arenaLine(memory: WebAssembly.Memory, arena: ArenaAddress): string {
  const pools = readPools(memory, arena);
  const free = pools.filter(({ state }) => state === "free").length;
  return `${hex(arena)}  arena, ${bytes(ARENA_SIZE)}: ${pools.length - free} pools used, ${free} free`;
}

function table(rows: readonly Layer[], colors: Colors): string[] {
  const head = ({ number, name }: Layer): string => `${number}  ${name}`;
  const left = Math.max(...rows.map((row) => head(row).length));
  const right = Math.max(...rows.flatMap(({ lines }) => lines.map((line) => line.length)));
  const rule = (start: string, middle: string, end: string): string =>
    colors.dim(`${start}─${"─".repeat(left)}─${middle}─${"─".repeat(right)}─${end}`);
  const side = colors.dim("│");
  return [
    rule("┌", "┬", "┐"),
    ...rows.flatMap((row, index) => [
      ...(index === 0 ? [] : [rule("├", "┼", "┤")]),
      ...row.lines.map((line, at) => {
        const name = (at === 0 ? head(row) : "").padEnd(left);
        return `${side} ${colors.cyan(name)} ${side} ${line.padEnd(right)} ${side}`;
      }),
    ]),
    rule("└", "┴", "┘"),
  ];
}
