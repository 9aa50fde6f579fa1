import type { Bytes } from "./bytes.ts";
import { type Expr, expr } from "./emitter.ts";
import type { Address } from "./loops.ts";

const atomic = (out: Bytes, code: number, offset: number): Bytes => out.code(0xfe, code).u32(2).u32(offset);

/** 32-bit words of a shared memory, read and written in one order that all threads see: prefix 0xfe and a number. */
export const atomics = {
  load: ({ base, offset }: Address): Expr<"i32"> =>
    expr("i32", (out) => {
      base.emit(out);
      atomic(out, 0x10, offset);
    }),
  store(out: Bytes, { base, offset }: Address, value: Expr<"i32">): void {
    base.emit(out);
    value.emit(out);
    atomic(out, 0x17, offset);
  },
} as const;
