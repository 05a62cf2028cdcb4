// The rules as JSON: valid by the schema that ships, and enough to decide about every connection.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RuleModel } from '../../../src/inventory/rules/model.js';
import { type Address, parseAddress, parseRange } from '../../../src/ip/address.js';
import { renderRules } from '../../../src/views/rules/index.js';
import { ROOT } from '../../helpers/program.js';
import { ADDRESSES, allows, connections, PORTS, rulesOf } from '../../inventory/rules/rule-arbitraries.js';
import { hostileRules, OPTIONS, textOf } from './rule-fixtures.js';

const validate = new Ajv2020({ allowUnionTypes: true }).compile(
  JSON.parse(readFileSync(path.join(ROOT, 'docs/schemas/rules.schema.json'), 'utf8')),
);

interface JsonRule {
  readonly direction: string;
  readonly family: string;
  readonly clients: string[] | null;
  readonly servers: string[] | null;
  readonly ports: string[];
}

async function documentOf(model: RuleModel, comments: 'names' | 'none' = 'names') {
  const document = JSON.parse(await textOf(renderRules('json', model, { ...OPTIONS, comments })));
  validate(document);
  expect(validate.errors ?? []).toEqual([]);
  return document as { readonly local: string[]; readonly rules: (JsonRule & { uses?: object[] })[] };
}

function isIn(ranges: readonly string[], { family, value }: Address): boolean {
  return ranges.some((text) => {
    const range = parseRange(text);
    return range?.family === family && range.first <= value && value <= range.last;
  });
}

describe('rules as JSON', () => {
  test('when they are read by the schema, then they decide as the rules do', async () => {
    const options = fc.record({ remote: fc.boolean(), widen: fc.integer({ min: 1, max: 4 }) });
    await fc.assert(
      fc.asyncProperty(connections, options, async (seen, how) => {
        const model = rulesOf(seen, how);
        const { local, rules } = await documentOf(model);
        for (const client of ADDRESSES) {
          for (const server of ADDRESSES) {
            if (client === server || client.includes(':') !== server.includes(':')) continue;
            const [from, to] = [parseAddress(client), parseAddress(server)] as [Address, Address];
            const directions = {
              truetrue: 'local',
              truefalse: 'outbound',
              falsetrue: 'remote',
              falsefalse: '',
            };
            const direction = directions[`${isIn(local, from)}${isIn(local, to)}`];
            const possible = rules.filter(
              (rule) =>
                rule.direction === direction &&
                rule.family === `ipv${from.family}` &&
                (rule.clients === null || isIn(rule.clients, from)) &&
                (rule.servers === null || isIn(rule.servers, to)),
            );
            for (const port of PORTS) {
              const isAllowed = possible.some(({ ports }) =>
                ports.some((text) => {
                  const [first = 0, last = first] = text.split('-').map(Number);
                  return first <= port && port <= last;
                }),
              );
              expect([client, server, port, isAllowed]).toEqual([
                client,
                server,
                port,
                allows(model, client, server, port),
              ]);
            }
          }
        }
      }),
      { numRuns: 25 },
    );
  });

  test('when names are hostile or not wanted, then the document is valid', async () => {
    const { rules } = await documentOf(hostileRules(100));
    expect(rules).toHaveLength(100);
    expect(rules.every(({ uses }) => uses?.length === 1)).toBe(true);
    const plain = await documentOf(hostileRules(100), 'none');
    expect(plain.rules.some(({ uses }) => uses !== undefined)).toBe(false);
  });
});
