// Changes the example, and returns why it is refused.

import { expect } from 'vitest';
import { DocumentError, readDocument } from '../../../src/inventory/document/reader.js';
import { OFFICE } from './document-arbitraries.js';

/** Returns the message with which a document is refused; an empty text if it is read. */
export function refusalOf(source: string | Uint8Array): string {
  try {
    readDocument(source);
  } catch (error) {
    if (error instanceof DocumentError) return error.message;
    throw error;
  }
  return '';
}

/** Replaces text that occurs once in the example. */
export function changed(from: string, to: string): string {
  expect(OFFICE.split(from)).toHaveLength(2);
  return OFFICE.replace(from, () => to);
}
