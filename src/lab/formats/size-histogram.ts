// src/lab/formats/size-histogram.ts: how many blocks of which size were asked for.

const CLASS_COUNT = 34;

/** Sizes of one class: first to last byte, both counted in. */
export interface SizeClassCount {
  readonly minBytes: number;
  readonly maxBytes: number;
  readonly calls: number;
  /** Bytes asked for by those calls together. */
  readonly bytes: number;
}

/** Classes end at powers of two: 0, 1, 2, 3–4, 5–8 … */
export class SizeHistogram {
  readonly #calls = new Float64Array(CLASS_COUNT);
  readonly #bytes = new Float64Array(CLASS_COUNT);

  add(size: number): void {
    const index = size === 0 ? 0 : 33 - Math.clz32(size - 1);
    this.#calls[index]! += 1;
    this.#bytes[index]! += size;
  }

  /** From the first class that has any to the last. */
  toClasses(): SizeClassCount[] {
    const first = this.#calls.findIndex((calls) => calls > 0);
    const last = this.#calls.findLastIndex((calls) => calls > 0);
    if (first < 0) return [];
    return Array.from({ length: last - first + 1 }, (_, offset) => {
      const index = first + offset;
      return {
        minBytes: index < 2 ? index : 2 ** (index - 2) + 1,
        maxBytes: index === 0 ? 0 : 2 ** (index - 1),
        calls: this.#calls[index]!,
        bytes: this.#bytes[index]!,
      };
    });
  }
}
