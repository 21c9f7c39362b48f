// test/system/find-a-leak.test.ts: docs/find-a-leak.md says what its program prints, and shows the program's own lines.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const page = readFileSync(`${ROOT}docs/find-a-leak.md`, "utf8");
const program = readFileSync(`${ROOT}examples/leaking-server.mjs`, "utf8");

function blocks(language: string): string[] {
  return [...page.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, "g"))].map(([, text]) =>
    text!.trim(),
  );
}

test("the page's outputs are what the program prints", () => {
  const printed = execFileSync("node", ["examples/leaking-server.mjs"], { cwd: ROOT, encoding: "utf8" });
  const shown = printed.replaceAll(ROOT, "");
  const outputs = blocks("text");
  expect(outputs).toHaveLength(3);
  let from = 0;
  for (const output of outputs) {
    const at = shown.indexOf(output, from);
    expect(at, `${output}\n\nis not in\n\n${shown.slice(from)}`).toBeGreaterThanOrEqual(0);
    from = at + output.length;
  }
});

test("the code of the suspect and of the repair is the program's", () => {
  const [suspect, , , , repair] = blocks("js");
  expect(program).toContain(suspect);
  for (const line of repair!.split("\n").slice(0, 4)) expect(program).toContain(line);
});
