// Reports in a real browser: they load nothing, can be read without script and style sheet, and every function of the
// script works with mouse and keyboard.

import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CHROMIUM_NOTE, hasChromium, launchBrowser, untilReady, visit } from '../../helpers/browser.js';
import { comparisonReport, REPORTS, reportFolder, reportOf } from './reports.js';

/** From the issue that asked for reports: bytes of a page, and pages of paper. */
const MOST = {
  office: { bytes: 60_000, paper: 3 },
  small: { bytes: 250_000, paper: 10 },
  big: { bytes: 1_500_000, paper: 15 },
} as const;
const MOST_ELEMENTS = 8000;

let browser: Browser;
beforeAll(async () => {
  if (hasChromium) browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
});

const numberIn = (text: string | null): number => Number((text ?? '').replace(/[^\d]/g, ''));

/** The connections of the rows that are shown, with those that the page only sums up. */
async function countShown(page: Page): Promise<number> {
  const counts = await page
    .locator('#rows tbody tr:not([hidden]):not(.others) td:first-child')
    .allTextContents();
  return counts.reduce((sum, text) => sum + numberIn(text), 0);
}

describe.skipIf(!hasChromium)(`a report in a browser${CHROMIUM_NOTE}`, () => {
  test.each(REPORTS)('when %s is opened, then nothing is loaded and nothing complains', async (name) => {
    const visited = await visit(browser, await reportOf(name));
    await untilReady(visited);
    const { page, requests, messages } = visited;
    expect({ requests, messages }).toEqual({ requests: [], messages: [] });
    const elements = await page.evaluate(() => document.querySelectorAll('*').length);
    // The rows of the small office stand in the page.
    expect(elements).toBeLessThan(name === 'small' ? 10_000 : MOST_ELEMENTS);
  });

  test.each(REPORTS)('when %s is written, then it is small enough for mail', async (name) => {
    expect(readFileSync(await reportOf(name)).length).toBeLessThanOrEqual(MOST[name].bytes);
  });

  test.each(REPORTS)('when %s is printed, then it does not take too much paper', async (name) => {
    const { page } = await visit(browser, await reportOf(name));
    const pdf = (await page.pdf({ format: 'A4', preferCSSPageSize: true })).toString('latin1');
    const sheets = pdf.match(/\/Type\s*\/Page\b/g)?.length ?? 0;
    expect(sheets).toBeGreaterThan(0);
    expect(sheets).toBeLessThanOrEqual(MOST[name].paper);
  });

  test.each(REPORTS)('when %s is opened on a phone, then it is not wider than the screen', async (name) => {
    const visited = await visit(browser, await reportOf(name), { width: 390, height: 844 });
    await untilReady(visited);
    expect(await visited.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  });

  test.each(['light', 'dark'] as const)('when pages are %s, then axe finds nothing', async (colorScheme) => {
    for (const file of [await reportOf('office'), await reportOf('small'), await comparisonReport()]) {
      const visited = await visit(browser, file, { colorScheme });
      await untilReady(visited);
      const { page } = visited;
      await page.evaluate(axe.source);
      const check = (): Promise<string[]> =>
        page.evaluate(async () => {
          // @ts-expect-error axe has put itself there.
          const { violations } = await window.axe.run();
          return violations.map(
            ({ id, nodes }: { id: string; nodes: { html: string }[] }) => `${id}: ${nodes[0]?.html}`,
          );
        });
      expect(await check()).toEqual([]);
      await page.locator('#services .m').first().press('Enter');
      await page.waitForSelector('dialog[open]');
      expect(await check()).toEqual([]);
      await page.context().close();
    }
  });

  test('when scripts are off, then every section can be read, and nothing that needs them is there', async () => {
    const { page } = await visit(browser, await reportOf('small'), { javaScriptEnabled: false });
    expect(await page.locator('h2').allTextContents()).toEqual([
      'Overview',
      'Map',
      'Flow',
      'Time',
      'Services',
      'Machines',
      'All connections',
      'Evidence',
      'How to read it',
    ]);
    expect(await page.locator('#filter').isVisible()).toBe(false);
    expect(await page.locator('#rows tbody tr').count()).toBeGreaterThan(400);
  });

  test('when it is static, then it has no script at all', async () => {
    const file = await reportOf('small', '--static');
    expect(readFileSync(file, 'utf8')).not.toMatch(/<script|<a [^>]*machine=|tabindex="0" role="button"/);
    const { messages, page } = await visit(browser, file);
    expect(messages).toEqual([]);
    expect(await page.locator('input, button').count()).toBe(0);
  });

  test('when one byte of the script was changed, then the browser runs nothing of it', async () => {
    const text = readFileSync(await reportOf('office'), 'utf8');
    const at = text.lastIndexOf('count');
    expect(at).toBeGreaterThan(text.lastIndexOf('<script>'));
    const file = path.join(reportFolder(), 'changed.html');
    writeFileSync(file, `${text.slice(0, at)}C${text.slice(at + 1)}`);
    const { page, messages } = await visit(browser, file);
    expect(messages.join()).toContain('Content Security Policy');
    expect(await page.locator('#filter').isVisible()).toBe(false);
  });
});

describe.skipIf(!hasChromium)(`the script of a report${CHROMIUM_NOTE}`, () => {
  const open = async (name: (typeof REPORTS)[number], hash = '') => {
    const visited = await visit(browser, await reportOf(name), { hash });
    await untilReady(visited);
    return visited.page;
  };
  const filter = async (page: Page, text: string): Promise<string | null> => {
    await page.fill('#q', text);
    await page.waitForFunction(
      (query) => new URLSearchParams(location.hash.slice(1)).get('q') === query,
      text,
    );
    return page.textContent('#found');
  };

  test('when nothing is filtered, then the rows add up to the figure of the overview', async () => {
    for (const name of ['office', 'small'] as const) {
      const page = await open(name);
      const figure = await page.locator('.figures dd').last().textContent();
      expect(await countShown(page)).toBe(numberIn(figure));
    }
  });

  test.each([
    ['service:ssh', (row: readonly string[]) => row[3] === 'ssh'],
    ['-service:ssh', (row: readonly string[]) => row[3] !== 'ssh'],
    ['server:db1 client:erp', (row: readonly string[]) => row[2] === 'db1' && row[1] === 'erp'],
    ['server:Internet', (row: readonly string[]) => row[2] === 'Internet'],
    ['server:db*', (row: readonly string[]) => /^db/.test(row[2] ?? '')],
    [
      'net:10.1.0.0/24',
      (row: readonly string[]) => [row[1], row[2]].some((end) => /^10\.1\.0\./.test(end ?? '')),
    ],
    [
      'net:10.10.2.0/24',
      (row: readonly string[]) => [row[1], row[2]].some((end) => /^(?:db[12]|redis)$/.test(end ?? '')),
    ],
    ['count>100', (row: readonly string[]) => numberIn(row[0] ?? '') > 100],
    ['count<=2 port:445', (row: readonly string[]) => numberIn(row[0] ?? '') <= 2 && row[4] === '445'],
    ['is:probed', (row: readonly string[]) => row[5] === 'probed'],
    ['machine:proxy', (row: readonly string[]) => row[1] === 'proxy' || row[2] === 'proxy'],
    ['post', (row: readonly string[]) => /post/.test(row.join())],
    ['nothing-has-this-name', () => false],
  ])(
    'when rows are filtered by %s, then those that match are shown, and no others',
    async (text, isWanted) => {
      const page = await open('small');
      const rowsOf = (selector: string): Promise<string[][]> =>
        page
          .locator(selector)
          .evaluateAll((lines) =>
            lines.map((line) =>
              [...(line as HTMLTableRowElement).cells].map(({ textContent }) => textContent ?? ''),
            ),
          );
      const all = await rowsOf('#rows tbody tr');
      const wanted = all.filter(isWanted);
      const found = await filter(page, text);
      expect(await rowsOf('#rows tbody tr:not([hidden])')).toEqual(wanted);
      const connections = wanted.reduce((sum, [count = '']) => sum + numberIn(count), 0);
      expect(found?.replaceAll(',', '')).toBe(
        `${wanted.length} of ${all.length} rows ${connections} connections`,
      );
    },
  );

  test('when a filter is set, then the map dims all but the links that have such rows', async () => {
    const page = await open('small');
    await filter(page, 'client:erp server:db1');
    const on = await page.locator('.links path:not(.off)').evaluateAll((paths) => paths.length);
    expect(on).toBe(1);
    expect(await page.locator('.matrix td[data-z]:not(.off)').count()).toBe(1);
    await page.keyboard.press('Escape');
    await page.fill('#q', '');
    await page.waitForFunction(() => document.querySelector('.off') === null);
  });

  test('when a filter is wrong, then it says so and keeps what was shown', async () => {
    const page = await open('small');
    await page.fill('#q', 'net:somewhere');
    await page.waitForSelector('#found.bad');
    expect(await page.textContent('#found')).toBe('net:somewhere is not a network, such as 10.1.0.0/16');
    expect(await page.locator('#rows tbody tr[hidden]').count()).toBe(0);
  });

  test('when there are very many rows, then those in view are made, and a filter finds all', async () => {
    const page = await open('big');
    const rows = page.locator('#rows tbody tr:not(.gap)');
    expect(await rows.count()).toBeLessThan(100);
    expect(await filter(page, 'client:erp server:db1')).toMatch(/^1 of 1\d\d,\d{3} rows, \d+ connections$/);
    expect(await rows.allTextContents()).toEqual([expect.stringMatching(/erpdb1postgresql5432/)]);
    await filter(page, 'service:zabbix-agent');
    await page.locator('.rows').evaluate((view) => {
      view.scrollTop = view.scrollHeight;
    });
    const last = page.locator('#rows tbody tr:not(.gap)').last();
    await expect
      .poll(async () => last.getAttribute('aria-rowindex'))
      .toBe(await page.locator('#rows-table').getAttribute('aria-rowcount'));
  });

  test('when a column is clicked, then rows are sorted by it, and by addresses as numbers', async () => {
    const page = await open('small');
    const clients = (): Promise<string[]> => page.locator('#rows tbody tr td:nth-child(2)').allTextContents();
    await page.click('th[data-k="client"] button');
    const sorted = await clients();
    expect(sorted).toEqual([...sorted].sort(new Intl.Collator('en', { numeric: true }).compare));
    await page.click('th[data-k="client"] button');
    expect((await clients())[0]).toBe(sorted.at(-1));
    expect(await page.locator('th[data-k="client"]').getAttribute('aria-sort')).toBe('descending');
  });

  test('when a page is opened with a hash, then it has that state, and a section keeps it', async () => {
    const page = await open('small', '#q=service%3Assh&sort=client&machine=git');
    expect(await page.inputValue('#q')).toBe('service:ssh');
    expect(await page.locator('dialog h2').textContent()).toBe('git');
    await page.keyboard.press('Escape');
    await page.click('nav a[href="#services"]');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('h-services');
    expect(new URL(page.url()).hash).toBe('#q=service%3Assh&sort=client');
  });

  test('when only the keyboard is used, then filter, order, machines and links can be reached', async () => {
    const page = await open('small');
    await page.keyboard.press('/');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('q');
    await page.keyboard.type('server:mail');
    await page.waitForFunction(() => location.hash !== '');
    await page.keyboard.press('Escape');
    expect(await page.inputValue('#q')).toBe('');
    await page.locator('th[data-k="port"] button').press('Enter');
    expect(new URL(page.url()).hash).toBe('#sort=port');
    const machine = page.locator('#machines .m').first();
    await machine.press('Enter');
    expect(await page.locator('dialog[open] h2').textContent()).toBe(await machine.textContent());
    await page.keyboard.press('Escape');
    expect(await page.locator('dialog[open]').count()).toBe(0);
    expect(await machine.evaluate((element) => element === document.activeElement)).toBe(true);
    await page.locator('#map-in .s').first().focus();
    expect(await page.locator('#map-in svg.dims path.on').count()).toBe(1);
    await page.locator('#map-among a.c').first().press('Enter');
    expect(await page.locator('dialog[open]').count()).toBe(1);
  });

  test('when Enter is pressed in the filter, then the machine that it names is opened', async () => {
    const page = await open('big');
    for (const text of ['10.1.0.11', 'machine:erp', 'server:"erp"']) {
      await page.fill('#q', text);
      await page.locator('#q').press('Enter');
      const title = page.locator('dialog[open] h2');
      expect(await title.textContent()).toBe(text.replace(/^\w+:|"/g, '').replaceAll('"', ''));
      await page.keyboard.press('Escape');
    }
    await page.fill('#q', 'no-such-machine');
    await page.locator('#q').press('Enter');
    expect(await page.locator('dialog[open]').count()).toBe(0);
  });

  test('when something is pointed at, then its whole paths stand out', async () => {
    const page = await open('small');
    const service = page.locator('#map-among .s', { hasText: 'postgresql' });
    await service.hover();
    const [lines, clients] = await Promise.all(
      ['path.on', '.c.on'].map((selector) => page.locator(`#map-among ${selector}`).count()),
    );
    expect(lines).toBeGreaterThan(2);
    expect(clients).toBe(lines);
  });

  test('when rows are copied, then they are CSV without formulas', async () => {
    const page = await open('office');
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await filter(page, 'client:dumbo');
    await page.click('.copy');
    await page.waitForFunction(() => document.querySelector('.copy')?.textContent === 'Copied');
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(
      'count,client,server,service,port,evidence,first_seen,last_seen\r\n324,dumbo,Internet,smtp,25,likely,08:04,17:59',
    );
  });
});
