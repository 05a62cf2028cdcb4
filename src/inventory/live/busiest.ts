// The first of many items in some order, without sorting all of them: of 100,000 rows, a screen shows a few.

/** Returns a negative number if `a` comes before `b`. */
export type Compare = (a: number, b: number) => number;

/** Returns the first `count` of the items below `size` that pass, in order, and how many pass. */
export function firstOf(
  size: number,
  count: number,
  passes: (item: number) => boolean,
  compare: Compare,
): { readonly items: number[]; readonly matching: number } {
  // A heap with the last of the chosen items at its root.
  const heap: number[] = [];
  let matching = 0;
  for (let item = 0; item < size; item++) {
    if (!passes(item)) continue;
    matching += 1;
    if (heap.length < count) {
      heap.push(item);
      rise(heap, compare);
    } else if (count > 0 && compare(item, heap[0] as number) < 0) {
      heap[0] = item;
      sink(heap, compare);
    }
  }
  return { items: heap.sort(compare), matching };
}

function rise(heap: number[], compare: Compare): void {
  let at = heap.length - 1;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (compare(heap[at]!, heap[parent]!) <= 0) return;
    swap(heap, at, parent);
    at = parent;
  }
}

function sink(heap: number[], compare: Compare): void {
  let at = 0;
  for (;;) {
    let last = at;
    for (const child of [2 * at + 1, 2 * at + 2]) {
      if (child < heap.length && compare(heap[child]!, heap[last]!) > 0) last = child;
    }
    if (last === at) return;
    swap(heap, at, last);
    at = last;
  }
}

function swap(heap: number[], a: number, b: number): void {
  const item = heap[a] as number;
  heap[a] = heap[b] as number;
  heap[b] = item;
}
