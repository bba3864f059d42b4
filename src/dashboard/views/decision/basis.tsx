import { Fact, Facts, Panel } from '../../parts/panel.tsx';
import { Told } from '../../parts/told.tsx';
import { useWords } from '../../words/language.tsx';
import type { Decision } from './types.ts';
import { decisionWords } from './words.ts';

type BasisProps = {
  readonly decision: Pick<
    Decision,
    'inputSha256' | 'packs' | 'screeningList' | 'trustInputs' | 'selfApproved'
  >;
};

/** By what a decision was judged: digests of everything, so that whoever has it can decide again. */
export function Basis({ decision }: BasisProps) {
  const words = useWords(decisionWords);
  const { inputSha256, packs, screeningList, trustInputs, selfApproved } = decision;
  return (
    <Panel title={words.basis}>
      <Facts>
        <Fact name={words.input}>
          {inputSha256 === null ? words.noInput : <Told text={inputSha256} mono />}
        </Fact>
        <Fact name={words.packs}>
          {packs.length === 0 && words.noPacks}
          <ul className="decision__digests">
            {packs.map(({ name, version, digest }) => (
              <li key={name}>
                <Told text={`${name} ${version}`} />{' '}
                {digest === null ? words.notInForce : <Told text={digest} mono />}
              </li>
            ))}
          </ul>
        </Fact>
        <Fact name={words.screening}>
          <Told text={screeningList} />
        </Fact>
        <Fact name={words.selfApproved}>{selfApproved ? words.selfApprovedNote : words.twoPersons}</Fact>
        <Fact name={words.trust}>
          <details className="decision__trust">
            <summary>{words.trustCount(trustInputs.length)}</summary>
            <ul className="decision__digests">
              {trustInputs.map((digest) => (
                <li key={digest}>
                  <Told text={digest} mono />
                </li>
              ))}
            </ul>
          </details>
        </Fact>
      </Facts>
    </Panel>
  );
}
