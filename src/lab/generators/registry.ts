// src/lab/generators/registry.ts: all workload generators, one line each.

import { allocTest } from "./alloc-test.js";
import { binaryTrees } from "./binary-trees.js";
import { cacheScratch } from "./cache-scratch.js";
import type { Generator } from "./generator.js";
import { glibcSimple } from "./glibc-simple.js";
import { larson } from "./larson.js";
import { mallocLarge } from "./malloc-large.js";
import { mstress } from "./mstress.js";
import { sh6bench } from "./sh6bench.js";

/** In the order in which they are listed. */
export const GENERATORS: readonly Generator[] = [
  allocTest,
  sh6bench,
  glibcSimple,
  larson,
  cacheScratch,
  mstress,
  mallocLarge,
  binaryTrees,
];
