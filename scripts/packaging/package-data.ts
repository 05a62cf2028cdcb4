// The parts of package.json that a release needs, and the time that it bears.

import { readFileSync } from 'node:fs';
import path from 'node:path';

export interface PackageData {
  readonly name: string;
  readonly version: string;
  readonly description: string;
}

export function packageData(root: string): PackageData {
  return JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
}

/** @throws Error if the time is not set: a release must not depend on the clock */
export function releaseTime(): Date {
  const { SOURCE_DATE_EPOCH } = process.env;
  if (!/^\d+$/.test(SOURCE_DATE_EPOCH ?? '')) throw new Error('SOURCE_DATE_EPOCH is not set');
  return new Date(Number(SOURCE_DATE_EPOCH) * 1000);
}
