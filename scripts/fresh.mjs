// Builds if a source is newer than what was built of it: `npm start` after `npm ci` has nothing to build.
import { spawnSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const when = (path) => statSync(join(root, path), { throwIfNoEntry: false })?.mtimeMs ?? 0;
const within = (folder) => readdirSync(join(root, folder), { recursive: true }).map((file) => join(folder, file));
const sources = [
  "package.json",
  "tsconfig.json",
  "tsconfig.build.json",
  ...["src", "scripts", "examples"].flatMap(within),
];

const built = when("dist/command/gradus.cjs"); // what a build writes last
if (sources.some((path) => when(path) > built)) {
  const { status } = spawnSync("npm run --silent build", { cwd: root, shell: true, stdio: "inherit" });
  process.exit(status ?? 1);
}
