import { Way } from '../../app/ways.tsx';
import { Instant } from '../../parts/instant.tsx';
import { Fact, Facts, Panel } from '../../parts/panel.tsx';
import { Told } from '../../parts/told.tsx';
import { Who } from '../../parts/who.tsx';
import { useFormats, useWords } from '../../words/language.tsx';
import type { TrustInput } from './trust-state.tsx';
import { trustWords } from './words.ts';

/** Who proposed a version, who approved or ended it and why, and by what it is cited. */
export function About({ input }: { readonly input: TrustInput }) {
  const words = useWords(trustWords);
  const formats = useFormats();
  const { kind, digest, publication, leafIndex } = input;
  return (
    <Panel title={words.about}>
      <Facts>
        <Fact name={words.kind}>{words.kinds[kind]}</Fact>
        <Fact name={words.proposed}>
          <Instant at={input.proposedAt} /> {words.by} <Who id={input.proposedBy} />
        </Fact>
        <Fact name={words.approved}>
          <Who id={input.approvedBy} />
          {input.selfApproved && <p className="note note--warn">{words.selfApproved}</p>}
        </Fact>
        <Fact name={words.effective}>
          <Instant at={input.effectiveAt} />
        </Fact>
        {input.endedAt !== null && (
          <>
            <Fact name={words.ended}>
              <Instant at={input.endedAt} /> {words.by} <Who id={input.endedBy} />
            </Fact>
            <Fact name={words.reason}>
              <Told text={input.endedReason} most={2000} />
            </Fact>
          </>
        )}
        {publication !== null && (
          <Fact name={words.publication}>
            <Told text={publication.publisher} /> · <Instant at={publication.issuedAt} />
          </Fact>
        )}
        <Fact name={words.digest}>
          <Told text={digest} mono />
        </Fact>
        <Fact name={words.act}>
          <Way to={`/log/${leafIndex}`}>{formats.number(leafIndex)}</Way>
        </Fact>
      </Facts>
    </Panel>
  );
}
