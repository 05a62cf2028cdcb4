// What is in a file that is being replaced: always the whole of one version, even if processes are killed or writing fails.

import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openAtomic } from '../../src/files/atomic-file.js';
import { ROOT } from '../helpers/program.js';
import { replaceFile } from './replace-file.js';

const IS_ROOT = process.getuid?.() === 0;
const ROOT_NOTE = IS_ROOT ? '' : ' (skipped: needs root)';
const NOBODY = 65_534;
const HAS_FULL_DEVICE = fs.existsSync('/dev/full');
const FULL_NOTE = HAS_FULL_DEVICE ? '' : ' (skipped: no /dev/full)';

let folder: string;
let program: string;

beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(tmpdir(), 'synsum-'));
  fs.chmodSync(folder, 0o755);
  program = path.join(folder, 'atomic-file.mjs');
  await build({
    entryPoints: [path.join(ROOT, 'test/files/replace-file.ts')],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
  });
});
afterAll(() => fs.rmSync(folder, { recursive: true }));

/** A folder of its own for each test. */
let place: string;
let file: string;
beforeEach(() => {
  place = fs.mkdtempSync(path.join(folder, 'test-'));
  file = path.join(place, 'monday.json');
});

function codeOf(run: () => unknown): string | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code;
  }
}

describe('a file', () => {
  test('when it is not there then it is made, with the permissions that the user wants', () => {
    const before = process.umask(0o027);
    try {
      replaceFile(file, ['one', ' and ', 'two 🦊\n']);
    } finally {
      process.umask(before);
    }
    expect(fs.readFileSync(file, 'utf8')).toBe('one and two 🦊\n');
    expect(fs.statSync(file).mode & 0o7777).toBe(0o640);
    expect(fs.readdirSync(place)).toEqual(['monday.json']);
  });

  test('when it is there then it is replaced, and keeps its permissions', () => {
    for (const mode of [0o600, 0o666, 0o664]) {
      fs.writeFileSync(file, 'old');
      fs.chmodSync(file, mode);
      const { ino } = fs.statSync(file);
      replaceFile(file, ['new']);
      const { mode: newMode, ino: newIno } = fs.statSync(file);
      expect([fs.readFileSync(file, 'utf8'), newMode & 0o7777]).toEqual(['new', mode]);
      expect(newIno).not.toBe(ino);
    }
  });

  test.skipIf(!IS_ROOT)(`when root replaces it then it keeps its owner${ROOT_NOTE}`, () => {
    fs.writeFileSync(file, 'old');
    fs.chownSync(file, 1234, 2345);
    fs.chmodSync(file, 0o640);
    replaceFile(file, ['new']);
    const { uid, gid, mode } = fs.statSync(file);
    expect([uid, gid, mode & 0o7777]).toEqual([1234, 2345, 0o640]);
  });

  test('when it is not committed yet then it stays as it was', () => {
    fs.writeFileSync(file, 'old');
    const { write, commit, abandon } = openAtomic(file);
    expect(write('new')).toBe(true);
    expect(fs.readFileSync(file, 'utf8')).toBe('old');
    expect(fs.readdirSync(place)).toEqual([`.monday.json.${process.pid}.tmp`, 'monday.json']);
    commit();
    expect(fs.readFileSync(file, 'utf8')).toBe('new');
    abandon();
    expect(fs.readFileSync(file, 'utf8')).toBe('new');
    expect(fs.readdirSync(place)).toEqual(['monday.json']);
  });

  test('when it is abandoned then it stays as it was, and nothing else is left', () => {
    fs.writeFileSync(file, 'old');
    const { write, abandon } = openAtomic(file);
    write('new');
    abandon();
    abandon();
    expect(fs.readFileSync(file, 'utf8')).toBe('old');
    expect(fs.readdirSync(place)).toEqual(['monday.json']);
  });

  test('when what is to be written cannot be made then it stays as it was, and nothing else is left', () => {
    fs.writeFileSync(file, 'old');
    function* chunks(): Generator<string> {
      yield 'new';
      throw new Error('no more');
    }
    expect(() => replaceFile(file, chunks())).toThrow('no more');
    expect(fs.readFileSync(file, 'utf8')).toBe('old');
    expect(fs.readdirSync(place)).toEqual(['monday.json']);
  });

  test('when it becomes a folder meanwhile then it cannot be replaced, and nothing is left', () => {
    const { write, commit, abandon } = openAtomic(file);
    write('new');
    fs.mkdirSync(file);
    expect(codeOf(commit)).toBe('EISDIR');
    abandon();
    expect(fs.readdirSync(place)).toEqual(['monday.json']);
  });

  test('when the disk is full then it stays as it was, and nothing else is left', () => {
    fs.writeFileSync(file, 'old');
    const limit = `ulimit -f 64; trap '' XFSZ; exec "$0" --input-type=module -e "$1"`;
    const script = `import { replaceFile } from ${JSON.stringify(program)};
      try { replaceFile(${JSON.stringify(file)}, ['x'.repeat(1e6)]); } catch ({ code }) { console.log(code); }`;
    const code = execFileSync('sh', ['-c', limit, process.execPath, script], { encoding: 'utf8' });
    expect(code).toBe('EFBIG\n');
    expect(fs.readFileSync(file, 'utf8')).toBe('old');
    expect(fs.readdirSync(place)).toEqual(['monday.json']);
  });
});

describe('a file that cannot be written', () => {
  test.each([
    ['its folder is not there', () => path.join(place, 'none', 'monday.json'), 'ENOENT'],
    ['it is a folder', () => place, 'EISDIR'],
    ['a file is in the place of its folder', () => path.join(program, 'monday.json'), 'ENOTDIR'],
    ['its name is empty', () => '', 'ENOENT'],
    ['its name is that of a folder', () => `${file}/`, 'EISDIR'],
  ])('when %s then that is reported before anything is written', (_, name, code) => {
    expect(codeOf(() => openAtomic(name()))).toBe(code);
  });

  test('when links go round in circles then that is reported', () => {
    fs.symlinkSync('monday.json', path.join(place, 'tuesday.json'));
    fs.symlinkSync('tuesday.json', file);
    expect(codeOf(() => openAtomic(file))).toBe('ELOOP');
  });

  test('when it is protected then it is not replaced, though its folder is not', () => {
    fs.writeFileSync(file, 'old');
    fs.chmodSync(file, 0o444);
    fs.chmodSync(place, 0o777);
    const script = `import { replaceFile } from ${JSON.stringify(program)};
      try { replaceFile(${JSON.stringify(file)}, ['new']); } catch ({ code }) { console.log(code); }`;
    const code = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
      cwd: place,
      // Root may do anything.
      ...(IS_ROOT ? { uid: NOBODY, gid: NOBODY } : {}),
    });
    expect(code).toBe('EACCES\n');
    expect(fs.readFileSync(file, 'utf8')).toBe('old');
  });
});

describe('a symbolic link', () => {
  test('when it leads to a file then that one is replaced', () => {
    fs.mkdirSync(path.join(place, 'deep'));
    const target = path.join(place, 'deep', 'real.json');
    fs.writeFileSync(target, 'old');
    fs.symlinkSync('deep', path.join(place, 'shallow'));
    fs.symlinkSync('shallow/real.json', file);
    replaceFile(file, ['new']);
    expect(fs.readFileSync(target, 'utf8')).toBe('new');
    expect(fs.readlinkSync(file)).toBe('shallow/real.json');
    expect(fs.readdirSync(path.join(place, 'deep'))).toEqual(['real.json']);
  });

  test('when it leads to nothing then the file is made that it leads to', () => {
    fs.symlinkSync('tuesday.json', file);
    fs.symlinkSync(path.join(place, 'wednesday.json'), path.join(place, 'tuesday.json'));
    replaceFile(file, ['new']);
    expect(fs.readFileSync(path.join(place, 'wednesday.json'), 'utf8')).toBe('new');
    expect(fs.lstatSync(file).isSymbolicLink()).toBe(true);
  });
});

describe('anything but a regular file', () => {
  test('when it is a pipe with a name then what is written goes through it', async () => {
    execFileSync('mkfifo', [file]);
    const reader = spawn('cat', [file]);
    const text = new Promise<string>((resolve) => {
      let read = '';
      reader.stdout.on('data', (data) => {
        read += data;
      });
      reader.on('close', () => resolve(read));
    });
    replaceFile(file, ['one', 'two']);
    expect(await text).toBe('onetwo');
    expect(fs.readdirSync(place)).toEqual(['monday.json']);
  });

  test.each(['-', '/dev/stdout', '/dev/fd/1', '/proc/self/fd/1'])(
    'when it is %s then what is written goes to standard output, whether a pipe or a file',
    (name) => {
      const script = `import { replaceFile } from ${JSON.stringify(program)};
        replaceFile(${JSON.stringify(name)}, ['one', 'two']);`;
      const shell = (command: string): string =>
        execFileSync('sh', ['-c', command, process.execPath, script, file], { encoding: 'utf8' });
      expect(shell('"$0" --input-type=module -e "$1" | cat')).toBe('onetwo');
      shell('"$0" --input-type=module -e "$1" > "$2"');
      expect(fs.readFileSync(file, 'utf8')).toBe('onetwo');
      expect(fs.readdirSync(place)).toEqual(['monday.json']);
    },
  );

  test.skipIf(!HAS_FULL_DEVICE)(
    `when it is a full disk then the system's error is thrown${FULL_NOTE}`,
    () => {
      expect(codeOf(() => replaceFile('/dev/full', ['one']))).toBe('ENOSPC');
    },
  );
});

describe('leftovers of killed processes', () => {
  test('when the file is written again then it is gone, and nothing else is', () => {
    const other = [
      `.monday.json.${process.ppid}.tmp`,
      `.tuesday.json.${dead()}.tmp`,
      '.monday.json.tmp',
      '.monday.json.1x.tmp',
      '.monday.json..tmp',
      `xmonday.json.${dead()}.tmp`,
    ];
    const leftOver = [`.monday.json.${dead()}.tmp`, `.monday.json.${process.pid}.tmp`];
    for (const name of [...other, ...leftOver]) fs.writeFileSync(path.join(place, name), 'half');
    replaceFile(file, ['new']);
    expect(fs.readdirSync(place).sort()).toEqual([...other, 'monday.json'].sort());
    expect(fs.readFileSync(file, 'utf8')).toBe('new');
  });
});

/** The number of a process that has ended. */
function dead(): number {
  return Number(execFileSync('sh', ['-c', 'echo $$'], { encoding: 'utf8' }));
}

describe('kill -9', () => {
  const KILLS = 100;
  const PIECES = 256;
  const PIECE_LENGTH = 16 * 1024;

  /**
   * Writes one version after the other, in many pieces, each with its number at both ends. It kills itself at a piece, if
   * one is named, which may be in a later version.
   */
  const WRITER = `
    import { replaceFile } from './atomic-file.mjs';
    let last = Number(process.argv[4]);
    function* piecesOf(version) {
      yield '{"version":' + version + ',"text":"';
      for (let piece = 0; piece < ${PIECES}; piece++) {
        if (last-- === 0) process.kill(process.pid, 'SIGKILL');
        yield 'x'.repeat(${PIECE_LENGTH});
      }
      yield '","end":' + version + '}';
    }
    for (let version = Number(process.argv[3]); ; version++) {
      replaceFile(process.argv[2], piecesOf(version));
      process.stdout.write('written');
    }`;

  /** Has versions written from this one on, until the writer kills itself at a piece, or is killed after a version. */
  async function killWriter(writer: string, version: number, piece: number): Promise<void> {
    const child = spawn(process.execPath, [writer, file, `${version}`, `${piece}`], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = new Promise((resolve) => child.once('close', resolve));
    if (piece < 0) child.stdout.once('data', () => child.kill('SIGKILL'));
    child.stdout.resume();
    await ended;
  }

  test(`when the program is killed while it writes, ${KILLS} times, then the file is whole each time`, async () => {
    const writer = path.join(folder, 'writer.mjs');
    fs.writeFileSync(writer, WRITER);
    fs.writeFileSync(file, '{"version":0,"text":"","end":0}');
    let version = 0;
    let interrupted = 0;
    for (let kill = 0; kill < KILLS; kill++) {
      // Half of the writers are killed from outside, wherever they are by then.
      await killWriter(writer, version + 1, kill % 2 === 0 ? Math.floor(Math.random() * 2 * PIECES) : -1);
      const found = JSON.parse(fs.readFileSync(file, 'utf8')) as {
        version: number;
        text: string;
        end: number;
      };
      expect(found.version).toBeGreaterThanOrEqual(version);
      expect(found.end).toBe(found.version);
      expect(found.text.length).toBe(found.version === 0 ? 0 : PIECES * PIECE_LENGTH);
      version = found.version;
      const leftOvers = fs.readdirSync(place).filter((name) => name !== 'monday.json');
      expect(leftOvers.length).toBeLessThanOrEqual(1);
      interrupted += leftOvers.length;
    }
    expect(interrupted).toBeGreaterThanOrEqual(KILLS / 2);
    expect(version).toBeGreaterThan(0);
    replaceFile(file, ['{}']);
    expect(fs.readdirSync(place)).toEqual(['monday.json']);
  });
});
