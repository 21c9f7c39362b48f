// test/system/tour.test.ts: `pymalloc tour` as a user runs it, in a pipe.

import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { CHAPTERS } from "../../src/tour/chapters.js";
import type { StepRecord } from "../../src/tour/scene.js";
import { runCommand } from "../support/command.js";
import { claims, runShown } from "../support/shown-program.js";

const CLI = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));
const tour = (...args: string[]) => runCommand([CLI, "tour", ...args]);

interface TourJson {
  chapters: { chapter: string; steps: StepRecord[]; rows?: { allocator: string }[] }[];
}

test("the whole tour runs, chapter by chapter, and ends with the replay, without a colour in a pipe", async () => {
  const { code, stdout, stderr } = await tour();
  expect([code, stderr]).toEqual([0, ""]);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: none of these must be there
  expect(stdout).not.toMatch(/\x1b/);
  const names = [...CHAPTERS.map(({ name }) => name), "profiler", "replay"];
  const places = names.map((name, index) => stdout.indexOf(`── ${index + 1}/${names.length} ${name} `));
  expect(places).toEqual([...places].sort((a, b) => a - b));
  expect(places.every((place) => place >= 0)).toBe(true);
  expect(stdout).toMatch(/sqlite: 945,597 events/);
});

test("a = [], b = a, del b: 2, 3, 2", async () => {
  const { stdout } = await tour("--chapter", "refcount", "--json", "-");
  const { chapters } = JSON.parse(stdout) as TourJson;
  const counts = chapters[0]!.steps.filter(({ python }) => python === "sys.getrefcount(a)");
  expect(counts.map(({ code, result }) => [code.join("\n"), result])).toEqual(
    ["2", "3", "2"].map((result) => ["heap.sys.getrefcount(ns.a)", result]),
  );
});

test("what the chapters promise is what their code gave", async () => {
  const { stdout } = await tour("--json", "-");
  const { chapters } = JSON.parse(stdout) as TourJson;
  const steps = new Map(chapters.map(({ chapter, steps }) => [chapter, steps]));
  const result = (chapter: string, code: RegExp): (string | undefined)[] =>
    steps
      .get(chapter)!
      .filter((step) => code.test(step.code.join("\n")))
      .map((step) => step.result);
  expect(result("refcount", /- heap\.sys\.getallocatedblocks/)).toEqual(["1"]);
  expect(result("memory", /liveHandles/)).toEqual(["0"]);
  expect(result("generators", /reduce/)).toEqual(["499,999,500,000", "499,999,500,000"]);
  expect(result("generators", /^peak\.bytes/)).toEqual(["16"]);
  expect(result("weakrefs", /deref/)).toEqual(["640", "null"]);
  expect(result("weakrefs", /cache\.size/)).toEqual(["1", "0"]);
  expect(result("cycles", /gc\.collect/)).toEqual(["2", "1", "1"]);
  expect(result("cycles", /\.\.\.heap\.gc\.garbage/)).toEqual(['["list"]']);
  expect(result("generations", /getThreshold/)).toEqual(["[2,000, 10, 10]"]);
  expect(result("million", /gc\.collect/)).toEqual(["1,000,001"]);
  expect(result("parents", /gc\.collect/)).toEqual(["0"]);
  const printed = [...steps].flatMap(([, steps]) => steps.flatMap((step) => step.printed ?? []));
  expect(printed).toEqual([
    "bye 2",
    "bye 1",
    "the image has died",
    "end",
    "bye 1, whose next is 2",
    "bye 2, whose next is 1",
    "usr is gone",
    "lib is gone",
  ]);
});

test("pauses stand beside CPython's where there is a python3, alone where there is none", async () => {
  const { code, stdout } = await tour("--chapter", "pauses");
  expect(code).toBe(0);
  expect(stdout).toMatch(/collections here/);
  const path = process.env.PATH;
  process.env.PATH = "";
  const alone = await tour("--chapter", "pauses").finally(() => {
    process.env.PATH = path;
  });
  expect([alone.code, alone.stderr]).toEqual([0, ""]);
  expect(alone.stdout).toMatch(/collections here/);
  expect(alone.stdout).not.toMatch(/CPython \d/);
  expect(alone.stdout).toMatch(/With a python3 on the path/);
});

test("the code that the built command shows is a program, and gives what is shown", async () => {
  const { stdout } = await tour("--json", "-");
  for (const { steps } of (JSON.parse(stdout) as TourJson).chapters) {
    expect(runShown(steps)).toEqual(claims(steps));
  }
});

test("JSON holds the replay's rows", async () => {
  const { stdout } = await tour("--chapter", "replay", "--json", "-");
  const [replay] = (JSON.parse(stdout) as TourJson).chapters;
  expect(replay!.rows!.map(({ allocator }) => allocator)).toEqual(["pymalloc", "tlsf", "bump", "null"]);
});

test("one chapter, a file of JSON, the list of chapters", async () => {
  const file = join(mkdtempSync(join(tmpdir(), "tour-")), "tour.json");
  const one = await tour("--chapter", "pools", "--json", file);
  expect(one.code).toBe(0);
  expect(one.stdout).toMatch(/253\/253/);
  expect(one.stdout).not.toMatch(/refcount/);
  expect((JSON.parse(readFileSync(file, "utf8")) as TourJson).chapters.map(({ chapter }) => chapter)).toEqual(
    ["pools"],
  );
  const { stdout } = await tour("--list");
  expect(
    stdout
      .trim()
      .split("\n")
      .map((line) => line.split(" ")[0]),
  ).toEqual([...CHAPTERS.map(({ name }) => name), "profiler", "replay"]);
});

test("a chapter that there is not, and a file that can't be written, are told in one line, exit code 2", async () => {
  const wrong = await tour("--chapter", "stacks");
  expect(wrong).toMatchObject({ code: 2, stdout: "" });
  expect(wrong.stderr).toBe(
    "pymalloc: --chapter stacks: no such chapter; there are refcount, memory, pools, sizes, generators, weakrefs, cycles, generations, million, parents, pauses, tracemalloc, profiler, replay\n",
  );
  const unwritable = await tour("--json", "/no/such/folder/tour.json");
  expect(unwritable.code).toBe(2);
  expect(unwritable.stderr).toMatch(/^pymalloc: cannot write /);
});

test("Ctrl-C ends the tour with 130", async () => {
  for (const ms of [300, 600, 1000]) expect((await runCommand([CLI, "tour"], ms)).code).toBe(130);
  expect((await runCommand([CLI, "tour", "--chapter", "replay"], 400)).code).toBe(130);
});
