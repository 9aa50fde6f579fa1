import { Bytes } from "./bytes.ts";

/** Kinds of values that WebAssembly computes with. */
export type Kind = "i32" | "i64" | "f32" | "f64" | "v128";

const kindCode: Readonly<Record<Kind, number>> = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c, v128: 0x7b };

/** An expression: code that leaves one value of a kind on the stack. */
export interface Expr<K extends Kind = Kind> {
  readonly kind: K;
  readonly emit: (out: Bytes) => void;
}

/** A local variable of the function being written: an expression that can be assigned to. */
export interface Local<K extends Kind = Kind> extends Expr<K> {
  readonly index: number;
}

/** A function of the module, to be called by others. */
export interface Func {
  readonly index: number;
  readonly params: readonly Kind[];
  readonly results: readonly Kind[];
}

export const expr = <K extends Kind>(kind: K, emit: (out: Bytes) => void): Expr<K> => ({ kind, emit });

/** Operands first: written by index, for this is the loop that runs most often, and an iterator would be most of its cost. */
function emitAll(out: Bytes, operands: readonly Expr[]): void {
  for (let i = 0; i < operands.length; i++) operands[i]!.emit(out);
}

/** Operands first, then an opcode (one byte, or a prefix and a LEB128 number). */
export const operation = <K extends Kind>(kind: K, code: readonly number[], ...operands: readonly Expr[]): Expr<K> =>
  expr(kind, (out) => {
    emitAll(out, operands);
    if (code.length > 1) out.code(code[0]!, code[1]!);
    else out.byte(code[0]!);
  });

/** An instruction on vectors of 128 bits: prefix 0xfd and a number. */
export const simd = (code: number, ...operands: readonly Expr[]): Expr<"v128"> =>
  expr("v128", (out) => {
    emitAll(out, operands);
    out.code(0xfd, code);
  });

export const i32 = (value: number): Expr<"i32"> => expr("i32", (out) => out.byte(0x41).s32(value));
export const i64 = (value: bigint): Expr<"i64"> => expr("i64", (out) => out.byte(0x42).s64(value));
export const f32 = (value: number): Expr<"f32"> => expr("f32", (out) => out.byte(0x43).f32(value));
export const f64 = (value: number): Expr<"f64"> => expr("f64", (out) => out.byte(0x44).f64(value));

/** Writes the body of a function, statement by statement. */
export class Body {
  readonly locals: Kind[] = [];
  #written = new Bytes();
  readonly #params: readonly Kind[];

  constructor(params: readonly Kind[]) {
    this.#params = params;
  }

  /** The code so far. */
  get out(): Bytes {
    return this.#written;
  }

  /** Code that `write` adds, taken out again: it may turn out to need something that comes before it. */
  aside(write: () => void): Bytes {
    const before = this.#written;
    this.#written = new Bytes();
    write();
    const code = this.#written;
    this.#written = before;
    return code;
  }

  param<K extends Kind>(index: number, kind: K): Local<K> {
    return { index, kind, emit: (out) => out.code(0x20, index) };
  }

  /** A fresh local variable, with a first value if one is given. */
  local<K extends Kind>(kind: K, first?: Expr<K>): Local<K> {
    this.locals.push(kind);
    const local = this.param(this.#params.length + this.locals.length - 1, kind);
    if (first) this.set(local, first);
    return local;
  }

  set<K extends Kind>(local: Local<K>, value: Expr<K>): void {
    value.emit(this.#written);
    this.#written.code(0x21, local.index);
  }

  /** Any expression without a result: a store, a call. */
  run(statement: (out: Bytes) => void): void {
    statement(this.#written);
  }

  call(func: Func, ...args: readonly Expr[]): void {
    emitAll(this.#written, args);
    this.#written.code(0x10, func.index);
  }

  /** `for (i = from; i < to; i += step) body()`; the test comes first. */
  count(from: Expr<"i32">, to: Expr<"i32">, step: number, body: (i: Local<"i32">) => void): void {
    const i = this.local("i32", from);
    const limit = this.local("i32", to);
    this.loop(operation("i32", [0x48], i, limit), () => {
      body(i);
      this.set(i, operation("i32", [0x6a], i, i32(step)));
    });
  }

  /** `while (condition) body()` */
  loop(condition: Expr<"i32">, body: () => void): void {
    this.#written.bytes(0x02, 0x40, 0x03, 0x40); // block, loop
    operation("i32", [0x45], condition).emit(this.#written); // i32.eqz
    this.#written.bytes(0x0d, 0x01); // br_if out
    body();
    this.#written.bytes(0x0c, 0x00, 0x0b, 0x0b); // br loop, end, end
  }

  /** `if (condition) then() else otherwise()` */
  choose(condition: Expr<"i32">, then: () => void, otherwise?: () => void): void {
    condition.emit(this.#written);
    this.#written.bytes(0x04, 0x40);
    then();
    if (otherwise) {
      this.#written.byte(0x05);
      otherwise();
    }
    this.#written.byte(0x0b);
  }

  give(value: Expr): void {
    value.emit(this.#written);
  }
}

/** Neighbours of one kind, counted. */
function runsOf(kinds: readonly Kind[]): { readonly kind: Kind; count: number }[] {
  const runs: { kind: Kind; count: number }[] = [];
  for (const kind of kinds) {
    const last = runs.at(-1);
    if (last?.kind === kind) last.count++;
    else runs.push({ kind, count: 1 });
  }
  return runs;
}

/** a where the condition holds, else b. */
export const chosen = (condition: Expr<"i32">, a: Expr<"i32">, b: Expr<"i32">): Expr<"i32"> =>
  expr("i32", (out) => {
    for (const operand of [a, b, condition]) operand.emit(out);
    out.byte(0x1b);
  });

/** The value of a call. */
export const called = <K extends Kind>(kind: K, func: Func, ...args: readonly Expr[]): Expr<K> =>
  expr(kind, (out) => {
    emitAll(out, args);
    out.code(0x10, func.index);
  });

const imported = (name: string): Bytes => new Bytes().name("host").name(name);

/** A module in the making: one memory, functions, exports. What it imports comes from a module named `host`. */
export class Module {
  readonly #types: string[] = [];
  readonly #typeBytes: Bytes[] = [];
  readonly #imports: Bytes[] = [];
  #importedFunctions = 0;
  #importedNumbers = 0;
  readonly #functions: { readonly type: number; readonly code: Bytes }[] = [];
  readonly #exports: { readonly name: string; readonly index: number }[] = [];
  readonly #known = new Map<string, Func>();
  readonly #pages: { readonly least: number; readonly most: number | null };

  /** @param pages of 64 KiB; with `most` the memory is shared between threads */
  constructor(pages: { readonly least: number; readonly most: number | null }) {
    this.#pages = pages;
  }

  #type(params: readonly Kind[], results: readonly Kind[]): number {
    const key = `${params.join()}→${results.join()}`;
    const known = this.#types.indexOf(key);
    if (known !== -1) return known;
    const bytes = new Bytes()
      .byte(0x60)
      .u32(params.length)
      .bytes(...params.map((k) => kindCode[k]));
    this.#typeBytes.push(bytes.u32(results.length).bytes(...results.map((k) => kindCode[k])));
    return this.#types.push(key) - 1;
  }

  /** A function that the host gives; all of them come before the module's own. */
  import(name: string, params: readonly Kind[], results: readonly Kind[]): Func {
    this.#imports.push(imported(name).code(0x00, this.#type(params, results)));
    return { index: this.#importedFunctions++, params, results };
  }

  /** A number that the host gives to each instance, and that never changes. */
  number<K extends Kind>(name: string, kind: K): Expr<K> {
    this.#imports.push(imported(name).bytes(0x03, kindCode[kind], 0x00));
    const index = this.#importedNumbers++;
    return expr(kind, (out) => out.code(0x23, index));
  }

  /** A function of the module. */
  func(params: readonly Kind[], results: readonly Kind[], write: (body: Body) => void): Func {
    const { body, end } = this.begin(params, results);
    write(body);
    return end();
  }

  /** A function of the module whose body is written from here to `end`, with others in between. */
  begin(params: readonly Kind[], results: readonly Kind[]): { readonly body: Body; readonly end: () => Func } {
    const body = new Body(params);
    const index = this.#importedFunctions + this.#functions.length;
    const slot = { type: this.#type(params, results), code: new Bytes() };
    this.#functions.push(slot);
    const end = (): Func => {
      const kinds = runsOf(body.locals);
      const code = slot.code.u32(kinds.length);
      for (const { kind, count } of kinds) code.u32(count).byte(kindCode[kind]);
      code.all(body.out).byte(0x0b);
      return { index, params, results };
    };
    return { body, end };
  }

  /** A function that is written once, whoever asks for it: the key says everything that its code holds. */
  shared(key: string, write: () => Func): Func {
    const known = this.#known.get(key) ?? write();
    this.#known.set(key, known);
    return known;
  }

  export(name: string, { index }: Func): void {
    this.#exports.push({ name, index });
  }

  bytes(): Uint8Array<ArrayBuffer> {
    const out = new Bytes().bytes(0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00);
    const section = (id: number, items: readonly Bytes[]): void => {
      if (items.length === 0) return;
      const content = new Bytes().u32(items.length);
      for (const item of items) content.all(item);
      out.byte(id).sized(content);
    };
    section(1, this.#typeBytes);
    section(2, [this.#memoryImport(), ...this.#imports]);
    section(
      3,
      this.#functions.map(({ type }) => new Bytes().u32(type)),
    );
    section(
      7,
      this.#exports.map(({ name, index }) => new Bytes().name(name).code(0x00, index)),
    );
    section(
      10,
      this.#functions.map(({ code }) => new Bytes().sized(code)),
    );
    return out.done();
  }

  #memoryImport(): Bytes {
    const { least, most } = this.#pages;
    const memory = imported("memory").byte(0x02);
    return most === null ? memory.code(0x00, least) : memory.code(0x03, least).u32(most);
  }
}
