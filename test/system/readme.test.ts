import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { installPacked } from "../support/packed-package.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const README = readFileSync(join(ROOT, "README.md"), "utf8");

test("the README's example runs as it stands, and fails as it says", () => {
  const [, example] = /```ts\n([\s\S]*?)```/.exec(README)!;
  const folder = installPacked();
  writeFileSync(join(folder, "example.mjs"), example!);
  const { stderr, status } = spawnSync(process.execPath, ["example.mjs"], { cwd: folder, encoding: "utf8" });
  expect(stderr).toMatch(/DoubleFreeError: 0x[0-9a-f]+ is free already; forget an address when you free it/);
  expect(status).toBe(1);
});

test("every npm script that the documents name exists", () => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
    scripts: Record<string, string>;
  };
  const texts = ["README.md", "CONTRIBUTING.md"]
    .map((file) => readFileSync(join(ROOT, file), "utf8"))
    .join("\n");
  const named = [...texts.matchAll(/npm (?:run ([\w:]+)|(start|test)\b)/g)].map(
    ([, run, short]) => run ?? short!,
  );
  expect(named.filter((name) => !(name in scripts))).toEqual([]);
});

test("every file that the README links to is there", () => {
  const links = [...README.matchAll(/\]\(([^)#:]+)\)/g)].map(([, path]) => path!);
  expect(links.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});
