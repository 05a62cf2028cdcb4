// Captures in the formats that Wireshark's editcap writes.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Converts a capture to the format that `editcap -F` calls so. */
export function editcap(capture: Uint8Array, format: string, ...options: readonly string[]): Uint8Array {
  const folder = mkdtempSync(path.join(tmpdir(), 'synsum-editcap-'));
  try {
    const [from, to] = [path.join(folder, 'from'), path.join(folder, 'to')];
    writeFileSync(from, capture);
    execFileSync('editcap', [...options, '-F', format, from, to], { stdio: 'pipe' });
    return readFileSync(to);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
