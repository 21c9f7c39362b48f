// bench/inside/env.ts: the allocator a driver is merged with; asc names the imports' module after this file.
// The memory a driver imports has this module name too, so that merging links all three to the rival's own.

export declare function malloc(size: usize): usize;
export declare function free(address: usize): void;
