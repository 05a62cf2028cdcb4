// The key of a code cache. V8's compiled code is only valid in the very build of Node that made it: V8 itself compares its
// version and its flags, but releases of Node that contain the same version of V8 crash on each other's code.
//
// Every run pays for this file, so it needs no module of Node: crypto and v8 take longer to load than the rest of it.

/** Everything about a process that compiled code depends on. */
export interface Compiler {
  /** `process.version`. */
  readonly version: string;
  readonly platform: string;
  readonly arch: string;
  /** `process.versions.v8`, which names Node's changes to V8 too. */
  readonly v8: string;
  /** The options of Node, some of which are flags of V8. */
  readonly options: readonly string[];
  /** The state of the program `node`: two builds of one release may differ. */
  readonly executable: FileState;
}

/** A file whose contents change has another of these: nobody can set the time of change, in milliseconds. */
export interface FileState {
  readonly size: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
}

/** Describes this process. */
export function thisCompiler(executable: FileState): Compiler {
  const { version, platform, arch, versions, execArgv, env } = process;
  return {
    version,
    platform,
    arch,
    v8: versions.v8,
    options: [...execArgv, env['NODE_OPTIONS'] ?? ''],
    executable,
  };
}

/** Returns the key of what a compiler makes of a program: text that is the same only if everything about them is. */
export function cacheKey(
  { version, platform, arch, v8, options, executable }: Compiler,
  program: FileState,
): string {
  const files = [executable, program].flatMap(({ size, mtimeMs, ctimeMs }) => [size, mtimeMs, ctimeMs]);
  return JSON.stringify([version, platform, arch, v8, options, files]);
}

/** Returns sixteen characters that stand for a text in the name of a file; another text may have the same. */
export function nameFor(text: string): string {
  return wordFor(text) + wordFor(`${text}.`);
}

/** Returns eight characters that stand for a text; another text may have the same. It is FNV-1a, RFC 9923. */
export function wordFor(text: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}
