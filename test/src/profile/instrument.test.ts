import fc from "fast-check";
import { expect, test } from "vitest";
import type { Recorder } from "../../../src/profile/recorder.js";
import { evaluate, FakeMemory, instrumentedCode, runInstrumented } from "../../support/instrumented.js";
import { type Kind, type RandomScript, randomScripts } from "../../support/random-scripts.js";

/** What is bounded by nothing else. */
const STEPS_MAX = 60;

interface Ran {
  readonly log: readonly unknown[];
  /** Bytes by line, as the script itself told. */
  readonly grown: ReadonlyMap<number, number>;
}

/** Runs one script to its end; what it tells must be the same with and without probes. */
async function run(
  kind: Kind,
  load: (scope: Record<string, unknown>) => unknown,
  memory: FakeMemory,
): Promise<Ran> {
  const log: unknown[] = [];
  const grown = new Map<number, number>();
  let fuel = STEPS_MAX;
  let turn = 0;
  const g = (line: number, bytes: number): number => {
    memory.bytes += bytes;
    grown.set(line, (grown.get(line) ?? 0) + bytes);
    log.push(`g${line}`);
    return bytes;
  };
  const scope = {
    g,
    log: (value: unknown) => {
      log.push(typeof value === "object" ? JSON.stringify(value) : value);
      return value;
    },
    // a pattern that no loop can follow for ever
    t: (n: number) => {
      fuel -= 1;
      turn += 1;
      return fuel > 0 && turn % (n + 1) !== 0;
    },
    call: (callback: (x: number) => unknown) => callback(7),
    later: async (value: unknown) => {
      await null;
      memory.bytes += 1000; // meanwhile, somebody else
      return value;
    },
    failing: async () => {
      throw new Error("failing");
    },
    *steps(line: number) {
      log.push("steps");
      g(line, 5);
      try {
        yield 1;
        g(line, 6);
        yield 2;
      } finally {
        log.push("closed");
      }
      return 3;
    },
    async *ticks(line: number) {
      g(line, 5);
      try {
        yield 1;
        g(line, 7);
        yield 2;
      } finally {
        log.push("closed");
      }
    },
  };
  const main = load(scope) as (...values: unknown[]) => unknown;
  // what waits in between is another's, so each step of the driver grows memory
  const outside = (): void => {
    memory.bytes += 100_000;
  };
  try {
    if (kind === "plain") log.push(["returned", main.call({}, 1)]);
    if (kind === "async") log.push(["returned", await (main.call({}, 1) as Promise<unknown>)]);
    if (kind.endsWith("generator")) {
      const steps = main.call({}, 1) as AsyncGenerator<unknown, unknown, unknown>;
      for (let index = 0; index < 30; index += 1) {
        const step = index % 7 === 5 ? "throw" : index % 23 === 22 ? "return" : "next";
        const { done, value } = await steps[step](step === "throw" ? new Error("thrown in") : index);
        outside();
        log.push([step, done, value]);
        if (done) break;
      }
      await steps.return(undefined);
    }
  } catch (error) {
    log.push(["threw", String(error)]);
  }
  outside();
  return { log, grown };
}

async function runBoth({
  kind,
  text,
}: RandomScript): Promise<{ plain: Ran; probed: Ran; recorder: Recorder }> {
  const plain = await run(kind, (scope) => evaluate(text, scope, "main"), new FakeMemory());
  const memory = new FakeMemory();
  let recorder: Recorder | undefined;
  const load = (scope: Record<string, unknown>): unknown => {
    const loaded = runInstrumented(text, ["main"], memory, scope);
    recorder = loaded.recorder;
    return loaded.value;
  };
  const probed = await run(kind, load, memory);
  return { plain, probed, recorder: recorder! };
}

test("random programs do the same with probes as without", async () => {
  await fc.assert(
    fc.asyncProperty(randomScripts(), async (script) => {
      const { plain, probed } = await runBoth(script);
      expect(probed.log, instrumentedCode(script.text, ["main"])).toEqual(plain.log);
    }),
    { numRuns: 1000, endOnFailure: true },
  );
});

test("what each line of a random program allocates is in its increment, to the byte", async () => {
  await fc.assert(
    fc.asyncProperty(randomScripts(), async (script) => {
      const { probed, recorder } = await runBoth(script);
      const [main] = recorder.record();
      const measured = main!.lines.map(({ line, increments }) => [line, increments[0]!] as const);
      const lines = script.text.split("\n");
      const calls = (line: number): boolean => /forEach|call\(|run\(/.test(lines[line - 1]!);
      const own = measured.filter(([line, bytes]) => bytes !== 0 && !calls(line));
      expect(Object.fromEntries(own), numberedText(script.text)).toEqual(
        Object.fromEntries([...probed.grown].filter(([line]) => !calls(line))),
      );
    }),
    { numRuns: 1000, endOnFailure: true },
  );
});

function numberedText(text: string): string {
  return text
    .split("\n")
    .map((line, index) => `${index + 1}: ${line}`)
    .join("\n");
}
