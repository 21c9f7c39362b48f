// bench/soak/main.ts: the command for the long run: graphs of every shape and some of everything else, made and dropped in one heap again
// and again, which must not take more and more.
// Not here: bundling it (../run.mjs), what flat is (flatness.ts).

import { Command, InvalidArgumentError } from "commander";
import { EXIT_FAILED, EXIT_INTERRUPTED, EXIT_OK } from "../../src/cli/exit.js";
import { LiveView } from "../../src/cli/live-view.js";
import { createHeapSync } from "../../src/embedded.js";
import { settleMemory } from "../../src/lab/warm-up.js";
import { countText, sizeText } from "../../src/stress/format.js";
import { HeapEngine } from "../../src/stress/heap-engine.js";
import { mix } from "../../src/stress/mix.js";
import type { StressPlan } from "../../src/stress/plan.js";
import { run } from "../../src/stress/run.js";
import { SHAPE_NAMES } from "../../src/stress/shapes.js";
import { DEFAULT_SEED, parseSeed, runCommand, writeOutput } from "../command.js";
import { drawGrowth, growthText } from "./drawing.js";
import { judge, type Sample } from "./flatness.js";
import { MixedObjects } from "./mixed-objects.js";

const DEFAULT_MINUTES = 10;
const OBJECTS = 100_000;
const CHURN = 0.2;
const PASSES = 2;
const SAMPLES_MIN = 8;

interface SoakOptions {
  readonly minutes: number;
  readonly seed: number;
  readonly leak: number;
  readonly json?: string;
}

await runCommand("soak", async () => {
  await new Command("soak")
    .description("make and drop objects of all sorts for a long time, and see that memory stays as it is")
    .option("--minutes <count>", "how long", parseMinutes, DEFAULT_MINUTES)
    .option("--seed <number>", "draws what is done", parseSeed, DEFAULT_SEED)
    .option(
      "--leak <bytes>",
      "leave so many behind in each round, to see it found: ends with code 1",
      parseBytes,
      0,
    )
    .option("--json <file>", "write the samples and the judgement as JSON")
    .exitOverride()
    .action(async (options: SoakOptions) => {
      process.exitCode = await soak(options);
    })
    .parseAsync();
});

async function soak({ minutes, seed, leak, json }: SoakOptions): Promise<number> {
  if (json !== undefined) await writeOutput(json, "");
  const abort = new AbortController();
  process.once("SIGINT", () => abort.abort());
  const heap = createHeapSync();
  const planOf = (shape: StressPlan["shape"], roundSeed: number): StressPlan => ({
    ...{ engine: "pymalloc", shape, objects: OBJECTS, churn: CHURN, passes: PASSES, seed: roundSeed },
    ...{ maximumBytes: heap.maximumBytes, isUntilFull: false, pauseTargetMs: 0 },
  });
  const engine = new HeapEngine(planOf("random", seed), heap);
  const mixed = new MixedObjects(heap);
  const samples: Sample[] = [];
  const begin = performance.now();
  const elapsed = (): number => (performance.now() - begin) / 1000;
  let made = 0;
  let rounds = 0;
  const view = LiveView.start(false, () => [
    `soak: ${Math.floor(elapsed())} s of ${minutes * 60} s, ${countText(rounds)} rounds, ${countText(made)} nodes made`,
    `linear memory ${sizeText(engine.heapBytes())}, resident ${sizeText(process.memoryUsage.rss())}`,
  ]);
  try {
    while (!abort.signal.aborted && (elapsed() < minutes * 60 || samples.length < SAMPLES_MIN)) {
      const roundSeed = mix(seed, rounds);
      mixed.run(roundSeed);
      const shape = SHAPE_NAMES[rounds % SHAPE_NAMES.length]!;
      const result = await run(planOf(shape, roundSeed), { engine, signal: abort.signal });
      if (result.failure !== undefined) {
        view.stop();
        console.error(`soak: round ${rounds}, ${shape}, seed ${roundSeed}: ${result.failure.message}`);
        return EXIT_FAILED;
      }
      made += result.made;
      rounds += 1;
      if (leak > 0) heap.malloc(leak);
      if (rounds % SHAPE_NAMES.length === 0 && !abort.signal.aborted) samples.push(sample());
    }
  } finally {
    view.stop();
  }
  if (samples.length === 0) return EXIT_INTERRUPTED;
  const growths = judge(samples);
  console.log(
    `soak: ${elapsed().toFixed(0)} s, ${countText(rounds)} rounds, ${countText(made)} nodes made, replaced, verified and dropped, seed ${seed}\n`,
  );
  for (const growth of growths) console.log(`${drawGrowth(samples, growth)}\n`);
  if (json !== undefined) {
    await writeOutput(
      json,
      `${JSON.stringify({ minutes, seed, rounds, made, growths, samples }, null, 2)}\n`,
    );
  }
  if (abort.signal.aborted) return EXIT_INTERRUPTED;
  const grown = growths.filter(({ isFlat }) => !isFlat);
  for (const growth of grown) console.error(`soak: ${growthText(growth)}`);
  return grown.length === 0 ? EXIT_OK : EXIT_FAILED;

  /** When all is dropped. */
  function sample(): Sample {
    settleMemory();
    const { bytes } = heap.stats();
    return {
      seconds: elapsed(),
      heapBytes: engine.heapBytes(),
      leftBytes: bytes.usedBlocks + bytes.largeBlocks,
      jsBytes: process.memoryUsage().heapUsed,
      residentBytes: process.memoryUsage.rss(),
    };
  }
}

function parseMinutes(text: string): number {
  const minutes = Number(text);
  if (Number.isFinite(minutes) && minutes > 0) return minutes;
  throw new InvalidArgumentError("Give minutes, above 0.");
}

function parseBytes(text: string): number {
  const bytes = Number(text);
  if (Number.isInteger(bytes) && bytes >= 0) return bytes;
  throw new InvalidArgumentError("Give a whole number of bytes.");
}
