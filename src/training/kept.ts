// Files of a training: those it can be resumed from, and that of its network. They are loaded together, as in `seldom.ts`.
export { latest } from "./checkpoint.ts";
export { keeperOf } from "./keeping.ts";
export { savedFiles } from "./saving.ts";
