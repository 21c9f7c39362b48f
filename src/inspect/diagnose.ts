// src/inspect/diagnose.ts: looks at a heap for what its memory is used for. Not here: what that means (diagnosis.ts).

import { ARENA_SIZE } from "../../assembly/layout.js";
import { arenaOf, readChunks, readPools } from "../heap-map.js";
import type { ObjectHeap } from "../objects/object-heap.js";
import type { HeapStats } from "../stats.js";
import { type ClassUse, Diagnosis, type HeldArena } from "./diagnosis.js";
import { findGarbage } from "./garbage.js";

export interface DiagnoseOptions {
  /** Look for objects that only cycles keep: true by default. It takes about a microsecond an object. */
  readonly garbage?: boolean;
}

/** An arena of which less is used is held by little. */
const SPARSE = 0.1;

/** O(heap). @param objects - undefined: the heap has none, or is closed. */
export function diagnose(
  stats: HeapStats,
  memory: WebAssembly.Memory,
  objects: ObjectHeap | undefined,
  options: DiagnoseOptions,
): Diagnosis {
  const garbage = objects === undefined || options?.garbage === false ? undefined : findGarbage(objects);
  const { bytes, footprintBytes } = stats;
  const gaps = gapsIn(memory);
  const used = bytes.usedBlocks + bytes.largeBlocks;
  const garbageBytes = Math.min(garbage?.bytes ?? 0, used);
  const fragmented = bytes.freeBlocks + bytes.freePools + gaps.small;
  const idle = gaps.large + bytes.top;
  const live = used - garbageBytes;
  const { leaks, liveHandles = 0 } = objects ?? {};
  return new Diagnosis({
    footprintBytes,
    shares: {
      live,
      garbage: garbageBytes,
      fragmented,
      idle,
      overhead: footprintBytes - live - garbageBytes - fragmented - idle,
    },
    classes: stats.classes
      .filter(({ pools }) => pools > 0)
      .map(
        ({ kind, blockBytes, pools, usedBlocks, freeBlocks }): ClassUse => ({
          kind,
          blockBytes,
          pools,
          usedBytes: usedBlocks * blockBytes,
          freeBytes: freeBlocks * blockBytes,
        }),
      )
      .sort((a, b) => b.freeBytes - a.freeBytes),
    arenas: { count: stats.arenas.inUse, sparse: sparseArenas(memory) },
    garbage,
    handles: {
      live: liveHandles,
      leaked: leaks?.count ?? 0,
      origins: [...(leaks?.origins ?? [])].sort(([, a], [, b]) => b - a),
    },
    isCollecting: objects?.heap.gc.isEnabled() ?? false,
  });
}

/** Bytes of free chunks: those that no arena would fit into, and the others. */
function gapsIn(memory: WebAssembly.Memory): { readonly small: number; readonly large: number } {
  let small = 0;
  let large = 0;
  for (const { kind, size } of readChunks(memory)) {
    if (kind !== "free") continue;
    if (size < ARENA_SIZE) small += size;
    else large += size;
  }
  return { small, large };
}

function sparseArenas(memory: WebAssembly.Memory): HeldArena[] {
  const sparse: HeldArena[] = [];
  for (const chunk of readChunks(memory)) {
    if (chunk.kind !== "arena") continue;
    const arena = { address: arenaOf(chunk), usedBytes: 0, usedBlocks: 0, bytes: ARENA_SIZE };
    for (const { state, usedBlocks, blockSize } of readPools(memory, arena.address)) {
      if (state === "free") continue;
      arena.usedBlocks += usedBlocks;
      arena.usedBytes += usedBlocks * blockSize;
    }
    if (arena.usedBytes < SPARSE * ARENA_SIZE) sparse.push(arena);
  }
  return sparse.sort((a, b) => a.usedBytes - b.usedBytes);
}
