// The key of a code cache. V8's compiled code is only valid in the very build of Node that made it: V8 itself compares its
// version and its flags, but releases of Node that contain the same version of V8 crash on each other's code.

import { createHash } from 'node:crypto';
import { cachedDataVersionTag } from 'node:v8';

/** Everything about a process that compiled code depends on. */
export interface Compiler {
  /** `process.version`. */
  readonly version: string;
  readonly platform: string;
  readonly arch: string;
  /** `process.versions.v8`, which names Node's changes to V8 too. */
  readonly v8: string;
  /** V8's own hash of its version, flags and the features of the CPU. */
  readonly tag: number;
  /** The options of Node, some of which are flags of V8. */
  readonly options: readonly string[];
  /** Bytes and modification time of the program `node`: two builds of one release may differ. */
  readonly executable: readonly number[];
}

/** Describes this process. `executable` is as in Compiler. */
export function thisCompiler(executable: readonly number[]): Compiler {
  const { version, platform, arch, versions, execArgv, env } = process;
  return {
    version,
    platform,
    arch,
    v8: versions.v8,
    tag: cachedDataVersionTag(),
    options: [...execArgv, env['NODE_OPTIONS'] ?? ''],
    executable,
  };
}

/** Returns the SHA-256 of the compiler and of the text that it compiles, in hexadecimal. */
export function cacheKey(compiler: Compiler, program: Uint8Array): string {
  return createHash('sha256').update(JSON.stringify(compiler)).update(program).digest('hex');
}

/** Returns the SHA-256 of a key and the cache that was made under it. */
export function cacheDigest(key: string, content: Uint8Array): Buffer {
  return createHash('sha256').update(key).update(content).digest();
}

/** Returns eight characters that stand for a text, as good as always for no other. */
export function wordFor(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}
