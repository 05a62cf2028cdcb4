// Converts captures of other formats with Wireshark's programs, which write pcapng to a pipe.

import type { ChildProcess } from 'node:child_process';
import { closeSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { startProgram, watchProgram } from '../child-program.js';
import { openChunks } from '../chunk-input.js';
import { CaptureError } from '../errors.js';
import type { OpenedInput } from '../head.js';
import { readOutput } from '../program-output.js';
import { type ForeignFormat, NETTL } from './foreign-formats.js';
import { spool } from './spool.js';

interface Converter {
  readonly name: string;
  /** Makes it convert standard input, which is a file, to standard output. */
  readonly args: readonly string[];
}

/** They share their code; editcap starts faster. */
const EDITCAP: Converter = { name: 'editcap', args: ['-F', 'pcapng', '-', '-'] };
const CONVERTERS: readonly Converter[] = [
  EDITCAP,
  { name: 'tshark', args: ['-n', '-r', '-', '-F', 'pcapng', '-w', '-'] },
];

/**
 * Returns an input with the pcapng that a program makes of another input, which has this format. Closing the returned input
 * closes that one too.
 * @throws CaptureError UNREADABLE if no program can convert it; then `input` stays open. If some bytes could be converted,
 * UNREADABLE is thrown by a later read, after those bytes
 */
export async function convert(
  input: OpenedInput,
  { name }: ForeignFormat,
  signal: AbortSignal,
): Promise<OpenedInput> {
  const closing = new AbortController();
  // The programs seek in many formats, so they need a file that begins with the capture.
  const file = input.file?.begin === 0 ? input.file : undefined;
  const spooled = file === undefined ? await spool(input, `capture of ${name}`, signal) : undefined;
  const close = (): void => {
    closing.abort();
    if (spooled !== undefined) closeSync(spooled);
  };
  try {
    const stop = AbortSignal.any([signal, closing.signal]);
    const fd = spooled ?? (file?.fd as number);
    const converters = name === NETTL ? await convertersOfNettl(fd, stop) : CONVERTERS;
    const started = await start(converters, stop, fd);
    if (started === undefined && !signal.aborted) {
      throw new CaptureError(
        'UNREADABLE',
        `found a capture of ${name}, but no program editcap to convert it; ` +
          'install the package wireshark-common, or convert it elsewhere with `editcap -F pcap IN OUT`',
      );
    }
    const chunks = convertWith(started, name, stop);
    const pieces = await openChunks(chunks, signal);
    return {
      ...(input.compression === undefined ? {} : { compression: input.compression }),
      ...pieces,
      conversion: { format: name, program: started?.converter.name ?? '' },
      close() {
        pieces.close();
        close();
        input.close();
      },
    };
  } catch (error) {
    close();
    throw error;
  }
}

interface Started {
  readonly child: ChildProcess;
  readonly converter: Converter;
}

async function convertersOfNettl(fd: number, stop: AbortSignal): Promise<readonly Converter[]> {
  const { nettlLinkLayer } = await import('./nettl.js');
  const linkLayer = await nettlLinkLayer(fd, stop);
  return linkLayer === undefined ? CONVERTERS : [{ ...EDITCAP, args: ['-T', linkLayer, ...EDITCAP.args] }];
}

/** Starts the first of the programs that exists. */
async function start(
  converters: readonly Converter[],
  stop: AbortSignal,
  stdin: number,
): Promise<Started | undefined> {
  for (const converter of converters) {
    const child = await startProgram(converter.name, converter.args, stop, stdin);
    if (child !== undefined) return { child, converter };
  }
  return undefined;
}

async function* convertWith(
  started: Started | undefined,
  format: string,
  stop: AbortSignal,
): AsyncGenerator<Uint8Array, undefined> {
  if (started === undefined) return;
  const { child, converter } = started;
  const end = watchProgram(child, converter.name);
  yield* readOutput(child.stdout as Readable, true);
  const { isSuccess, words, reason } = await end();
  // editcap ends with status 0 after a capture that is cut short.
  if (stop.aborted || (isSuccess && words === '')) return;
  throw new CaptureError(
    'UNREADABLE',
    `could not convert all of the capture of ${format}; ${converter.name} ${reason}`,
  );
}
