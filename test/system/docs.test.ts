// test/system/docs.test.ts: the code in docs/gc.md and docs/tracemalloc.md runs, each block on a heap of its own, and prints what the page says.
// A block's output is the text block behind it, or else what stands behind `//` in the lines that print.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { format } from "node:util";
import { expect, test } from "vitest";
import { createHeapSync } from "../../src/embedded.js";

const DOCS = fileURLToPath(new URL("../../docs", import.meta.url));

const PAGES = ["gc.md", "tracemalloc.md"];

interface Example {
  readonly page: string;
  readonly line: number;
  readonly code: string;
  readonly output: readonly string[];
}

function examplesOf(page: string): Example[] {
  const text = readFileSync(join(DOCS, page), "utf8");
  return [...text.matchAll(/```ts\n([\s\S]*?)```\n(?:\n```text\n([\s\S]*?)```)?/g)].map(
    ({ 1: code, 2: output, index }) => ({
      page,
      line: text.slice(0, index).split("\n").length,
      code: code!,
      output: output === undefined ? promised(code!) : output.trimEnd().split("\n"),
    }),
  );
}

/** What stands behind `//` where something is printed. */
function promised(code: string): string[] {
  return code
    .split("\n")
    .map((line) => /(?:console\.log\(|\.collect\(1\)).*?; \/\/ (.+)$/.exec(line)?.[1])
    .filter((text) => text !== undefined);
}

const EXAMPLES = PAGES.flatMap(examplesOf);

test("each page has examples, and all of them say what they print", () => {
  for (const page of PAGES) expect(EXAMPLES.some((example) => example.page === page)).toBe(true);
  expect(EXAMPLES.length).toBeGreaterThan(9);
  expect(EXAMPLES.filter(({ output }) => output.length === 0)).toEqual([]);
});

test.each(EXAMPLES)("docs/$page, line $line", ({ code, output }) => {
  const printed: string[] = [];
  const heap = createHeapSync();
  const log = (...values: unknown[]): void => void printed.push(format(...values));
  new Function("heap", "console", `"use strict";\n${code}`)(heap, { log });
  expect(printed).toEqual(output);
  heap.verify();
});
