import type { Tensor } from "../core/tensor.ts";
import type { Data, Lifted, PlainData } from "../graph/lifted.ts";
import type { Value } from "../graph/value.ts";

type Function = (...args: never[]) => unknown;
/** In a list, numbers would make one array together, so each array of a list of arrays is a `Tensor` or typed array. */
type Listed<T> = Exclude<T, number | boolean | readonly unknown[]>;

/** Plain data in the structure that a function of values expects. */
export type PlainGiven<T> = T extends Value
  ? PlainData
  : T extends PlainData | Function
    ? T
    : T extends readonly unknown[]
      ? { readonly [K in keyof T]: T[K] extends Value ? Listed<PlainData> : PlainGiven<T[K]> }
      : T extends object
        ? { readonly [K in keyof T]: PlainGiven<T[K]> }
        : T;

/** Plain data or traced values in the structure that a function of values expects. */
export type Given<T> = T extends Value
  ? Data
  : T extends PlainData | Function
    ? T
    : T extends readonly unknown[]
      ? { readonly [K in keyof T]: T[K] extends Value ? Listed<Data> : Given<T[K]> }
      : T extends object
        ? { readonly [K in keyof T]: Given<T[K]> }
        : T;

/** Arguments one by one, where numbers may stand beside each other. */
export type PlainArguments<R extends readonly unknown[]> = { [K in keyof R]: PlainGiven<R[K]> };
export type Arguments<R extends readonly unknown[]> = { [K in keyof R]: Given<R[K]> };

/** What comes back for plain data of this type: a scalar is a number, an array a `Tensor`, a value a value. */
export type Plain<T> = T extends Value
  ? Value
  : T extends number | boolean
    ? number
    : T extends Data
      ? Tensor
      : T extends object
        ? { [K in keyof T]: Plain<T[K]> }
        : T;

/** What a function that gives values gives when it is called with plain data. */
export type Numbers<Y> = Y extends Data ? number | Tensor : Y extends object ? { [K in keyof Y]: Numbers<Y[K]> } : Y;

type Values = readonly Value[];

/** A function to be differentiated: of a tree of values, and any further arguments, that gives one scalar. */
export type Scalar<Θ, R extends readonly unknown[]> = (theta: Θ, ...rest: R) => Data;

export interface Compiled<A extends readonly unknown[], Y> {
  (...args: PlainArguments<A>): Numbers<Y>;
  (...args: Arguments<A>): Lifted<Y>;
}

export interface ValueAndGradient<Θ, R extends readonly unknown[]> {
  <X extends PlainGiven<Θ>>(theta: X, ...rest: PlainArguments<R>): [value: number, gradient: Plain<X>];
  (theta: Given<Θ>, ...rest: Arguments<R>): [value: Value, gradient: Lifted<Θ>];
}

export interface Gradient<Θ, R extends readonly unknown[]> {
  <X extends PlainGiven<Θ>>(theta: X, ...rest: PlainArguments<R>): Plain<X>;
  (theta: Given<Θ>, ...rest: Arguments<R>): Lifted<Θ>;
  /** The same once more, as `grad` takes it: for derivatives of derivatives. */
  (theta: Θ, ...rest: R): Lifted<Θ>;
}

export interface AlongDirection<Θ, R extends readonly unknown[]> {
  <X extends PlainGiven<Θ>>(theta: X, direction: PlainGiven<Θ>, ...rest: PlainArguments<R>): Plain<X>;
  (theta: Given<Θ>, direction: Given<Θ>, ...rest: Arguments<R>): Lifted<Θ>;
}

export interface Pushforward<Θ, R extends readonly unknown[], Y> {
  (theta: PlainGiven<Θ>, tangent: PlainGiven<Θ>, ...rest: PlainArguments<R>): [y: Numbers<Y>, dy: Numbers<Y>];
  (theta: Given<Θ>, tangent: Given<Θ>, ...rest: Arguments<R>): [y: Lifted<Y>, dy: Lifted<Y>];
}

export interface Pullback<Θ, R extends readonly unknown[], Y> {
  <X extends PlainGiven<Θ>>(
    theta: X,
    ...rest: PlainArguments<R>
  ): [y: Numbers<Y>, pullback: (yBar: PlainGiven<Y>) => Plain<X>];
  (theta: Given<Θ>, ...rest: Arguments<R>): [y: Lifted<Y>, pullback: (yBar: Given<Y>) => Lifted<Θ>];
}

/** All partial derivatives of one array with respect to another: an array, but one number for a scalar of a scalar. */
export interface Derivatives {
  (x: number, ...rest: readonly PlainData[]): number | Tensor;
  (x: PlainData, ...rest: readonly PlainData[]): Tensor;
  (x: Data, ...rest: readonly Data[]): Value;
}

export interface SecondDerivatives {
  (x: number, ...rest: readonly PlainData[]): number;
  (x: PlainData, ...rest: readonly PlainData[]): Tensor;
  (x: Data, ...rest: readonly Data[]): Value;
}

export type ArrayFunction = (x: Value, ...rest: Values) => Data;
