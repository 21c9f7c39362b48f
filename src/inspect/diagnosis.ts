// src/inspect/diagnosis.ts: why a heap takes as much memory as it does, in words and numbers. Not here: looking (diagnose.ts).

import type { BlockKind } from "../heap-map.js";
import { formatSize } from "../tracemalloc/format-size.js";
import type { Garbage } from "./garbage.js";

/** What most of the footprint is. */
export type Verdict = "small" | "live data" | "fragmentation" | "transient peak" | "uncollected cycles";

/** Bytes of the footprint, by what they are; together they are all of it. */
export interface Shares {
  /** In blocks that are used, but for garbage. */
  readonly live: number;
  /** In objects that only cycles keep. */
  readonly garbage: number;
  /** Free, but cut up: blocks of pools in use, pools of arenas in use, gaps between large blocks too small for an arena. */
  readonly fragmented: number;
  /** Free in one piece, or not used yet: what a peak has left behind. Wasm memory can't shrink. */
  readonly idle: number;
  /** Headers, rounding, the heap's own state. */
  readonly overhead: number;
}

/** Blocks of one size and kind. */
export interface ClassUse {
  readonly kind: BlockKind;
  readonly blockBytes: number;
  readonly pools: number;
  readonly usedBytes: number;
  readonly freeBytes: number;
}

/** An arena that little holds. */
export interface HeldArena {
  readonly address: number;
  readonly usedBytes: number;
  readonly usedBlocks: number;
  /** Bytes that it takes. */
  readonly bytes: number;
}

export interface DiagnosisContent {
  readonly footprintBytes: number;
  readonly shares: Shares;
  /** By free bytes, the most first. */
  readonly classes: readonly ClassUse[];
  readonly arenas: {
    readonly count: number;
    /** Of which less than a tenth is used, the least used first. */
    readonly sparse: readonly HeldArena[];
  };
  /** Undefined if it was not looked for. */
  readonly garbage: Garbage | undefined;
  readonly handles: {
    /** Not released yet. */
    readonly live: number;
    /** Dropped by JavaScript unreleased, since the heap was made. */
    readonly leaked: number;
    /** Where those were made, if heap.traceHandles was on: the most first. */
    readonly origins: readonly (readonly [origin: string, count: number])[];
  };
  readonly isCollecting: boolean;
}

/** Below this nobody asks. */
const SMALL = 1 << 20;
/** A share that is told of. */
const NOTABLE = 0.05;
/** Of the footprint: a size of blocks is named that takes so much. */
const WORTH_NAMING = 0.01;
const SHOWN = 3;
const HANDLES_MANY = 10_000;

export class Diagnosis {
  readonly footprintBytes: number;
  readonly shares: Shares;
  readonly classes: DiagnosisContent["classes"];
  readonly arenas: DiagnosisContent["arenas"];
  readonly garbage: Garbage | undefined;
  readonly handles: DiagnosisContent["handles"];
  readonly verdict: Verdict;
  /** Sentences, the most important first. */
  readonly findings: readonly string[];

  /** @internal */
  constructor(content: DiagnosisContent) {
    this.footprintBytes = content.footprintBytes;
    this.shares = content.shares;
    this.classes = content.classes;
    this.arenas = content.arenas;
    this.garbage = content.garbage;
    this.handles = content.handles;
    this.verdict = verdictOf(content);
    this.findings = findingsOf(content);
  }

  /** All of it as text. */
  toString(): string {
    const { live, garbage, fragmented, idle, overhead } = this.shares;
    const bar = (name: string, bytes: number): string => {
      const share = bytes / this.footprintBytes;
      const length = Math.round(share * BAR_LENGTH);
      return `  ${name.padEnd(20)} ${"█".repeat(length)}${"░".repeat(BAR_LENGTH - length)} ${percent(share).padStart(5)}  ${formatSize(bytes)}`;
    };
    return [
      `${formatSize(this.footprintBytes)}: ${this.verdict === "small" ? "small, nothing to worry about" : `mostly ${this.verdict}`}`,
      bar("live data", live),
      bar("uncollected cycles", garbage),
      bar("fragmentation", fragmented),
      bar("idle, after a peak", idle),
      bar("overhead", overhead),
      ...this.findings.map((finding) => `- ${finding}`),
    ].join("\n");
  }
}

const BAR_LENGTH = 30;

function verdictOf({ footprintBytes, shares }: DiagnosisContent): Verdict {
  if (footprintBytes < SMALL) return "small";
  const candidates: readonly (readonly [Verdict, number])[] = [
    ["live data", shares.live],
    ["uncollected cycles", shares.garbage],
    ["fragmentation", shares.fragmented],
    ["transient peak", shares.idle],
  ];
  return candidates.reduce((best, candidate) => (candidate[1] > best[1] ? candidate : best))[0];
}

function findingsOf(content: DiagnosisContent): string[] {
  const { footprintBytes, shares, classes, arenas, garbage, handles } = content;
  const isNotable = (bytes: number): boolean => bytes >= NOTABLE * footprintBytes;
  const found: { readonly weight: number; readonly text: string }[] = [];
  const largest = [...classes]
    .sort((a, b) => b.usedBytes - a.usedBytes)
    .filter(({ usedBytes }) => usedBytes >= WORTH_NAMING * footprintBytes)
    .slice(0, SHOWN);
  found.push({
    weight: shares.live,
    text:
      `${formatSize(shares.live)} are live data${largest.length > 0 ? `; of small blocks in use, most are ${largest.map(describeUse).join(", ")}` : ""}. ` +
      "heap.tracemalloc tells which lines allocated it",
  });
  if (garbage !== undefined && garbage.count > 0) {
    const advice = content.isCollecting
      ? "the next full collection frees them, heap.gc.collect() at once"
      : "heap.gc is disabled: call heap.gc.collect()";
    const text = `${garbage.count.toLocaleString("en-US")} objects, ${formatSize(garbage.bytes)}, are kept by cycles alone: ${advice}`;
    found.push({ weight: garbage.bytes, text });
  }
  if (isNotable(shares.fragmented)) {
    const worst = classes
      .filter(({ freeBytes }) => freeBytes >= WORTH_NAMING * footprintBytes)
      .slice(0, SHOWN);
    found.push({
      weight: shares.fragmented,
      text: `${formatSize(shares.fragmented)} are free but cut up, for blocks of the same size to use${worst.length > 0 ? `: ${worst.map(describeFree).join(", ")}` : ""}`,
    });
  }
  if (arenas.sparse.length > 0) {
    const bytes = arenas.sparse.reduce((sum, arena) => sum + arena.bytes, 0);
    const least = arenas.sparse.find(({ usedBlocks }) => usedBlocks > 0) ?? arenas.sparse[0]!;
    found.push({
      weight: bytes / 2,
      text:
        `${arenas.sparse.length} of ${arenas.count} arenas, ${formatSize(bytes)}, are held by less than a tenth of their bytes; ` +
        `the one at 0x${least.address.toString(16)} by ${least.usedBlocks} block${least.usedBlocks === 1 ? "" : "s"} of ${least.usedBytes} bytes in all`,
    });
  }
  if (isNotable(shares.idle)) {
    found.push({
      weight: shares.idle,
      text: `${formatSize(shares.idle)} are free in large pieces: what a peak has left, ready for the next one. Wasm memory can't shrink; a new heap is small again`,
    });
  }
  if (handles.leaked > 0) {
    const where = handles.origins.slice(0, SHOWN).map(([origin, count]) => `${count} from ${origin}`);
    const advice =
      where.length > 0 ? where.join("; ") : "set heap.traceHandles to learn where they were made";
    found.push({
      weight: footprintBytes / 2,
      text: `${handles.leaked} handles were dropped by JavaScript without dispose(): ${advice}`,
    });
  }
  if (handles.live >= HANDLES_MANY) {
    const text = `${handles.live.toLocaleString("en-US")} handles are not released, each of which keeps its object: frames release what they made`;
    found.push({ weight: footprintBytes / 4, text });
  }
  return found.sort((a, b) => b.weight - a.weight).map(({ text }) => text);
}

function describeUse({ kind, blockBytes, usedBytes }: ClassUse): string {
  return `${kind} blocks of ${blockBytes} bytes (${formatSize(usedBytes)})`;
}

function describeFree({ kind, blockBytes, usedBytes, freeBytes, pools }: ClassUse): string {
  const used = percent(usedBytes / (usedBytes + freeBytes));
  return `${kind} blocks of ${blockBytes} bytes (${pools} pools, ${used} used, ${formatSize(freeBytes)} free)`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(share < 0.1 && share > 0 ? 1 : 0)} %`;
}
