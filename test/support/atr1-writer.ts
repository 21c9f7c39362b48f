// test/support/atr1-writer.ts: writes small ATR1 traces, right by default, wrong on request.
// Independent of src/lab/atr1.ts on purpose: offsets are FORMAT.md's, written out once more.

/** One event as FORMAT.md words it. */
export interface TraceEvent {
  readonly op: "malloc" | "calloc" | "realloc" | "free" | "memalign" | "reallocNull" | "reallocZero";
  readonly slot: number;
  /** Bytes; 0 for frees. */
  readonly size?: number;
  readonly alignmentLog2?: number;
  readonly site?: number;
}

const OPS = ["malloc", "calloc", "realloc", "free", "memalign", "reallocNull", "reallocZero"];

/** Byte offset and width of each header field. */
export const HEADER_FIELDS = {
  magic: [0, 4],
  version: [4, 4],
  events: [8, 4],
  maxSlots: [12, 4],
  peakLiveBytes: [16, 8],
  siteCount: [24, 4],
  recordBytes: [28, 4],
  eventsOffset: [32, 4],
  metaLen: [36, 4],
  flags: [40, 4],
  liveBlocksAtEnd: [44, 4],
  liveBytesAtEnd: [48, 8],
  maxSize: [56, 4],
  peakEvent: [60, 4],
} as const;

/** A whole uncompressed trace file whose header and stats fit its events. */
export function writeAtr1(events: readonly TraceEvent[], meta: Record<string, unknown> = {}): Uint8Array {
  const totals = computeTotals(events);
  const { peakLiveBlocks, bytesRequested, ops, ...header } = totals;
  const { peakLiveBytes, liveBytesAtEnd } = header;
  const stats = { events: events.length, peakLiveBytes, peakLiveBlocks, liveBytesAtEnd, bytesRequested, ops };
  const json = new TextEncoder().encode(JSON.stringify({ name: "small", stats, ...meta }));
  const metaLen = Math.ceil(json.length / 16) * 16;
  const eventsOffset = 64 + metaLen;
  const bytes = new Uint8Array(eventsOffset + 12 * events.length);
  bytes.fill(0x20, 64, eventsOffset);
  bytes.set(json, 64);
  const fields = {
    ...header,
    magic: 0x31525441,
    version: 1,
    recordBytes: 12,
    eventsOffset,
    metaLen,
    flags: 0,
  };
  for (const [name, value] of Object.entries(fields))
    setField(bytes, name as keyof typeof HEADER_FIELDS, value);
  const view = new DataView(bytes.buffer);
  events.forEach(({ op, slot, size = 0, alignmentLog2 = 0, site = 0 }, index) => {
    const at = eventsOffset + 12 * index;
    view.setUint32(at, ((OPS.indexOf(op) << 28) | slot) >>> 0, true);
    view.setUint32(at + 4, size, true);
    view.setUint32(at + 8, ((alignmentLog2 << 24) | site) >>> 0, true);
  });
  return bytes;
}

/** Overwrites one header field in place. */
export function setField(bytes: Uint8Array, name: keyof typeof HEADER_FIELDS, value: number): void {
  const [offset, width] = HEADER_FIELDS[name];
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  if (width === 8) view.setBigUint64(offset, BigInt(value), true);
  else view.setUint32(offset, value, true);
}

/** Reads one header field. */
export function getField(bytes: Uint8Array, name: keyof typeof HEADER_FIELDS): number {
  const [offset, width] = HEADER_FIELDS[name];
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return width === 8 ? Number(view.getBigUint64(offset, true)) : view.getUint32(offset, true);
}

function computeTotals(events: readonly TraceEvent[]) {
  const live = new Map<number, number>();
  const ops = Object.fromEntries(OPS.map((name) => [name, 0]));
  let maxSlots = 0;
  let liveBytes = 0;
  let bytesRequested = 0;
  let peakLiveBytes = 0;
  let peakLiveBlocks = 0;
  let peakEvent = 0;
  events.forEach(({ op, slot, size = 0 }, index) => {
    ops[op]! += 1;
    liveBytes -= live.get(slot) ?? 0;
    live.delete(slot);
    if (op !== "free" && op !== "reallocZero") {
      live.set(slot, size);
      liveBytes += size;
      bytesRequested += size;
      maxSlots = Math.max(maxSlots, slot + 1);
    }
    peakLiveBlocks = Math.max(peakLiveBlocks, live.size);
    if (liveBytes > peakLiveBytes) {
      peakLiveBytes = liveBytes;
      peakEvent = index;
    }
  });
  return {
    events: events.length,
    maxSlots,
    peakLiveBytes,
    siteCount: Math.max(0, ...events.map(({ site = 0 }) => site)),
    liveBlocksAtEnd: live.size,
    liveBytesAtEnd: liveBytes,
    maxSize: Math.max(0, ...events.map(({ size = 0 }) => size)),
    peakEvent,
    peakLiveBlocks,
    bytesRequested,
    ops,
  };
}
