// Hostile names in every field of every source: they stay text. Nothing runs, nothing is loaded, and no element appears.

import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compare } from '../../../src/inventory/changes/compare.js';
import { findOpenUnused } from '../../../src/inventory/changes/open-unused.js';
import { collectEvidence } from '../../../src/inventory/evidence.js';
import { makePicture } from '../../../src/inventory/picture/picture.js';
import { UTC_CLOCK } from '../../../src/text/clock.js';
import { visible } from '../../../src/text/escape.js';
import { type ReportContents, renderReport } from '../../../src/views/index.js';
import { CHROMIUM_NOTE, hasChromium, launchBrowser, visit } from '../../helpers/browser.js';
import { captureOf, inventoryOf, namesFrom, scanOf } from '../../inventory/fixtures.js';
import { HOSTILE_NAMES } from '../fixtures.js';
import { reportFolder } from './reports.js';

const RUN = 'document.documentElement.dataset.ran=1';
const NAMES = [
  ...HOSTILE_NAMES,
  `<script>${RUN}</script>`,
  `</script><script>${RUN}</script>`,
  `</style><script>${RUN}</script>`,
  `</title><script>${RUN}</script>`,
  `"><img src=x onerror="${RUN}">`,
  `'><svg onload=${RUN}>`,
  `<!--<script>${RUN}//`,
  `<a href="javascript:${RUN}">x</a>`,
  `javascript:${RUN}`,
  `" onmouseover="${RUN}" x="`,
  `' autofocus onfocus='${RUN}`,
  "$& $1 $` $' $$",
  `&lt;script&gt;${RUN}&lt;/script&gt;`,
  '\u2028</script\u2029>',
  '<template><base href=//evil.example>',
  '<meta http-equiv=refresh content=0;url=//evil.example>',
  '<iframe srcdoc="x">',
  `<math><mtext></table><mglyph><style><img src=x onerror=${RUN}>`,
  ']]><x/>',
  `\${${RUN}}`,
  '{{constructor.constructor("x")()}}',
  '__proto__',
  'constructor',
  `<input id=q><form id=filter><b class=m>`,
];

/** The fields that hold text from outside. */
const FIELDS = new Set(
  'label service server machine address product version extra name format message title baseline before after scanner'.split(
    ' ',
  ),
);

/** Puts a name into every such field, in place, because maps of the picture know its rows. */
function poison(value: unknown, name: string, seen = new Set<unknown>()): void {
  if (typeof value !== 'object' || value === null || seen.has(value)) return;
  seen.add(value);
  for (const [key, field] of Object.entries(value)) {
    // An empty label and `_` have a meaning.
    if (typeof field === 'string' && FIELDS.has(key) && field !== '' && field !== '_') {
      (value as Record<string, unknown>)[key] = name;
    } else if (Array.isArray(field) && (key === 'added' || key === 'gone') && typeof field[0] === 'string') {
      (value as Record<string, unknown>)[key] = [name];
    } else poison(field, name, seen);
  }
}

const YAML = 'hosts: { www: 10.0.0.1, db: 10.0.0.3, pc: 10.0.0.9 }\n';
const HOUR = 3_600_000_000;

async function contentsWith(name: string, isStatic = false): Promise<ReportContents> {
  const names = await namesFrom(YAML);
  const problems = [{ kind: 'damaged' as const, message: 'm' }];
  const input = { name: 'a.pcap', format: 'pcap 2.4', linkTypes: [], packetsRead: 9, captures: [], problems };
  const scan = scanOf({
    '10.0.0.1': ['80/tcp open http Apache 2', '443/tcp open https Apache 2'],
    '10.0.0.3': [],
  });
  const before = inventoryOf([['10.0.0.9', '10.0.0.3', 25, 500]], {
    captures: [captureOf(0, HOUR)],
    evidence: true,
  });
  const after = inventoryOf(
    [
      ['203.0.113.5', '10.0.0.1', 22, 40, HOUR],
      ['10.0.0.9', '10.0.0.1', 80, 60, HOUR * 2],
      ['10.0.0.9', '10.0.0.3', 23, 60, HOUR * 3],
      ['10.0.0.9', '203.0.113.7', 443, 20, HOUR * 90],
    ],
    { captures: [captureOf(HOUR, HOUR * 99)], scans: [scan], inputs: [input], evidence: true },
  );
  const evidence = collectEvidence(after);
  const contents: ReportContents = {
    picture: makePicture(evidence, after, names),
    inventory: { inputs: after.inputs, totals: after.totals, scans: after.scans },
    title: 'Title',
    isConfidential: true,
    isStatic,
    clock: UTC_CLOCK,
    comparison: {
      baseline: 'b.json',
      changes: compare(collectEvidence(before), evidence, names, { clients: true }),
      goneProbability: 0.05,
    },
    openUnused: findOpenUnused(evidence, names),
  };
  poison(contents, name);
  return contents;
}

async function pageWith(name: string, isStatic = false): Promise<string> {
  return [...(await renderReport(await contentsWith(name, isStatic)))].join('');
}

describe.skipIf(!hasChromium)(`hostile names${CHROMIUM_NOTE}`, () => {
  let browser: Browser;
  let usual: { elements: string; attributes: string };
  beforeAll(async () => {
    browser = await launchBrowser();
    usual = (await look('harmless')).shape;
  });
  afterAll(async () => {
    await browser.close();
  });

  /** Opens the page of a name, filters it and opens a machine, as a user does. */
  async function look(name: string) {
    const file = path.join(reportFolder(), 'hostile.html');
    writeFileSync(file, await pageWith(name));
    const { page, requests, messages } = await visit(browser, file);
    await page.waitForSelector('#filter:not([hidden])');
    // The shape of a page is its elements and the names of their attributes.
    const shape = await page.evaluate(() => {
      const all = [...document.querySelectorAll('*')];
      return {
        elements: all.map(({ tagName }) => tagName).join(' '),
        attributes: all.map((one) => one.getAttributeNames().join()).join(' '),
      };
    });
    const before = await page.evaluate(() => document.querySelectorAll('*').length);
    await page.locator('#services .m').first().press('Enter');
    await page.waitForSelector('dialog[open]');
    const title = await page.textContent('dialog h2');
    const inDialog = await page.evaluate(() =>
      [...document.querySelectorAll('dialog *')].map(({ tagName }) => tagName),
    );
    const ran = await page.evaluate(() => document.documentElement.dataset['ran']);
    await page.context().close();
    return { shape, before, title, inDialog, ran, requests, messages };
  }

  test.each(NAMES.map((name) => [JSON.stringify(name), name]))(
    'when every field is %s, then it is text',
    async (_, name) => {
      const { shape, title, inDialog, ran, requests, messages } = await look(name);
      expect({ ran, requests, messages }).toEqual({ ran: undefined, requests: [], messages: [] });
      expect(shape).toEqual(usual);
      expect(title).toBe(visible(name));
      expect(new Set(inDialog)).toEqual(new Set(['P', 'BUTTON', 'H2', 'H3', 'UL', 'LI', 'B', 'DIV']));
    },
  );
});

describe('a static page', () => {
  test.each(NAMES.map((name) => [JSON.stringify(name), name]))(
    'when every field is %s, then it has the usual tags',
    async (_, name) => {
      const tagsOf = (page: string): string[] => page.match(/<[a-z!/][^\s>]*/g) ?? [];
      expect(tagsOf(await pageWith(name, true))).toEqual(tagsOf(await pageWith('harmless', true)));
    },
  );
});
