// bench/loops.ts: the timed loops that call an allocator from JavaScript.
// Not here: what they are given (workloads.ts), the loops inside Wasm (inside/).
//
// Each returns `end` (or `count`), or the index of the first operation that got no memory.
// A loop's text is compiled anew for every allocator, so it names nothing outside itself.

type Malloc = (size: number) => number;
type Free = (address: number) => void;
type Realloc = (address: number, size: number) => number;

/** Allocates and frees, over and over. */
export type PairLoop = typeof pairLoop;
export const pairLoop = (malloc: Malloc, free: Free, size: number, count: number): number => {
  for (let i = 0; i < count; i += 1) {
    const address = malloc(size);
    if (address === 0) return i;
    free(address);
  }
  return count;
};

/** Replaces the block in each drawn slot by one of the drawn size; address 0 in a slot is no block yet. */
export type ChurnLoop = typeof churnLoop;
export const churnLoop = (
  malloc: Malloc,
  free: Free,
  slots: Int32Array,
  draws: Uint32Array,
  firstDraw: number,
  sizes: Uint16Array,
  firstSize: number,
  count: number,
): number => {
  for (let i = 0; i < count; i += 1) {
    const slot = draws[firstDraw + i]!;
    free(slots[slot]!);
    const address = malloc(sizes[firstSize + i]!);
    if (address === 0) return i;
    slots[slot] = address;
  }
  return count;
};

/** Fills slots [begin, end). */
export type AllocateLoop = typeof allocateLoop;
export const allocateLoop = (
  malloc: Malloc,
  slots: Int32Array,
  sizes: Uint16Array,
  begin: number,
  end: number,
): number => {
  for (let i = begin; i < end; i += 1) {
    const address = malloc(sizes[i]!);
    if (address === 0) return i;
    slots[i] = address;
  }
  return end;
};

/** Frees the blocks in slots order[begin .. end). */
export type ReleaseLoop = typeof releaseLoop;
export const releaseLoop = (
  free: Free,
  slots: Int32Array,
  order: Uint32Array,
  begin: number,
  end: number,
): number => {
  for (let i = begin; i < end; i += 1) free(slots[order[i]!]!);
  return end;
};

/** Gives the block in slot chains[i] the size sizes[i], for i in [begin, end); size 0 frees it. */
export type GrowLoop = typeof growLoop;
export const growLoop = (
  realloc: Realloc,
  free: Free,
  slots: Int32Array,
  chains: Uint32Array,
  sizes: Uint32Array,
  begin: number,
  end: number,
): number => {
  for (let i = begin; i < end; i += 1) {
    const chain = chains[i]!;
    const size = sizes[i]!;
    if (size === 0) {
      free(slots[chain]!);
      slots[chain] = 0;
      continue;
    }
    const address = realloc(slots[chain]!, size);
    if (address === 0) return i;
    slots[chain] = address;
  }
  return end;
};
