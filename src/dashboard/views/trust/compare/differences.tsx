import { useDeferredValue, useId, useMemo, useState } from 'react';
import { Empty } from '../../../parts/state.tsx';
import { Status, type Tone } from '../../../parts/status.tsx';
import { Told } from '../../../parts/told.tsx';
import { useWords } from '../../../words/language.tsx';
import { trustWords } from '../words.ts';
import { compareContents, type Difference } from './compare.ts';
import type { Json } from './leaves.ts';
import { Lines } from './lines-view.tsx';
import { MemberName } from './member-name.tsx';

export type Version = { readonly version: string; readonly content: Json };

const TONES: { readonly [K in Difference['kind']]: Tone } = {
  added: 'good',
  removed: 'bad',
  changed: 'warn',
  order: 'info',
  text: 'warn',
};

/** So many differences are drawn at first. */
const FIRST = 200;
const LONGEST = 2_000;

/** What is added, removed and changed from one version to another, by member; found by what it is called and says. */
export function Differences({ before, after }: { readonly before: Version; readonly after: Version }) {
  const words = useWords(trustWords);
  const id = useId();
  const [sought, setSought] = useState('');
  const [all, setAll] = useState(false);
  const { differences, same } = useMemo(
    () => compareContents(before.content, after.content),
    [before.content, after.content],
  );
  const found = useFound(differences, useDeferredValue(sought));
  const shown = all ? found : found.slice(0, FIRST);
  const count = (...kinds: Difference['kind'][]): number =>
    differences.filter(({ kind }) => kinds.includes(kind)).length;
  const summary = words.compare.summary(
    count('added'),
    count('removed'),
    count('changed', 'order', 'text'),
    same,
  );
  return (
    <div className="trust-compare">
      <p>
        <Told text={words.compare.from(before.version)} /> <Told text={words.compare.to(after.version)} />:{' '}
        <strong>{differences.length === 0 ? words.compare.equal : summary}</strong>
      </p>
      {differences.length > 10 && (
        <div className="toolbar__search">
          <label htmlFor={id}>{words.compare.filter}</label>
          <input
            id={id}
            type="search"
            className="input"
            value={sought}
            onChange={({ target }) => setSought(target.value)}
          />
        </div>
      )}
      {differences.length > 0 && found.length === 0 && <Empty>{words.compare.nothing}</Empty>}
      <dl className="trust-members">
        {groupsOf(shown).map(({ key, path, of }) => (
          <div key={key} className="trust-members__member">
            <dt>
              <MemberName path={path} />
            </dt>
            {of.map((difference, place) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: differences of one member, in their order
              <dd key={place} className={`trust-compare__one trust-compare__one--${difference.kind}`}>
                <Status tone={TONES[difference.kind]}>{words.compare.kinds[difference.kind]}</Status>
                <Said difference={difference} />
              </dd>
            ))}
          </div>
        ))}
      </dl>
      {shown.length < found.length && (
        <button type="button" className="button" onClick={() => setAll(true)}>
          {words.more(found.length - shown.length)}
        </button>
      )}
    </div>
  );
}

function Said({ difference }: { readonly difference: Difference }) {
  const { compare: words } = useWords(trustWords);
  if ('lines' in difference) return <Lines lines={difference.lines} />;
  if ('value' in difference) return <Told text={difference.value} most={LONGEST} mono />;
  return (
    <span className="trust-compare__change">
      <span>
        {words.was} <Told text={difference.before} most={LONGEST} mono />
      </span>
      <span>
        {words.is} <Told text={difference.after} most={LONGEST} mono />
      </span>
    </span>
  );
}

function useFound(differences: readonly Difference[], sought: string): readonly Difference[] {
  return useMemo(() => {
    const word = sought.trim().toLowerCase();
    if (word === '') return differences;
    return differences.filter((difference) => textsOf(difference).toLowerCase().includes(word));
  }, [differences, sought]);
}

function textsOf(difference: Difference): string {
  const said =
    'lines' in difference
      ? difference.lines.map((line) => (line.kind === 'gap' ? '' : line.text))
      : 'value' in difference
        ? [difference.value]
        : [difference.before, difference.after];
  return [...difference.path, ...said].join('\n');
}

type Group = { readonly key: string; readonly path: readonly string[]; readonly of: Difference[] };

function groupsOf(differences: readonly Difference[]): readonly Group[] {
  const groups = new Map<string, Group>();
  for (const difference of differences) {
    const key = JSON.stringify(difference.path);
    const group = groups.get(key) ?? { key, path: difference.path, of: [] };
    group.of.push(difference);
    groups.set(key, group);
  }
  return [...groups.values()];
}
