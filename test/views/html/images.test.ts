// The pictures in docs/images/: reports of the three fixtures, in light, dark and print. A page that looks otherwise fails;
// `SYNSUM_WRITE_IMAGES=1 npx vitest run test/views/html/images.test.ts` writes them again.

import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CHROMIUM_NOTE, hasChromium, launchBrowser, untilReady, visit } from '../../helpers/browser.js';
import { ROOT } from '../../helpers/program.js';
import { REPORTS, reportOf } from './reports.js';

const FOLDER = path.join(ROOT, 'docs/images');
const IS_WRITING = process.env['SYNSUM_WRITE_IMAGES'] === '1';
/** Pictures are compared as small ones, in grey, so that the edges of letters do not count. */
const SAMPLES = { width: 64, height: 48 };
/** The mean difference that other fonts may make, of 255. */
const MOST_DIFFERENT = 6;
const MOST_BYTES = 130_000;

const LOOKS = ['light', 'dark', 'print'] as const;
const IMAGES = REPORTS.flatMap((name) => LOOKS.map((look) => [name, look] as const));

let browser: Browser;
beforeAll(async () => {
  if (hasChromium) browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
});

describe.skipIf(!hasChromium)(`pictures of reports${CHROMIUM_NOTE}`, () => {
  test.each(IMAGES)('when %s is looked at in %s, then it looks as in docs/images', async (name, look) => {
    const size = look === 'print' ? { width: 794, height: 1123 } : { width: 1280, height: 960 };
    const visited = await visit(browser, await reportOf(name), {
      ...size,
      colorScheme: look === 'dark' ? 'dark' : 'light',
    });
    await untilReady(visited);
    const { page } = visited;
    if (look === 'print') await page.emulateMedia({ media: 'print' });
    // The map begins on the first screen of a small network, and is the picture of a big one.
    if (name === 'big' && look !== 'print')
      await page.locator('#map').evaluate((map) => map.scrollIntoView());
    const shot = await page.screenshot();
    const file = path.join(FOLDER, `report-${name}-${look}.png`);
    if (IS_WRITING) {
      mkdirSync(FOLDER, { recursive: true });
      writeFileSync(file, shot);
    }
    expect(existsSync(file)).toBe(true);
    expect(statSync(file).size).toBeLessThanOrEqual(MOST_BYTES);
    expect(await differenceOf(page, shot, readFileSync(file))).toBeLessThan(MOST_DIFFERENT);
  });

  test('when a picture is of another page, then that is noticed', async () => {
    const { page } = await visit(browser, await reportOf('office'));
    const [one, other] = ['report-office-light.png', 'report-big-light.png'].map((name) =>
      readFileSync(path.join(FOLDER, name)),
    );
    expect(await differenceOf(page, one as Buffer, other as Buffer)).toBeGreaterThan(MOST_DIFFERENT);
  });
});

/** The mean difference of two pictures, from 0 to 255. */
async function differenceOf(page: Page, one: Uint8Array, other: Uint8Array): Promise<number> {
  const blank = await page.context().newPage();
  return blank.evaluate(
    async ({ pictures, width, height }) => {
      const [a, b] = await Promise.all(
        pictures.map(async (picture) => {
          const bytes = Uint8Array.from(atob(picture), (character) => character.charCodeAt(0));
          const bitmap = await createImageBitmap(new Blob([bytes]), {
            resizeWidth: width,
            resizeHeight: height,
            resizeQuality: 'high',
          });
          const context = new OffscreenCanvas(width, height).getContext(
            '2d',
          ) as OffscreenCanvasRenderingContext2D;
          context.drawImage(bitmap, 0, 0);
          return context.getImageData(0, 0, width, height).data;
        }),
      );
      let sum = 0;
      const length = a?.length ?? 0;
      for (let at = 0; at < length; at++) sum += Math.abs((a?.[at] ?? 0) - (b?.[at] ?? 0));
      // A quarter of the numbers is how opaque pixels are, which all are.
      return (sum / length) * (4 / 3);
    },
    { pictures: [one, other].map((bytes) => Buffer.from(bytes).toString('base64')), ...SAMPLES },
  );
}
