// Participants that stay and answer, and commands timed as whole processes.

import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Answer, Request } from "./cases.ts";

export const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** A process that answers requests; all wait while one works. */
export class Participant {
  readonly name: string;
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly lines: AsyncIterator<string>;
  private complaint = "";

  constructor(name: string, command: readonly string[], env: Record<string, string> = {}) {
    this.name = name;
    const [program = "", ...args] = command;
    this.child = spawn(program, args, { env: { ...process.env, ...env } });
    this.child.on("error", (error) => {
      this.complaint = String(error);
    });
    this.child.stdin.on("error", () => {}); // it has ended: the answer says so
    this.child.stderr.on("data", (text) => {
      this.complaint += text;
    });
    this.lines = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
  }

  async ask(request: Request): Promise<Answer> {
    this.child.stdin.write(`${JSON.stringify(request)}\n`);
    for (;;) {
      const { done, value } = await this.lines.next();
      if (done) return { error: this.complaint.trim().split("\n").at(-1) || "it does not run" };
      if (value.startsWith("{")) return JSON.parse(value) as Answer;
    }
  }

  end(): void {
    this.child.stdin.end();
  }
}

export const single = { OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1" };
const double = { OMP_NUM_THREADS: "2", OPENBLAS_NUM_THREADS: "2" };

/** The first Python that has a module. */
export const python = (module: string): string | null =>
  [process.env["PYTHON"], "/usr/bin/python3", "python3"].find(
    (each) => each && spawnSync(each, ["-c", `import ${module}`]).status === 0,
  ) ?? null;

export type ParticipantName = "gradus" | "tfjs" | "jax" | "torch1" | "torch2" | "numpy";

export function participants(flags: readonly string[]): Record<ParticipantName, Participant | null> {
  const node = (file: string, given: readonly string[] = []): string[] => [
    process.execPath,
    ...given,
    here(`participants/${file}.ts`),
  ];
  const py = (module: string, name: string, threads: number): Participant | null => {
    const found = python(module);
    if (found === null) {
      console.error(`skipped: ${name} (no Python with ${module}; PYTHON=… names another)`);
      return null;
    }
    const command = [found, here("participants/python.py"), String(threads)];
    return new Participant(name, command, threads === 1 ? single : double);
  };
  return {
    gradus: new Participant("gradus", node("gradus", flags)),
    tfjs: new Participant("tfjs wasm", node("tfjs")),
    jax: new Participant("jax-js wasm", node("jax")),
    torch1: py("torch", "PyTorch, 1 thread", 1),
    torch2: py("torch", "PyTorch, 2 threads", 2),
    numpy: py("numpy", "NumPy, 1 thread", 1),
  };
}

/** Milliseconds of a whole process, and what it printed. */
export function whole(
  [program = "", ...args]: readonly string[],
  { env = {}, cwd = "." }: { env?: Record<string, string>; cwd?: string } = {},
): { readonly milliseconds: number; readonly output: string } {
  const began = performance.now();
  const { status, stdout, stderr } = spawnSync(program, args, {
    env: { ...process.env, ...env },
    cwd,
    encoding: "utf8",
  });
  const milliseconds = performance.now() - began;
  if (status !== 0) throw new Error(`${program} ${args.join(" ")}: ${stderr}`);
  return { milliseconds, output: stdout };
}
