// bench/soak/flatness.ts: whether a run that does the same again and again goes on taking more.

/** What was taken at the end of a round. */
export interface Sample {
  readonly seconds: number;
  /** All of linear memory. */
  readonly heapBytes: number;
  /** Bytes in blocks that are in use, though all was dropped. */
  readonly leftBytes: number;
  /** Of V8's heap, after a collection. */
  readonly jsBytes: number;
  /** Resident memory of the process. */
  readonly residentBytes: number;
}

export const MEASURES = ["heapBytes", "leftBytes", "jsBytes", "residentBytes"] as const;
export type Measure = (typeof MEASURES)[number];

/** Growth that is none: a share, and bytes beside. */
const TOLERANCES: Readonly<Record<Measure, { readonly share: number; readonly bytes: number }>> = {
  heapBytes: { share: 0.02, bytes: 2 ** 16 },
  leftBytes: { share: 0.01, bytes: 4096 },
  jsBytes: { share: 0.05, bytes: 2 ** 20 },
  residentBytes: { share: 0.1, bytes: 2 ** 24 },
};

export interface Growth {
  readonly measure: Measure;
  /** The most in the second quarter of the run, and in the last. */
  readonly earlyBytes: number;
  readonly lateBytes: number;
  readonly isFlat: boolean;
}

/** The first quarter of the time is left out: caches fill, code is compiled, memory grows to what it takes. */
export function judge(samples: readonly Sample[]): Growth[] {
  const end = samples.at(-1)?.seconds ?? 0;
  const mostIn = (measure: Measure, from: number, to: number): number => {
    const within = samples.filter(({ seconds }) => seconds >= from * end && seconds <= to * end);
    return Math.max(...(within.length > 0 ? within : samples).map((sample) => sample[measure]));
  };
  return MEASURES.map((measure) => {
    const [earlyBytes, lateBytes] = [mostIn(measure, 1 / 4, 1 / 2), mostIn(measure, 3 / 4, 1)];
    const { share, bytes } = TOLERANCES[measure];
    return { measure, earlyBytes, lateBytes, isFlat: lateBytes - earlyBytes <= share * earlyBytes + bytes };
  });
}
