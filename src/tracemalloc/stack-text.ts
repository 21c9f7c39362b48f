// src/tracemalloc/stack-text.ts: the frames that a stack's text names, as V8, SpiderMonkey and JavaScriptCore write it.

import type { Frame } from "./frame.js";

/** "    at name (place)", "    at place"; before either, "async " or "new ". Names may have blanks, places too, and brackets. */
const V8_FRAME = /^\s+at (?:async )?(?:new )?(?:(.*?) \((.*)\)|(.*))$/;
/** "name@place", "@place"; "place" is JavaScriptCore's alone. Places may have an @, names have no URL. */
const OTHER_FRAME = /^(?:((?:(?!:\/\/).)*?)@)?(.*)$/;
const PLACE = /^(.+):(\d+):(\d+)$/;
/** Code from text has no file: V8 tells where it was evaluated, and SpiderMonkey. */
const EVALUATED = /^eval at |^<anonymous>$| line \d+ > /;
/** "async*name", "setTimeout handler*name": SpiderMonkey's, of who called back. */
const CALLED_BACK = /^.*\*/;

/** Frames of a stack's text, the newest first; lines that name no place in a file are left out. */
export function parseStack(text: string): Frame[] {
  return text.split("\n").flatMap((line) => {
    const v8 = V8_FRAME.exec(line);
    const other = v8 === null ? OTHER_FRAME.exec(line) : null;
    const functionName = v8?.[1] ?? other?.[1] ?? "";
    const place = PLACE.exec(v8?.[2] ?? v8?.[3] ?? other?.[2] ?? "");
    if (place === null || EVALUATED.test(place[1]!)) return [];
    return [
      {
        functionName: functionName.replace(CALLED_BACK, ""),
        filename: place[1]!,
        lineno: Number(place[2]),
        column: Number(place[3]),
      },
    ];
  });
}
