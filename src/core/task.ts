/** What is learnt: numbers, one of two classes, one of several, or several yes-or-no labels. */
export type Task = "regression" | "binary" | "multiclass" | "multilabel";

export const tasks: readonly Task[] = ["regression", "binary", "multiclass", "multilabel"];
