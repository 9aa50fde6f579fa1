import { readFileSync } from "node:fs";
import { cpus } from "node:os";
import { features } from "../backends/wasm/features.ts";

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

/** The kind of machine, as far as bits may depend on it where a run is not reproducible. */
export const machine = (): Record<string, string> => ({
  processor: cpus()[0]?.model.trim() ?? "unknown",
  "fused multiply-add": features.fused ? "yes" : "no",
});
