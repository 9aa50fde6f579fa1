const said = new Set<string>();

/** Tells the developer once about something that does not stop the work. */
export function notice(message: string): void {
  if (said.has(message)) return;
  said.add(message);
  console.warn(`gradus: ${message}`);
}
