// The style sheet and the script of a page, as scripts/build-page.ts writes them, and the policy that allows only these.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { packageFile } from '../../files/package-root.js';

export interface Assets {
  readonly style: string;
  /** Absent from a static page. */
  readonly script: string | undefined;
  /** https://www.w3.org/TR/CSP3/ */
  readonly policy: string;
}

export function loadAssets({ isStatic }: { readonly isStatic: boolean }): Assets {
  const style = read('page.css');
  const script = isStatic ? undefined : read('page.js');
  const scriptSource = script === undefined ? "'none'" : hashOf(script);
  const policy = [
    "default-src 'none'",
    `script-src ${scriptSource}`,
    `style-src ${hashOf(style)}`,
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
  return { style, script, policy };
}

function read(name: string): string {
  return readFileSync(packageFile(`dist/views/html/${name}`), 'utf8');
}

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
