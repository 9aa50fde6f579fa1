/** Where threads of a program tell each other how far they are, in its memory: a cache line each, in bytes. */
export const signals = {
  /** How many threads sleep. */
  sleepers: 0,
  /** How often a thread has come to a barrier. */
  arrivals: (thread: number): number => 64 * (thread + 1),
  /** First byte behind them. */
  end: (threads: number): number => 64 * (threads + 1),
};
