// assembly/verifier.ts: exports of the verifier: a module of its own over a heap's memory, so that the core carries no check; no logic.

export { LAYOUT_VERSION } from "./layout";
export { verify } from "./verify";
