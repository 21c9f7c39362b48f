// test/system/export-docs.test.ts: the code in docs/exports.md runs as one program of the installed package, prints what the page says, and
// writes the files that it names.

import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { installPacked } from "../support/packed-package.js";

const PAGE = readFileSync(fileURLToPath(new URL("../../docs/exports.md", import.meta.url)), "utf8");
const CODE = [...PAGE.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code!).join("\n");

test("docs/exports.md runs, prints what it says, and writes its files", () => {
  const folder = installPacked();
  writeFileSync(join(folder, "page.mjs"), CODE);
  const { stdout, stderr, status } = spawnSync(process.execPath, ["page.mjs"], {
    cwd: folder,
    encoding: "utf8",
  });
  expect([stderr, status]).toEqual(["", 0]);
  const promised = [...CODE.matchAll(/^console\.log\(.*\); \/\/ (.+)$/gm)].map(([, text]) => text);
  expect(promised.length).toBe(3);
  expect(stdout.trimEnd().split("\n")).toEqual(promised);
  const named = [...CODE.matchAll(/[wW]rite\w+\("([\w.]+)"/g)].map(([, file]) => file!);
  expect(named.length).toBe(7);
  const written = readdirSync(folder);
  for (const file of named) {
    expect(written).toContain(file);
    expect(statSync(join(folder, file)).size).toBeGreaterThan(0);
  }
});

test("docs/exports.md names every function and class of the entry", () => {
  const entry = readFileSync(fileURLToPath(new URL("../../src/export/index.ts", import.meta.url)), "utf8");
  const values = [...entry.replaceAll(/\btype \w+,?/g, "").matchAll(/export \{([^}]*)\}/g)]
    .flatMap(([, names]) => names!.split(","))
    .map((name) => name.trim())
    .filter((name) => name !== "");
  expect(values.length).toBeGreaterThan(6);
  expect(values.filter((name) => !PAGE.includes(name))).toEqual([]);
});
