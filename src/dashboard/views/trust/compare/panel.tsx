import { useState } from 'react';
import { useRead } from '../../../api/read.ts';
import { useAll } from '../../../api/read-all.ts';
import { Choice } from '../../../parts/choice.tsx';
import { Panel } from '../../../parts/panel.tsx';
import { Shown } from '../../../parts/state.tsx';
import { toldText } from '../../../parts/told-text.ts';
import { useWords } from '../../../words/language.tsx';
import type { TrustInput } from '../trust-state.tsx';
import { trustWords } from '../words.ts';
import { Differences } from './differences.tsx';
import type { JsonObject } from './leaves.ts';

/** In what a version differs from another of the same name: from the one in force, or the one before, unless another is chosen. */
export function ComparePanel({ input }: { readonly input: TrustInput }) {
  const words = useWords(trustWords);
  const read = useAll('listTrustInputs', {}, { live: ['trust-input'] });
  const [chosen, setChosen] = useState<string | null>(null);
  return (
    <Panel title={words.compare.title}>
      <Shown read={read}>
        {(all) => {
          const others = all.filter(
            ({ id, kind, name }) => id !== input.id && kind === input.kind && name === input.name,
          );
          const usual =
            others.findLast(({ state }) => state === 'effective') ??
            others.findLast(({ id, effectiveAt }) => id < input.id && effectiveAt !== null) ??
            others.at(-1);
          const other = chosen ?? usual?.id ?? null;
          if (others.length === 0) return <p>{words.compare.only}</p>;
          return (
            <>
              <Choice
                label={words.compare.with}
                any={words.compare.none}
                value={other}
                choices={others.toReversed().map(({ id, version, state }) => ({
                  id,
                  label: `${toldText(version)} · ${words.states[state]}`,
                }))}
                onChoose={setChosen}
              />
              {other !== null && <Against key={other} input={input} other={other} />}
            </>
          );
        }}
      </Shown>
    </Panel>
  );
}

function Against({ input, other }: { readonly input: TrustInput; readonly other: string }) {
  const read = useRead('getTrustInput', { params: { trustInputId: other } });
  return (
    <Shown read={{ ...read, data: read.data?.id === other ? read.data : undefined }}>
      {(before) => (
        <Differences
          before={{ version: before.version, content: before.content as JsonObject }} // JSON, as every answer is
          after={{ version: input.version, content: input.content as JsonObject }}
        />
      )}
    </Shown>
  );
}
