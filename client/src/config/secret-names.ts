// The names of secrets in mymlops.yml. Their values are stored with no run, so `$NAME` is not replaced by one.

const KEYS: readonly string[] = ['secrets', 'setup_secrets'];

/** A name that is secret for `commit`, `start` or one profile is secret in the whole file. Takes unchecked values. */
export function secretNamesIn(values: unknown): Set<string> {
  const { profiles } = mappingOf(values);
  const sections = [values, ...Object.values(mappingOf(profiles))].flatMap((place) => {
    const { commit, start } = mappingOf(place);
    return [commit, start];
  });
  const lists = sections.flatMap((section) => KEYS.map((key) => mappingOf(section)[key]));
  return new Set(lists.flatMap((list) => (Array.isArray(list) ? list : [])).filter((name) => typeof name === 'string'));
}

const mappingOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
