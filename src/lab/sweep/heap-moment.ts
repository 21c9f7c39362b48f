// src/lab/sweep/heap-moment.ts: where every byte of linear memory is at one moment of a replay, and a map of it.
// Not here: the replay (inspect.ts). Known from outside alone: addresses, sizes, and what usable_size tells.

import type { Allocator } from "../allocator.js";
import type { LiveBlocks } from "./live-blocks.js";
import type { HeapMap, MemoryMoment } from "./result.js";

/** Bytes. A range between two blocks up to this is no room for a third: it counts as metadata. */
const NARROW_GAP = 8;
/** Bytes. Headers are no larger than this: where all gaps are at least as wide as the narrowest, that one is a header. */
const HEADER_MAX = 16;
/** Cells of a map, at most. */
const MAP_CELLS = 2048;
/** Bytes. A cell is a multiple of it. */
const MAP_CELL_UNIT = 64;

/**
 * Looks at a heap. O(live blocks · log, memory / cell).
 *
 * @param heapStart - lowest address that a block ever had: below it are the module's own data.
 */
export function heapMoment(
  allocator: Allocator,
  blocks: LiveBlocks,
  event: number,
  heapStart: number,
): MemoryMoment {
  const footprintBytes = allocator.memory.buffer.byteLength;
  const map = new MapPainter(footprintBytes);
  const gaps = new Map<number, number>();
  let end = heapStart;
  let slackBytes = 0;
  let largestGapBytes = 0;
  for (const slot of blocks.inAddressOrder()) {
    const address = blocks.addresses[slot]!;
    const size = blocks.sizes[slot]!;
    if (address === 0) continue; // malloc(0) may give none
    const usableSize = usableSizeOf(allocator, address, size);
    const gapBytes = address - end;
    if (gapBytes > 0 && gapBytes <= HEADER_MAX) gaps.set(gapBytes, (gaps.get(gapBytes) ?? 0) + 1);
    largestGapBytes = Math.max(largestGapBytes, gapBytes);
    slackBytes += usableSize - size;
    map.paint(address, size);
    end = Math.max(end, address + usableSize);
  }
  largestGapBytes = Math.max(largestGapBytes, footprintBytes - end);
  const takenBytes = blocks.bytes + slackBytes;
  const metadataBytes = Math.min(heapStart + headerBytes(gaps), footprintBytes - takenBytes);
  return {
    event,
    footprintBytes,
    liveBlocks: blocks.count,
    requestedBytes: blocks.bytes,
    slackBytes,
    metadataBytes,
    freeBytes: footprintBytes - takenBytes - metadataBytes,
    largestGapBytes,
    map: map.finish(),
  };
}

/** What is held by gaps that are headers rather than free blocks. @param gaps - how many there are of each width. */
function headerBytes(gaps: ReadonlyMap<number, number>): number {
  const widest = Math.max(NARROW_GAP, Math.min(...gaps.keys()));
  return [...gaps].reduce((sum, [width, count]) => sum + (width <= widest ? width * count : 0), 0);
}

/** At least `size`: a module that does not tell, or does not know the address, has none to spare. */
function usableSizeOf({ usableSize, emulation }: Allocator, address: number, size: number): number {
  if (usableSize === undefined || emulation.isMadeUp(address | 0)) return size;
  return Math.max(size, usableSize(address | 0) >>> 0);
}

/** Adds up what covers each cell. */
class MapPainter {
  private readonly cellBytes: number;
  private readonly covered: Float64Array;

  constructor(private readonly footprintBytes: number) {
    this.cellBytes = Math.ceil(footprintBytes / MAP_CELLS / MAP_CELL_UNIT) * MAP_CELL_UNIT;
    this.covered = new Float64Array(Math.ceil(footprintBytes / this.cellBytes));
  }

  paint(address: number, size: number): void {
    const { cellBytes, covered } = this;
    const end = address + size;
    for (let cell = Math.floor(address / cellBytes); cell * cellBytes < end; cell += 1) {
      const from = Math.max(address, cell * cellBytes);
      const to = Math.min(end, (cell + 1) * cellBytes);
      covered[cell]! += to - from;
    }
  }

  /** The last cell may be smaller. */
  finish(): HeapMap {
    const { cellBytes, footprintBytes } = this;
    const coverage = Array.from(this.covered, (bytes, cell) => {
      const cellSize = Math.min(cellBytes, footprintBytes - cell * cellBytes);
      return Math.round((bytes / cellSize) * 100);
    });
    return { cellBytes, coverage };
  }
}
