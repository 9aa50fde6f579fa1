import { type Body, called, type Expr, type Func, i64, type Local, type Module, operation } from "../emitter.ts";

type Wide = Expr<"i64">;
const op = {
  add: (x: Wide, y: Wide): Wide => operation("i64", [0x7c], x, y),
  mul: (x: Wide, y: Wide): Wide => operation("i64", [0x7e], x, y),
  and: (x: Wide, y: Wide): Wide => operation("i64", [0x83], x, y),
  or: (x: Wide, y: Wide): Wide => operation("i64", [0x84], x, y),
  left: (x: Wide, by: Wide): Wide => operation("i64", [0x86], x, by),
  right: (x: Wide, by: Wide): Wide => operation("i64", [0x88], x, by),
};

/** 2/π in binary, 64 bits a word, after a word of zeros. */
// biome-ignore format: a table
const twoOverPi = [
  0x0000000000000000n, 0xa2f9836e4e441529n, 0xfc2757d1f534ddc0n, 0xdb6295993c439041n, 0xfe5163abdebbc561n,
  0xb7246e3a424dd2e0n, 0x06492eea09d1921cn, 0xfe1deb1cb129a73en, 0xe88235f52ebb4484n, 0xe99c7026b45f7e41n,
  0x3991d639835339f4n, 0x9c845f8bbdf9283bn, 0x1ff897ffde05980fn, 0xef2f118b5a0a6d1fn, 0x6d367ecf27cb09b7n,
  0x4f463f669e5fea2dn, 0x7527bac7ebe5f17bn, 0x3d0739f78a5292ean, 0x6bfb5fb11f8d5d08n, 0x56033046fc7b6babn,
];

/** A word of 2/π by its number, without a memory: a chain of selections. */
const word = (module: Module): Func =>
  module.func(["i64"], ["i64"], (body) => {
    const index = body.param(0, "i64");
    body.give(
      twoOverPi.reduceRight<Wide>(
        (rest, bits, i) => operation("i64", [0x1b], i64(bits), rest, operation("i32", [0x51], index, i64(BigInt(i)))),
        i64(0n),
      ),
    );
  });

/** The upper 64 of the 117 bits of m·w, for m < 2⁵³, by 32-bit pieces. */
const upper = (module: Module): Func =>
  module.func(["i64", "i64"], ["i64"], (body) => {
    const [m, w] = [body.param(0, "i64"), body.param(1, "i64")];
    const low = (x: Wide): Wide => op.and(x, i64(0xffffffffn));
    const high = (x: Wide): Wide => op.right(x, i64(32n));
    const u = body.local("i64", op.add(op.mul(high(m), low(w)), high(op.mul(low(m), low(w)))));
    const v = op.add(op.mul(low(m), high(w)), low(u));
    body.give(op.add(op.mul(high(m), high(w)), op.add(high(u), high(v))));
  });

/**
 * Payne and Hanek: x·2/π modulo 4 for x = m·2ᵉ ≥ 2²⁰, from the 192 bits of 2/π that matter.
 *
 * Bits of 2/π at i ≤ e − 2 after the point give multiples of 4; from the next one on, three words w make
 * m·w·2⁻¹⁹⁰, off by less than 2⁻¹³⁷, where a fraction of a double's quarter turns is at least 2⁻⁶² (Kahan).
 *
 * @returns function of x with three results: the nearest whole number of quarter turns modulo 4, and the signed fraction
 *          left, times 2¹²⁸, its upper word and its lower word
 */
export function quarterTurns(module: Module): Func {
  const [words, top] = [word(module), upper(module)];
  return module.func(["f64"], ["i64", "i64", "i64"], (body) => {
    const bits = body.local("i64", operation("i64", [0xbd], body.param(0, "f64")));
    const m = body.local("i64", op.or(op.and(bits, i64((1n << 52n) - 1n)), i64(1n << 52n)));
    const exponent = op.and(op.right(bits, i64(52n)), i64(0x7ffn));
    const start = body.local("i64", op.add(exponent, i64(62n - 1075n)));
    const window = windows(body, words, start);
    const [w0, w1, w2] = [0n, 1n, 2n].map((n) => window(n)) as [Local<"i64">, Local<"i64">, Local<"i64">];
    const low = body.local("i64", op.mul(m, w1));
    const p1 = body.local("i64", op.add(low, called("i64", top, m, w2)));
    const carry = operation("i64", [0xad], operation("i32", [0x54], p1, low)); // p1 < low, unsigned
    const p0 = body.local("i64", op.add(op.add(op.mul(m, w0), called("i64", top, m, w1)), carry));
    body.give(op.right(op.add(p0, i64(1n << 61n)), i64(62n)));
    body.give(op.or(op.left(p0, i64(2n)), op.right(p1, i64(62n))));
    body.give(op.left(p1, i64(2n)));
  });
}

/** Words of 2/π that start at a bit, not at a multiple of 64. */
function windows(body: Body, words: Func, start: Wide): (n: bigint) => Local<"i64"> {
  const first = body.local("i64", op.right(start, i64(6n)));
  const shift = body.local("i64", op.and(start, i64(63n)));
  const back = operation("i64", [0x7d], i64(63n), shift);
  return (n) => {
    const here = called("i64", words, op.add(first, i64(n)));
    const next = called("i64", words, op.add(first, i64(n + 1n)));
    return body.local("i64", op.or(op.left(here, shift), op.right(op.right(next, i64(1n)), back)));
  };
}
