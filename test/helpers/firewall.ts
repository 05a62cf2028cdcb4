// The programs that read rule sets, each in a network namespace of its own, so that nothing changes on this machine.

import { spawnSync } from 'node:child_process';

export interface Validated {
  readonly status: number | null;
  readonly stderr: string;
}

/** Runs a program in an empty network namespace. */
function inNamespace(program: string, args: readonly string[], input = ''): Validated {
  const { status, stderr, error } = spawnSync('unshare', ['-n', program, ...args], {
    input,
    encoding: 'utf8',
  });
  return { status, stderr: error?.message ?? stderr };
}

/** Whether a program reads this minimal rule set here. */
function canRun(program: string, args: readonly string[], input: string): boolean {
  return inNamespace(program, args, input).status === 0;
}

export const hasNft: boolean = canRun('nft', ['-c', '-f', '-'], 'table inet t {\n}\n');
export const NFT_NOTE: string = hasNft ? '' : ' (skipped: nft cannot be run in a network namespace here)';

/** Checks a file for `nft -f`. */
export function checkNft(ruleSet: string): Validated {
  return inNamespace('nft', ['-c', '-f', '-'], ruleSet);
}
