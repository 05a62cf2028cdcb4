// Compares docs/schemas/inventory.schema.json with documents that synsum writes and with documents that it refuses.

import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ROOT } from '../../helpers/program.js';
import { anyDocument, OFFICE, textOf } from './document-arbitraries.js';

const schema = JSON.parse(readFileSync(`${ROOT}docs/schemas/inventory.schema.json`, 'utf8'));
const validate = new Ajv2020().compile(schema);

describe('the JSON Schema of saved inventories', () => {
  test('when the example in the documentation is validated then it is valid', () => {
    validate(JSON.parse(OFFICE));
    expect(validate.errors).toBeNull();
  });

  test('when any inventory is saved then it is valid', () => {
    fc.assert(
      fc.property(anyDocument, (document) => {
        validate(JSON.parse(textOf(document)));
        expect(validate.errors).toBeNull();
      }),
    );
  });

  test.each([
    ['version', 3],
    ['schema', 'synsum.summary'],
    ['connections.0.port', 70_000],
    ['connections.0.count', 0],
    ['connections.0.client', 'pluto'],
    ['connections.0.first_seen', '2007-06-21'],
    ['connections.0.remote_clients', '!'],
    ['connections.0.hours.0', [24, 1, 1]],
    ['connections.0.hours.0', [14, 0, 1]],
    ['connections.0.hours.0', [14, 1]],
    ['connections.0.hours.0', [14, 1, 2 ** 49]],
    ['captures.0.digest', 'md5:1'],
    ['captures.0.since', '2007-06-21'],
    ['captures.0.until', 12],
    ['captures.0.problems', ['cut short']],
    ['captures.0.problems', [{ kind: 'cut-short', message: 'cut short', offset: -1 }]],
    ['undecoded.0.reason', 'lost'],
    ['undecoded.0.packets', 0],
    ['undecoded.0.name', undefined],
    ['totals.gaps', -1],
    ['totals.syn_acks', undefined],
    ['scans.0.complete', 'yes'],
    ['scans.0.hosts.0.ports.0.port', '22'],
    ['scans.0.hosts.0.ports.0.state', 'shut'],
  ])('when %s is %j then it is not valid', (path, value) => {
    const document = JSON.parse(OFFICE);
    const keys = path.split('.');
    const last = keys.pop() as string;
    const parent = keys.reduce((object, key) => object[key], document);
    parent[last] = value;
    expect(validate(JSON.parse(JSON.stringify(document)))).toBe(false);
  });
});
