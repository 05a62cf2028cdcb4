// The software bill of materials in CycloneDX, made by npm from the lock file: everything that is installed with the package,
// and the packages of which the build copies parts into it. npm adds a random number and the time, which are replaced.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { OTHER_PARTS } from '../build-licences.js';
import { packageData, releaseTime } from './package-data.js';

interface Component {
  readonly name: string;
  readonly 'bom-ref': string;
  readonly properties: readonly { readonly name: string }[];
}

interface Sbom {
  serialNumber: string;
  readonly metadata: { readonly component: Component; timestamp: string };
  components: Component[];
  dependencies: { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

export function writeSbom(root: string, file: string): void {
  const sbom = readSbom(root);
  // Not by --omit=dev: that leaves out dependencies of the package which a tool needs, too.
  sbom.components = sbom.components.filter((component) => !isTool(component) || isCopied(component));
  const kept = new Set(
    [sbom.metadata.component, ...sbom.components].map((component) => component['bom-ref']),
  );
  // Only parts of the copied ones are in the package, and none of the packages that they need.
  sbom.dependencies = sbom.dependencies
    .filter(({ ref }) => kept.has(ref))
    .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((other) => kept.has(other)) }));
  sbom.metadata.timestamp = releaseTime().toISOString();
  sbom.serialNumber = '';
  sbom.serialNumber = `urn:uuid:${uuidOf(JSON.stringify(sbom))}`;
  writeFileSync(file, `${JSON.stringify(sbom, null, 2)}\n`);
}

function isTool({ properties }: Component): boolean {
  return properties.some(({ name }) => name === 'cdx:npm:package:development');
}

function isCopied({ name }: Component): boolean {
  return OTHER_PARTS.includes(name);
}

/** npm takes the name from the folder, so the two files that it reads are copied into one of the right name. */
function readSbom(root: string): Sbom {
  const work = mkdtempSync(path.join(tmpdir(), 'synsum-sbom-'));
  try {
    const folder = path.join(work, packageData(root).name);
    for (const file of ['package.json', 'package-lock.json'])
      cpSync(path.join(root, file), path.join(folder, file));
    const args = ['sbom', '--sbom-format=cyclonedx', '--sbom-type=application', '--package-lock-only'];
    return JSON.parse(execFileSync('npm', args, { cwd: folder, encoding: 'utf8', maxBuffer: 64 << 20 }));
  } finally {
    rmSync(work, { recursive: true });
  }
}

/** A UUID of version 8, which leaves the bits to its maker (RFC 9562 5.8). */
function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
