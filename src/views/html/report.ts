// A report as one HTML page, complete in itself: it loads nothing, and can be read without its script and even without its
// style sheet. https://html.spec.whatwg.org/

import { loadAssets } from './assets.js';
import { changesSection } from './changes.js';
import type { ReportContents, Section } from './contents.js';
import { encodeData } from './data.js';
import { evidenceSection, readingSection } from './evidence.js';
import { flowSection } from './flow.js';
import { headerSection } from './header.js';
import { type Html, html, trusted } from './html.js';
import { machinesSection } from './machines.js';
import { mapSection } from './map.js';
import { openUnusedSection } from './open-unused.js';
import { overviewSection } from './overview.js';
import { rowsInOrder, rowsSection } from './rows.js';
import { servicesSection } from './services.js';
import { timeSection } from './time.js';
import { type Times, timesOf } from './wording.js';

/** @returns the page in chunks */
export function* renderReport(contents: ReportContents): Generator<string, void, undefined> {
  const { picture, title, isStatic, clock } = contents;
  const times = timesOf(clock, picture.span);
  const { style, script, policy } = loadAssets({ isStatic });
  const rows = rowsInOrder(picture);
  const sections = listSections(contents, times, rows);
  yield html`<!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="${policy}">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="referrer" content="no-referrer">
    <title>${title}</title>
    <style>${trusted(style)}</style>
    </head>
    <body>
    <a class="skip" href="#overview">Skip to the overview</a>
    ${headerSection(contents, times)}
    <div class="bar"><nav aria-label="Sections"><ul>${sections.map(
      ({ id, title: heading }) => html`<li><a href="#${id}">${heading}</a></li>`,
    )}</ul></nav>${!isStatic && FILTER}</div>
    <main>`.html;
  for (const section of sections) yield sectionHtml(section).html;
  yield html`</main>
    <footer>Made by synsum from captured SYN-ACKs, without sending a packet. This page loads nothing and sends
    nothing.</footer>`.html;
  if (script !== undefined) {
    yield `<script type="application/octet-stream" id="data">${encodeData(picture, rows, times)}</script>`;
    yield `<script>${script}</script>`;
  }
  yield '</body></html>\n';
}

function listSections(
  contents: ReportContents,
  times: Times,
  rows: ReturnType<typeof rowsInOrder>,
): Section[] {
  const { picture, comparison, openUnused } = contents;
  return [
    overviewSection(contents, times),
    comparison && changesSection(comparison, times),
    openUnused && openUnusedSection(openUnused),
    mapSection(picture, contents),
    flowSection(picture),
    timeSection(picture, times),
    servicesSection(picture, times),
    machinesSection(picture, times),
    rowsSection(picture, rows, times),
    evidenceSection(contents, times),
    readingSection(picture, contents),
  ].filter((section) => section !== undefined);
}

function sectionHtml({ id, title, body }: Section): Html {
  return html`<section id="${id}" aria-labelledby="h-${id}"><h2 id="h-${id}" tabindex="-1">${title}</h2>
    ${body}</section>`;
}

/** Hidden unless the script runs, which it serves. */
const FILTER: Html = html`<search id="filter" hidden>
  <label for="q">Filter</label>
  <input id="q" type="search" autocomplete="off" spellcheck="false"
  placeholder="web1 service:ssh -server:Internet net:10.1.0.0/16 count>100" aria-describedby="found">
  <kbd title="Press / to filter">/</kbd>
  <output id="found" for="q"></output>
  </search>`;
