// Network namespaces with real interfaces between them, in which real firewalls run. Everything is named after this process,
// because test files run at the same time.

import { type ChildProcess, execFileSync, type SpawnOptions, spawn, spawnSync } from 'node:child_process';

const isRoot = process.getuid?.() === 0;

/** Why there can be no laboratory here; undefined if there can. */
export const LAB_FAULT: string | undefined = findFault();
export const LAB_NOTE: string = LAB_FAULT === undefined ? '' : ` (skipped: ${LAB_FAULT})`;

function findFault(): string | undefined {
  if (!isRoot) return 'only root can make network namespaces';
  const name = `synsum-${process.pid}-probe`;
  const runs = (program: string, ...args: string[]): boolean => spawnSync(program, args).status === 0;
  if (!runs('ip', '-V')) return 'iproute2 is not installed';
  if (!runs('nft', '--version')) return 'nftables is not installed';
  if (!runs('python3', '--version')) return 'python3 is not installed';
  try {
    if (!runs('ip', 'netns', 'add', name)) return 'network namespaces are not allowed here';
    const veth = ['link', 'add', 'veth0', 'type', 'veth', 'peer', 'name', 'veth1'];
    if (!runs('ip', '-n', name, ...veth)) return 'there are no veth interfaces here';
    const rules = 'table inet t { chain c { type filter hook forward priority 0; ct state new reject\n}\n}\n';
    const nft = spawnSync('ip', ['netns', 'exec', name, 'nft', '-f', '-'], { input: rules });
    return nft.status === 0 ? undefined : 'nftables does not work in a namespace here';
  } finally {
    spawnSync('ip', ['netns', 'delete', name]);
  }
}

let count = 0;

/** A network with any number of namespaces, which `close` takes down with all that runs in them. */
export class Network {
  readonly #names: string[] = [];
  readonly #children = new Set<ChildProcess>();
  readonly #prefix = `synsum-${process.pid}-${++count}`;

  /** Adds a namespace; returns its full name. Packets take no short cut: offloads would leave checksums out. */
  add(name: string): string {
    const full = `${this.#prefix}-${name}`;
    execFileSync('ip', ['netns', 'add', full], { stdio: 'pipe' });
    this.#names.push(full);
    this.ip(full, 'link set lo up');
    return full;
  }

  /** Runs `ip` in a namespace. */
  ip(namespace: string, words: string): void {
    execFileSync('ip', ['-n', namespace, ...words.split(' ')], { stdio: 'pipe' });
  }

  /** Connects two namespaces; both interfaces are up, and have addresses at once. */
  connect(from: string, fromName: string, to: string, toName: string): void {
    this.ip(from, `link add ${fromName} type veth peer name ${toName} netns ${to}`);
    for (const [namespace, name] of [
      [from, fromName],
      [to, toName],
    ] as const) {
      this.sysctl(namespace, `net.ipv6.conf.${name}.accept_dad=0`);
      this.ip(namespace, `link set ${name} up`);
    }
  }

  sysctl(namespace: string, ...settings: string[]): void {
    this.run(namespace, 'sysctl', ['-q', '-w', ...settings]);
  }

  /** Runs a program to its end. @returns its output @throws if it fails, with what it said */
  run(namespace: string, program: string, args: readonly string[], input = ''): string {
    const words = ['netns', 'exec', namespace, program, ...args];
    const { status, stdout, stderr, error } = spawnSync('ip', words, {
      input,
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    });
    if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${error?.message ?? stderr}`);
    return stdout;
  }

  /** Runs a program outside of all namespaces. */
  runBytes(program: string, args: readonly string[], input: Buffer): string {
    const { status, stdout, stderr, error } = spawnSync(program, args, { input, maxBuffer: 1 << 28 });
    if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${error?.message ?? stderr}`);
    return stdout.toString();
  }

  /** Starts a program that runs until the network is closed, or ends earlier. */
  spawn(
    namespace: string,
    program: string,
    args: readonly string[],
    options: SpawnOptions = {},
  ): ChildProcess {
    const child = spawn('ip', ['netns', 'exec', namespace, program, ...args], options);
    this.#children.add(child);
    child.on('close', () => this.#children.delete(child));
    return child;
  }

  /** Loads rules as `nft -f` does. */
  loadRules(namespace: string, rules: string): void {
    this.run(namespace, 'nft', ['-f', '-'], rules);
  }

  listRules(namespace: string): string {
    return this.run(namespace, 'nft', ['-j', 'list', 'ruleset']);
  }

  async close(): Promise<void> {
    const ends = [...this.#children].map((child) => {
      const isOver = new Promise((resolve) => child.on('close', resolve));
      child.kill('SIGKILL');
      return isOver;
    });
    await Promise.all(ends);
    for (const name of this.#names) {
      for (const pid of pidsOf(name)) {
        try {
          process.kill(pid, 'SIGKILL');
        } catch {
          // It has ended meanwhile.
        }
      }
      spawnSync('ip', ['netns', 'delete', name]);
    }
  }
}

function pidsOf(namespace: string): number[] {
  const { stdout } = spawnSync('ip', ['netns', 'pids', namespace], { encoding: 'utf8' });
  return stdout.split('\n').filter(Boolean).map(Number);
}
