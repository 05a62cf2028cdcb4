// Maps, read by the programs that they are for: Graphviz, Mermaid and a reader of XML.

import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { SaxesParser } from 'saxes';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { collectEvidence } from '../../../src/inventory/evidence.js';
import { DIRECTIONS } from '../../../src/inventory/picture/panels.js';
import { makePicture, type Picture } from '../../../src/inventory/picture/picture.js';
import { visible } from '../../../src/text/escape.js';
import { type MapFormat, renderMap } from '../../../src/views/index.js';
import { CHROMIUM_NOTE, hasChromium, launchBrowser } from '../../helpers/browser.js';
import { type Connection, inventoryOf, namesFrom } from '../../inventory/fixtures.js';
import { HOSTILE_NAMES } from '../fixtures.js';

const NAMES = await namesFrom('hosts: { www: 10.0.0.1, db: 10.0.0.3 }\n');
const CROWD: readonly Connection[] = Array.from({ length: 300 }, (_, at): Connection => {
  const client = at % 11 === 0 ? '203.0.113.5' : `10.1.${at % 5}.${1 + (at % 50)}`;
  const server = at % 7 === 0 ? '198.51.100.1' : `10.9.${at % 2}.${1 + (at % 33)}`;
  return [client, at % 13 === 0 ? '10.0.0.1' : server, [22, 80, 443, 8080][at % 4] as number, 1 + (at % 9)];
});

function pictureOf(connections: readonly Connection[], name?: string): Picture {
  const inventory = inventoryOf(connections);
  const picture = makePicture(collectEvidence(inventory), inventory, NAMES);
  if (name === undefined) return picture;
  // The machines with a name, and their service, are called by a hostile one.
  for (const { clients, cards } of Object.values(picture.panels)) {
    for (const group of [...clients, ...cards]) {
      if (group.kind === 'machine') Object.assign(group, { label: name });
    }
    for (const { services } of cards) {
      for (const service of services) if (service.label !== '') Object.assign(service, { label: name });
    }
  }
  return picture;
}

async function draw(
  format: MapFormat,
  picture: Picture,
  ...directions: ('in' | 'among' | 'out' | 'remote')[]
): Promise<string> {
  const asked = directions.length === 0 ? [] : [directions];
  return [...(await renderMap(format, picture, ...asked))].join('');
}

const panelsOf = ({ panels }: Picture): Picture['panels']['in'][] =>
  DIRECTIONS.map((direction) => panels[direction]);
const sum = (numbers: readonly number[]): number => numbers.reduce((all, number) => all + number, 0);
const nodesOf = (picture: Picture): number =>
  sum(panelsOf(picture).map(({ clients, cards }) => clients.length + cards.length));
const linksOf = (picture: Picture): number => sum(panelsOf(picture).map(({ links }) => links.length));

/** Long names are cut, and some of these are longer than a card. */
const HOSTILE = HOSTILE_NAMES.map((name) => [JSON.stringify(name), name] as const);

const hasGraphviz = spawnSync('dot', ['-V']).error === undefined;

interface Graph {
  readonly objects: readonly { readonly nodes?: unknown; readonly label?: string; readonly shape?: string }[];
  readonly edges?: readonly unknown[];
}

describe.skipIf(!hasGraphviz)(`DOT${hasGraphviz ? '' : ' (skipped: graphviz is not installed)'}`, () => {
  const parse = (dot: string): Graph => {
    const { status, stdout, stderr } = spawnSync('dot', ['-Tdot_json'], { input: dot, encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    return JSON.parse(stdout);
  };

  test('when Graphviz reads it, then it finds each group, card and link', async () => {
    const picture = pictureOf(CROWD);
    const { objects, edges } = parse(await draw('dot', picture));
    expect(objects.filter(({ nodes }) => nodes === undefined)).toHaveLength(nodesOf(picture));
    expect(edges).toHaveLength(linksOf(picture));
    expect(linksOf(picture)).toBeGreaterThan(20);
  });

  test.each(HOSTILE)(
    'when machines and services are called %s, then Graphviz finds the same graph',
    async (_, name) => {
      const connections: Connection[] = [
        ['10.0.0.3', '10.0.0.1', 22],
        ['203.0.113.5', '10.0.0.1', 80],
      ];
      const usual = parse(await draw('dot', pictureOf(connections, 'harmless')));
      const graph = parse(await draw('dot', pictureOf(connections, name)));
      expect(graph.objects.map(({ shape }) => shape)).toEqual(usual.objects.map(({ shape }) => shape));
      expect(graph.edges).toHaveLength(usual.edges?.length ?? 0);
    },
  );
});

describe.skipIf(!hasChromium)(`Mermaid${CHROMIUM_NOTE}`, () => {
  let close: () => Promise<void>;
  let parse: (text: string) => Promise<{ nodes: string[]; edges: number }>;
  beforeAll(async () => {
    const browser = await launchBrowser();
    close = () => browser.close();
    const page = await browser.newPage();
    await page.goto('about:blank');
    await page.addScriptTag({ path: createRequire(import.meta.url).resolve('mermaid/dist/mermaid.min.js') });
    parse = (text) =>
      page.evaluate(async (chart) => {
        // @ts-expect-error Mermaid has put itself there.
        const { mermaid } = window;
        await mermaid.parse(chart);
        const diagram = await mermaid.mermaidAPI.getDiagramFromText(chart);
        const { db } = diagram;
        return {
          nodes: [...db.getVertices().values()].map(({ text: label }) => label),
          edges: db.getEdges().length,
        };
      }, text);
  });
  afterAll(async () => {
    await close?.();
  });

  test('when Mermaid reads it, then it finds each group, service and link', async () => {
    const picture = pictureOf(CROWD);
    const { nodes, edges } = await parse(await draw('mermaid', picture));
    const services = sum(
      panelsOf(picture).flatMap(({ cards }) => cards.map(({ services: all }) => all.length)),
    );
    expect(nodes).toHaveLength(sum(panelsOf(picture).map(({ clients }) => clients.length)) + services);
    expect(edges).toBe(linksOf(picture));
  });

  test.each(HOSTILE)(
    'when machines and services are called %s, then Mermaid finds the same chart',
    async (_, name) => {
      const connections: Connection[] = [['10.0.0.3', '10.0.0.1', 22]];
      const chart = await parse(await draw('mermaid', pictureOf(connections, name)));
      expect({ nodes: chart.nodes.length, edges: chart.edges }).toEqual({ nodes: 2, edges: 1 });
      // Only the plainest characters stand in the chart, and entities for all others.
      for (const text of chart.nodes) expect(text).not.toMatch(/[<>"`&\\|[\]{}*_]/);
    },
  );
});

describe('SVG', () => {
  const tagsOf = (svg: string): string[] => {
    const tags: string[] = [];
    const parser = new SaxesParser({ xmlns: true });
    parser.on('opentag', ({ name }) => tags.push(name));
    parser.on('error', (error) => {
      throw error;
    });
    parser.write(svg).close();
    return tags;
  };

  test('when it is read as XML, then it has a line for each link, and nothing to follow', async () => {
    const picture = pictureOf(CROWD);
    const svg = await draw('svg', picture);
    expect(tagsOf(svg).filter((tag) => tag === 'path')).toHaveLength(linksOf(picture));
    expect(svg).not.toMatch(/<a |href|<script|tabindex/);
  });

  test('when one direction is asked for, then the others are left out', async () => {
    const svg = await draw('svg', pictureOf(CROWD), 'in');
    expect(svg).toContain('From the Internet to us');
    expect(svg).not.toContain('Among ourselves');
  });

  test('when there is nothing to draw, then it says so', async () => {
    expect(await draw('svg', pictureOf([]))).toContain('Nobody uses a service.');
  });

  test.each(HOSTILE)(
    'when machines and services are called %s, then it has the same elements',
    async (_, name) => {
      const connections: Connection[] = [['10.0.0.3', '10.0.0.1', 22]];
      const svg = await draw('svg', pictureOf(connections, name));
      expect(tagsOf(svg)).toEqual(tagsOf(await draw('svg', pictureOf(connections, 'harmless'))));
      if (name.length < 20) expect(decode(svg)).toContain(visible(name));
    },
  );
});

function decode(xml: string): string {
  return xml
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
}
