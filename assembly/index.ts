// assembly/index.ts: exports of the core; no logic.

import { ChunkHeap } from "./chunk-heap";
import { SizeClass } from "./size-class";

export { aligned_alloc, calloc, free, malloc, realloc, usable_size } from "./alloc";
export { LAYOUT_VERSION } from "./layout";
export { setPageLimit } from "./memory";

ChunkHeap.prepare();
SizeClass.prepare();
