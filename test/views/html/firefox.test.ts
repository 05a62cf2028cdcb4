// Reports in Firefox: they load nothing, run nothing but their own script, and can be used by keyboard.

import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser, Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FIREFOX_NOTE, hasFirefox, launchFirefox, visitInFirefox } from '../../helpers/firefox.js';
import { NAMES, pageWith } from './hostile-pages.js';
import { REPORTS, reportFolder, reportOf } from './reports.js';

/** Names in one page: a page takes a second, and Chromium tries each name in every field. */
const TOGETHER = 7;

describe.skipIf(!hasFirefox)(`a report in Firefox${FIREFOX_NOTE}`, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchFirefox();
  });
  afterAll(async () => {
    await browser?.close();
  });

  const textOf = (page: Page, selector: string): Promise<string | undefined> =>
    page.$eval(selector, ({ textContent }) => textContent ?? undefined);

  test.each(REPORTS)('when %s is opened, then nothing is loaded and nothing complains', async (name) => {
    const { page, requests, messages } = await visitInFirefox(browser, await reportOf(name));
    expect(await page.$$eval('#rows tbody tr', (rows) => rows.length)).toBeGreaterThan(3);
    expect({ requests, messages }).toEqual({ requests: [], messages: [] });
    await page.close();
  });

  test('when only the keyboard is used, then rows are filtered and sorted, and a machine is shown', async () => {
    const { page, messages } = await visitInFirefox(browser, await reportOf('small'));
    await page.keyboard.press('/');
    await page.keyboard.type('server:db1 count>10');
    await page.waitForFunction(() => location.hash !== '');
    const servers = await page.$$eval('#rows tbody tr:not([hidden]) td:nth-child(3)', (cells) =>
      cells.map(({ textContent }) => textContent),
    );
    expect(servers.length).toBeGreaterThan(1);
    expect(new Set(servers)).toEqual(new Set(['db1']));
    expect(await textOf(page, '#found')).toMatch(/^\d+ of 514 rows, [\d,]+ connections$/);
    await page.focus('th[data-k="client"] button');
    await page.keyboard.press('Enter');
    expect(await page.$eval('th[data-k="client"]', (head) => head.ariaSort)).toBe('ascending');
    const clients = await page.$$eval('#rows tbody tr:not([hidden]) td:nth-child(2)', (cells) =>
      cells.map(({ textContent }) => textContent ?? ''),
    );
    expect(clients).toEqual([...clients].sort(new Intl.Collator('en', { numeric: true }).compare));
    await page.focus('#machines tr:not([hidden]) .m');
    await page.keyboard.press('Enter');
    await page.waitForSelector('dialog[open]');
    await page.keyboard.press('Escape');
    expect(await page.$('dialog[open]')).toBeNull();
    expect(messages).toEqual([]);
    await page.close();
  });

  test('when one byte of the script was changed, then it does not run', async () => {
    const text = readFileSync(await reportOf('office'), 'utf8');
    const at = text.lastIndexOf('count');
    const file = path.join(reportFolder(), 'changed-for-firefox.html');
    writeFileSync(file, `${text.slice(0, at)}C${text.slice(at + 1)}`);
    const { page } = await visitInFirefox(browser, file, { isScripted: false });
    expect(await page.$eval('#filter', (filter) => (filter as HTMLElement).hidden)).toBe(true);
    expect(await textOf(page, 'h1')).toBe('Who serves what to whom');
    await page.close();
  });

  test('when every field is a hostile name, then it stays text, and nothing runs', async () => {
    const shapeOf = (page: Page): Promise<string> =>
      page.evaluate(() =>
        [...document.querySelectorAll('*')]
          .map((element) => [element.tagName, ...element.getAttributeNames()].join())
          .join(' '),
      );
    const file = path.join(reportFolder(), 'hostile-in-firefox.html');
    const look = async (names: readonly string[]) => {
      writeFileSync(file, await pageWith(names));
      const { page, requests, messages } = await visitInFirefox(browser, file);
      const shape = await shapeOf(page);
      const ran = await page.evaluate(() => document.documentElement.dataset['ran']);
      await page.close();
      return { shape, ran, requests, messages };
    };
    const usual = await look(Array.from({ length: TOGETHER }, (_, at) => `harmless-${at}`));
    for (let at = 0; at < NAMES.length; at += TOGETHER) {
      const names = Array.from(
        { length: TOGETHER },
        (_, next) => NAMES[(at + next) % NAMES.length] as string,
      );
      const { shape, ...others } = await look(names);
      expect({ names, ...others }).toEqual({ names, ran: undefined, requests: [], messages: [] });
      expect(shape === usual.shape, names.join('\n')).toBe(true);
    }
  });
});
