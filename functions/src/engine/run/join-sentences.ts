// Joins sentences to one message. Some were written by a VM or by Google, and may lack their full stop.

/** Each as a sentence of its own; absent and empty ones are left out. */
export function sentences(...texts: (string | undefined)[]): string {
  const said = texts.map((text = '') => text.trim()).filter((text) => text !== '');
  return said.map((text, index) => (index < said.length - 1 && !/[.!?]$/.test(text) ? `${text}.` : text)).join(' ');
}
