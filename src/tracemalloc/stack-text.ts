// src/tracemalloc/stack-text.ts: the frames that a stack's text names, as V8, SpiderMonkey and JavaScriptCore write it.

import type { Frame } from "./frame.js";

/** "    at name (file:1:2)", "    at file:1:2"; "name@file:1:2", "@file:1:2". The name may have blanks, the file too. */
const V8_FRAME = /^\s*at (?:(.*?) \()?((?:.*?):(\d+):(\d+))\)?$/;
const OTHER_FRAME = /^(.*?)@((?:.*?):(\d+):(\d+))$/;

/** Frames of a stack's text, the newest first; lines that name no place are left out. */
export function parseStack(text: string): Frame[] {
  return text.split("\n").flatMap((line) => {
    const match = V8_FRAME.exec(line) ?? OTHER_FRAME.exec(line);
    if (match === null) return [];
    const [, functionName = "", place, lineno, column] = match;
    const filename = place!.slice(0, place!.length - lineno!.length - column!.length - 2);
    return [
      {
        functionName: functionName.replace(/^(async|new) /, ""),
        filename,
        lineno: Number(lineno),
        column: Number(column),
      },
    ];
  });
}
