import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { sortUnstably } from "../../../../src/lab/formats/std-sort.js";

interface Item {
  readonly key: number;
  readonly index: number;
}

const toItems = (keys: readonly number[]): Item[] => keys.map((key, index) => ({ key, index }));
const sorted = (keys: readonly number[]): Item[] => {
  const items = toItems(keys);
  sortUnstably(items, (a, b) => a.key > b.key);
  return items;
};

test("sorts, and loses nothing", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(30), { maxLength: 300 }), (keys) => {
      const items = sorted(keys);
      expect(items.map((it) => it.key)).toEqual(keys.toSorted((a, b) => b - a));
      expect(new Set(items.map((it) => it.index)).size).toBe(keys.length);
    }),
  );
});

test("leaves up to sixteen equals as they were", () => {
  expect(sorted(new Array(16).fill(7)).map((it) => it.index)).toEqual(
    Array.from({ length: 16 }, (_, i) => i),
  );
});

const hasCompiler = spawnSync("g++", ["--version"]).status === 0;

/** Sorts each line's numbers by std::sort, the larger first, and prints where each came from. */
const SOURCE = `#include <algorithm>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>
struct Item { int key, index; };
int main() {
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream in(line); std::vector<Item> items; int key;
    while (in >> key) items.push_back({key, (int)items.size()});
    std::sort(items.begin(), items.end(), [](const Item &a, const Item &b) { return a.key > b.key; });
    for (auto &it : items) std::cout << it.index << ' ';
    std::cout << '\\n';
  }
}`;

/** Keys that make each partition as bad as can be, made up while they are sorted. Source: McIlroy, "A killer adversary for quicksort" (1999). */
function killerKeys(length: number, equals: number): number[] {
  const undecided = length;
  const keys: number[] = new Array(length).fill(undecided);
  let decided = 0;
  let candidate = 0;
  const decide = (index: number): void => {
    keys[index] = decided;
    decided += 1;
  };
  sortUnstably(toItems(keys), (a, b) => {
    if (keys[a.index] === undecided && keys[b.index] === undecided)
      decide(a.index === candidate ? a.index : b.index);
    if (keys[a.index] === undecided) candidate = a.index;
    else if (keys[b.index] === undecided) candidate = b.index;
    return keys[a.index]! < keys[b.index]!;
  });
  return keys.map((key) => -Math.floor(key / equals));
}

test.skipIf(!hasCompiler)("leaves equals where GNU's std::sort leaves them", () => {
  const folder = mkdtempSync(join(tmpdir(), "std-sort-"));
  const program = join(folder, "sort");
  writeFileSync(`${program}.cpp`, SOURCE);
  execFileSync("g++", ["-O1", "-o", program, `${program}.cpp`]);
  const cases = [
    ...fc.sample(fc.array(fc.nat(5), { minLength: 1, maxLength: 600, size: "max" }), {
      numRuns: 60,
      seed: 1,
    }),
    ...fc.sample(fc.array(fc.nat(100), { minLength: 1, maxLength: 200, size: "max" }), {
      numRuns: 60,
      seed: 2,
    }),
    ...[1, 2, 5].flatMap((equals) => [100, 400, 2000].map((length) => killerKeys(length, equals))),
  ];
  const input = cases.map((keys) => `${keys.join(" ")}\n`).join("");
  const output = execFileSync(program, { input, encoding: "utf8", maxBuffer: 1 << 26 });
  rmSync(folder, { recursive: true });
  for (const [index, line] of output.trimEnd().split("\n").entries()) {
    expect(sorted(cases[index]!).map((it) => it.index)).toEqual(line.trim().split(" ").map(Number));
  }
});
