// test/system/imports.test.ts: imports go one way. One table, here; every import of the core and the library is held against it.

import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** Layers from the lowest up: a file may import its own layer's row only where that row is a folder, else lower rows. */
const CORE_LAYERS = [
  ["layout", "object-layout", "build-flags", "host"],
  ["counters", "rule"],
  ["memory"],
  ["chunk", "pool"],
  ["chunk-heap"],
  ["arena", "large"],
  ["size-class"],
  ["alloc", "kind-block", "verify"],
  ["object", "type"],
  ["references", "object-table", "containers"],
  ["weakref-list", "gc-module"],
  ["death"],
  ["refcount"],
  ["kinds"],
  ["object-size", "verify-objects"],
  ["index"],
  ["objects", "verifier"],
];

const LIBRARY_LAYERS = [
  ["assembly/layout", "assembly/object-layout", "build"],
  ["src/errors"],
  ["src/core", "src/views", "src/heap-map"],
  ["src/object-core", "src/stats", "src/verifier"],
  ["src/allocator-heap"],
  // objects, scalars, handles
  ["src/scope"],
  ["src/contents", "src/text", "src/host-values", "src/leaks"],
  ["src/box"],
  ["src/to-js"],
  ["src/handle"],
  ["src/frame"],
  ["src/object-heap"],
  // Python's types
  ["src/scalar", "src/bytearray", "src/sequence", "src/table"],
  ["src/list"],
  ["src/tuple", "src/dict", "src/set", "src/from-js", "src/stream", "src/namespace"],
  ["src/builtin-types", "src/run-frame", "src/pointer-tier"],
  // structs
  ["src/struct-layout", "src/field-types", "src/generated"],
  ["src/struct-handle", "src/struct-type", "src/accessors", "src/initializer"],
  ["src/column", "src/cursor"],
  ["src/batch"],
  ["src/struct-class"],
  ["src/struct"],
  // Python's modules
  ["src/census", "src/weakref-handle"],
  ["src/proxy", "src/finalize", "src/weak-collection"],
  ["src/weak-mapping", "src/weak-set"],
  ["src/weak-key-dictionary", "src/weak-value-dictionary"],
  ["src/sys", "src/gc", "src/weakref"],
  ["src/heap"],
  ["src/index"],
  ["src/embedded"],
  ["src/lab"],
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

/** Row of the table that a module is in: the module itself, or a folder above it. */
function layerOf(module: string, layers: readonly (readonly string[])[]): number {
  return layers.findIndex((row) => row.some((entry) => module === entry || module.startsWith(`${entry}/`)));
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

test("a strategy imports nothing but the strategies' interface", () => {
  for (const file of sourceFiles("assembly/strategies")) {
    expect(importsOf(file).filter((module) => module !== "assembly/strategies/interface")).toEqual([]);
  }
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
