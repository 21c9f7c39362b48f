import { expect, test } from "vitest";
import { createHeapSync } from "../../../src/embedded.js";
import { createColors } from "../../../src/tour/colors.js";
import { Stage, wrap } from "../../../src/tour/stage.js";

function play(width: number, run: (stage: Stage) => void): { lines: string[]; stage: Stage } {
  const lines: string[] = [];
  const stage = new Stage({ print: (line) => lines.push(line), colors: createColors(false), width });
  run(stage);
  stage.end();
  return { lines: lines.filter((line) => line !== ""), stage };
}

test("what is shown is the source of what was run, and what it gave", () => {
  let ran = 0;
  const { lines, stage } = play(110, (stage) => {
    expect(stage.step("ran += 1", () => ++ran)).toBe(1);
  });
  expect(ran).toBe(1);
  expect(lines).toEqual(["  ran += 1  ++ran  → 1"]);
  expect(stage.records).toEqual([{ python: "ran += 1", code: ["++ran"], result: "1" }]);
});

test("a binding is shown with its name, and what the code prints beside it, before its result", () => {
  const { lines, stage } = play(110, (stage) => {
    const { print } = stage;
    const hello = stage.bind("hello = print", "hello", () => {
      return print("hi");
    });
    expect(hello).toBeUndefined();
  });
  expect(lines).toEqual(['  hello = print  const hello = return print("hi")  hi']);
  expect(stage.records[0]!.printed).toEqual(["hi"]);
});

test("the steps of a scene have their columns in common", () => {
  const { lines } = play(110, (stage) => {
    stage.step("a", () => 1 + 1);
    stage.step("longer", () => 1);
  });
  expect(lines).toEqual(["  a       1 + 1  → 2", "  longer  1      → 1"]);
});

test("a picture stands beside the steps before it where there is room, else below", () => {
  const picture = ["┌─┐", "└─┘"];
  const show = (stage: Stage): void => {
    stage.step("", () => 7);
    stage.draw(picture);
  };
  expect(play(110, show).lines).toEqual(["  7  → 7    ┌─┐", "            └─┘"]);
  expect(play(14, show).lines).toEqual(["      7  → 7", "  ┌─┐", "  └─┘"]);
});

test("pictures of one chapter stand in one column", () => {
  const { lines } = play(110, (stage) => {
    stage.step("", () => 1000 + 1000);
    stage.draw(["x"]);
    stage.step("", () => 1);
    stage.draw(["x"]);
  });
  expect(lines[0]!.indexOf("x")).toBe(lines[1]!.indexOf("x"));
});

test("a picture that fits itself in is told the columns there are", () => {
  const { lines } = play(60, (stage) => {
    stage.step("", () => 1);
    stage.draw((width, isBeside) => [isBeside ? "=".repeat(width) : "below"]);
  });
  expect(lines[0]!.endsWith("=")).toBe(true);
  expect(lines[0]!.length).toBe(60);
});

test("where there is no room beside, Python stands above and results below", () => {
  const long = "x".repeat(60);
  const { lines } = play(80, (stage) => stage.step("a line of Python", () => long + long.slice(0, 5)));
  expect(lines[0]).toBe("  >>> a line of Python");
  expect(lines.at(-1)).toBe(`      → "${long}xxxxx"`);
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
});

test("a frame's steps stand inside of it, and its handles end with it", () => {
  const heap = createHeapSync();
  const { lines } = play(110, (stage) => {
    stage.frame(heap, "# inside", (locals) => {
      stage.step("a = []", () => {
        locals.a = heap.list();
      });
      expect(heap.liveHandles).toBe(1);
    });
  });
  expect(heap.liveHandles).toBe(0);
  expect(lines[0]).toBe("  # inside  heap.frame((locals) => {");
  expect(lines[1]).toBe("    a = []    locals.a = heap.list()");
  expect(lines[2]).toBe("            })");
});

test("between paragraphs, pictures and titles stands one empty line", () => {
  const lines: string[] = [];
  const stage = new Stage({ print: (line) => lines.push(line), colors: createColors(false), width: 110 });
  stage.title("1/2", "a", "A");
  stage.say("text");
  stage.draw(["picture"]);
  stage.step("", () => 1);
  stage.title("2/2", "b", "B");
  expect(lines.join("\n")).not.toMatch(/\n\n\n/);
  expect(lines.filter((line) => line === "")).toHaveLength(6);
});

test("words are wrapped, none lost", () => {
  const text = "one two three four five six seven";
  expect(wrap(text, 12)).toEqual(["one two", "three four", "five six", "seven"]);
  expect(wrap("unbreakablewordthatislong a", 5)).toEqual(["unbreakablewordthatislong", "a"]);
});
