// Puts the command line and all that it needs into a few files, dist/command, that load in a fraction of the time that
// hundreds of modules take: one for what every command needs, and one for each part that is loaded when it is asked for.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { rolldown } from "rolldown";

const root = join(import.meta.dirname, "..");
const modules = join(root, "node_modules") + sep;
const to = join(root, "dist/command");
const entry = join(root, "dist/cli/main.js");

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
 * What is asked for as soon as a module is loaded, though only few commands need it: commander asks for `child_process`,
 * which Node takes longer to load than commander, and archives for `fflate`, which builds tables at once.
 */
const seldom = {
  "node:child_process":
    'module.exports = { spawn: (...args) => process.getBuiltinModule("node:child_process").spawn(...args) };',
  fflate: 'export const unzipSync = (...args) => require("fflate").unzipSync(...args);',
};
const later = {
  name: "later",
  resolveId: (id, importer) =>
    Object.hasOwn(seldom, id) && !importer?.startsWith("\0later:") ? `\0later:${id}` : null,
  load: (id) => (id.startsWith("\0later:") ? seldom[id.slice(7)] : null),
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

/** Modules that are loaded together with one: all that it imports, and they, and so on. */
function loadedWith(id, context, found = new Set()) {
  if (found.has(id)) return found;
  found.add(id);
  for (const each of context.getModuleInfo(id)?.importedIds ?? []) loadedWith(each, context, found);
  return found;
}

/** One file of what every command needs, one of what a report needs beside that; the bundler divides what remains. */
function together() {
  const sets = new Map();
  const group = (name, root) => ({
    name: (id, context) => {
      if (!sets.has(name)) sets.set(name, loadedWith(root, context));
      return sets.get(name).has(id) ? name : null;
    },
  });
  return [
    group("main", entry),
    group("diagram", join(root, "dist/report/diagram.js")), // explain draws without the rest of a report
    group("report", join(root, "dist/report/html.js")),
  ];
}

/** ASCII alone, of which a string takes a byte a character: in code, \u stands for the same wherever these occur. */
function ascii(code) {
  if (/\braw`[^`]*[^\0-\x7f]/.test(code)) throw new Error("a raw template has other characters than ASCII");
  return code.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

export async function bundle() {
  rmSync(to, { recursive: true, force: true });
  mkdirSync(to);
  const logLevel = "silent"; // that what one command loads at once another loads later is as it should be
  const build = await rolldown({ input: { gradus: entry }, platform: "node", plugins: [addresses, later], logLevel });
  const { output } = await build.generate({
    format: "cjs",
    entryFileNames: "[name].cjs",
    chunkFileNames: "[name].cjs",
    codeSplitting: { groups: together() },
    minify: { compress: false, mangle: false, codegen: { removeWhitespace: true } }, // names stay, for GRADUS_DEBUG
  });
  for (const { fileName, code } of output) {
    const script = ascii(`(function(exports,require,module,__filename){${code}})`);
    writeFileSync(join(to, fileName), `/*${createHash("sha256").update(script).digest("hex").slice(0, 32)}*/${script}`);
  }
  const inside = output.flatMap((part) => ("moduleIds" in part ? part.moduleIds : [])).map(packageOf);
  const folders = [...new Set(inside.filter((folder) => folder !== null))].sort();
  writeFileSync(join(to, "LICENSES.txt"), licences(folders).join(`\n${"-".repeat(80)}\n\n`));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await bundle();
