// assembly/strategies/interface.ts: the contract of a strategy: what each module in this folder exports.
// Not here: any strategy; each is one file, compiled to one module of its own with a memory of its own.
//
// A strategy exports C's functions under these names, plus `memory`. Addresses are unsigned up to 4 GiB.
// One that cannot keep a promise leaves that export out: the replay lab then emulates it (src/lab/emulation.ts).
//
//   malloc(size: usize): usize
//       a block of at least `size` bytes, ALIGNMENT-aligned; 0 when memory is exhausted.
//       Size 0 gives a block of its own.
//   calloc(count: usize, size: usize): usize
//       the same for count * size bytes, all zero; 0 also when the product overflows.
//   realloc(address: usize, size: usize): usize
//       the block's new address, contents kept up to the smaller size; 0 leaves the old block as it was.
//       Address 0 is malloc(size).
//   free(address: usize): void
//       gives the block back; address 0 does nothing.
//   aligned_alloc(alignment: usize, size: usize): usize
//       as malloc, aligned to `alignment`, a power of two; `size` need not be a multiple of it.
//   usable_size(address: usize): usize
//       bytes the block really holds, at least what was asked for.
//   footprint(): f64
//       bytes of linear memory; a float because 4 GiB does not fit a usize.

/** Bytes. Every block's address is a multiple of it. */
export const ALIGNMENT = 16;
/** Bytes in one page of linear memory. */
export const PAGE_SIZE = 1 << 16;
