// src/profile/near-path.ts: a file as people name it: from where they are, if it lies below.

import { isAbsolute, relative } from "node:path";

export function nearPath(path: string): string {
  const near = relative(process.cwd(), path);
  return near.startsWith("..") || isAbsolute(near) ? path : near;
}
