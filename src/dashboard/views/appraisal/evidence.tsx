import { useMutation } from '@tanstack/react-query';
import { Button } from 'react-aria-components';
import { callForBytes } from '../../api/call.ts';
import { Instant } from '../../parts/instant.tsx';
import { Fact, Facts, Panel } from '../../parts/panel.tsx';
import { saveAs } from '../../parts/save-as.ts';
import { ProblemNote } from '../../parts/state.tsx';
import { Told } from '../../parts/told.tsx';
import { useSession } from '../../session/gate.tsx';
import { useWords } from '../../words/language.tsx';
import type { Appraisal } from './appraisal.tsx';
import { appraisalWords } from './words.ts';

type EvidencePanelProps = { readonly sessionId: string; readonly appraisal: Appraisal };

/** Digests of what was submitted and of the makers' documents that judged it; the bytes for those who may have them. */
export function EvidencePanel({ sessionId, appraisal: { evidence, collateral } }: EvidencePanelProps) {
  const words = useWords(appraisalWords);
  const { may } = useSession();
  const saving = useMutation<void, Error, 'getSubmission' | 'getResult'>({
    mutationFn: async (operation) => {
      const response = await callForBytes(operation, { params: { sessionId } });
      saveAs(`${sessionId}.${operation === 'getResult' ? 'jwt' : 'cmw.json'}`, await response.blob());
    },
  });
  return (
    <Panel title={words.evidence}>
      {saving.error !== null && <ProblemNote error={saving.error} />}
      <Facts>
        {evidence.map(({ label, mediaType, sha256 }) => (
          <Fact key={label} name={label}>
            <Told text={mediaType} mono /> <Told text={sha256} mono />
          </Fact>
        ))}
        {collateral.map(({ name, sha256, nextUpdate }) => (
          <Fact key={sha256} name={name}>
            <Told text={sha256} mono /> · {words.until} <Instant at={nextUpdate} />
          </Fact>
        ))}
      </Facts>
      <div className="page__actions">
        {may('evidence:read') && (
          <Button className="button" onPress={() => saving.mutate('getSubmission')}>
            {words.saveEvidence}
          </Button>
        )}
        <Button className="button" onPress={() => saving.mutate('getResult')}>
          {words.saveResult}
        </Button>
      </div>
    </Panel>
  );
}
