// src/tour/chapters.ts: the chapters of the tour, in order. The replay of a recorded program follows them (src/cli/tour.ts).

import type { Chapter } from "./chapter.js";
import { cycles } from "./cycles.js";
import { generations } from "./generations.js";
import { generators } from "./generators.js";
import { memory } from "./memory.js";
import { million } from "./million.js";
import { parents } from "./parents.js";
import { pauses } from "./pauses.js";
import { pools } from "./pools.js";
import { refcount } from "./refcount.js";
import { sizes } from "./sizes.js";
import { tracing } from "./tracing.js";
import { weakrefs } from "./weakrefs.js";

export const CHAPTERS: readonly Chapter[] = [
  refcount,
  memory,
  pools,
  sizes,
  generators,
  weakrefs,
  cycles,
  generations,
  million,
  parents,
  pauses,
  tracing,
];
