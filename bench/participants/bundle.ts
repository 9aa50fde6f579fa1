// How large a page's script is that trains a network: minified and compressed, in kB, and what it consists of.

import { gzipSync } from "node:zlib";
import { rolldown } from "rolldown";
import { here } from "../processes.ts";

const entry = "\0entry";
const bundle = await rolldown({
  input: entry,
  platform: "browser",
  logLevel: "silent",
  plugins: [
    {
      name: "entry",
      resolveId: (id) => (id === entry ? id : null),
      load: (id) => (id === entry ? `export { fit, mlp } from ${JSON.stringify(here("../src/index.ts"))};` : null),
    },
  ],
});
const { output } = await bundle.generate({ minify: true });
const chunks = output.filter((part) => part.type === "chunk");
const kB = chunks.reduce((sum, { code }) => sum + gzipSync(code).length, 0) / 1000;
const modules = chunks
  .flatMap((chunk) => Object.entries(chunk.modules))
  .map(([id, { renderedLength }]) => [id.split("/src/").at(-1)!, renderedLength] as const)
  .toSorted(([, a], [, b]) => b - a);
console.log(JSON.stringify({ kB, modules: Object.fromEntries(modules.slice(0, 25)) }));
