import { useParams } from 'wouter';
import { useRead } from '../../api/read.ts';
import { Page } from '../../app/page.tsx';
import { Shown } from '../../parts/state.tsx';
import { Told } from '../../parts/told.tsx';
import { toldText } from '../../parts/told-text.ts';
import { useWords } from '../../words/language.tsx';
import { About } from './about.tsx';
import { Actions } from './actions.tsx';
import { Certificates } from './certificates.tsx';
import { ComparePanel } from './compare/panel.tsx';
import { ContentPanel } from './content.tsx';
import { Rests } from './rests.tsx';
import { TrustStatus } from './trust-state.tsx';
import { trustWords } from './words.ts';
import './trust.css';

/** One version: who proposed and approved it, what rests on it, in what it differs from another, and what it says. */
export default function TrustInputPage() {
  const { trustInputId = '' } = useParams();
  const words = useWords(trustWords);
  const read = useRead('getTrustInput', { params: { trustInputId } }, { live: ['trust-input'] });
  const input = read.data;
  const title = input === undefined ? trustInputId : words.one(input.name, input.version);
  return (
    <Page
      title={toldText(title)}
      heading={
        <span className="titled">
          <Told text={title} /> {input !== undefined && <TrustStatus state={input.state} />}
        </span>
      }
      lead={input === undefined ? undefined : words.means[input.kind]}
      actions={input === undefined ? undefined : <Actions input={input} />}
    >
      <Shown read={read}>
        {(shown) => (
          <div className="stack">
            <About input={shown} />
            <Rests input={shown} />
            <ComparePanel input={shown} />
            {shown.certificates !== null && <Certificates certificates={shown.certificates} />}
            <ContentPanel input={shown} />
          </div>
        )}
      </Shown>
    </Page>
  );
}
