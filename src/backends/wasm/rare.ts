import { size } from "../../core/shape.ts";
import { emitCumulative } from "./cumulative.ts";
import { emitFoldKey, emitRandom, type RandomKind } from "./draw.ts";
import { emitLogSumExp } from "./logsumexp.ts";
import { longFormula } from "./mathematics/long.ts";
import type { Provision } from "./provision.ts";
import { emitEmbed, emitScatterAdd } from "./scatter.ts";
import type { View } from "./views.ts";
import { done, result, viewOf, type Writer } from "./writers.ts";

const random: Writer = (scope, line) =>
  done(emitRandom(scope, line.op.name as RandomKind, viewOf(scope, line.inputs[0]!), result(scope, line)));

const cumulative: Writer = (scope, { op, inputs, outputs, params }) => {
  const options = { axis: params["axis"] as number, backwards: op.name === "cumsumBackwards" };
  return done(emitCumulative(scope, viewOf(scope, inputs[0]!), outputs[0]!, options));
};

/** The code of ops that few programs have. */
export const provision: Provision = {
  formula: longFormula,
  writers: {
    embed: (scope, line) => done(emitEmbed(scope, viewOf(scope, line.inputs[0]!), result(scope, line), line.params)),
    scatterAdd: (scope, line, { host }) => {
      const [updates, indices] = line.inputs.map((v) => viewOf(scope, v)) as [View, View];
      const options = { axis: line.params["axis"] as number, fail: host };
      const y = result(scope, line);
      return size(y.shape) > 0 && done(emitScatterAdd(scope, updates, indices, y, options));
    },
    logSumExp: (scope, line, { scratch }) =>
      done(emitLogSumExp(scope, viewOf(scope, line.inputs[0]!), result(scope, line), scratch!)),
    cumsum: cumulative,
    cumsumBackwards: cumulative,
    randomBits: random,
    randomUniform: random,
    randomNormal: random,
    foldKey: (scope, line) => {
      const [key, label] = line.inputs.map((v) => viewOf(scope, v)) as [View, View];
      return done(emitFoldKey(scope, key, label, result(scope, line)));
    },
  },
};
