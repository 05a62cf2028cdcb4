// Pages with names in every field that holds text from outside.

import { compare } from '../../../src/inventory/changes/compare.js';
import { findOpenUnused } from '../../../src/inventory/changes/open-unused.js';
import { collectEvidence } from '../../../src/inventory/evidence.js';
import { makePicture } from '../../../src/inventory/picture/picture.js';
import { UTC_CLOCK } from '../../../src/text/clock.js';
import { type ReportContents, renderReport } from '../../../src/views/index.js';
import { captureOf, inventoryOf, namesFrom, scanOf } from '../../inventory/fixtures.js';
import { HOSTILE_NAMES } from '../fixtures.js';

const RUN = 'document.documentElement.dataset.ran=1';
/** Names that would run or load something if they were not escaped; what runs sets `ran`. */
export const NAMES: readonly string[] = [
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

/** Puts names into all such fields, in place, because maps of the picture know its rows. */
function poison(value: unknown, nextName: () => string, seen = new Set<unknown>()): void {
  if (typeof value !== 'object' || value === null || seen.has(value)) return;
  seen.add(value);
  for (const [key, field] of Object.entries(value)) {
    // An empty label and `_` have a meaning.
    if (typeof field === 'string' && FIELDS.has(key) && field !== '' && field !== '_') {
      (value as Record<string, unknown>)[key] = nextName();
    } else if (Array.isArray(field) && (key === 'added' || key === 'gone') && typeof field[0] === 'string') {
      (value as Record<string, unknown>)[key] = [nextName()];
    } else poison(field, nextName, seen);
  }
}

const YAML = 'hosts: { www: 10.0.0.1, db: 10.0.0.3, pc: 10.0.0.9 }\n';
const HOUR = 3_600_000_000;

async function contentsWith(texts: readonly string[], isStatic: boolean): Promise<ReportContents> {
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
  let next = 0;
  poison(contents, () => texts[next++ % texts.length] as string);
  return contents;
}

/** A page in which every such field has one of these names, in turn. */
export async function pageWith(names: string | readonly string[], isStatic = false): Promise<string> {
  return [...(await renderReport(await contentsWith([names].flat(), isStatic)))].join('');
}
