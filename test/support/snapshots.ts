// test/support/snapshots.ts: snapshots of tracemalloc's for tests: of traces that are written down, and any.

import fc from "fast-check";
import type { Frame } from "../../src/tracemalloc/frame.js";
import { Snapshot } from "../../src/tracemalloc/snapshot.js";
import { DOMAINS } from "../../src/tracemalloc/snapshot-content.js";
import { Traceback } from "../../src/tracemalloc/traceback.js";

/** A trace, written down: its frames are [file, line], the oldest first. */
export interface WrittenTrace {
  /** Index into DOMAINS. */
  readonly domain: number;
  readonly size: number;
  readonly frames: readonly (readonly [string, number])[];
  readonly address?: number;
  readonly type?: string;
}

export interface SnapshotSettings {
  readonly tracebackLimit?: number;
  readonly sampleBytes?: number;
  readonly takenAt?: number;
}

export function frameOf([filename, lineno]: readonly [string, number]): Frame {
  return { functionName: "f", filename, lineno, column: 1 };
}

/** A snapshot of these traces; those with the same frames share a traceback. */
export function snapshotOf(traces: readonly WrittenTrace[], settings: SnapshotSettings = {}): Snapshot {
  const tracebacks = new Map<string, number>();
  const types = new Map<string, number>();
  const numbered = (numbers: Map<string, number>, key: string): number => {
    if (!numbers.has(key)) numbers.set(key, numbers.size);
    return numbers.get(key)!;
  };
  const indices = traces.map(({ frames }) => numbered(tracebacks, JSON.stringify(frames)));
  const typeIndices = traces.map(({ type }) => (type === undefined ? 0 : 1 + numbered(types, type)));
  return new Snapshot({
    columns: {
      addresses: Uint32Array.from(traces, ({ address }, index) => address ?? (index + 1) * 16),
      sizes: Uint32Array.from(traces, ({ size }) => size),
      tracebackIndices: Uint32Array.from(indices),
      domains: Uint8Array.from(traces, ({ domain }) => domain),
      typeIndices: Uint16Array.from(typeIndices),
    },
    tracebacks: [...tracebacks.keys()].map(
      (key) => new Traceback((JSON.parse(key) as WrittenTrace["frames"]).map(frameOf)),
    ),
    types: [...types.keys()],
    tracebackLimit: settings.tracebackLimit ?? 25,
    sampleBytes: settings.sampleBytes,
    takenAt: settings.takenAt ?? 0,
  });
}

/** Names that are often the same, with all that patterns, keys and orders could trip over. */
export const filenames: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom("a.ts", "b.ts", "src/a.ts", "src/ab.ts", "<unknown>") },
  {
    weight: 1,
    arbitrary: fc.string({
      unit: fc.constantFrom("a", "b", "]", "[", "!", "-", "^", "*", "\\", "\n", "\0", "1", "\uffee", "😀"),
      maxLength: 4,
    }),
  },
);

const sizes = fc.oneof(
  fc.nat(8),
  fc.constantFrom(99, 100, 10_239, 10_240, 10_496, 102_399, 102_400, 2 ** 20, 2 ** 32 - 1),
  fc.nat(2 ** 32 - 1),
);

/** Any traces of a few places, many of which are the same. */
export const anyTraces: fc.Arbitrary<WrittenTrace[]> = fc
  .array(fc.array(fc.tuple(filenames, fc.nat(4)), { minLength: 1, maxLength: 4 }), {
    minLength: 1,
    maxLength: 5,
  })
  .chain((places) =>
    fc.array(
      fc.record({
        domain: fc.nat(DOMAINS.length - 1),
        size: sizes,
        frames: fc.constantFrom(...places),
      }),
      { maxLength: 12 },
    ),
  );
