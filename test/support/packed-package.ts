// test/support/packed-package.ts: the package as users get it: packed by npm, installed into a folder of its own.

import { type ExecFileSyncOptionsWithStringEncoding, execFileSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** A new folder whose node_modules holds the packed package. */
export function installPacked(): string {
  const folder = mkdtempSync(join(tmpdir(), "pymalloc-"));
  const options: ExecFileSyncOptionsWithStringEncoding = {
    cwd: ROOT,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  };
  // another run of npm is around us: what it set must not steer this one
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));
  const packed = execFileSync("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", folder], {
    ...options,
    env,
  });
  const report = JSON.parse(packed) as unknown;
  const [{ filename }] = Object.values(report as Record<string, unknown>) as [{ filename: string }];
  writeFileSync(
    join(folder, "package.json"),
    JSON.stringify({ name: "embedder", private: true, type: "module" }),
  );
  execFileSync("npm", ["install", "--offline", "--no-audit", "--no-fund", join(folder, filename)], {
    ...options,
    cwd: folder,
    env,
  });
  return folder;
}
