// What a page transfers that trains a classifier, from its start to the end of training: minified and compressed, in kB; and
// the same where a bundler puts everything that it may ever need into one file.

import { classifier, transferred } from "../../test/bundling.ts";

const [several] = await transferred(classifier);
const [one] = await transferred(classifier, "one");
console.log(JSON.stringify({ kB: several / 1000, oneFile: one / 1000 }));
