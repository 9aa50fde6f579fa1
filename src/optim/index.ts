export * from "./rules.ts";
export { initialState, isWeight, rateAt, update } from "./update.ts";
