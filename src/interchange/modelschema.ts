import { z } from "zod";
import { type Task, tasks } from "../core/task.ts";
import { missingPolicies, scaleKinds } from "../data/index.ts";
import { activations, losses } from "../nn/index.ts";

let made: ReturnType<typeof schema> | null = null;

/** What must be in a model file for it to be understood; a later version may add to it. Made when the first one is read. */
export const modelSchema = (): ReturnType<typeof schema> => {
  made ??= schema();
  return made;
};

const schema = () =>
  z.object({
    task: z.enum(tasks as [Task, ...Task[]]),
    network: networkSchema(),
    loss: keyOf(losses),
    lossOptions: z
      .object({ quantiles: z.array(z.number().gt(0).lt(1)).min(1).optional(), labelSmoothing: rate().optional() })
      .optional(),
    classWeights: z.array(z.number().min(0)).optional(),
    precision: z.enum(["f32", "f64"]),
    encoding: z.object({
      missing: z.enum(missingPolicies),
      unseen: z.enum(["zero", "error"]).optional(),
      features: names(),
      inputs: z.array(inputSchema()),
      expansion: expansionSchema().optional(),
      weights: z.string().optional(),
      absent: names().optional(),
      target: targetSchema(),
    }),
    target: z.object({ shift: z.number(), scale: z.number() }),
    threshold: z.number().optional(),
    fingerprint: z.string(),
  });

const keyOf = <K extends string>(table: Readonly<Record<K, unknown>>) => z.enum(Object.keys(table) as [K, ...K[]]);
const names = () => z.array(z.string());
const numbers = () => z.array(z.number());
const size = () => z.int().min(1);
const rate = () => z.number().min(0).lt(1);

function networkSchema() {
  const [activation, place] = [keyOf(activations), z.enum(["before", "after"])];
  return z.object({
    inputs: size(),
    embed: z.array(z.object({ column: z.int().min(0), levels: size(), size: size() })).optional(),
    hidden: z.array(size()),
    outputs: size(),
    activation: z.array(activation),
    output: activation,
    dropout: z.array(rate()).optional(),
    inputDropout: rate().optional(),
    inputNoise: z.number().min(0).optional(),
    batchNorm: place.optional(),
    layerNorm: place.optional(),
  });
}

function inputSchema() {
  const column = { column: z.string(), indicator: z.literal(true).optional() };
  const words = { fill: z.string(), levels: names(), ...column };
  return z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("number"), fill: z.number(), shift: z.number(), scale: z.number(), ...column }),
    z.object({ ...words, kind: z.literal("text") }),
    z.object({ ...words, kind: z.literal("boolean"), levels: names().length(2) }),
    z.object({ ...words, kind: z.literal("level"), fill: z.string().nullable() }),
  ]);
}

const expansionSchema = () =>
  z.discriminatedUnion("kind", [
    z.object({
      kind: z.literal("polynomial"),
      degree: size(),
      scaler: z.object({ kind: z.enum(scaleKinds), shift: numbers(), scale: numbers() }),
    }),
    z.object({ kind: z.literal("fourier"), count: size(), lengthScale: z.number(), seed: z.number() }),
  ]);

const targetSchema = () =>
  z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("number"), column: z.string() }),
    z.object({ kind: z.literal("classes"), column: z.string(), classes: names().min(2) }),
    z.object({ kind: z.literal("numbers"), columns: names().min(1), shift: numbers(), scale: numbers() }),
    z.object({ kind: z.literal("labels"), columns: names().min(1), classes: z.array(names().length(2)) }),
  ]);
