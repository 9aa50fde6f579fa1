export * from "./activations.ts";
export * from "./initializers.ts";
export * from "./layers.ts";
export * from "./losses.ts";
