import { escapedMarkup as escaped } from '../../bytes/markup.ts';
import type { Drawn } from './map.ts';
import { facilityMark, landmarkMark, lookOf, signOf } from './marks.ts';
import type { DrawnArea, Proof } from './proof.ts';
import { factsOf, verdictInWords } from './words.ts';
import { wrapped } from './wrapped.ts';

const LETTERS = 40;

/** What stands beside the map: the verdict in words, what it rests on, what is drawn how, what stays unproven. */
export function drawPanel(proof: Proof, drawn: Drawn, left: number, id: string): string {
  const { heading, sentence } = verdictInWords(proof);
  const parts: string[] = [signOf(proof.verdict.verdict, [left + 14, 38])];
  let y = 45;
  const write = (lines: readonly string[], size: number, look: string, x = left): void => {
    for (const line of lines) {
      parts.push(
        `<text class="${look}" x="${x}" y="${y}" font-size="${size}"${size > 16 ? ' font-weight="650"' : ''}>${escaped(line)}</text>`,
      );
      y += Math.round(size * 1.4);
    }
  };
  write(wrapped(heading, 20), 18, lookOf(proof.verdict.verdict), left + 38);
  y = Math.max(y + 2, 76);
  write(wrapped(sentence, LETTERS), 13, '');
  y += 10;
  for (const fact of factsOf(proof, drawn.shaping)) {
    write(wrapped(fact, LETTERS), 13, 'quiet');
    y += 3;
  }
  y = Math.max(y + 24, 300);
  for (const { swatch, text } of legendOf(proof, drawn, left, id)) {
    parts.push(swatch(y - 4));
    write([text], 12, '', left + 38);
    y += 7;
  }
  y = Math.max(y + 4, 590);
  write(
    wrapped('Proven of the key that answered, at one moment; not of a device that lets another answer.', 48),
    11,
    'quiet',
  );
  return parts.join('\n');
}

type Entry = { readonly swatch: (y: number) => string; readonly text: string };

function legendOf({ facility, verdict }: Proof, drawn: Drawn, left: number, id: string): Entry[] {
  const box = (look: string, y: number, fill = ''): string =>
    `<rect class="${look}"${fill} x="${left + 1}" y="${y - 8}" width="26" height="15"/>`;
  const line = (look: string, y: number): string => `<path class="${look}" d="M${left + 1} ${y}h26"/>`;
  const empty = verdict.verdict === 'inconsistent';
  const shows = (role: DrawnArea['role']): boolean => drawn.roles.has(role);
  const entries: (Entry | false)[] = [
    !empty && {
      swatch: (y) => box('', y, ` fill="url(#${id}-hatch)"`) + box('edge', y),
      text: 'where it may have been',
    },
    drawn.disks > 0 && {
      swatch: (y) => line(empty ? 'conflict' : 'disk', y),
      text: empty ? 'the limits that contradict each other' : 'how far a landmark lets it be',
    },
    { swatch: (y) => landmarkMark([left + 14, y + 1]), text: 'landmark' },
    facility !== null && { swatch: (y) => facilityMark([left + 14, y]), text: 'where it is said to stand' },
    shows('authorised') && {
      swatch: (y) => box('authorised', y),
      text: 'the area asked about',
    },
    shows('forbidden') && {
      swatch: (y) => box('forbidden', y),
      text: 'forbidden',
    },
    shows('other') && { swatch: (y) => box('land', y), text: 'other land' },
  ];
  return entries.filter((entry) => entry !== false);
}
