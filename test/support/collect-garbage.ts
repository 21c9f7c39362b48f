// test/support/collect-garbage.ts: JavaScript's own garbage collection, at will.

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** Waits until `isDone`, letting JavaScript collect and finalize; gives up after half a second. */
export async function collectUntil(isDone: () => boolean): Promise<void> {
  for (let round = 0; round < 100 && !isDone(); round += 1) {
    collect();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
