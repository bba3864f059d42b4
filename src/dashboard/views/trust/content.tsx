import { useMemo, useState } from 'react';
import { Panel } from '../../parts/panel.tsx';
import { SaveButton } from '../../parts/save-button.tsx';
import { Told } from '../../parts/told.tsx';
import { toldText } from '../../parts/told-text.ts';
import { useWords } from '../../words/language.tsx';
import { type Json, type JsonObject, leavesOf, textOf } from './compare/leaves.ts';
import { MemberName } from './compare/member-name.tsx';
import type { TrustInput } from './trust-state.tsx';
import { trustWords } from './words.ts';

/** Members that are shown at first: more than any kind has that is read through, fewer than a browser minds. */
const FIRST = 60;
const LONGEST = 20_000;

/** All that a version says, member by member, and as the file that it is. */
export function ContentPanel({ input }: { readonly input: TrustInput }) {
  const words = useWords(trustWords);
  const content = input.content as JsonObject; // JSON, as every answer is
  const members = useMemo(() => membersOf(content), [content]);
  const [all, setAll] = useState(false);
  const shown = all ? members : members.slice(0, FIRST);
  const count = (some: typeof members): number => some.reduce((sum, { values }) => sum + values.length, 0);
  const file = `${input.kind}-${toldText(input.name)}-${toldText(input.version)}.json`;
  return (
    <Panel
      title={words.content}
      aside={
        <>
          {words.contentAside(count(members))} <SaveButton label={words.save} name={file} content={content} />
        </>
      }
    >
      <dl className="trust-members">
        {shown.map(({ key, path, values }) => (
          <div key={key} className="trust-members__member">
            <dt>
              <MemberName path={path} />
            </dt>
            {values.map((value, place) => (
              // Values of one list, in its order; one may be there twice.
              // biome-ignore lint/suspicious/noArrayIndexKey: see above
              <dd key={place}>
                <Value text={value} />
              </dd>
            ))}
          </div>
        ))}
      </dl>
      {shown.length < members.length && (
        <button type="button" className="button" onClick={() => setAll(true)}>
          {words.more(count(members) - count(shown))}
        </button>
      )}
    </Panel>
  );
}

function Value({ text }: { readonly text: string }) {
  if (!text.includes('\n')) return <Told text={text} most={LONGEST} mono />;
  return (
    <pre className="trust-members__text">
      {text.split('\n').map((line, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines of one text, in its order
        <span key={place}>
          <bdi>{toldText(line, LONGEST)}</bdi>
          {'\n'}
        </span>
      ))}
    </pre>
  );
}

type Member = { readonly key: string; readonly path: readonly string[]; readonly values: readonly string[] };

/** Values by the members that lead to them; those of one list stand together. */
function membersOf(content: Json): readonly Member[] {
  const members = new Map<string, Member & { readonly values: string[] }>();
  for (const { path, value } of leavesOf(content)) {
    const key = JSON.stringify(path);
    const member = members.get(key) ?? { key, path, values: [] };
    member.values.push(textOf(value));
    members.set(key, member);
  }
  return [...members.values()];
}
