// test/support/native-formats.ts: recordings that mtrace and heaptrack wrote, where they lie beside the checkout.

import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const FOLDER = fileURLToPath(new URL("../../../shared/native-formats", import.meta.url));

export const hasNativeFiles = existsSync(FOLDER);

export function nativeFile(name: string): string {
  return join(FOLDER, name);
}

/** Names in the folder that end so. */
export function nativeFiles(...endings: string[]): string[] {
  if (!hasNativeFiles) return [];
  return readdirSync(FOLDER).filter((file) => endings.some((ending) => file.endsWith(ending)));
}
