// Pages in a real browser, Debian's Chromium, and everything that they did there.

/// <reference lib="dom" />

import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';

const CHROMIUM = '/usr/bin/chromium';
export const hasChromium: boolean = existsSync(CHROMIUM);
export const CHROMIUM_NOTE = hasChromium ? '' : ' (skipped: there is no /usr/bin/chromium)';

export function launchBrowser(): Promise<Browser> {
  // As root, Chromium runs only without its sandbox.
  return chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
}

export interface Visit {
  readonly page: Page;
  /** Requests besides that of the page. */
  readonly requests: readonly string[];
  /** Messages on the console, and errors of scripts. */
  readonly messages: readonly string[];
}

export interface VisitOptions {
  readonly colorScheme?: 'light' | 'dark';
  readonly width?: number;
  readonly height?: number;
  readonly javaScriptEnabled?: boolean;
  /** As in `#q=ssh`. */
  readonly hash?: string;
}

/** Opens a file in a window of its own. A page with a script is ready when its filter is there. */
export async function visit(browser: Browser, file: string, options: VisitOptions = {}): Promise<Visit> {
  const { colorScheme = 'light', width = 1280, height = 900, javaScriptEnabled = true, hash = '' } = options;
  const context = await browser.newContext({ colorScheme, viewport: { width, height }, javaScriptEnabled });
  const page = await context.newPage();
  const url = `${pathToFileURL(file)}${hash}`;
  const requests: string[] = [];
  const messages: string[] = [];
  page.on('request', (request) => {
    if (request.url().split('#')[0] !== url.split('#')[0]) requests.push(request.url());
  });
  page.on('console', (message) => messages.push(message.text()));
  page.on('pageerror', (error) => messages.push(error.message));
  page.on('dialog', (dialog) => messages.push(dialog.message()));
  await page.goto(url);
  return { page, requests, messages };
}

/** Waits until the script of a report has begun its work. */
export async function untilReady({ page }: Visit): Promise<void> {
  await page.waitForSelector('#filter:not([hidden])');
}
