// The rules as the kernel has them, judged by the evaluator of `synsum rules --check`.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Firewall } from '../../../src/firewall/evaluate.js';
import { readRuleset } from '../../../src/firewall/read-ruleset.js';
import { parseAddress } from '../../../src/ip/address.js';
import { type Chain, renderRules } from '../../../src/views/rules/index.js';
import { hasNft, listNft, NFT_NOTE } from '../../helpers/firewall.js';
import { ADDRESSES, allows, connections, PORTS, rulesOf } from '../../inventory/rules/rule-arbitraries.js';
import { OPTIONS, textOf } from './rule-fixtures.js';

test.skipIf(!hasNft)(
  `when the kernel lists the rules, then they allow what they should${NFT_NOTE}`,
  async () => {
    const options = fc.record({ remote: fc.boolean(), widen: fc.integer({ min: 1, max: 4 }) });
    await fc.assert(
      fc.asyncProperty(
        connections,
        options,
        fc.constantFrom<Chain>('forward', 'input'),
        async (seen, how, hook) => {
          const model = rulesOf(seen, how);
          const text = await textOf(renderRules('nftables', model, { ...OPTIONS, chains: [hook] }));
          const { stdout, stderr } = listNft(text);
          expect(stderr).toBe('');
          const firewall = new Firewall(readRuleset(stdout), hook);
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
        },
      ),
      { numRuns: 15 },
    );
  },
);
