// test/system/imports.test.ts: imports go one way. One table, here; every import of the core and the library is held against it.

import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import strategies from "../../assembly/strategies/strategies.json" with { type: "json" };

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** Layers from the lowest up: a file may import its own layer's row only where that row is a folder, else lower rows. */
const CORE_LAYERS = [
  ["layout", "object-layout", "build-flags", "host"],
  ["counters", "rule", "trace"],
  ["memory"],
  ["chunk", "pool"],
  ["chunk-heap"],
  ["arena", "large"],
  ["size-class"],
  ["traced-block"],
  ["alloc", "kind-block", "verify"],
  ["traced-alloc"],
  ["object-table"],
  // what objects need of the collector: its record, lists and notes
  ["cycles/collector"],
  ["cycles/generation", "cycles/unreachable", "cycles/mark-stack", "cycles/page-filter"],
  ["cycles/sides", "cycles/mark-buffer"],
  ["cycles/buckets"],
  ["cycles/suspects"],
  ["object", "type"],
  ["references", "containers"],
  ["weakref-list"],
  ["death"],
  ["refcount"],
  ["kinds"],
  // the collector's work
  ["cycles/candidate"],
  ["cycles/listed"],
  ["cycles/walk", "cycles/whole", "cycles/release"],
  ["cycles/count", "cycles/mark", "cycles/unreached"],
  ["cycles/witnesses"],
  ["cycles/ending"],
  ["cycles/increment"],
  ["cycles/collect"],
  ["object-size", "gc-module", "verify-objects", "verify-counts", "verify-generations"],
  ["index"],
  ["objects", "verifier"],
];

const LIBRARY_LAYERS = [
  ["assembly/layout", "assembly/object-layout", "assembly/strategies", "build"],
  ["src/errors", "src/observer"],
  ["src/arguments", "src/objects/stack-room"],
  ["src/core", "src/views", "src/heap-map"],
  ["src/objects/object-core", "src/stats", "src/verifier"],
  ["src/allocator-heap"],
  // objects, scalars, handles
  ["src/objects/scope"],
  ["src/objects/contents", "src/objects/text", "src/objects/host-values", "src/objects/leaks"],
  ["src/objects/box"],
  ["src/objects/to-js"],
  ["src/objects/handle"],
  ["src/objects/frame"],
  ["src/objects/object-heap"],
  // Python's types
  ["src/kinds/scalar", "src/kinds/bytearray", "src/kinds/sequence", "src/kinds/table"],
  ["src/kinds/list"],
  [
    "src/kinds/tuple",
    "src/kinds/dict",
    "src/kinds/set",
    "src/objects/from-js",
    "src/kinds/stream",
    "src/objects/namespace",
  ],
  ["src/objects/builtin-types", "src/objects/run-frame", "src/objects/pointer-tier"],
  // structs
  ["src/structs/struct-layout", "src/structs/field-types", "src/structs/generated"],
  [
    "src/structs/struct-handle",
    "src/structs/struct-type",
    "src/structs/accessors",
    "src/structs/initializer",
  ],
  ["src/structs/column", "src/structs/cursor"],
  ["src/structs/batch"],
  ["src/structs/struct-class"],
  ["src/structs/struct"],
  // Python's modules
  ["src/census", "src/weakref/weakref-handle"],
  ["src/weakref/proxy", "src/weakref/finalize", "src/weakref/weak-table"],
  ["src/weakref/weak-collection"],
  ["src/weakref/weak-mapping", "src/weakref/weak-set"],
  ["src/weakref/weak-key-dictionary", "src/weakref/weak-value-dictionary"],
  ["src/gc/pause-histogram"],
  ["src/gc/collections"],
  [
    "src/tracemalloc/frame",
    "src/tracemalloc/stack-text",
    "src/tracemalloc/block-table",
    "src/tracemalloc/sampling",
    "src/tracemalloc/format-size",
    "src/tracemalloc/source-map-decoder",
  ],
  ["src/tracemalloc/own-frames"],
  ["src/tracemalloc/tracebacks", "src/tracemalloc/source-maps"],
  ["src/tracemalloc/stack", "src/tracemalloc/sources"],
  ["src/tracemalloc/tracer", "src/tracemalloc/traceback"],
  ["src/tracemalloc/filter", "src/tracemalloc/statistic", "src/tracemalloc/allocation-profile"],
  ["src/tracemalloc/snapshot-content"],
  ["src/tracemalloc/snapshot-file", "src/tracemalloc/growth"],
  ["src/tracemalloc/snapshot"],
  ["src/tracemalloc/take-snapshot", "src/tracemalloc/leaks"],
  // who looks into the heap
  [
    "src/inspect/u32-list",
    "src/inspect/address-index",
    "src/inspect/object-references",
    "src/inspect/object-preview",
  ],
  ["src/inspect/holder-text", "src/inspect/garbage"],
  ["src/inspect/holder-svg"],
  ["src/inspect/holder-graph", "src/inspect/diagnosis"],
  ["src/inspect/holders", "src/inspect/diagnose"],
  ["src/sys", "src/gc/gc", "src/weakref/weakref", "src/tracemalloc/tracemalloc"],
  ["src/heap"],
  ["src/index"],
  ["src/embedded"],
  ["src/export"],
  ["src/lab"],
  ["src/lab/formats", "src/lab/generators", "src/lab/tuning"],
  ["src/lab/sweep"],
  ["src/lab/page"],
  ["src/graph"],
  ["src/tour"],
  ["src/stress"],
  ["src/profile"],
  ["src/record"],
  ["src/cli"],
];

function sourceFiles(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".d.ts"))
    .map((file) => join(folder, file));
}

/** Files that a file imports, relative to the root, without extension; what it imports types of alone is nothing at run time. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(ROOT, file), "utf8").replaceAll(/^import type [^"]+"[^"]+"/gm, "");
  return [...text.matchAll(/(?:from|import)\s+"(\.[^"]+)"/g)].map(([, path]) =>
    normalize(join(dirname(file), path!)).replace(/\.(js|ts)$/, ""),
  );
}

/** Row of the table that a module is in: the module's own, or that of the nearest folder above it; -1 if there is none. */
function layerOf(module: string, layers: readonly (readonly string[])[]): number {
  for (let name = module; name !== "."; name = dirname(name)) {
    const layer = layers.findIndex((row) => row.includes(name));
    if (layer >= 0) return layer;
  }
  return -1;
}

function violations(files: string[], layers: readonly (readonly string[])[], base: string): string[] {
  return files.flatMap((file) => {
    const module = relative(base, file).replace(/\.ts$/, "");
    const layer = layerOf(module, layers);
    if (layer < 0) return [`${file} is in no layer: add it to the table`];
    return importsOf(file).flatMap((imported) => {
      const target = relative(base, imported);
      const below = layerOf(target, layers);
      const isSameFolder =
        below === layer && dirname(target) === dirname(module) && !layers[layer]!.includes(module);
      return below >= 0 && (below < layer || isSameFolder) ? [] : [`${file} imports ${imported}`];
    });
  });
}

test("the core imports only from lower layers", () => {
  const files = sourceFiles("assembly").filter((file) => !file.includes("strategies"));
  expect(violations(files, CORE_LAYERS, "assembly")).toEqual([]);
});

/** Parts that several strategies are made of, from the lowest up; then the strategies. */
const STRATEGY_LAYERS = [
  ["interface"],
  ["parts/growth", "parts/tagged-chunk"],
  ["parts/free-chunks", "parts/chunk-list"],
  ["parts/tagged-heap", "parts/chunk-tree"],
  ["parts/address-tree"],
  ["parts/page-runs"],
  Object.keys(strategies),
];

test("a strategy imports nothing but the strategies' interface and parts", () => {
  const files = sourceFiles("assembly/strategies");
  expect(violations(files, STRATEGY_LAYERS, "assembly/strategies")).toEqual([]);
});

test("the library imports only from lower layers", () => {
  expect(violations(sourceFiles("src"), LIBRARY_LAYERS, ".")).toEqual([]);
});

test("nothing imports the benchmarks, the tests or the conformance tools", () => {
  const importers = [...sourceFiles("assembly"), ...sourceFiles("src")];
  const upward = importers.filter((file) =>
    importsOf(file).some((module) => /^(bench|conformance|test)\//.test(module)),
  );
  expect(upward).toEqual([]);
});
