// Runs the examples and puts what they print into docs/experiments.md, and their pictures into docs/pictures.
//
//   node scripts/experiments.mjs            everything, some minutes
//   node scripts/experiments.mjs --quick    the short forms, which a test compares with the page
//   node scripts/experiments.mjs grid       one example
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const page = join(root, "docs/experiments.md");
const wanted = process.argv.slice(2);

/** A block of the page: the command that makes it, between grave accents on a line of its own, and what it printed. */
const block = /^`gradus (examples [^`\n]+)`\n\n```\n([\s\S]*?)```$/gm;

const named = wanted.filter((word) => word !== "--quick");
const isWanted = (words) =>
  (named.length === 0 || named.includes(words[1])) && (!wanted.includes("--quick") || words.includes("--quick"));

const text = readFileSync(page, "utf8").replace(block, (whole, command) => {
  const words = command.split(" ");
  if (!isWanted(words)) return whole;
  const pictures = words.includes("--quick") ? [] : ["--out", join(root, "docs/pictures")];
  process.stderr.write(`gradus ${command}\n`);
  const printed = execFileSync(process.execPath, [join(root, "bin/gradus.js"), ...words, ...pictures], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  return `\`gradus ${command}\`\n\n\`\`\`\n${printed}\`\`\``;
});
writeFileSync(page, text);
