#!/usr/bin/env node
import module from "node:module";

module.enableCompileCache?.(); // from Node 22.8 on: what is compiled of the files below is kept for the next time
const { main } = await import("../dist/command/gradus.js");
await main(process.argv.slice(2));
