import { useMutation } from '@tanstack/react-query';
import { Button } from 'react-aria-components';
import { callForBytes } from '../../api/call.ts';
import { useAnnounce } from '../../app/announce.tsx';
import { Panel } from '../../parts/panel.tsx';
import { saveAs } from '../../parts/save-as.ts';
import { ProblemNote } from '../../parts/state.tsx';
import { useSession } from '../../session/gate.tsx';
import { useWords } from '../../words/language.tsx';
import type { Receipt } from './proof.ts';
import { logWords } from './words.ts';

type Kind = 'appraisals' | 'evidence' | 'decisions' | 'weighed';
type Kept = { readonly kind: Kind; readonly recordId: string };

/** What `sextant audit` and the vendors' tools would read of this act: its receipt, and what it speaks of as it was kept. */
export function Downloads({ receipt }: { readonly receipt: Receipt }) {
  const words = useWords(logWords);
  const announce = useAnnounce();
  const { may } = useSession();
  const saving = useMutation<void, Error, Kept | null>({
    mutationFn: async (of) => {
      const name = of === null ? `leaf-${receipt.leafIndex}.receipt.json` : fileName(of);
      const blob =
        of === null
          ? new Blob([JSON.stringify(receipt, null, 2)], { type: 'application/json' })
          : await (await callForBytes('getAuditRecord', { params: of })).blob();
      saveAs(name, blob);
      announce(words.saved(name));
    },
  });
  const kept = may('evidence:read') ? recordsOf(receipt.act) : [];
  return (
    <Panel title={words.downloads}>
      {saving.error !== null && <ProblemNote error={saving.error} />}
      <div className="log-downloads">
        <Button className="button" onPress={() => saving.mutate(null)}>
          {words.download.receipt}
        </Button>
        {kept.map((of) => (
          <Button key={of.kind} className="button" onPress={() => saving.mutate(of)}>
            {words.download[of.kind]}
          </Button>
        ))}
      </div>
    </Panel>
  );
}

/** By the members that acts of these kinds have (docs/audit.md). */
function recordsOf(act: Receipt['act']): readonly Kept[] {
  const { type, body } = act as { readonly [name: string]: unknown };
  const member = (name: string): string => String(Reflect.get(Object(body), name) ?? '');
  const all: readonly Kept[] =
    type === 'appraisal'
      ? [
          { kind: 'appraisals', recordId: member('sessionId') },
          { kind: 'evidence', recordId: member('evidenceSha256') },
        ]
      : type === 'decision'
        ? [
            { kind: 'decisions', recordId: member('decisionId') },
            { kind: 'weighed', recordId: member('inputSha256') },
          ]
        : [];
  return all.filter(({ recordId }) => recordId !== '');
}

function fileName({ kind, recordId }: Kept): string {
  const safe = recordId.replace(/[^A-Za-z0-9_-]/g, '').slice(0, 80);
  return `${kind}-${safe}${kind === 'evidence' ? '.bin' : '.json'}`;
}
