#!/usr/bin/env node
import { load } from "../dist/cli/load.js";

const args = process.argv.slice(2);
await load(args).main(args);
