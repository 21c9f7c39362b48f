import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { AllocatorModule } from "../../../../src/lab/allocator.js";
import { checkedReplay } from "../../../../src/lab/checked-replay.js";
import { parseGenerator } from "../../../../src/lab/generators/parse.js";
import { generateTrace } from "../../../../src/lab/generators/workload.js";
import { ReplayTasks } from "../../../../src/lab/replay-tasks.js";
import { compileTuned } from "../../../../src/lab/tuning/compile.js";
import { combine, RELEASE } from "../../../../src/lab/tuning/tunables.js";

test("the release's sizes give the release, byte for byte", async () => {
  const module = await compileTuned(RELEASE, process.cwd());
  expect(Buffer.from(module).equals(await readFile("build/pymalloc.wasm"))).toBe(true);
}, 60_000);

// the outermost values of each, alone and together
const { variants } = combine({
  poolSize: [4096, 65536],
  spacing: [8, 16],
  classesPerDoubling: [2, Number.POSITIVE_INFINITY],
  smallRequestMax: [128, 1024],
});

test.each(variants.filter((_, index) => index % 6 === 0))(
  "$name serves right blocks",
  async ({ name, tunables }) => {
    const module = await compileTuned(tunables, process.cwd());
    const source = await AllocatorModule.compile(name, name, module);
    const trace = generateTrace(parseGenerator("mstress:events=60000"));
    const allocator = await source.instantiate();
    await checkedReplay(allocator, new ReplayTasks(trace, {}).for(allocator));
    const fresh = await source.instantiate();
    for (let size = 1; size < 3000; size += 7) {
      const block = fresh.malloc(size) >>> 0;
      expect(block % tunables.spacing).toBe(0);
      expect(fresh.usableSize!(block | 0) >>> 0).toBeGreaterThanOrEqual(size);
    }
  },
  60_000,
);
