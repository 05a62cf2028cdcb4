// The programs that read rule sets, each in a network namespace of its own, so that nothing changes on this machine.

import { spawnSync } from 'node:child_process';

export interface Validated {
  readonly status: number | null;
  readonly stderr: string;
}

interface Loaded extends Validated {
  readonly stdout: string;
}

/** Runs a script in an empty network namespace. */
function inNamespace(script: string, input = ''): Loaded {
  const { status, stdout, stderr, error } = spawnSync('unshare', ['-n', 'sh', '-c', script], {
    input,
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
  });
  return { status, stdout, stderr: error?.message ?? stderr };
}

function noteFor(canRun: boolean, program: string): string {
  return canRun ? '' : ` (skipped: ${program} cannot be run in a network namespace here)`;
}

export const hasNft: boolean = inNamespace('nft -c -f -', 'table inet t {\n}\n').status === 0;
export const NFT_NOTE: string = noteFor(hasNft, 'nft');

/** Checks a file for `nft -f`. */
export function checkNft(ruleSet: string): Validated {
  const { status, stderr } = inNamespace('nft -c -f -', ruleSet);
  return { status, stderr };
}

/** Loads a file for `nft -f` a number of times, and returns the rules that the kernel has then. */
export function loadNft(ruleSet: string, times: number): Loaded {
  const load = Array(times).fill('nft -f "$file"').join(' && ');
  return inNamespace(`file=$(mktemp) && cat > "$file" && ${load} && nft list ruleset; rm "$file"`, ruleSet);
}

/** Loads a file for `nft -f`, and returns the rules that the kernel has then as JSON. */
export function listNft(ruleSet: string): Loaded {
  return inNamespace('nft -f - && nft -j list ruleset', ruleSet);
}

/** The kernel's two ways of filtering with iptables. */
export type Variant = 'nft' | 'legacy';

const MINIMAL = '*filter\n:SYNSUM - [0:0]\n-A SYNSUM -p tcp -j REJECT --reject-with tcp-reset\nCOMMIT\n';

export const VARIANTS: readonly Variant[] = (['nft', 'legacy'] as const).filter(
  (variant) => checkIptables('iptables', variant, MINIMAL).status === 0,
);
export const IPTABLES_NOTE: string = noteFor(VARIANTS.length > 0, 'iptables');

/** Checks a file for iptables-restore or ip6tables-restore. */
export function checkIptables(
  program: 'iptables' | 'ip6tables',
  variant: Variant,
  ruleSet: string,
): Validated {
  const { status, stderr } = inNamespace(`${program}-${variant}-restore --noflush --test`, ruleSet);
  return { status, stderr };
}

/**
 * Loads a file a number of times as its own comments say, and returns the rules that the kernel has then, without counters
 * and times.
 */
export function loadIptables(
  program: 'iptables' | 'ip6tables',
  variant: Variant,
  ruleSet: string,
  times: number,
): Loaded {
  const jumps = ruleSet.split('\n').flatMap((line) => /^# {3}(\w+tables -t .* -C .*)$/.exec(line)?.[1] ?? []);
  const functions = [program, `${program}-restore`].map(
    (name) => `${name.replace('-', '_')}() { ${name.replace(program, `${program}-${variant}`)} "$@"; }`,
  );
  const load = [`${program}_restore --noflush "$file"`, ...jumps].join(' && ');
  const all = Array(times).fill(`{ ${load}; }`).join(' && ');
  const script = `${functions.join('; ')}; file=$(mktemp) && cat > "$file" && ${all} && ${program}-${variant}-save; rm "$file"`;
  const loaded = inNamespace(script, ruleSet);
  return { ...loaded, stdout: loaded.stdout.replace(/^#.*\n/gm, '').replace(/\[\d+:\d+\]/g, '') };
}

export const hasAclgen: boolean = spawnSync('aclgen', ['--help']).error === undefined;
export const ACLGEN_NOTE: string = hasAclgen ? '' : ' (skipped: aclgen is not installed)';
