import { type OptimizerName, optimizers } from "../../optim/index.ts";
import type { Change, Finding, FindingKind } from "../../training/finding.ts";
import type { ExaminedSettings, Patient } from "./patient.ts";

type Treatment = (settings: ExaminedSettings, patient: Patient, finding: Finding) => Change | null;

const rate = ({ training }: ExaminedSettings, factor: number): Change | null =>
  training.learningRate === undefined
    ? null
    : { training: { learningRate: Number((training.learningRate * factor).toPrecision(6)) } };

/** The optimizer's usual rate where the given one is far above it, else a tenth. */
function lower(settings: ExaminedSettings): Change | null {
  const { optimizer = "adam", learningRate = 0 } = settings.training;
  const usual =
    optimizers[(typeof optimizer === "string" ? optimizer : optimizer.name) as OptimizerName]?.().learningRate;
  return typeof usual === "number" && learningRate > 100 * usual
    ? { training: { learningRate: usual } }
    : rate(settings, 0.1);
}

const activations = ({ network }: ExaminedSettings): readonly string[] => [network.activation ?? []].flat();
const isDeep = ({ network }: ExaminedSettings): boolean => (network.hidden ?? []).length > 0;

/** Starting weights that suit, where others were asked for. */
const suitableStart = ({ network }: ExaminedSettings): Change | null =>
  network.init === undefined ? null : { network: { init: null } };
const scaled = ({ data }: ExaminedSettings): Change | null =>
  data.scale === "standard" && !data.scales
    ? null
    : { data: { scale: "standard", ...(data.scales && { scales: null }) } };
const scaledTarget = ({ data }: ExaminedSettings): Change | null =>
  data.targetScale === "none" ? { data: { targetScale: "standard" } } : null;
const normalised = (settings: ExaminedSettings): Change | null =>
  isDeep(settings) && !settings.network.batchNorm ? { network: { batchNorm: true } } : null;
const rectified = (settings: ExaminedSettings): Change | null =>
  isDeep(settings) && activations(settings).some((f) => f !== "relu")
    ? { network: { activation: "relu", ...(settings.network.init !== undefined && { init: null }) } }
    : null;

const larger: Treatment = ({ network: { hidden = [] } }) => ({
  network: {
    ...(hidden.length > 0 && { hidden: hidden.map((units) => Math.max(32, 4 * units)) }),
    ...(hidden.length === 0 && { hidden: [32, 32], activation: "relu" }),
  },
});

/** Hidden units so few that there are about as many parameters as rows. */
const smaller: Treatment = ({ network: { hidden = [] } }, { targets, inputs, parameters = 0 }) => {
  const rows = targets?.shape[0] ?? 0;
  if (hidden.length === 0 || rows === 0) return null;
  const share = Math.sqrt(rows / parameters);
  const units = hidden.map((n) => Math.max(2, Math.round(n * (inputs && inputs.length > n ? share ** 2 : share))));
  return { network: { hidden: units } };
};

/**
 * What to change in the run file for each finding; null where no setting helps. A change that is in force already gives way
 * to the next.
 */
const changes: Readonly<Record<FindingKind, Treatment>> = {
  "constant-target": () => null,
  diverged: lower,
  "exploding-gradients": (settings) => suitableStart(settings) ?? scaledTarget(settings) ?? { training: { clip: 1 } },
  "vanishing-gradients": (settings) => rectified(settings) ?? normalised(settings),
  "dead-units": (settings) => ({ network: { activation: "leakyRelu" }, ...rate(settings, 0.1) }),
  "saturated-units": (settings) => suitableStart(settings) ?? scaled(settings) ?? normalised(settings),
  "unscaled-inputs": scaled,
  "initial-loss": (settings) => suitableStart(settings) ?? scaledTarget(settings) ?? scaled(settings),
  "rate-too-high": (settings) => rate(settings, 0.1),
  "rate-too-low": (settings) => rate(settings, 10),
  "uneven-layers": ({ training }) =>
    training.layerRates ? { training: { layerRates: null } } : { training: { optimizer: "adam", learningRate: null } },
  "few-steps": () => ({ training: { batchSize: 32 } }),
  "still-falling": ({ training: { epochs } }) => (epochs === undefined ? null : { training: { epochs: 3 * epochs } }),
  "nothing-learnt": (settings, patient, finding) => {
    if (!isDeep(settings)) return larger(settings, patient, finding);
    const { figures } = finding.evidence;
    const [before = 0, after = 0] = Object.values(figures);
    return rate(settings, after < before ? 10 : 0.1);
  },
  underfitting: larger,
  overfitting: ({ training: { l2 = 0, earlyStopping } }) => ({
    training: { l2: l2 > 0 ? 3 * l2 : 0.03, ...(!earlyStopping && { earlyStopping: {} }) },
  }),
  "few-rows": smaller,
  "class-imbalance": ({ training }) => (training.classWeights ? null : { training: { classWeights: "balanced" } }),
  "copied-rows": () => null,
  "telling-column": (_, { telling }) => (telling ? { data: { drop: [telling.column] } } : null),
  "easy-validation": () => null,
};

/** Every kind of finding. */
export const findingKinds = Object.keys(changes) as FindingKind[];

/** The finding with the change that its advice comes to in a run with these settings. */
export function withChange(finding: Finding, patient: Patient): Finding {
  const { settings } = patient;
  const change = settings ? changes[finding.kind](settings, patient, finding) : null;
  return change ? { ...finding, change } : finding;
}
