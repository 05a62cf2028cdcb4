// Real servers of Debian's ClickHouse, each in a folder of its own on a free port of loopback, and a proxy that loses answers.
// Where SYNSUM_TEST_CHDB names the folder of the package chdb, servers are of the current version that it contains instead.

import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';

const SERVER = '/usr/sbin/clickhouse-server';
const CHDB = process.env['SYNSUM_TEST_CHDB'];
export const HAS_CLICKHOUSE: boolean = fs.existsSync(CHDB ?? SERVER);
/** Whether the servers are of a current version, not of Debian's. */
export const IS_CURRENT: boolean = CHDB !== undefined;
/** Part of the title of tests that need it. */
export const NEEDS_CLICKHOUSE: string = HAS_CLICKHOUSE
  ? ''
  : ' (skipped: clickhouse-server is not installed)';

export const USER = 'synsum';
export const PASSWORD = 's3cret';
export const DATABASE = 'fleet';

export class ClickHouse {
  readonly port: number;
  readonly #folder: string;
  readonly #timeZone: string;
  readonly #ports: readonly number[];
  #child: ChildProcess | undefined;

  private constructor(folder: string, ports: readonly [number, number, number], timeZone: string) {
    this.#folder = folder;
    this.#timeZone = timeZone;
    this.#ports = ports;
    [this.port] = ports;
  }

  /** Makes a server with an empty database, in a folder that must exist, and in a time zone of its own. */
  static async start(folder: string, timeZone = 'UTC'): Promise<ClickHouse> {
    const server = new ClickHouse(folder, await freePorts(), timeZone);
    for (const name of ['data', 'tmp', 'log', 'format_schemas']) fs.mkdirSync(path.join(folder, name));
    fs.writeFileSync(path.join(folder, 'config.xml'), server.#config());
    fs.writeFileSync(path.join(folder, 'users.xml'), USERS);
    await server.restart();
    await server.query(`CREATE DATABASE ${DATABASE}`);
    return server;
  }

  get host(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** Starts it with its data, and waits until it answers. */
  async restart(): Promise<void> {
    const child = this.#spawn();
    this.#child = child;
    for (;;) {
      if (child.exitCode !== null)
        throw new Error(fs.readFileSync(path.join(this.#folder, 'log/err.log'), 'utf8'));
      // A probe that comes too early may never be answered; the next one is.
      const signal = AbortSignal.timeout(2000);
      const headers = { 'X-ClickHouse-User': USER, 'X-ClickHouse-Key': PASSWORD, Connection: 'close' };
      const answer = await fetch(`http://${this.host}/?query=SELECT+1`, { signal, headers }).catch(
        () => undefined,
      );
      if (answer?.ok === true) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  #spawn(): ChildProcess {
    if (CHDB === undefined) {
      const config = `--config-file=${path.join(this.#folder, 'config.xml')}`;
      return spawn(SERVER, [config], { stdio: 'ignore', cwd: this.#folder });
    }
    const program = path.join(import.meta.dirname, 'chdb-server.ts');
    return spawn(process.execPath, ['--import', 'tsx', program, CHDB, this.#folder, String(this.port)], {
      stdio: ['ignore', 'ignore', fs.openSync(path.join(this.#folder, 'log/err.log'), 'a')],
      env: { ...process.env, CHDB_USER: USER, CHDB_PASSWORD: PASSWORD, TZ: this.#timeZone },
    });
  }

  /** Ends it as kill -9 does, and waits until it is gone. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const isGone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await isGone;
  }

  /** The answer as text with tabs. @throws Error with the words of the server */
  async query(sql: string, database = 'default'): Promise<string> {
    const response = await fetch(`http://${this.host}/?database=${database}&wait_end_of_query=1`, {
      method: 'POST',
      body: sql,
      headers: { 'X-ClickHouse-User': USER, 'X-ClickHouse-Key': PASSWORD },
    });
    const text = await response.text();
    if (!response.ok) throw new Error(text);
    return text.trimEnd();
  }

  #config(): string {
    const [http, tcp, interserver] = this.#ports;
    const folder = this.#folder;
    return `<?xml version="1.0"?>
<yandex>
  <logger><level>warning</level><log>${folder}/log/server.log</log><errorlog>${folder}/log/err.log</errorlog></logger>
  <http_port>${http}</http_port><tcp_port>${tcp}</tcp_port>
  <interserver_http_port>${interserver}</interserver_http_port><interserver_http_host>127.0.0.1</interserver_http_host>
  <listen_host>127.0.0.1</listen_host>
  <max_connections>256</max_connections><keep_alive_timeout>3</keep_alive_timeout>
  <mark_cache_size>67108864</mark_cache_size>
  <path>${folder}/data/</path><tmp_path>${folder}/tmp/</tmp_path>
  <format_schema_path>${folder}/format_schemas/</format_schema_path>
  <users_config>${folder}/users.xml</users_config>
  <default_profile>default</default_profile><default_database>default</default_database><timezone>${this.#timeZone}</timezone>
</yandex>`;
  }
}

const USERS = `<?xml version="1.0"?>
<yandex>
  <profiles><default><max_memory_usage>2000000000</max_memory_usage></default></profiles>
  <users><${USER}>
    <password>${PASSWORD}</password><networks><ip>127.0.0.1</ip></networks>
    <profile>default</profile><quota>default</quota>
  </${USER}></users>
  <quotas><default></default></quotas>
</yandex>`;

async function freePorts(): Promise<[number, number, number]> {
  const servers = await Promise.all(
    [0, 1, 2].map(
      () =>
        new Promise<net.Server>((resolve) => {
          const server = net.createServer().listen(0, '127.0.0.1', () => resolve(server));
        }),
    ),
  );
  const ports = servers.map((server) => (server.address() as net.AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports as [number, number, number];
}

/** Passes connections on to a server, but cuts every n-th one once the server has answered: its answer is lost. */
export class LosingProxy {
  readonly #server: net.Server;
  lost = 0;
  #connections = 0;

  private constructor(target: number, every: number) {
    this.#server = net.createServer((client) => {
      this.#connections += 1;
      const isLost = this.#connections % every === 0;
      const server = net.connect(target, '127.0.0.1');
      client.pipe(server);
      if (!isLost) server.pipe(client);
      server.once('data', () => {
        if (!isLost) return;
        this.lost += 1;
        client.destroy();
        server.destroy();
      });
      for (const [socket, other] of [
        [client, server],
        [server, client],
      ] as const) {
        socket.on('error', () => other.destroy());
        socket.on('close', () => other.destroy());
      }
    });
  }

  static async start(target: number, every: number): Promise<LosingProxy> {
    const proxy = new LosingProxy(target, every);
    await new Promise<void>((resolve) => {
      proxy.#server.listen(0, '127.0.0.1', resolve);
    });
    return proxy;
  }

  get host(): string {
    return `127.0.0.1:${(this.#server.address() as net.AddressInfo).port}`;
  }

  close(): void {
    this.#server.close();
  }
}
