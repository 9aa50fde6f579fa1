import { readFileSync } from "node:fs";

const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
  version: string;
};

/** Version of gradus. */
export const version = manifest.version;

/** What a run was made with. */
export const versions = (): Record<string, string> => ({
  gradus: version,
  node: process.versions.node,
  v8: process.versions.v8,
  platform: `${process.platform} ${process.arch}`,
});
