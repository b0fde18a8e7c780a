// JSON text of which some values are JSON texts already: a number's spelling says more than JavaScript's number can hold.

export interface JsonStyle {
  /** Indent of one level. If it is empty, all is on one line. */
  indent?: string;
  /** Objects in the value, themselves, each member of which is a JSON text. */
  texts?: ReadonlySet<unknown>;
}

/** As JSON.stringify writes it, with the members of `texts` as they are. */
export function writeJson(value: unknown, { indent = '', texts = new Set() }: JsonStyle): string {
  const colon = indent === '' ? ':' : ': ';
  const write = (node: unknown, margin: string): string | undefined => {
    if (!isContainer(node)) return JSON.stringify(node);
    const inner = margin + indent;
    const join = ([open, close]: string, parts: string[]): string => {
      if (parts.length === 0) return `${open}${close}`;
      if (indent === '') return `${open}${parts.join(',')}${close}`;
      return `${open}\n${parts.map((part) => inner + part).join(',\n')}\n${margin}${close}`;
    };
    if (Array.isArray(node)) {
      return join(
        '[]',
        node.map((item) => write(item, inner) ?? 'null'),
      );
    }
    const members = Object.entries(node).flatMap(([key, member]) => {
      const text = texts.has(node) ? String(member) : write(member, inner);
      return text === undefined ? [] : [`${JSON.stringify(key)}${colon}${text}`];
    });
    return join('{}', members);
  };
  return write(value, '') ?? 'null';
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null && typeof (value as { toJSON?: unknown }).toJSON !== 'function';
}
