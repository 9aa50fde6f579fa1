import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { visibleWidth } from "../../src/report/text.ts";
import { bin, folderWith } from "./command.ts";

const python = ["python3", "python"].find((name) => spawnSync(name, ["-c", "import pty"]).status === 0);

/** Runs a command in a pseudo-terminal of so many columns; gives back all that it wrote there. */
const script = `
import fcntl, os, pty, struct, sys, termios
columns, command = int(sys.argv[1]), sys.argv[2:]
pid, terminal = pty.fork()
if pid == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    os.execvp(command[0], command)
while True:
    try: piece = os.read(terminal, 65536)
    except OSError: break
    if not piece: break
    os.write(1, piece)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`;

function inTerminal(columns: number, args: readonly string[], cwd: string, env: object = {}): string {
  const { stdout, status } = spawnSync(python!, ["-c", script, String(columns), process.execPath, bin, ...args], {
    cwd,
    encoding: "utf8",
    env: { ...process.env, TERM: "xterm-256color", NO_COLOR: "", ...env },
  });
  expect(status).toBe(0);
  return stdout;
}

describe.skipIf(python === undefined)("in a terminal (needs Python's pty)", () => {
  it.each([
    20, 40, 80, 120,
  ])("of %i columns, the progress is one line that is drawn over and never too wide", async (columns) => {
    const cwd = await folderWith();
    const output = inTerminal(columns, ["train", "iris", "--epochs", "40", "--json"], cwd);
    const lines = output.split("\n").filter((line) => line.includes("\u001b[K"));
    expect(lines).toHaveLength(1);
    const drawn = lines[0]!.split("\r\u001b[K").map((text) => visibleWidth(text.replaceAll("\r", "")));
    expect(drawn.length).toBeGreaterThan(2);
    expect(Math.max(...drawn)).toBeLessThan(columns);
    expect(Math.max(...drawn)).toBeGreaterThan(columns / 2);
    expect(lines[0]).toMatch(/40\/40/);
  });

  it("colours are left out when NO_COLOR or --no-color asks for that", async () => {
    const cwd = await folderWith();
    const colour = "\u001b[3";
    const command = ["train", "iris", "--epochs", "3"];
    expect(inTerminal(80, command, cwd)).toContain(colour);
    expect(inTerminal(80, command, cwd, { NO_COLOR: "1" })).not.toContain(colour);
    expect(inTerminal(80, [...command, "--no-color"], cwd)).not.toContain(colour);
  });

  it("a dumb terminal gets plain lines", async () => {
    const output = inTerminal(80, ["train", "iris", "--epochs", "3"], await folderWith(), { TERM: "dumb" });
    expect(output).toMatch(/^epoch 3\/3 /m);
    expect(output).not.toContain("\u001b");
  });

  it("everything else fits into 80 columns", async () => {
    const output = inTerminal(80, ["train", "digits", "--epochs", "1"], await folderWith());
    const widths = output
      .split("\n")
      .map((line) => visibleWidth(line.split("\r\u001b[K").at(-1)!.replaceAll("\r", "")));
    expect(Math.max(...widths)).toBeLessThanOrEqual(80);
  });
});
