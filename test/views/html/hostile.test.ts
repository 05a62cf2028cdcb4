// Hostile names in every field of every source: they stay text. Nothing runs, nothing is loaded, and no element appears.

import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { visible } from '../../../src/text/escape.js';
import { CHROMIUM_NOTE, hasChromium, launchBrowser, visit } from '../../helpers/browser.js';
import { NAMES, pageWith } from './hostile-pages.js';
import { reportFolder } from './reports.js';

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
