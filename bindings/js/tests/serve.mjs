// A static server for tests in a browser: paths by prefix, to files below folders.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join } from "node:path";

const KINDS = { ".js": "text/javascript", ".mjs": "text/javascript", ".html": "text/html", ".json": "application/json", ".wasm": "application/wasm" };

/** folders: {"/prefix/": folder}, the first that fits. Gives {url, close}. */
export async function serve(folders) {
  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url, "http://x").pathname);
    const prefix = Object.keys(folders).find((start) => path.startsWith(start));
    try {
      if (prefix === undefined || path.includes("..")) throw new Error("no such file");
      const content = await readFile(join(folders[prefix], path.slice(prefix.length)));
      response.writeHead(200, { "Content-Type": KINDS[extname(path)] ?? "application/octet-stream" });
      response.end(content);
    } catch {
      response.writeHead(404);
      response.end();
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}

/** Debian's Chromium by playwright-core of $NODE_MODULES. */
export async function chromium() {
  const { default: playwright } = await import(join(process.env.NODE_MODULES, "playwright-core/index.js"));
  return playwright.chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
}
