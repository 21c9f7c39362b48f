// src/structs/generated.ts: functions made from text, where that is allowed.
//
// An engine specializes a function for the objects that go through it, and gives up on one that serves many classes. So
// what runs most is made from text, a function of its own for each field of each class.

let isForbidden = false;
/** Makes every text another one: engines keep one function a text, and with it what they learnt about its use. */
let serial = 0;

/**
 * What `text` returns, given the parameters: it must hold nothing of the user's.
 *
 * @returns undefined where no code can be made from text, as a page's Content-Security-Policy may have it.
 */
export function generate(parameters: Readonly<Record<string, unknown>>, text: string): unknown {
  if (isForbidden) return undefined;
  serial += 1;
  try {
    const make = new Function(...Object.keys(parameters), `"use strict"; // ${serial}\n${text}`);
    return make(...Object.values(parameters));
  } catch (error) {
    if (error instanceof SyntaxError) throw error;
    isForbidden = true;
    return undefined;
  }
}
