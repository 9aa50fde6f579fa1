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

const built = spawnSync(process.execPath, [join(modules, "typescript", "bin", "tsc"), "-p", "tsconfig.build.json"], {
  cwd: root,
  stdio: "inherit",
});
process.exit(built.status ?? 1);
