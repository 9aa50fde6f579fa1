// What a page's worker runs: programs that the page has compiled, one at a time.

import { ModelError } from "../../core/errors.ts";
import { Pace } from "../../core/pause.ts";
import type { Tensor } from "../../core/tensor.ts";
import { paced } from "../paced.ts";
import type { HostLine } from "../wasm/assembly.ts";
import { linked, type Machine } from "../wasm/machine.ts";
import { threadsLoaded } from "../wasm/threads/local.ts";
import type { Answer, Message, Plain, Reply, Sent, Write } from "./messages.ts";
import { locks } from "./runtime.ts";

/** What this script sees of the worker that it runs in. */
declare const self: {
  postMessage(reply: Reply, transfer?: readonly ArrayBufferLike[]): void;
  addEventListener(type: "message", listener: (event: { readonly data: Message }) => void): void;
};

/** A line asks for its rule, which is not here. */
class HostNeeded extends Error {}

const elsewhere: HostLine = {
  op: {
    name: "elsewhere",
    evaluate() {
      throw new HostNeeded();
    },
  },
  ...{ params: {}, inputs: [], outputs: [], always: true },
};

const machines = new Map<number, Machine>();
const pace = new Pace();
let stop = new AbortController();

const link = ({ host, ...assembly }: Sent): Machine =>
  linked({ ...assembly, host: new Array<HostLine>(host).fill(elsewhere) });

function write(machine: Machine, { input, from, numbers }: Write): void {
  machine.write(input, from, numbers);
}

async function run({ program, parts, turns, stopped }: Extract<Message, { kind: "run" }>): Promise<Answer> {
  const machine = machines.get(program)!;
  for (const part of parts) write(machine, part);
  stop = new AbortController();
  if (stopped) stop.abort();
  const there = {
    get threads() {
      return machine.threads;
    },
    slices: (_inputs: unknown, n?: number): ReturnType<Machine["resume"]> => machine.resume(n),
  };
  const outcome = await paced(there, pace).run([], { signal: stop.signal, turns });
  const { threads } = outcome;
  return "outputs" in outcome
    ? { kind: "outputs", threads, tensors: outcome.outputs.map(plain) }
    : { kind: "stopped", threads, tensors: outcome.stopped.map(plain) };
}

const plain = ({ shape, data, dtype }: Tensor): Plain => ({ shape, data, dtype });

function failure(error: unknown): Answer {
  if (error instanceof HostNeeded) return { kind: "host" };
  if (error instanceof ModelError) return { kind: "problem", problem: error.problem };
  return { kind: "error", message: error instanceof Error ? error.message : String(error) };
}

/** Answers a question; what is thrown on the way is an answer, too. */
async function answer(question: number, work: () => Answer | Promise<Answer>): Promise<void> {
  const answer = await Promise.resolve().then(work).catch(failure);
  const transfer = "tensors" in answer ? answer.tensors.map(({ data }) => data.buffer) : [];
  self.postMessage({ kind: "answer", question, answer }, transfer);
}

async function linkAs(program: number, assembly: Sent): Promise<Answer> {
  if (assembly.threads > 1) await threadsLoaded();
  machines.set(program, link(assembly));
  return { kind: "linked" };
}

function close(program: number): void {
  machines.get(program)?.close?.();
  machines.delete(program);
}

self.addEventListener("message", ({ data }) => {
  if (data.kind === "link") void answer(data.question, () => linkAs(data.program, data.assembly));
  else if (data.kind === "run") void answer(data.question, () => run(data));
  else if (data.kind === "write") write(machines.get(data.program)!, data.part);
  else if (data.kind === "close") close(data.program);
  else stop.abort();
});

/** Holds a lock of its own for as long as the worker lives, so that the page learns when it is dead. */
function announce(): void {
  const shared = locks();
  const name = shared ? `gradus ${crypto.randomUUID()}` : null;
  if (!shared || name === null) self.postMessage({ kind: "ready", lock: null });
  else
    void shared.request(name, {}, () => {
      self.postMessage({ kind: "ready", lock: name });
      return new Promise(() => undefined);
    });
}

announce();
