/** What is learnt: a number, one of two classes, or one of several. */
export type Task = "regression" | "binary" | "multiclass";
