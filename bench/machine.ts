// Describes where the figures come from: the machine, and the versions of the programs.

import os from 'node:os';
import type { Runner } from './measure.js';
import type { Tool } from './tools.js';

/** Whether a program that the tool needs is missing. */
export function isMissing(tool: Tool, runner: Runner): boolean {
  return (tool.needs ?? []).some((program) => !succeeds(`command -v ${program}`, runner));
}

/** The missing tools, and how to install them. */
export function describeMissing(tools: readonly Tool[], runner: Runner): string[] {
  const missing = tools
    .filter((tool) => isMissing(tool, runner))
    .map(({ needs, install }) => `${needs?.join(', ')} not found; to measure it: ${install}`);
  if (!runner.hasGnuTime) {
    missing.push('GNU time not found; to measure CPU and memory: apt install time');
  }
  return [...new Set(missing)];
}

/** A list in Markdown. */
export function describeMachine(tools: readonly Tool[], runs: number, runner: Runner): string {
  const cpus = os.cpus();
  const versions = [...new Set(tools.flatMap((tool) => versionOf(tool, runner) ?? []))];
  return [
    `- Date: ${new Date().toISOString().slice(0, 10)}; load at the start: ${os.loadavg()[0]?.toFixed(2)}`,
    `- Machine: ${cpus[0]?.model.trim()}, cores: ${cpus.length}, memory: ${(os.totalmem() / 1e9).toFixed(1)} GB, ` +
      `${os.type()} ${os.release()}`,
    `- Programs: ${[`Node ${process.versions.node}`, ...versions].join('; ')}`,
    `- Runs of each command: at least ${runs}; figures are medians`,
  ].join('\n');
}

function versionOf(tool: Tool, runner: Runner): string | undefined {
  if (tool.version === undefined || isMissing(tool, runner)) return undefined;
  const [first = ''] = runner.run(`{ ${tool.version}; } 2>&1 || true`).output.split('\n');
  return first.replace(/ \(Git.*|\.$/g, '').trim();
}

function succeeds(command: string, runner: Runner): boolean {
  try {
    runner.run(command);
    return true;
  } catch {
    return false;
  }
}
