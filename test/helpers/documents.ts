// The documents for people, as they are in the project.

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from './program.js';

export interface DocumentFile {
  /** Its path from the root of the project. */
  readonly file: string;
  readonly text: string;
}

/** The documents at the top and everything in docs/, examples not included. */
export const DOCUMENTS: readonly DocumentFile[] = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'SECURITY.md',
  ...readdirSync(path.join(ROOT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
].map((file) => ({ file, text: readFileSync(path.join(ROOT, file), 'utf8') }));

/** Markdown without its fenced blocks, in which nothing is a link or a sentence. */
export function proseOf(text: string): string {
  return text.replace(/^ *```[\s\S]*?^ *```/gm, (block) => block.replace(/[^\n]+/g, ''));
}
