// Pages in Debian's Firefox ESR, which playwright-core cannot drive: it expects commands that this Firefox does not have.

/// <reference lib="dom" />

import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { type Browser, launch, type Page } from 'puppeteer-core';

const FIREFOX = '/usr/bin/firefox-esr';
export const hasFirefox: boolean = existsSync(FIREFOX);
export const FIREFOX_NOTE = hasFirefox ? '' : ' (skipped: there is no /usr/bin/firefox-esr)';

export function launchFirefox(): Promise<Browser> {
  return launch({ browser: 'firefox', executablePath: FIREFOX, headless: true });
}

export interface FirefoxVisit {
  readonly page: Page;
  /** Requests besides that of the page. */
  readonly requests: readonly string[];
  /** Messages on the console, and errors of scripts. */
  readonly messages: readonly string[];
}

/** Opens a file in a page of its own, and waits until its script, if it has one that runs, has begun its work. */
export async function visitInFirefox(
  browser: Browser,
  file: string,
  { isScripted = true } = {},
): Promise<FirefoxVisit> {
  const page = await browser.newPage();
  await page.setViewport({ width: 1280, height: 900 });
  const url = String(pathToFileURL(file));
  const requests: string[] = [];
  const messages: string[] = [];
  page.on('request', (request) => {
    // Firefox has fonts of its own as data, which are not sent for.
    const isOther = !request.url().startsWith('data:') && request.url().split('#')[0] !== url;
    if (isOther) requests.push(request.url());
  });
  page.on('console', (message) => messages.push(message.text()));
  page.on('pageerror', (error) => messages.push(String(error)));
  page.on('dialog', (dialog) => messages.push(dialog.message()));
  await page.goto(url);
  if (isScripted) await page.waitForSelector('#filter:not([hidden])');
  return { page, requests, messages };
}
