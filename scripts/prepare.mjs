// Runs after `npm ci` in a clone: builds the library, puts `gradus` on npx's path, and removes the C++ headers
// that come with the Node binary (65 MB that nothing here compiles against).
import { spawnSync } from "node:child_process";
import { existsSync, lstatSync, mkdirSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const modules = join(root, "node_modules");
if (!existsSync(join(modules, "typescript"))) process.exit(0); // installed without development dependencies

const nested = join(modules, "node", "node_modules");
for (const name of existsSync(nested) ? readdirSync(nested) : [])
  rmSync(join(nested, name, "include"), { recursive: true, force: true });

const bin = join(modules, ".bin");
mkdirSync(bin, { recursive: true });
const link = join(bin, "gradus");
if (process.platform !== "win32") {
  if (lstatSync(link, { throwIfNoEntry: false })) rmSync(link);
  symlinkSync(join("..", "..", "bin", "gradus.js"), link);
}

for (const project of ["tsconfig.build.json", "examples"]) {
  const tsc = join(modules, "typescript", "bin", "tsc");
  const built = spawnSync(process.execPath, [tsc, "-p", project], { cwd: root, stdio: "inherit" });
  if (built.status !== 0) process.exit(built.status ?? 1);
}
const { bundle } = await import("./bundle.mjs"); // here, for what it needs is there only in a clone
await bundle();
