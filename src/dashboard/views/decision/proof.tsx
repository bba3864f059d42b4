import { Way } from '../../app/ways.tsx';
import { Instant } from '../../parts/instant.tsx';
import { Fact, Facts, Panel } from '../../parts/panel.tsx';
import { SaveButton } from '../../parts/save-button.tsx';
import { SubjectLink } from '../../parts/subject-link.tsx';
import { Told } from '../../parts/told.tsx';
import { toldText } from '../../parts/told-text.ts';
import { useFormats, useWords } from '../../words/language.tsx';
import type { Decision } from './types.ts';
import { decisionWords } from './words.ts';

/** What was granted, and the receipt: that this act stands in the log. */
export function Proof({ decision }: { readonly decision: Decision }) {
  const words = useWords(decisionWords);
  const formats = useFormats();
  const { id, receipt, grants = [] } = decision;
  return (
    <>
      {grants.length > 0 && (
        <Panel title={words.grants}>
          <ul className="decision__digests">
            {grants.map(({ grantId, hostId, expiresAt }) => (
              <li key={grantId}>
                <Told text={grantId} mono /> · {words.host} <SubjectLink subject={`host:${hostId}`} bare /> ·{' '}
                {words.expires} <Instant at={expiresAt} />
              </li>
            ))}
          </ul>
        </Panel>
      )}
      <Panel
        title={words.proof}
        aside={
          receipt !== undefined && (
            <SaveButton label={words.save} name={`receipt-${toldText(id)}.json`} content={receipt} />
          )
        }
      >
        {receipt === undefined ? (
          <p>{words.noReceipt}</p>
        ) : (
          <Facts>
            <Fact name={words.leaf}>
              <Way to={`/log/${receipt.leafIndex}`}>{formats.number(receipt.leafIndex)}</Way>
            </Fact>
            <Fact name={words.path}>{words.hashes(receipt.inclusionProof.length)}</Fact>
            <Fact name={words.checkpoint}>
              <pre className="decision__checkpoint">
                <Told text={receipt.checkpoint.split('\n').slice(0, 3).join(' · ')} most={400} mono />
              </pre>
            </Fact>
          </Facts>
        )}
        <p className="decision__note">{words.proves}</p>
      </Panel>
    </>
  );
}
