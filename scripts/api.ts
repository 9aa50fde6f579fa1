// Prints what the package declares to those who use it; `npm run api` writes it to etc/api.d.ts.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { API, type Symbol as Named, type Project, SymbolFlags } from "typescript/unstable/sync";

const root = join(import.meta.dirname, "..");

/** Where the public declarations are kept. */
export const kept = join(root, "etc/api.d.ts");

/** What one imports from, and the file of its declarations. */
function entries(): [name: string, file: string][] {
  const { exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const { ".": main, ...parts } = exports as Record<string, string | Record<"browser" | "types", string>>;
  const paths = Object.entries(parts).filter((entry): entry is [string, string] => String(entry[1]).endsWith(".js"));
  const { browser, types } = main as Record<"browser" | "types", string>;
  return [
    ["gradus", browser],
    ["gradus in Node", types],
    ...paths.map(([path, file]): [string, string] => [path.replace(".", "gradus"), file]),
  ].map(([name, file]) => [name!, join(root, file!.replace(/(\.d\.ts|\.js)$/, ".d.ts"))]);
}

/** A declaration without comments, private members, and the paths of imported types. */
const plain = (text: string): string =>
  text
    .replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "")
    .replace(/^\s*(private |#private).*$/gm, "")
    .replace(/import\("[^"]+"\)\.|^export |declare /gm, "")
    .replace(/\n\s*(?=\n)/g, "")
    .trim();

/** The declarations that a name stands for, wherever they are. */
function declared(symbol: Named, project: Project): string {
  const target = symbol.flags & SymbolFlags.Alias ? project.checker.getAliasedSymbol(symbol) : symbol;
  const texts = (target.declarations ?? []).map((handle) => plain(handle.resolve(project)?.getText() ?? ""));
  const said = target.flags & SymbolFlags.Variable ? texts.map((text) => `const ${text};`) : texts;
  return [...(target.name === symbol.name ? [] : [`// ${target.name} as ${symbol.name}`]), ...said].join("\n");
}

/** All public names, entry by entry, and what each is; what was printed with an entry before is only named. */
export function declarations(): string {
  const api = new API({ cwd: root });
  try {
    const files = entries();
    const snapshot = api.updateSnapshot({ openFiles: files.map(([, file]) => file) });
    const printed = new Set<string>();
    const sections = files.map(([name, file]) => {
      const project = snapshot.getDefaultProjectForFile(file)!;
      const module = project.checker.getSymbolAtLocation(project.program.getSourceFile(file)!)!;
      const names = [...project.checker.getExportsOfModule(module)].sort((a, b) => (a.name < b.name ? -1 : 1));
      const texts = names.map((symbol) => declared(symbol, project)).filter((text) => !printed.has(text));
      for (const text of texts) printed.add(text);
      return [`// === ${name}: ${names.map((symbol) => symbol.name).join(", ")}`, ...texts].join("\n\n");
    });
    return `// The public names and their declarations. Written by npm run api.\n\n${sections.join("\n\n")}\n`;
  } finally {
    api.close();
  }
}

if (process.argv[1] === import.meta.filename) writeFileSync(kept, declarations());
