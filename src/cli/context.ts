// The world as a command sees it, so that tests can run commands in worlds of their own.

import { type Output, openDescriptor, STDOUT_NAME } from '../files/output.js';

export interface Context {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
}

/** The world of this process. */
export function processContext(): Context {
  const stdout = openDescriptor(1, STDOUT_NAME);
  const stderr = openDescriptor(2, 'standard error');
  return { stdout, stderr, env: process.env, cwd: process.cwd() };
}
