import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { installPacked } from "../support/packed-package.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const README = readFileSync(join(ROOT, "README.md"), "utf8");

const EXAMPLES = [...README.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, text]) => text!);

test("the README's first example runs as it stands, prints what it says, and fails as it says", () => {
  const folder = installPacked();
  const { stdout, stderr, status } = run(folder, EXAMPLES[0]!);
  expect(stdout).toBe("3\n1\n");
  expect(stderr).toMatch(/ReleasedHandleError: the handle was released already/);
  expect(status).toBe(1);
});

test("the README's other examples run, given a heap", () => {
  const folder = installPacked();
  const before = 'import { createHeap } from "pymalloc";\nconst heap = await createHeap();\n';
  expect(EXAMPLES).toHaveLength(3);
  const { stdout, stderr, status } = run(folder, before + EXAMPLES[1]!);
  expect([stderr, status]).toEqual(["", 0]);
  expect(stdout).toBe("{ name: 'Ada', born: 1815, langs: [ 'en', 'fr', 'it' ] }\nbye 0\n1\n");
  const leak = run(folder, before + EXAMPLES[2]!);
  expect([leak.stderr, leak.status]).toEqual(["", 0]);
  expect(leak.stdout).toMatch(/by line:\n {2}.*example\.mjs:\d+: size=/);
  expect(leak.stdout).toMatch(/list: \+100 \(101 now\), \+2400 B/);
  expect(leak.stdout).toMatch(/is held by\n└─ \[1\] of dict at/);
});

function run(folder: string, example: string): { stdout: string; stderr: string; status: number | null } {
  writeFileSync(join(folder, "example.mjs"), example);
  return spawnSync(process.execPath, ["example.mjs"], { cwd: folder, encoding: "utf8" });
}

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
