/** A line of a text: in both, only in the new one, only in the old one; `gap` counts lines that both have. */
export type Line =
  | { readonly kind: 'same' | 'added' | 'removed'; readonly text: string }
  | { readonly kind: 'gap'; readonly count: number };

/** Lines that are shown around what differs. */
const AROUND = 2;
/** Beyond so many pairs what differs is shown whole, the old before the new: nobody waits for the least difference. */
const MOST_PAIRS = 4_000_000;

/** Which lines of a text were added and removed (longest common subsequence), with a few around each. */
export function compareLines(before: string, after: string): readonly Line[] {
  const [old, now] = [before.split('\n'), after.split('\n')];
  const atBegin = commonAtBegin(old, now);
  const most = Math.min(old.length, now.length) - atBegin;
  const atEnd = Math.min(most, commonAtBegin(old.toReversed(), now.toReversed()));
  const same = (text: string): Line => ({ kind: 'same', text });
  return withGaps([
    ...old.slice(0, atBegin).map(same),
    ...middle(old.slice(atBegin, old.length - atEnd), now.slice(atBegin, now.length - atEnd)),
    ...old.slice(old.length - atEnd).map(same),
  ]);
}

function commonAtBegin(old: readonly string[], now: readonly string[]): number {
  const least = Math.min(old.length, now.length);
  let count = 0;
  while (count < least && old[count] === now[count]) count++;
  return count;
}

function middle(old: readonly string[], now: readonly string[]): Line[] {
  const removed = (text: string): Line => ({ kind: 'removed', text });
  const added = (text: string): Line => ({ kind: 'added', text });
  if (old.length * now.length > MOST_PAIRS) return [...old.map(removed), ...now.map(added)];
  const width = now.length + 1;
  const longest = new Uint32Array((old.length + 1) * width);
  const at = (i: number, j: number): number => longest[i * width + j] ?? 0;
  for (let i = old.length - 1; i >= 0; i--) {
    for (let j = now.length - 1; j >= 0; j--)
      longest[i * width + j] =
        old[i] === now[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  }
  const lines: Line[] = [];
  let [i, j] = [0, 0];
  while (i < old.length || j < now.length) {
    const [was = '', is = ''] = [old[i], now[j]];
    if (i < old.length && j < now.length && was === is) {
      lines.push({ kind: 'same', text: was });
      i++;
      j++;
    } else if (j === now.length || (i < old.length && at(i + 1, j) >= at(i, j + 1))) {
      lines.push(removed(was));
      i++;
    } else {
      lines.push(added(is));
      j++;
    }
  }
  return lines;
}

function withGaps(lines: readonly Line[]): Line[] {
  const near = lines.map((_, place) =>
    lines.slice(Math.max(0, place - AROUND), place + AROUND + 1).some(({ kind }) => kind !== 'same'),
  );
  const shown: Line[] = [];
  for (const [place, line] of lines.entries()) {
    const last = shown.at(-1);
    if (near[place] === true) shown.push(line);
    else if (last?.kind === 'gap') shown[shown.length - 1] = { kind: 'gap', count: last.count + 1 };
    else shown.push({ kind: 'gap', count: 1 });
  }
  return shown;
}
