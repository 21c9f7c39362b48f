// test/src/core.test.ts: Wasm modules that can't be had or are none. Those of others: test/assembly/layout.test.ts.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { compileModule, loadModule } from "../../src/core.js";
import { WasmModuleError } from "../../src/errors.js";
import { createHeap } from "../../src/heap.js";
import { WASM } from "../support/checked-core.js";

const GARBAGE = new TextEncoder().encode("no Wasm at all");

test("bytes that are no Wasm are refused, their flaw named", async () => {
  await expect(createHeap({ wasm: GARBAGE })).rejects.toThrow(WasmModuleError);
  expect(() => compileModule(GARBAGE)).toThrow(/the bytes are no Wasm module: .*magic/);
  await expect(loadModule(new Uint8Array())).rejects.toThrow(WasmModuleError);
});

test("a module cut short is refused", async () => {
  const { length } = WASM.release;
  for (const end of [4, 8, 20, length >> 1, length - 1]) {
    if (end === 8) continue; // the smallest module there is
    await expect(loadModule(WASM.release.slice(0, end))).rejects.toThrow(WasmModuleError);
  }
});

test("a file that is missing or no Wasm is refused, its address and the cause named", async () => {
  const folder = await mkdtemp(join(tmpdir(), "pymalloc-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const missing = pathToFileURL(join(folder, "missing.wasm"));
  await expect(createHeap({ wasm: missing })).rejects.toThrow(
    expect.objectContaining({
      name: "WasmModuleError",
      message: expect.stringMatching(/missing\.wasm can't be loaded: ENOENT/),
      cause: expect.objectContaining({ code: "ENOENT" }),
    }),
  );
  await writeFile(join(folder, "garbage.wasm"), GARBAGE);
  const garbage = pathToFileURL(join(folder, "garbage.wasm"));
  await expect(createHeap({ wasm: garbage.href })).rejects.toThrow(WasmModuleError);
});

test("an http URL is fetched, and its refusal told", async () => {
  const server = createServer((request, response) => {
    response.writeHead(request.url === "/core.wasm" ? 200 : 404).end(WASM.release);
  });
  onTestFinished(() => void server.close());
  const port = await new Promise<number>((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve((server.address() as { port: number }).port));
  });
  const heap = await createHeap({ wasm: new URL(`http://127.0.0.1:${port}/core.wasm`) });
  heap.free(heap.malloc(1));
  await expect(createHeap({ wasm: `http://127.0.0.1:${port}/none.wasm` })).rejects.toThrow(/HTTP 404/);
});

test("text that is no URL is refused", async () => {
  await expect(createHeap({ wasm: "http://" })).rejects.toThrow(WasmModuleError);
});
