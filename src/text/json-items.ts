// A list in a JSON document (RFC 8259), one item per line.

/** Writes the items of a list of the document's root object, without the brackets. */
export function* renderJsonItems<T>(
  items: Iterable<T>,
  render: (item: T) => string,
): Generator<string, void, undefined> {
  let separator = '\n    ';
  let end = '';
  for (const item of items) {
    yield separator + render(item);
    separator = ',\n    ';
    end = '\n  ';
  }
  yield end;
}
