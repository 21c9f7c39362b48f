// src/tour/code.ts: the source of what the tour runs, as it is shown: taken from the function itself, so the two can't differ.

import jsTokens from "js-tokens";
import type { Colors } from "./colors.js";

/** Lines of an arrow function's body: its expression, or its statements, as far left as they go; one alone without semicolon. */
export function codeOf(run: () => unknown): string[] {
  const text = run.toString().replaceAll("\t", "  ");
  const body = text.slice(text.indexOf("=>") + 2).trim();
  if (!body.startsWith("{")) return dedent(withoutParentheses(body).split("\n"));
  const lines = dedent(
    body
      .slice(1, -1)
      .replace(/^\s*\n/, "")
      .trimEnd()
      .split("\n"),
  );
  return lines.length === 1 ? [lines[0]!.replace(/;$/, "")] : lines;
}

/** `(a = b)` as `a = b`: parentheses that only an arrow function needs. */
function withoutParentheses(body: string): string {
  if (!body.startsWith("(") || !body.endsWith(")")) return body;
  let depth = 0;
  for (let at = 0; at < body.length - 1; at += 1) {
    if (body[at] === "(") depth += 1;
    if (body[at] === ")") depth -= 1;
    if (depth === 0) return body;
  }
  return body.slice(1, -1);
}

/** Without the indentation that all lines but an expression's first have. */
function dedent(lines: readonly string[]): string[] {
  const indented = lines.filter((line) => line.trim() !== "" && line !== lines[0]);
  const isWhole = /^\s/.test(lines[0] ?? "");
  const all = isWhole ? lines.filter((line) => line.trim() !== "") : indented;
  const indent = Math.min(...all.map((line) => line.length - line.trimStart().length));
  const cut = Number.isFinite(indent) ? indent : 0;
  return lines.map((line, index) => (index === 0 && !isWhole ? line : line.slice(cut)));
}

const KEYWORDS = new Set(
  "await class const delete else for function if in let new null of return true false undefined while yield".split(
    " ",
  ),
);

/** A line of code, coloured. */
export function highlight(line: string, colors: Colors): string {
  let result = "";
  for (const { type, value } of jsTokens(line)) {
    if (type === "StringLiteral" || type.endsWith("Template") || type.startsWith("Template")) {
      result += colors.green(value);
    } else if (type === "NumericLiteral") result += colors.yellow(value);
    else if (type === "IdentifierName" && KEYWORDS.has(value)) result += colors.magenta(value);
    else if (type === "Punctuator") result += colors.dim(value);
    else result += value;
  }
  return result;
}
