// The text for nft: read by a small reader here and by nft itself.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { renderRules } from '../../../src/views/rules/index.js';
import { checkNft, hasNft, loadNft, NFT_NOTE } from '../../helpers/firewall.js';
import { ADDRESSES, allows, connections, PORTS, rulesOf } from '../../inventory/rules/rule-arbitraries.js';
import { readNft } from './nft-text.js';
import { hostileRules, manyUses, OPTIONS, textOf } from './rule-fixtures.js';

describe('nftables', () => {
  test('when the text is read by somebody else, then it allows what the rules do', async () => {
    const options = fc.record({ remote: fc.boolean(), widen: fc.integer({ min: 1, max: 4 }) });
    await fc.assert(
      fc.asyncProperty(connections, options, async (seen, how) => {
        const model = rulesOf(seen, how);
        const decide = readNft(await textOf(renderRules('nftables', model, OPTIONS)));
        for (const client of ADDRESSES) {
          for (const server of ADDRESSES) {
            if (client === server || client.includes(':') !== server.includes(':')) continue;
            for (const port of PORTS) {
              const expected = allows(model, client, server, port) ? 'accept' : 'reject';
              expect([client, server, port, decide(client, server, port)]).toEqual([
                client,
                server,
                port,
                expected,
              ]);
            }
          }
        }
      }),
      { numRuns: 25 },
    );
  });

  test.each([1, 3])(
    `when rules are many, widened %i times, then they are a set, which allows the same${NFT_NOTE}`,
    async (widen) => {
      const seen = manyUses(1200);
      const model = rulesOf(
        [...seen, ...seen.map(([client, , port]): (typeof seen)[0] => [client, '198.51.100.1', port])],
        {
          widen,
        },
      );
      const text = await textOf(renderRules('nftables', model, OPTIONS));
      expect(text).toContain(
        'ip saddr . ip daddr . tcp dport @local4_clients_servers_ports counter accept\n',
      );
      expect(text).toContain('ip saddr . tcp dport @outbound4_clients_ports counter accept\n');
      const decide = readNft(text);
      for (const [at, [client, server, port]] of seen.entries()) {
        if (at % 40 !== 0) continue;
        expect(decide(client, server, port)).toBe('accept');
        expect(decide(client, '203.0.113.9', port)).toBe('accept');
        expect(decide(client, server, port + 1)).toBe(
          allows(model, client, server, port + 1) ? 'accept' : 'reject',
        );
        expect(decide(server, client, port)).toBe('reject');
      }
      if (hasNft) expect(checkNft(text)).toEqual({ status: 0, stderr: '' });
    },
  );

  test.skipIf(!hasNft)(`when names are hostile, then 400 rules are 400 rules${NFT_NOTE}`, async () => {
    const model = hostileRules(400);
    expect(model.rules).toHaveLength(400);
    for (const comments of ['names', 'evidence', 'none'] as const) {
      const loaded = loadNft(await textOf(renderRules('nftables', model, { ...OPTIONS, comments })), 2);
      expect(loaded.stderr).toBe('');
      expect(loaded.stdout.match(/^table /gm)).toEqual(['table ']);
      const [, local = ''] = /chain local \{\n(.*?)\n\t\}/s.exec(loaded.stdout) ?? [];
      const lines = local.split('\n');
      expect(
        lines.filter((line) => / accept( comment "[A-Za-z0-9 ._:/,()+=-]{1,120}")?$/.test(line)),
      ).toHaveLength(400);
      expect(lines).toHaveLength(401);
    }
  });

  test.skipIf(!hasNft)(`when a set has hostile names, then each element has its own${NFT_NOTE}`, async () => {
    const text = await textOf(renderRules('nftables', hostileRules(600), OPTIONS));
    const loaded = loadNft(text, 1);
    expect(loaded.stderr).toBe('');
    expect(loaded.stdout.match(/ comment "/g)).toHaveLength(600);
  });
});
