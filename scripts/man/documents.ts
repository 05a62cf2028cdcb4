// Which parts of the docs stand in the manual page of each command, and what it refers to.

/** A document, and those of its sections that belong to a page; without a list, all of them and the introduction. */
export interface Part {
  readonly file: string;
  readonly sections?: readonly string[];
  readonly hasIntro?: true;
  /** The heading above these sections; without it, each has a heading of the first level. */
  readonly title?: string;
}

export interface PageDocuments {
  readonly parts?: readonly Part[];
  /** The document with the table of exit statuses, if the help does not list them completely. */
  readonly statuses?: string;
  /** Pages of synsum by the names of their commands, and other pages as `name(section)`. */
  readonly seeAlso?: readonly string[];
}

/** The page of the program itself is under `synsum`. A command that is not listed has a page of its options alone. */
export const DOCUMENTS: Readonly<Record<string, PageDocuments>> = {
  synsum: {
    parts: [
      {
        file: 'README.md',
        sections: [
          'From a router to a table',
          'Naming machines',
          'Reading the results',
          'Filtering, grouping and sorting',
          'Formats',
          'Large captures',
          'What it reads',
        ],
      },
    ],
    statuses: 'README.md',
    seeAlso: ['nmap(1)', 'tcpdump(8)', 'pcap-filter(7)'],
  },
  summary: {
    parts: [
      {
        file: 'docs/output.md',
        title: 'Output formats',
        sections: ['table', 'classic', 'lines', 'csv', 'json', 'ndjson', 'markdown'],
      },
    ],
    seeAlso: ['services', 'hosts'],
  },
  services: { parts: [{ file: 'docs/output.md', sections: ['services'] }], seeAlso: ['hosts', 'summary'] },
  hosts: { parts: [{ file: 'docs/output.md', sections: ['hosts'] }], seeAlso: ['services', 'summary'] },
  save: {
    parts: [
      {
        file: 'docs/inventory.md',
        hasIntro: true,
        sections: ['Adding up', 'Reading', 'Writing', 'Versions'],
      },
    ],
    seeAlso: ['diff', 'check', 'record'],
  },
  diff: {
    parts: [
      { file: 'docs/diff.md', hasIntro: true, sections: ['What is a change'] },
      {
        file: 'docs/diff.md',
        title: 'Output formats',
        sections: ['text', 'markdown', 'json', 'ndjson', 'csv', 'nagios'],
      },
      { file: 'docs/diff.md', sections: ['Open and unused'] },
    ],
    statuses: 'docs/diff.md',
    seeAlso: ['check', 'save', 'history'],
  },
  check: {
    parts: [
      {
        file: 'docs/check.md',
        hasIntro: true,
        sections: [
          'Set it up',
          'Handling changes',
          'Nagios and Icinga',
          'Which files it reads',
          'Which files it writes',
        ],
      },
    ],
    statuses: 'docs/check.md',
    seeAlso: ['diff', 'save', 'crontab(5)', 'systemd.timer(5)'],
  },
  live: {
    parts: [{ file: 'docs/live.md', sections: ['Reading the table', 'Keys', 'Without a screen'] }],
    seeAlso: ['summary', 'services', 'tcpdump(8)'],
  },
  scan: {
    parts: [{ file: 'README.md', sections: ['Comparing with nmap'] }],
    seeAlso: ['services', 'diff', 'nmap(1)'],
  },
  report: {
    parts: [
      {
        file: 'docs/report.md',
        hasIntro: true,
        sections: ['Sections', 'Filter, keys and links', 'Worth a look', 'How the map is made', 'Safety'],
      },
    ],
    seeAlso: ['map', 'diff'],
  },
  map: {
    parts: [{ file: 'docs/report.md', sections: ['How the map is made', 'Maps for documents'] }],
    seeAlso: ['report', 'dot(1)'],
  },
  rules: {
    parts: [{ file: 'docs/rules.md' }, { file: 'docs/rules-check.md' }],
    seeAlso: ['services', 'filter', 'nft(8)', 'iptables-restore(8)'],
  },
  init: {
    parts: [
      { file: 'README.md', sections: ['Naming machines'] },
      {
        file: 'docs/names.md',
        sections: ['Names with spaces', 'names_from: names that other programs keep'],
      },
    ],
    seeAlso: ['hosts', 'summary'],
  },
  record: {
    parts: [{ file: 'docs/store.md', hasIntro: true, sections: ['Recording', 'What it needs'] }],
    seeAlso: ['history', 'save'],
  },
  history: {
    parts: [
      { file: 'docs/store.md', sections: ['Asking', 'Keeping it small', 'The tables', 'What it needs'] },
    ],
    seeAlso: ['record', 'diff'],
  },
  push: {
    parts: [
      { file: 'docs/fleet.md', hasIntro: true, sections: ['A fleet in a day', 'What is exact, and when'] },
    ],
    seeAlso: ['record', 'history', 'doctor'],
  },
  doctor: {
    parts: [{ file: 'docs/environment.md', sections: ['synsum doctor'] }],
    seeAlso: ['record', 'scan', 'filter'],
  },
  completion: {
    parts: [{ file: 'docs/environment.md', sections: ['Completion'] }],
    seeAlso: ['bash(1)', 'zsh(1)', 'fish(1)'],
  },
  filter: {
    parts: [{ file: 'docs/platforms.md', sections: ['Where to capture'] }],
    seeAlso: ['rules', 'tcpdump(8)', 'pcap-filter(7)'],
  },
};

/** The pages that contain most of a document; others are named by their path in the package. */
export const PAGE_OF_DOCUMENT: Readonly<Record<string, string>> = {
  'output.md': 'synsum-summary',
  'output.md#services': 'synsum-services',
  'output.md#hosts': 'synsum-hosts',
  'diff.md': 'synsum-diff',
  'check.md': 'synsum-check',
  'live.md': 'synsum-live',
  'report.md': 'synsum-report',
  'rules.md': 'synsum-rules',
  'rules-check.md': 'synsum-rules',
  'store.md': 'synsum-history',
  'inventory.md': 'synsum-save',
  'fleet.md': 'synsum-push',
  'names.md': 'synsum-init',
};
