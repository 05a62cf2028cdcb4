import { describe, expect, test } from 'vitest';
import { HOSTILE_NAMES } from '../fixtures.js';
import { makeServiceAt, NOTHING_UNUSED, OPEN_UNUSED, openUnusedText, WWW } from './change-fixtures.js';

const TEXT = `\
Candidates to close: open to the scan, but not used in the captures, which cover 36 hours:
  minnie  8889/tcp  gnump3d  GNUMP3d streaming server 2.9
  pluto   9/tcp     discard

Blocked from the scanner, or hidden: used in the captures, but not found open by the scan:
  minnie  22/tcp  ssh   OpenSSH (the scan found it filtered; 12 connections)
  minnie  80/tcp  http  the scan did not find it open; 1 connection
  pluto   22/tcp  ssh   the machine did not answer the scan; 2,496 connections
`;

const MARKDOWN = `\
## Candidates to close: open to the scan, but not used in the captures, which cover 36 hours

| Machine | Port | Service | Product |
| --- | ---: | --- | --- |
| minnie | 8889/tcp | gnump3d | GNUMP3d streaming server 2.9 |
| pluto | 9/tcp | discard |  |

## Blocked from the scanner, or hidden: used in the captures, but not found open by the scan

| Machine | Port | Service | Product | Scan | Captures |
| --- | ---: | --- | --- | --- | --- |
| minnie | 22/tcp | ssh | OpenSSH | the scan found it filtered | 12 connections |
| minnie | 80/tcp | http |  | the scan did not find it open | 1 connection |
| pluto | 22/tcp | ssh |  | the machine did not answer the scan | 2,496 connections |
`;

test('when there are services of both kinds then each has its section', async () => {
  expect(await openUnusedText('text', OPEN_UNUSED)).toBe(TEXT);
  expect(await openUnusedText('markdown', OPEN_UNUSED)).toBe(MARKDOWN);
});

test.each(['text', 'markdown'] as const)(
  'when it is verbose then %s says how many were suppressed',
  async (format) => {
    const sentence = '\n1 service is expected or ignored, and not listed.\n';
    expect(await openUnusedText(format, OPEN_UNUSED, true)).toBe(
      (format === 'text' ? TEXT : MARKDOWN) + sentence,
    );
  },
);

describe.each(['text', 'markdown'] as const)('%s', (format) => {
  test('when both agree then nothing is printed', async () => {
    expect(await openUnusedText(format, { ...NOTHING_UNUSED, suppressed: 1 })).toBe('');
    expect(await openUnusedText(format, NOTHING_UNUSED, true)).toBe('');
  });

  test('when there is only one kind then there is only its section', async () => {
    expect(await openUnusedText(format, { ...OPEN_UNUSED, hidden: [] })).not.toContain('Blocked');
    expect(await openUnusedText(format, { ...OPEN_UNUSED, unused: [] })).toMatch(/^(## )?Blocked/);
  });

  test('when machines share a name then their addresses are shown', async () => {
    const unused = WWW.map((at) => makeServiceAt(at));
    const text = await openUnusedText(format, { ...NOTHING_UNUSED, unused });
    expect(text).toContain('www (12.13.15.171) ');
    expect(text).toContain('www (12.13.15.172) ');
  });

  test('when names are hostile then each service is still one line', async () => {
    const hidden = HOSTILE_NAMES.map((name) => ({
      ...makeServiceAt({ machine: name, service: name, product: name }),
      connections: 1,
      state: undefined,
      isDown: false,
    }));
    const text = await openUnusedText(format, { ...NOTHING_UNUSED, hidden });
    expect(text.split('\n')).toHaveLength((format === 'text' ? 1 : 4) + HOSTILE_NAMES.length + 1);
  });
});
