// The rules as the kernel has them, judged by the evaluator of `synsum rules --check`.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Firewall } from '../../../src/firewall/evaluate.js';
import { readRuleset } from '../../../src/firewall/read-ruleset.js';
import type { RuleModel } from '../../../src/inventory/rules/model.js';
import { parseAddress } from '../../../src/ip/address.js';
import { type Chain, renderRules } from '../../../src/views/rules/index.js';
import { hasNft, listNft, NFT_NOTE } from '../../helpers/firewall.js';
import { ADDRESSES, allows, connections, PORTS, rulesOf } from '../../inventory/rules/rule-arbitraries.js';
import { OPTIONS, textOf } from './rule-fixtures.js';

const options = fc.record({ remote: fc.boolean(), widen: fc.integer({ min: 1, max: 4 }) });
const hooks = fc.constantFrom<Chain>('forward', 'input');

/** Compares what a rule set does with every connection with what the model allows. */
function expectAgreement(ruleset: string, hook: Chain, model: RuleModel): void {
  const firewall = new Firewall(readRuleset(ruleset), hook);
  for (const client of ADDRESSES) {
    for (const server of ADDRESSES) {
      if (client === server || client.includes(':') !== server.includes(':')) continue;
      for (const port of PORTS) {
        const family = client.includes(':') ? 6 : 4;
        const { verdict } = firewall.decide({
          family,
          source: parseAddress(client),
          destination: parseAddress(server),
          port,
        });
        const expected = allows(model, client, server, port) ? 'accept' : 'refuse';
        expect([client, server, port, verdict]).toEqual([client, server, port, expected]);
      }
    }
  }
}

test.skipIf(!hasNft)(
  `when the kernel lists the rules, then they allow what they should${NFT_NOTE}`,
  async () => {
    await fc.assert(
      fc.asyncProperty(connections, options, hooks, async (seen, how, hook) => {
        const model = rulesOf(seen, how);
        const text = await textOf(renderRules('nftables', model, { ...OPTIONS, chains: [hook] }));
        const { stdout, stderr } = listNft(text);
        expect(stderr).toBe('');
        expectAgreement(stdout, hook, model);
      }),
      { numRuns: 15 },
    );
  },
);

test('when the rules are read from their own JSON, then they allow what they should', async () => {
  await fc.assert(
    fc.asyncProperty(connections, options, hooks, async (seen, how, hook) => {
      const model = rulesOf(seen, how);
      const text = await textOf(renderRules('json', model, { ...OPTIONS, chains: [hook] }));
      expectAgreement(text, hook, model);
    }),
    { numRuns: 25 },
  );
});

test.each([
  ['"version": 1', '"version": 2', 'at version: found 2, expected 1'],
  ['"ports":["80"]', '"ports":["99999"]', 'at rules[0].ports: found 99999, expected ports from 0 to 65535'],
  ['"family":"ipv4"', '"family":"ipx"', 'at rules[0].family: found ipx, expected ipv4 or ipv6'],
  ['"direction":"local"', '"direction":"up"', 'at rules[0].direction: found up, expected local'],
  ['"clients":["10.0.0.9"]', '"clients":["ten"]', 'at rules[0].clients: found ten, expected an address'],
])('when %s is %s, then it is refused with its place', (from, to, message) => {
  const rule =
    '{"direction":"local","family":"ipv4","clients":["10.0.0.9"],"servers":["10.0.0.1"],"ports":["80"]}';
  const text = `{"schema": "synsum.rules", "version": 1, "mode": "refuse", "chains": ["forward"], "local": ["10.0.0.0/8"], "rules": [${rule}]}`;
  expect(readRuleset(text).rules).toBe(10);
  expect(() => readRuleset(text.replace(from, to))).toThrow(message);
});
