// test/support/headless-browser.ts: a headless Chromium, and a server for its pages.

import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import chromium from "@sparticuz/chromium";
import { type Browser, chromium as driver } from "playwright-core";

const TYPES: Record<string, string> = {
  ".js": "text/javascript",
  ".wasm": "application/wasm",
  ".html": "text/html",
  ".css": "text/css",
};

/** To be closed by the caller. */
export async function launchBrowser(): Promise<Browser> {
  return driver.launch({
    executablePath: await chromium.executablePath(),
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
    headless: true,
  });
}

export interface Page {
  readonly content: string | Uint8Array;
  readonly headers?: Record<string, string>;
}

/** Serves a folder, and pages besides; to be closed by the caller. @param pages - by path; may come to have more. */
export async function serve(
  folder: string,
  pages: Readonly<Record<string, Page>>,
): Promise<{ server: Server; origin: string }> {
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url!, "http://localhost").pathname));
    const page = pages[path];
    if (page !== undefined) {
      response.writeHead(200, { "content-type": "text/html", ...page.headers }).end(page.content);
      return;
    }
    readFile(join(folder, path)).then(
      (bytes) => response.setHeader("content-type", TYPES[extname(path)] ?? "text/plain").end(bytes),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  return { server, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}
