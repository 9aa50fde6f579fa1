// Puts the command line and all that it needs into a few files, dist/command, that load in a fraction of the time that
// hundreds of modules take: one for what every command needs, and one for each part that is loaded when it is asked for.
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { rolldown } from "rolldown";

const root = join(import.meta.dirname, "..");
const modules = join(root, "node_modules") + sep;
const to = join(root, "dist/command");

/** What stands beside a module (its worker, package.json) is still found there: its own address stays what it was. */
const addresses = {
  name: "addresses",
  transform(code, id) {
    if (!id.startsWith(join(root, "dist") + sep) || !code.includes("import.meta.url")) return null;
    const place = relative(to, id).split(sep).join("/");
    return code.replaceAll("import.meta.url", `new URL(${JSON.stringify(place)}, import.meta.url).href`);
  },
};

/**
 * Commander asks for `child_process` as soon as it is loaded, though only a command that is a program of its own needs it;
 * Node takes longer to load that than to load commander.
 */
const later = {
  name: "later",
  resolveId: (id, importer) => (id === "node:child_process" && importer?.startsWith(modules) ? "\0later" : null),
  load: (id) =>
    id === "\0later"
      ? 'module.exports = { spawn: (...args) => process.getBuiltinModule("node:child_process").spawn(...args) };'
      : null,
};

/** The folder of the package that a module belongs to; nothing for our own. */
function packageOf(id) {
  if (!id.startsWith(modules)) return null;
  let folder = dirname(id);
  while (!existsSync(join(folder, "package.json")) || !("version" in manifestOf(folder))) folder = dirname(folder);
  return folder;
}
const manifestOf = (folder) => JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));

/** The licences of the packages that are inside. */
function licences(folders) {
  return folders.map((folder) => {
    const { name, version, license, author } = manifestOf(folder);
    const file = readdirSync(folder).find((file) => /^licen[cs]e/i.test(file));
    const text = file
      ? readFileSync(join(folder, file), "utf8")
      : `Licence: ${license}. ${author?.name ?? author ?? ""}`;
    return `${name} ${version}\n\n${text.trim()}\n`;
  });
}

export async function bundle() {
  rmSync(to, { recursive: true, force: true });
  const input = { gradus: join(root, "dist/cli/main.js") };
  const logLevel = "silent"; // that what one command loads at once another loads later is as it should be
  const build = await rolldown({ input, platform: "node", plugins: [addresses, later], logLevel });
  const names = { entryFileNames: "[name].js", chunkFileNames: "[name].js" };
  const minify = { compress: false, mangle: false, codegen: { removeWhitespace: true } }; // names stay, for GRADUS_DEBUG
  const { output } = await build.write({ dir: to, format: "es", minify, ...names });
  const inside = output.flatMap((part) => ("moduleIds" in part ? part.moduleIds : [])).map(packageOf);
  const folders = [...new Set(inside.filter((folder) => folder !== null))].sort();
  writeFileSync(join(to, "LICENSES.txt"), licences(folders).join(`\n${"-".repeat(80)}\n\n`));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await bundle();
