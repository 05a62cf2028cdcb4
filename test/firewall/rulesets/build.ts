// Rule sets of a few rules, as nft would list them in JSON.

/** A base chain of a table of the family `inet`, or a chain without a hook. */
export interface ChainOf {
  readonly name: string;
  readonly hook?: string;
  readonly type?: 'filter' | 'nat';
  readonly prio?: number;
  readonly policy?: 'accept' | 'drop';
  /** The statements of each rule. */
  readonly rules: readonly (readonly unknown[])[];
}

/** The JSON of a rule set with one table, in which `more` comes before the chains. */
export function listed(chains: readonly ChainOf[], more: readonly object[] = []): string {
  const table = { family: 'inet', table: 't' };
  return JSON.stringify({
    nftables: [
      { table: { family: 'inet', name: 't' } },
      ...more,
      ...chains.map(({ name, hook, type = 'filter', prio = 0, policy = 'accept' }) => ({
        chain: { ...table, name, ...(hook === undefined ? {} : { hook, type, prio, policy }) },
      })),
      ...chains.flatMap(({ name, rules }) =>
        rules.map((expr) => ({ rule: { ...table, chain: name, expr } })),
      ),
    ],
  });
}

/** A match of a field such as `ip daddr` or `meta mark`. */
export function match(field: string, right: unknown, op = '=='): object {
  const [protocol, name] = field.split(' ');
  const left =
    protocol === 'meta' || protocol === 'ct'
      ? { [protocol]: { key: name } }
      : { payload: { protocol, field: name } };
  return { match: { op, left, right } };
}
