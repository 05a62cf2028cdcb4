// Signals other than those of Ctrl-C, sent to a program that reads a stream.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROOT, resultOf, start } from '../helpers/program.js';

const HOSTS = ['--hosts', 'samples/hosts.yaml'];

describe('a signal', () => {
  for (const [sent, summaries] of [
    [['SIGHUP'], 1],
    [['SIGUSR1', 'SIGHUP'], 1],
  ] as const) {
    test(`when ${sent.join(' and ')} come then the stream ends with its summary`, async () => {
      const child = start(['-', ...HOSTS]);
      child.stdin.on('error', () => {});
      let stderr = '';
      child.stderr.on('data', (text) => {
        stderr += text;
      });
      const result = resultOf(child);
      // The program has read the first bytes, and so handles signals, when it has taken more than a pipe holds.
      const capture = readFileSync(path.join(ROOT, 'samples/office.pcap'));
      await new Promise((resolve) => child.stdin.write(capture, resolve));
      for (const signal of sent) child.kill(signal);
      expect(await result).toMatchObject({ status: 0, stdout: expect.stringContaining('pluto') });
      expect(stderr).not.toContain('Debugger');
      expect(stderr.match(/SYN-ACKs: /g)).toHaveLength(summaries);
    });
  }
});
